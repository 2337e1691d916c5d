"""Answering needs and judging answers."""

import pytest
from django.test import Client

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_stranger,
    a_unit,
    an_answer,
    an_organisation,
    reach,
)
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.expertise.models import Evidence, EvidenceKind
from whoknows.needs.actions import answer_need, judge_answer
from whoknows.needs.actions.answering import LONGEST_ANSWER, OwnAnswer
from whoknows.needs.models import Answer, Verdict
from whoknows.people.models import Person, SharingClass

pytestmark = pytest.mark.django_db


def test_an_answer_is_evidence_about_whoever_gave_it() -> None:
    need = a_need()
    answer = an_answer(need)

    evidence = Evidence.objects.get()
    assert (evidence.owner, evidence.kind) == (answer.author, EvidenceKind.ANSWERED)
    assert evidence.url == f"{need.get_absolute_url()}#answer-{answer.uid}"
    assert (evidence.sharing, evidence.organisation) == (need.sharing, need.organisation)


def test_an_answer_to_ones_own_need_shows_nothing() -> None:
    need = a_need()

    an_answer(need, by=need.owner)

    assert need.answers.count() == 1
    assert not Evidence.objects.exists()


def test_answers_only_what_one_may_see() -> None:
    organisation = an_organisation()
    unit = a_unit(organisation)
    asker = a_person(organisation, unit=unit)
    need = a_need(by=asker, sharing=SharingClass.UNIT)

    def answer(person: Person) -> Answer:
        return answer_need(need=need, text="So.", by=person, reach=reach(person), now=NOON)

    for outsider in (a_stranger(), a_person(), a_person(organisation)):
        with pytest.raises(NotFound):
            answer(outsider)
    assert not Answer.objects.exists()
    assert answer(a_person(organisation, unit=unit)).need == need


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "a line or two"), (" \x00\n", "a line or two"), ("a" * (LONGEST_ANSWER + 1), "50,000")],
    ids=["empty", "only a NUL", "too long"],
)
def test_refuses_an_answer_that_says_nothing_or_too_much(text: str, sentence: str) -> None:
    need = a_need()
    author = a_person(need.organisation)

    with pytest.raises(BadInput, match=sentence):
        answer_need(need=need, text=text, by=author, reach=reach(author), now=NOON)

    assert not Answer.objects.exists()
    assert not Evidence.objects.exists()


def test_solved_ends_the_need_and_helped_does_not() -> None:
    need = a_need()

    an_answer(need, verdict=Verdict.HELPED)
    need.refresh_from_db()
    assert need.met_at is None

    an_answer(need, verdict=Verdict.SOLVED)
    need.refresh_from_db()
    assert need.met_at == NOON


def test_evidence_takes_the_kind_of_the_verdict() -> None:
    need = a_need()
    answer = an_answer(need)

    judge_answer(answer=answer, verdict=Verdict.HELPED, by=need.owner, now=NOON)
    assert Evidence.objects.get().kind == EvidenceKind.HELPED

    judge_answer(answer=answer, verdict=Verdict.SOLVED, by=need.owner, now=NOON)
    assert Evidence.objects.get().kind == EvidenceKind.SOLVED


def test_only_the_asker_judges() -> None:
    need = a_need()
    answer = an_answer(need)

    for other in (answer.author, a_person(need.organisation)):
        with pytest.raises(NotAllowed):
            judge_answer(answer=answer, verdict=Verdict.SOLVED, by=other, now=NOON)

    answer.refresh_from_db()
    need.refresh_from_db()
    assert (answer.verdict, answer.judged_at, need.met_at) == ("", None, None)
    assert judge_answer(answer=answer, verdict=Verdict.SOLVED, by=need.owner, now=NOON).verdict


def test_nobody_judges_an_answer_of_their_own() -> None:
    need = a_need()
    own = an_answer(need, by=need.owner)

    with pytest.raises(OwnAnswer, match="your own answer"):
        judge_answer(answer=own, verdict=Verdict.SOLVED, by=need.owner, now=NOON)

    assert not Evidence.objects.exists()


def test_what_was_said_of_an_answer_can_be_taken_back(client: Client) -> None:
    answer = an_answer(a_need(), verdict=Verdict.SOLVED)
    need = answer.need
    address = f"{need.get_absolute_url()}answers/{answer.uid}/"
    client.force_login(need.owner)
    assert "Not solved after all" in client.get(need.get_absolute_url()).content.decode()

    client.post(address, {"verdict": "taken_back"})

    need.refresh_from_db()
    answer.refresh_from_db()
    assert (need.met_at, answer.verdict, answer.judged_at) == (None, "", None)
    assert Evidence.objects.get().kind == EvidenceKind.ANSWERED
