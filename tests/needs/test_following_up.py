"""Whether what was solved stays solved."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import (
    LONG_AGO,
    NOON,
    a_need,
    a_person,
    a_stranger,
    an_aid,
    an_answer,
    an_organisation,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.base.errors import BadInput, Conflict, NotFound
from whoknows.needs.actions import (
    meet_need,
    note_suggested,
    plan_follow_ups,
    put_off,
    say_how_it_went,
    say_solved,
    tell_of_follow_ups,
)
from whoknows.needs.models import FollowUp, Need, Outcome, Solution, Step, Verdict
from whoknows.needs.queries.following_up import next_follow_up, what_met_it
from whoknows.needs.queries.pages import need_visible_to
from whoknows.needs.queries.suggestions import suggest
from whoknows.needs.queries.waiting import waiting_here
from whoknows.people.actions import choose_mail, leave_organisation
from whoknows.people.models import MailChoice, Person

pytestmark = pytest.mark.django_db
TWO_WEEKS, TWO_MONTHS = NOON + timedelta(days=14), NOON + timedelta(days=60)


def a_met_need(*, at: datetime = NOON, by: Person | None = None) -> Need:
    need = a_need("How do I clear E4?", by=by, at=at - timedelta(days=1))
    an_answer(need, "Hold it.", verdict=Verdict.SOLVED, at=at)
    need.refresh_from_db()
    return need


def asked(person: Person, *, now: datetime) -> FollowUp:
    """Return what ``person`` is asked then, having planned it."""
    plan_follow_ups(now=now)
    found = next_follow_up(reach(person), now=now)
    assert found is not None
    return found


def stays_met(need: Need) -> bool:
    found = need_visible_to(reach(need.owner), uid=need.uid)
    return bool(vars(found)["stays_met"])


def waits(person: Person, *, now: datetime) -> list[str]:
    return [f"{one.text} {one.about}" for one in waiting_here(reach(person), now=now)]


@pytest.mark.parametrize(
    ("now", "step"),
    [
        (TWO_WEEKS - timedelta(minutes=1), None),
        (TWO_WEEKS, Step.TWO_WEEKS),
        (TWO_WEEKS + timedelta(days=13), Step.TWO_WEEKS),
        (TWO_WEEKS + timedelta(days=15), None),
        (TWO_MONTHS, Step.TWO_MONTHS),
    ],
)
def test_whoever_asked_is_asked_after_two_weeks_and_two_months(
    now: datetime, step: Step | None
) -> None:
    need = a_met_need()

    plan_follow_ups(now=now)

    assert [one.step for one in FollowUp.objects.all()] == ([step] if step else [])
    told = [f"{need.title} Solved 2 November: does it stay so?"] if step else []
    assert waits(need.owner, now=now) == told
    assert waits(a_person(need.organisation), now=now) == []


def test_planning_again_asks_nothing_twice() -> None:
    a_met_need()

    assert [plan_follow_ups(now=TWO_WEEKS + timedelta(days=n)) for n in range(3)] == [1, 0, 0]


def test_who_left_cannot_sign_in_or_does_not_want_it_is_not_asked() -> None:
    gone, silent, unwilling = (a_met_need().owner for _ in range(3))
    leave_organisation(membership=place_of(gone), on=LONG_AGO, now=NOON, stays_as_alumni=True)
    Person.objects.filter(pk=silent.pk).update(is_active=False)
    choose_mail(person=unwilling, mail=MailChoice.ALL, is_followed_up=False, now=NOON)

    assert plan_follow_ups(now=TWO_WEEKS) == 0


def test_who_wants_no_more_of_it_is_asked_nothing_that_was_planned() -> None:
    need = a_met_need()
    plan_follow_ups(now=TWO_WEEKS)
    choose_mail(person=need.owner, mail=MailChoice.ALL, is_followed_up=False, now=NOON)

    assert waits(need.owner, now=TWO_WEEKS) == []
    assert tell_of_follow_ups(now=TWO_WEEKS) == 0


def test_what_an_aid_solved_without_a_need_is_followed_up_in_its_words() -> None:
    person = a_person()
    aid = an_aid(owner=a_person(place_of(person).organisation))
    kind, theirs = "aid", reach(person)

    def say(words: str) -> None:
        say_solved(
            words=words, document_kind=kind, document_id=aid.pk, by=person, reach=theirs, now=NOON
        )

    say("wrench shows E4")
    assert waits(person, now=TWO_WEEKS) == []
    found = asked(person, now=TWO_WEEKS)
    assert waits(person, now=TWO_WEEKS) == ["wrench shows E4 Solved 2 November: does it stay so?"]

    say_how_it_went(follow_up=found, said=Outcome.STUCK, by=person, now=TWO_WEEKS)
    # The aid solved it for one person less, and only how it went is kept.
    assert not Solution.objects.exists()
    found.refresh_from_db()
    assert (found.said, found.solution) == (Outcome.STUCK, None)


def test_one_s_own_need_and_what_was_said_to_solve_it_are_one_thing() -> None:
    person = a_person()
    aid = an_aid(owner=a_person(place_of(person).organisation))
    need = a_need("How do I clear E4?", by=person)
    meet_need(need=need, by=person, reach=reach(person), now=NOON, code=aid.code)

    assert Solution.objects.count() == 1
    found = asked(person, now=TWO_WEEKS)
    assert FollowUp.objects.count() == 1
    met = what_met_it(found, reach=reach(person))
    assert (met.words, met.thing) == (need.title, aid)


def test_a_need_stays_met_once_whoever_asked_did_it_again_without_asking() -> None:
    need = a_met_need()
    found = asked(need.owner, now=TWO_WEEKS)
    assert not stays_met(need)

    say_how_it_went(follow_up=found, said=Outcome.AGAIN, by=need.owner, now=TWO_WEEKS)

    assert stays_met(need)
    assert waits(need.owner, now=TWO_WEEKS) == []
    # Two months later once more.
    later = asked(need.owner, now=TWO_MONTHS)
    say_how_it_went(follow_up=later, said=Outcome.OFTEN, by=need.owner, now=TWO_MONTHS)
    assert stays_met(need)


def test_what_has_not_come_up_says_nothing() -> None:
    need = a_met_need()

    found = asked(need.owner, now=TWO_WEEKS)
    say_how_it_went(follow_up=found, said=Outcome.NOT_YET, by=need.owner, now=TWO_WEEKS)

    assert not stays_met(need)
    assert need.met_at is not None


def test_who_is_stuck_again_has_an_open_need_that_waits_as_if_it_were_new(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    need = a_met_need()
    expert = a_person(need.organisation)
    note_suggested(need=need, people=[(expert.pk, 1.0)], now=NOON)
    answer = need.answers.get()
    found = asked(need.owner, now=TWO_WEEKS)
    assert waits(expert, now=TWO_WEEKS) == []
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        say_how_it_went(follow_up=found, said=Outcome.STUCK, by=need.owner, now=TWO_WEEKS)

    need.refresh_from_db()
    answer.refresh_from_db()
    assert (need.met_at, answer.verdict) == (None, Verdict.HELPED)
    assert waits(expert, now=TWO_WEEKS) == [f"{need.title} You may know this."]
    told = {one.to[0]: one.subject for one in mail.outbox}
    assert told == {
        expert.email: f"You may know this: {need.title}",
        answer.author.email: f"{need.owner.name} is stuck on it again: {need.title}",
    }
    # Solved anew, it is asked anew.
    meet_need(need=need, by=need.owner, reach=reach(need.owner), now=TWO_WEEKS)
    assert plan_follow_ups(now=TWO_WEEKS + timedelta(days=14)) == 1


def test_a_need_that_was_met_without_an_answer_is_open_again() -> None:
    need = a_need()
    meet_need(need=need, by=need.owner, reach=reach(need.owner), now=NOON)

    found = asked(need.owner, now=TWO_WEEKS)
    say_how_it_went(follow_up=found, said=Outcome.STUCK, by=need.owner, now=TWO_WEEKS)

    need.refresh_from_db()
    assert need.met_at is None


def test_one_thing_a_day_is_asked() -> None:
    person = a_person()
    first, second = (a_met_need(at=NOON + timedelta(hours=n), by=person) for n in range(2))
    now = TWO_WEEKS + timedelta(hours=2)

    found = asked(person, now=now)
    assert found.need == first
    assert len(waits(person, now=now)) == 1
    say_how_it_went(follow_up=found, said=Outcome.AGAIN, by=person, now=now)
    assert waits(person, now=now) == []
    tomorrow = next_follow_up(reach(person), now=now + timedelta(days=1))
    assert tomorrow is not None
    assert tomorrow.need == second


def test_one_mail_a_day_asks_and_each_thing_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    person = a_person()
    need, _ = (a_met_need(at=NOON - timedelta(hours=n), by=person) for n in (2, 1))
    plan_follow_ups(now=TWO_WEEKS)

    with django_capture_on_commit_callbacks(execute=True):
        days = [tell_of_follow_ups(now=TWO_WEEKS + timedelta(days=n)) for n in (0, 0, 1, 2)]

    assert days == [1, 0, 1, 0]
    told = [one for one in mail.outbox if "stay solved" in one.subject]
    assert [one.to for one in told] == [[person.email]] * 2
    assert told[0].subject == f"Does it stay solved? {need.title}"
    assert "/follow-ups/" in told[0].body


def test_put_off_it_comes_again_in_a_week() -> None:
    need = a_met_need()
    put_off(follow_up=asked(need.owner, now=TWO_WEEKS), by=need.owner, now=TWO_WEEKS)

    assert waits(need.owner, now=TWO_WEEKS + timedelta(days=6)) == []
    assert len(waits(need.owner, now=TWO_WEEKS + timedelta(days=7))) == 1


def test_nobody_else_answers_and_nobody_twice() -> None:
    need = a_met_need()
    found = asked(need.owner, now=TWO_WEEKS)

    with pytest.raises(NotFound):
        say_how_it_went(follow_up=found, said=Outcome.STUCK, by=a_stranger(), now=TWO_WEEKS)
    with pytest.raises(BadInput):
        say_how_it_went(follow_up=found, said=Outcome.OFTEN, by=need.owner, now=TWO_WEEKS)
    say_how_it_went(follow_up=found, said=Outcome.AGAIN, by=need.owner, now=TWO_WEEKS)
    with pytest.raises(Conflict):
        say_how_it_went(follow_up=found, said=Outcome.STUCK, by=need.owner, now=TWO_WEEKS)


def test_what_lasted_for_others_is_told_with_what_solved_it(index: Index) -> None:
    need = a_met_need()
    owner, other, third = need.owner, *(a_person(need.organisation) for _ in range(2))
    aid = an_aid("Clear error E4", owner=a_person(need.organisation))
    for person in (other, third):
        say_solved(
            words="wrench shows E4",
            document_kind="aid",
            document_id=aid.pk,
            by=person,
            reach=reach(person),
            now=NOON,
        )
    for person in (owner, other):
        found = asked(person, now=TWO_WEEKS)
        say_how_it_went(follow_up=found, said=Outcome.AGAIN, by=person, now=TWO_WEEKS)
    index.catch_up()

    reader = a_person(need.organisation)
    shown = suggest("How do I clear error E4?", reach=reach(reader), now=TWO_WEEKS)

    why = {one.title: one.why[0].text for one in shown.objects}
    author = need.answers.get().author
    assert why == {
        need.title: f"Answered by {author}; it solved it for whoever asked, and stays solved.",
        aid.title: "It solved needs of 2 people. 1 did it again since without asking.",
    }


class TestThePage:
    """What one sees when one is asked, two weeks ago being real ones."""

    @pytest.fixture
    def need(self) -> Need:
        now = timezone.now()
        need = a_met_need(at=now - timedelta(days=14))
        plan_follow_ups(now=now)
        return need

    def _page(self, need: Need) -> str:
        return need.follow_ups.get().get_absolute_url()

    def test_shows_what_solved_it_and_takes_the_answer(self, need: Need, client: Client) -> None:
        client.force_login(need.owner)

        shown = client.get(self._page(need)).content.decode()
        assert need.title in shown
        assert "Hold it." in shown
        assert "Three times or more" not in shown
        empty = client.post(self._page(need), {"said": ""})
        assert empty.status_code == 422
        done = client.post(self._page(need), {"said": "again"})
        assert (done.status_code, done["Location"]) == (302, "/")
        assert "stays solved" in client.get(need.get_absolute_url()).content.decode()
        assert client.get(self._page(need)).status_code == 404

    def test_leads_who_is_stuck_to_the_open_need(self, need: Need, client: Client) -> None:
        client.force_login(need.owner)

        done = client.post(self._page(need), {"said": "stuck"})

        assert done["Location"] == need.get_absolute_url()

    def test_can_be_put_off(self, need: Need, client: Client) -> None:
        client.force_login(need.owner)

        assert client.post(self._page(need), {"later": "1"}).status_code == 302

        assert client.get(self._page(need)).status_code == 404

    def test_is_nobody_else_s(self, need: Need, client: Client) -> None:
        assert client.get(self._page(need)).status_code == 302
        client.force_login(a_person(need.organisation))
        assert client.get(self._page(need)).status_code == 404


def test_who_is_stuck_without_a_need_is_led_to_what_else_helps(client: Client) -> None:
    now, organisation = timezone.now(), an_organisation()
    person, aid = a_person(organisation), an_aid(owner=a_person(organisation))
    say_solved(
        words="wrench shows E4",
        document_kind="aid",
        document_id=aid.pk,
        by=person,
        reach=reach(person),
        now=now - timedelta(days=20),
    )
    plan_follow_ups(now=now)
    client.force_login(person)
    page = FollowUp.objects.get().get_absolute_url()
    assert aid.title in client.get(page).content.decode()

    done = client.post(page, {"said": "stuck"})

    assert done["Location"] == "/?q=wrench+shows+E4"
