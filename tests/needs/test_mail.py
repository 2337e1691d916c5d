"""Who hears by mail of needs and answers, and who does not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import (
    LONG_AGO,
    NOON,
    a_need,
    a_person,
    an_answer,
    an_organisation,
    place_of,
    reach,
)
from whoknows.needs.actions import (
    answer_need,
    bring_in_answers,
    bring_in_needs,
    judge_answer,
    meet_need,
    note_suggested,
    raise_need,
    share_need,
    take_back_answer,
    tell_of_answer,
    tell_of_need,
    tell_of_solution,
)
from whoknows.needs.actions.bringing_in import AnswerFromElsewhere, NeedFromElsewhere
from whoknows.needs.actions.telling import MOST_HINTS, MOST_OF_ONE
from whoknows.needs.models import Answer, Need, Suggested, Verdict
from whoknows.needs.queries.waiting import waiting_here
from whoknows.people.actions import choose_mail, leave_organisation
from whoknows.people.models import MailChoice, Person, SharingClass

pytestmark = pytest.mark.django_db
Act = Callable[[], object]
SITE = "http://localhost:8000"


@pytest.fixture
def sent(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Callable[[Act], list[EmailMessage]]:
    """Return what does something as if it were saved, and gives the mails that go out for it."""

    def do(act: Act) -> list[EmailMessage]:
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return mail.outbox[before:]

    return do


Sent = Callable[[Act], list[EmailMessage]]


def colleagues(many: int) -> list[Person]:
    organisation = an_organisation()
    return [a_person(organisation) for _ in range(many)]


def suggest(need: Need, *people: Person) -> None:
    note_suggested(need=need, people=[(person.pk, 1.0) for person in people], now=NOON)


def to(mails: list[EmailMessage]) -> list[str]:
    return sorted(address for one in mails for address in one.to)


def test_whoever_asked_gets_the_answer_and_where_to_say_that_it_helped(sent: Sent) -> None:
    asker, expert = colleagues(2)
    need = a_need("The wrench shows E4. What now?", by=asker)

    (told,) = sent(lambda: an_answer(need, "Hold it for *three* seconds.", by=expert))

    answer = need.answers.get()
    assert told.to == [asker.email]
    assert told.subject == f"{expert.name} answered: The wrench shows E4."
    assert "Hold it for *three* seconds." in told.body
    assert f"{SITE}{need.get_absolute_url()}#answer-{answer.uid}" in told.body


def test_one_s_own_answer_is_no_news(sent: Sent) -> None:
    need = a_need()

    assert sent(lambda: an_answer(need, by=need.owner)) == []


def test_an_answer_taken_back_or_judged_meanwhile_is_no_news() -> None:
    gone, judged = an_answer(a_need()), an_answer(a_need(), verdict=Verdict.HELPED)
    pk = gone.pk
    take_back_answer(answer=gone, by=gone.author, now=NOON)

    assert not tell_of_answer(answer_id=pk, now=NOON)
    assert not tell_of_answer(answer_id=judged.pk, now=NOON)


def test_who_left_hears_nothing_any_more() -> None:
    asker, expert = colleagues(2)
    need = a_need(by=asker)
    answer = an_answer(need, by=expert)
    suggest(need, expert)
    for person in (asker, expert):
        leave_organisation(membership=place_of(person), on=LONG_AGO, now=NOON, stays_as_alumni=True)

    assert not tell_of_answer(answer_id=answer.pk, now=NOON)
    assert tell_of_need(need_id=need.pk, now=NOON) == 0
    Answer.objects.filter(pk=answer.pk).update(verdict=Verdict.SOLVED, judged_at=NOON)
    assert not tell_of_solution(answer_id=answer.pk, now=NOON)


def test_whom_one_asks_by_name_is_told_what_of(sent: Sent) -> None:
    asker, expert = colleagues(2)

    def ask() -> Need:
        return raise_need(words="How do I clear E4?", by=place_of(asker), now=NOON, asked=expert)

    (told,) = sent(ask)

    need = Need.objects.get()
    assert told.to == [expert.email]
    assert told.subject == f"{asker.name} asks you: How do I clear E4?"
    assert f"{SITE}{need.get_absolute_url()}" in told.body
    # The same once more, by a button pressed twice.
    assert sent(ask) == []


def test_who_may_know_is_told_once(sent: Sent) -> None:
    asker, one, other = colleagues(3)
    need = a_need(by=asker)

    assert to(sent(lambda: suggest(need, one))) == [one.email]
    assert to(sent(lambda: suggest(need, one, other))) == [other.email]


def test_who_is_asked_after_being_suggested_is_asked_by_name(sent: Sent) -> None:
    asker, expert = colleagues(2)
    choose_mail(person=expert, mail=MailChoice.PERSONAL, now=NOON)
    words, place = "How do I clear E4?", place_of(asker)
    assert sent(lambda: suggest(raise_need(words=words, by=place, now=NOON), expert)) == []

    (told,) = sent(lambda: raise_need(words=words, by=place, now=NOON, asked=expert))

    assert told.subject == f"{asker.name} asks you: {words}"
    assert [one.about for one in waiting_here(reach(expert), now=NOON)] == [f"{asker} asks you."]


def test_who_answered_already_is_not_asked(sent: Sent) -> None:
    asker, expert = colleagues(2)
    need = a_need(by=asker)
    an_answer(need, by=expert)

    assert sent(lambda: suggest(need, expert)) == []


def test_nobody_is_asked_of_a_need_that_is_met(sent: Sent) -> None:
    asker, expert = colleagues(2)
    need = a_need(by=asker)
    meet_need(need=need, by=asker, reach=reach(asker), now=NOON)

    assert sent(lambda: suggest(need, expert)) == []


def test_who_no_longer_sees_a_need_is_not_asked(sent: Sent) -> None:
    asker, expert = colleagues(2)
    need = a_need(by=asker)
    share_need(need=need, sharing=SharingClass.PRIVATE, by=asker, now=NOON)

    assert sent(lambda: suggest(need, expert)) == []


def test_nobody_gets_more_than_three_hints_a_day_but_whatever_they_are_asked(sent: Sent) -> None:
    asker, expert = colleagues(2)
    needs = [a_need(f"The press shows E{n}", by=asker) for n in range(MOST_HINTS + 1)]

    def hint() -> None:
        for need in needs:
            suggest(need, expert)

    told = sent(hint)

    assert len(told) == MOST_HINTS == 3
    place, words = place_of(asker), "And now it shows E9"
    asked = sent(lambda: raise_need(words=words, by=place, now=NOON, asked=expert))
    assert to(asked) == [expert.email]
    tomorrow = timezone.now() + timedelta(days=1)
    assert tell_of_need(need_id=needs[-1].pk, now=tomorrow) == 1


@pytest.mark.parametrize(
    ("choice", "answers", "asked", "hints"),
    [
        (MailChoice.ALL, 1, 1, 1),
        (MailChoice.PERSONAL, 1, 1, 0),
        (MailChoice.NONE, 0, 0, 0),
    ],
)
def test_everybody_chooses_what_comes(
    sent: Sent, choice: MailChoice, answers: int, asked: int, hints: int
) -> None:
    person, other = colleagues(2)
    choose_mail(person=person, mail=choice, now=NOON)
    mine, place = a_need(by=person), place_of(other)

    assert len(sent(lambda: an_answer(mine, by=other))) == answers
    ask = "How do I clear E4?"
    assert len(sent(lambda: raise_need(words=ask, by=place, now=NOON, asked=person))) == asked
    assert len(sent(lambda: suggest(a_need(by=other), person))) == hints


def test_whoever_solved_it_hears_so_once(sent: Sent) -> None:
    asker, expert = colleagues(2)
    answer = an_answer(a_need(by=asker), by=expert)

    def say(verdict: Verdict | None) -> None:
        judge_answer(answer=answer, verdict=verdict, by=asker, now=NOON)

    assert sent(lambda: say(Verdict.HELPED)) == []
    (told,) = sent(lambda: say(Verdict.SOLVED))
    assert told.to == [expert.email]
    assert told.subject.startswith("Your answer solved it: ")
    assert asker.name in told.body
    assert sent(lambda: say(Verdict.SOLVED)) == []
    say(None)
    assert not tell_of_solution(answer_id=answer.pk, now=NOON)


def test_nobody_hears_twice_that_the_same_answer_solved_it(sent: Sent) -> None:
    asker, expert = colleagues(2)
    answer = an_answer(a_need(by=asker), by=expert)

    def say(verdict: Verdict | None) -> None:
        judge_answer(answer=answer, verdict=verdict, by=asker, now=NOON)

    assert len(sent(lambda: say(Verdict.SOLVED))) == 1
    say(None)
    assert sent(lambda: say(Verdict.SOLVED)) == []


def test_nobody_fills_another_s_postbox_and_all_of_it_waits(sent: Sent) -> None:
    asker, expert, other = colleagues(3)
    place = place_of(asker)

    def ask() -> None:
        for n in range(MOST_OF_ONE + 1):
            raise_need(words=f"How do I clear E{n}?", by=place, now=timezone.now(), asked=expert)

    assert len(sent(ask)) == MOST_OF_ONE == 10
    waiting = Suggested.objects.filter(person=expert)
    assert waiting.count() == MOST_OF_ONE + 1
    # What others ask, and tomorrow, is told.
    once_more = sent(
        lambda: raise_need(words="And E9?", by=place_of(other), now=NOON, asked=expert)
    )
    assert to(once_more) == [expert.email]
    tomorrow, late = timezone.now() + timedelta(days=1), waiting.get(told_at=None).need
    assert tell_of_need(need_id=late.pk, now=tomorrow) == 1


def test_nobody_fills_a_postbox_with_answers(sent: Sent) -> None:
    asker, expert, other = colleagues(3)
    need = a_need(by=asker)

    def answer() -> None:
        for n in range(MOST_OF_ONE + 1):
            an_answer(need, f"Hold it for {n} seconds.", by=expert)

    assert len(sent(answer)) == MOST_OF_ONE
    assert len(sent(lambda: an_answer(need, by=other))) == 1
    a_day_later = NOON + timedelta(days=1)
    assert len(sent(lambda: an_answer(need, "Or four.", by=expert, at=a_day_later))) == 1


def test_who_left_where_they_asked_is_not_asked_what_helped_though_anybody_sees_it() -> None:
    asker, expert = colleagues(2)
    answer = an_answer(a_need(by=asker, sharing=SharingClass.PUBLIC), by=expert)
    assert len(waiting_here(reach(asker), now=NOON)) == 1
    leave_organisation(membership=place_of(asker), on=LONG_AGO, now=NOON, stays_as_alumni=True)

    assert not tell_of_answer(answer_id=answer.pk, now=NOON)
    assert waiting_here(reach(asker), now=NOON) == []


@pytest.mark.parametrize("stays_as_alumni", [False, True])
def test_who_left_hears_of_what_anybody_sees_if_they_agreed_to(*, stays_as_alumni: bool) -> None:
    asker, expert, suggested = colleagues(3)
    need = a_need(by=asker, sharing=SharingClass.PUBLIC)
    answer = an_answer(need, by=expert, verdict=Verdict.SOLVED)
    Need.objects.filter(pk=need.pk).update(met_at=None)
    suggest(need, suggested)
    for person in (expert, suggested):
        leave_organisation(
            membership=place_of(person), on=LONG_AGO, now=NOON, stays_as_alumni=stays_as_alumni
        )

    assert tell_of_need(need_id=need.pk, now=NOON) == stays_as_alumni
    assert tell_of_solution(answer_id=answer.pk, now=NOON) == stays_as_alumni


def test_a_title_from_elsewhere_adds_nothing_to_a_mail(sent: Sent) -> None:
    asker, expert = colleagues(2)
    title = "Pump\x0bBcc: eve@example.org\r\nX-Odd: 1\u2028stuck"
    row = NeedFromElsewhere(asker.pk, title, title, NOON)
    (need,) = bring_in_needs(organisation=place_of(asker).organisation, needs=[row], now=NOON)

    (told,) = sent(lambda: an_answer(need, by=expert))

    assert told.subject == f"{expert.name} answered: Pump Bcc: eve@example.org X-Odd: 1 stuck"
    assert told.message()["Bcc"] is None
    assert told.body.startswith("Hold the button")


def test_what_is_brought_in_from_elsewhere_is_no_news(sent: Sent) -> None:
    asker, expert = colleagues(2)
    need = a_need(by=asker)
    row = AnswerFromElsewhere(need_id=need.pk, author_id=expert.pk, text="Hold it.", given_at=NOON)

    assert (
        sent(lambda: bring_in_answers(organisation=need.organisation, answers=[row], now=NOON))
        == []
    )


class TestWaiting:
    """What is left to a worker that is not there."""

    @pytest.fixture(autouse=True)
    def jobs(self) -> None:
        """Let jobs wait for a worker here."""

    def _waiting(self) -> list[tuple[str, float]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT task_name, extract(epoch FROM scheduled_at - now()) "
                "FROM procrastinate_jobs WHERE task_name LIKE 'tell%%' ORDER BY id"
            )
            return [(name, float(wait)) for name, wait in cursor.fetchall()]

    def test_it_goes_out_a_minute_later_and_once(self) -> None:
        asker, expert = colleagues(2)
        need = a_need(by=asker)

        suggest(need, expert)
        suggest(need, expert)
        answer_need(need=need, text="Hold it.", by=expert, reach=reach(expert), now=NOON)

        (asks, wait), (answers, _) = self._waiting()
        assert (asks, answers) == ("tell_of_need", "tell_of_answer")
        assert 30 < wait <= 61
