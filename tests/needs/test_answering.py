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
from tests.conftest import Index
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.base.models import AuditEntry
from whoknows.expertise.models import Evidence, EvidenceKind
from whoknows.needs.actions import answer_need, change_answer, judge_answer, take_back_answer
from whoknows.needs.actions.answering import LONGEST_ANSWER, OwnAnswer
from whoknows.needs.models import Answer, Verdict
from whoknows.needs.queries.suggestions import suggest
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


def test_whoever_answered_changes_it_and_what_is_found_follows(index: Index) -> None:
    need = a_need("The wrench is odd")
    answer = an_answer(need, "Recalibrate the potentiometer.")
    index.catch_up()
    asker = reach(need.owner)
    assert suggest("recalibrate the potentiometer", reach=asker, now=NOON).people

    change_answer(answer=answer, text=" Replace the battery. ", by=answer.author, now=NOON)
    index.catch_up()

    answer.refresh_from_db()
    assert (answer.text, answer.given_at) == ("Replace the battery.", NOON)
    assert Evidence.objects.get().owner == answer.author
    assert not suggest("recalibrate the potentiometer", reach=asker, now=NOON).objects
    assert AuditEntry.objects.get(action="change_answer").subject == f"answer:{answer.pk}"


def test_whoever_answered_takes_it_back_with_what_it_shows(index: Index) -> None:
    need = a_need("The wrench is odd")
    answer = an_answer(need, "Recalibrate the potentiometer.")
    other = an_answer(need, "Replace the battery.")
    index.catch_up()

    take_back_answer(answer=answer, by=answer.author, now=NOON)
    index.catch_up()

    found = suggest("recalibrate the potentiometer", reach=reach(need.owner), now=NOON)
    assert not found.people
    assert list(need.answers.all()) == [other]
    assert Evidence.objects.get().owner == other.author
    assert AuditEntry.objects.get(action="take_back_answer").actor_id == answer.author.pk
    with pytest.raises(NotFound, match="already"):
        take_back_answer(answer=answer, by=answer.author, now=NOON)


def test_nobody_else_changes_an_answer_and_nobody_what_was_judged() -> None:
    answer = an_answer(a_need())
    judged = an_answer(a_need(), verdict=Verdict.HELPED)

    for person in (answer.need.owner, a_person(answer.need.organisation), a_stranger()):
        with pytest.raises(NotAllowed):
            change_answer(answer=answer, text="No.", by=person, now=NOON)
        with pytest.raises(NotAllowed):
            take_back_answer(answer=answer, by=person, now=NOON)
    with pytest.raises(Conflict, match="another answer"):
        change_answer(answer=judged, text="No.", by=judged.author, now=NOON)
    with pytest.raises(Conflict, match="another answer"):
        take_back_answer(answer=judged, by=judged.author, now=NOON)
    with pytest.raises(BadInput):
        change_answer(answer=answer, text=" ", by=answer.author, now=NOON)

    assert Answer.objects.filter(text=answer.text).count() == 2
    assert Evidence.objects.count() == 2


def test_an_answer_is_changed_and_taken_back_on_pages(client: Client) -> None:
    answer = an_answer(a_need())
    page = answer.need.get_absolute_url()
    address = f"{page}answers/{answer.uid}/"
    client.force_login(a_person(answer.need.organisation))
    assert "Change it" not in client.get(page).content.decode()
    assert client.get(f"{address}change/").status_code == 403
    assert client.post(f"{address}take-back/").status_code == 403

    client.force_login(answer.author)
    assert f"{address}change/" in client.get(page).content.decode()
    assert answer.text in client.get(f"{address}change/").content.decode()
    assert client.post(f"{address}change/", {"text": ""}).status_code == 422
    client.post(f"{address}change/", {"text": "Call 4711."})
    assert "Call 4711." in client.get(page).content.decode()

    judge_answer(answer=answer, verdict=Verdict.HELPED, by=answer.need.owner, now=NOON)
    assert f"{address}change/" not in client.get(page).content.decode()
    assert client.post(f"{address}take-back/").status_code == 409
    judge_answer(answer=answer, verdict=None, by=answer.need.owner, now=NOON)

    assert "is gone" in client.post(f"{address}take-back/", follow=True).content.decode()
    assert not Answer.objects.exists()
