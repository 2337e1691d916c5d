"""What is asked after, when somebody or something is not as it was any more."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import date_format
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import (
    LONG_AGO,
    NOON,
    a_need,
    a_person,
    an_aid,
    an_answer,
    an_organisation,
    partners,
    place_of,
    reach,
)
from whoknows.aids.models import Aid
from whoknows.base.errors import Conflict, NotFound
from whoknows.needs.actions import (
    bring_in_answers,
    bring_in_needs,
    meet_need,
    note_suggested,
    plan_follow_ups,
    put_off,
    reopen_need,
    say_how_it_went,
    say_solved,
    take_back_need,
    tell_of_follow_ups,
)
from whoknows.needs.actions.bringing_in import AnswerFromElsewhere, NeedFromElsewhere
from whoknows.needs.models import AFTER, FollowUp, Need, Outcome, Solution, Step, Suggested, Verdict
from whoknows.needs.queries.following_up import STAYS_MET, follow_up_of, next_follow_up, what_met_it
from whoknows.needs.queries.waiting import waiting_here
from whoknows.needs.tasks import follow_up
from whoknows.people.actions import choose_mail, join_organisation, leave_organisation
from whoknows.people.models import MailChoice, Person, SharingClass

pytestmark = pytest.mark.django_db
TWO_WEEKS = NOON + AFTER[Step.TWO_WEEKS]


def a_met_need(
    *,
    by: Person | None = None,
    at: datetime = NOON,
    sharing: SharingClass = SharingClass.ORGANISATION,
) -> Need:
    need = a_need("How do I clear E4?", by=by, at=at - timedelta(days=1), sharing=sharing)
    return meet_need(need=need, by=need.owner, reach=reach(need.owner), now=at)


def a_solution(words: str = "press shows E7", *, by: Person | None = None) -> Solution:
    person = by or a_person()
    aid = an_aid(owner=a_person(place_of(person).organisation))
    solution = say_solved(
        words=words,
        document_kind="aid",
        document_id=aid.pk,
        by=person,
        reach=reach(person),
        now=NOON,
    )
    assert solution is not None
    return solution


def asked(person: Person) -> FollowUp:
    """Return what ``person`` is asked after two weeks, having planned it."""
    plan_follow_ups(now=TWO_WEEKS)
    found = next_follow_up(reach(person), now=TWO_WEEKS)
    assert found is not None
    return found


def is_asked_nothing(person: Person, what: FollowUp) -> bool:
    with pytest.raises(NotFound):
        follow_up_of(reach(person), uid=what.uid, now=TWO_WEEKS)
    is_told = tell_of_follow_ups(now=TWO_WEEKS) > 0
    return next_follow_up(reach(person), now=TWO_WEEKS) is None and not is_told


def test_who_left_is_asked_nothing_even_of_what_anybody_may_see() -> None:
    need = a_met_need(sharing=SharingClass.PUBLIC)
    found = asked(need.owner)

    leave_organisation(membership=place_of(need.owner), on=LONG_AGO, now=NOON, stays_as_alumni=True)

    assert is_asked_nothing(need.owner, found)


def test_who_moved_to_a_partner_is_asked_nothing_of_before() -> None:
    before, after = an_organisation(), an_organisation()
    partners(before, after)
    need = a_met_need(by=a_person(before), sharing=SharingClass.PARTNERS)
    found = asked(need.owner)

    leave_organisation(membership=place_of(need.owner), on=LONG_AGO, now=NOON, stays_as_alumni=True)
    join_organisation(person=need.owner, organisation=after, on=LONG_AGO, now=NOON)

    assert is_asked_nothing(need.owner, found)


def test_what_an_import_gives_to_somebody_else_is_asked_of_nobody() -> None:
    need = a_met_need()
    found, owner, other = asked(need.owner), need.owner, a_person(need.organisation)

    told = NeedFromElsewhere(other.pk, need.title, need.words, need.raised_at, pk=need.pk)
    bring_in_needs(organisation=need.organisation, needs=[told], now=NOON)

    assert is_asked_nothing(owner, found)
    assert next_follow_up(reach(other), now=TWO_WEEKS) is None


def test_who_is_stuck_again_opens_also_what_an_answer_of_their_own_had_solved() -> None:
    need = a_need()
    told = AnswerFromElsewhere(
        need.pk, need.owner_id, "Hold it.", NOON, verdict=Verdict.SOLVED, judged_at=NOON
    )
    bring_in_answers(organisation=need.organisation, answers=[told], now=NOON)
    found = asked(need.owner)
    mail.outbox.clear()

    say_how_it_went(follow_up=found, said=Outcome.STUCK, by=need.owner, now=TWO_WEEKS)

    need.refresh_from_db()
    assert (need.met_at, need.answers.get().verdict) == (None, "")
    assert mail.outbox == []


def test_what_was_opened_or_taken_back_meanwhile_takes_no_answer() -> None:
    opened, gone = a_met_need(), a_met_need()
    said = a_solution()
    asked_of = [asked(who) for who in (opened.owner, gone.owner, said.person)]
    reopen_need(need=opened, by=opened.owner, now=TWO_WEEKS)
    take_back_need(need=gone, by=gone.owner, now=TWO_WEEKS)
    said.delete()

    for found in asked_of:
        with pytest.raises(Conflict):
            say_how_it_went(follow_up=found, said=Outcome.AGAIN, by=found.person, now=TWO_WEEKS)
        assert is_asked_nothing(found.person, found)


def test_the_day_it_was_solved_is_that_of_the_installation() -> None:
    late = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    need = a_met_need(at=late)
    now = late + AFTER[Step.TWO_WEEKS]
    plan_follow_ups(now=now)

    with timezone.override("Europe/Berlin"):
        (waiting,) = waiting_here(reach(need.owner), now=now)

    assert waiting.about == "Solved 2 November: does it stay so?"


def test_the_next_thing_is_asked_from_midnight_of_the_installation_on() -> None:
    person = a_person()
    for hours in range(2):
        a_met_need(by=person, at=NOON - timedelta(hours=hours))
    evening = datetime(2026, 11, 16, 22, 30, tzinfo=UTC)
    found = asked(person)
    say_how_it_went(follow_up=found, said=Outcome.AGAIN, by=person, now=evening)

    with timezone.override("Europe/Berlin"):
        waits = [
            next_follow_up(reach(person), now=evening + timedelta(minutes=more)) is not None
            for more in (29, 31)
        ]

    assert waits == [False, True]


def test_what_is_asked_costs_the_first_page_no_query_more() -> None:
    need = a_met_need()
    an_answer(need)
    plan_follow_ups(now=TWO_WEEKS)

    with CaptureQueriesContext(connection) as without:
        waiting_here(reach(a_person(need.organisation)), now=TWO_WEEKS)
    with CaptureQueriesContext(connection) as told:
        assert waiting_here(reach(need.owner), now=TWO_WEEKS)

    def of_follow_ups(said: CaptureQueriesContext) -> int:
        return sum("needs_followup" in one["sql"] for one in said.captured_queries)

    assert of_follow_ups(told) == of_follow_ups(without) == 1


def test_nobody_is_told_who_wants_no_mail_and_it_waits_for_them(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    need = a_met_need()
    choose_mail(person=need.owner, mail=MailChoice.NONE, now=NOON)
    found = asked(need.owner)

    assert tell_of_follow_ups(now=TWO_WEEKS) == 0
    found.refresh_from_db()
    assert found.told_at is None
    choose_mail(person=need.owner, mail=MailChoice.PERSONAL, now=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        assert tell_of_follow_ups(now=TWO_WEEKS) == 1


def test_who_cannot_sign_in_is_asked_nothing() -> None:
    need = a_met_need()
    Person.objects.filter(pk=need.owner.pk).update(email=None)

    assert plan_follow_ups(now=TWO_WEEKS) == 0


def test_what_was_posted_by_its_first_words_is_one_thing_and_others_ask_for_themselves() -> None:
    person = a_person()
    words = "How do I clear E4?"
    a_need(f"{words} It blinks.", by=person)
    a_solution(words, by=person)
    assert plan_follow_ups(now=TWO_WEEKS) == 1

    other = a_solution(words, by=a_person(place_of(person).organisation)).person

    assert asked(other).solution is not None


def test_what_lasted_before_it_was_opened_again_does_not_count() -> None:
    need = a_met_need()
    say_how_it_went(follow_up=asked(need.owner), said=Outcome.AGAIN, by=need.owner, now=TWO_WEEKS)
    assert Need.objects.filter(STAYS_MET).exists()

    reopen_need(need=need, by=need.owner, now=TWO_WEEKS)
    meet_need(need=need, by=need.owner, reach=reach(need.owner), now=TWO_WEEKS)

    assert not Need.objects.filter(STAYS_MET).exists()


def test_what_solved_it_is_shown_as_far_as_one_still_sees_it() -> None:
    person = a_person()
    shared, own = a_solution("press shows E7", by=person), a_solution("press shows E8", by=person)
    theirs = a_need(by=a_person(place_of(person).organisation))
    an_answer(theirs)
    like_it = say_solved(
        words="press shows E9",
        document_kind="need",
        document_id=theirs.pk,
        by=person,
        reach=reach(person),
        now=NOON,
    )
    Aid.objects.filter(pk=own.document_id).update(sharing=SharingClass.PRIVATE)
    plan_follow_ups(now=TWO_WEEKS)

    def met(solution: Solution | None) -> tuple[str, bool]:
        found = what_met_it(FollowUp.objects.get(solution=solution), reach=reach(person))
        return found.words, found.thing is not None

    assert met(shared) == ("press shows E7", True)
    assert met(own) == ("press shows E8", False)
    assert met(like_it) == ("press shows E9", True)
    Need.objects.filter(pk=theirs.pk).update(sharing=SharingClass.PRIVATE)
    assert met(like_it) == ("press shows E9", False)


def test_of_the_answers_those_are_shown_that_solved_it() -> None:
    need = a_need()
    solved = an_answer(need, verdict=Verdict.SOLVED)
    an_answer(need, "Or switch it off.", verdict=Verdict.HELPED)

    assert what_met_it(asked(need.owner), reach=reach(need.owner)).answers == (solved,)


def test_a_long_need_is_cut_on_the_first_page() -> None:
    solution = a_solution("press " * 100)
    plan_follow_ups(now=TWO_WEEKS)

    (waiting,) = waiting_here(reach(solution.person), now=TWO_WEEKS)

    assert len(waiting.text) == 140


def test_put_off_it_is_mailed_again_in_a_week() -> None:
    need = a_met_need()
    asked(need.owner)
    assert tell_of_follow_ups(now=TWO_WEEKS) == 1

    put_off(follow_up=need.follow_ups.get(), by=need.owner, now=TWO_WEEKS)

    days = [tell_of_follow_ups(now=TWO_WEEKS + timedelta(days=n)) for n in (6, 7)]
    assert days == [0, 1]


def test_stuck_again_whoever_may_know_hears_again(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    need = a_met_need()
    expert = a_person(need.organisation)
    note_suggested(need=need, people=[(expert.pk, 1.0)], now=NOON)
    Suggested.objects.update(told_at=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        say_how_it_went(
            follow_up=asked(need.owner), said=Outcome.STUCK, by=need.owner, now=TWO_WEEKS
        )

    assert [one.to for one in mail.outbox] == [[expert.email]]


def test_the_mail_names_the_day_in_the_language_of_its_reader(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    met_at = timezone.now() - timedelta(days=14)
    need = a_met_need(at=met_at)
    Person.objects.filter(pk=need.owner.pk).update(language="fr")

    with django_capture_on_commit_callbacks(execute=True):
        # As the clock does every morning.
        follow_up(timestamp=0)

    (told,) = mail.outbox
    with translation.override("fr"):
        assert date_format(timezone.localdate(met_at), "j F") in told.body
    assert told.to == [need.owner.email]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [lambda: a_met_need().owner, lambda: a_solution().person])
def test_from_two_pages_at_once_one_answer_counts(make: Callable[[], Person]) -> None:
    person = make()
    found = asked(person)
    start = threading.Barrier(2)
    came: list[str] = []

    def say(said: Outcome) -> None:
        start.wait()
        try:
            say_how_it_went(follow_up=found, said=said, by=person, now=TWO_WEEKS)
            came.append(said)
        except Conflict:
            came.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=say, args=(one,)) for one in (Outcome.AGAIN, Outcome.STUCK)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found.refresh_from_db()
    is_met = Need.objects.filter(met_at__isnull=False).exists() or Solution.objects.exists()
    assert sorted(came) == sorted([found.said, "refused"])
    assert is_met == (found.said == Outcome.AGAIN)


@pytest.mark.django_db(transaction=True)
def test_what_is_being_answered_holds_up_no_mail() -> None:
    now = timezone.now()
    busy, other = (a_met_need(at=now - timedelta(days=15)) for _ in range(2))
    plan_follow_ups(now=now)
    held, done = threading.Event(), threading.Event()

    def answer() -> None:
        try:
            with transaction.atomic():
                FollowUp.objects.select_for_update().get(need=busy)
                held.set()
                done.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    held.wait(30)
    try:
        assert tell_of_follow_ups(now=now) == 1
    finally:
        done.set()
        thread.join()
    assert [one.to for one in mail.outbox] == [[other.owner.email]]
