"""Saying that a need is solved beside the answers of others."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.builders import NOON, a_need, a_person, a_stranger, an_aid, an_answer, reach
from whoknows.aids.models import Aid
from whoknows.base.errors import Conflict, NotAllowed, NotFound
from whoknows.base.models import AuditEntry
from whoknows.expertise.models import Evidence
from whoknows.needs.actions import (
    answer_need,
    judge_answer,
    meet_need,
    reopen_need,
    say_solved,
)
from whoknows.needs.models import Need, Solution, Verdict
from whoknows.people.models import Person

pytestmark = pytest.mark.django_db


def meet(need: Need, *, by: Person | None = None, code: str = "") -> Need:
    person = by or need.owner
    return meet_need(need=need, by=person, reach=reach(person), now=NOON, code=code)


def met_at(need: Need) -> object:
    return Need.objects.get(pk=need.pk).met_at


def test_whoever_asked_says_that_it_is_solved_and_nobody_gains_by_it() -> None:
    need = a_need()

    for _ in range(2):
        meet(need)

    assert met_at(need) == NOON
    assert not Evidence.objects.exists()
    assert not Solution.objects.exists()
    assert AuditEntry.objects.filter(action="meet_need", subject=f"need:{need.pk}").count() == 1


def test_nobody_else_says_so_or_takes_it_back() -> None:
    need, met = a_need(), meet(a_need())

    for person in (a_stranger(), a_person(need.organisation), a_person(met.organisation)):
        with pytest.raises(NotAllowed):
            meet(need, by=person)
        with pytest.raises(NotAllowed):
            reopen_need(need=met, by=person, now=NOON)

    assert (met_at(need), met_at(met)) == (None, NOON)


def test_an_aid_of_others_that_solved_it_ranks_higher() -> None:
    need = a_need()
    aid = an_aid(owner=a_person(need.organisation))
    own = an_aid(owner=need.owner)

    meet(a_need(by=need.owner), code=own.code)
    assert not Solution.objects.exists()

    meet(need, code=f" {aid.code.lower()}")
    solution = Solution.objects.get()
    assert (solution.document_id, solution.words) == (aid.pk, need.words)


def test_the_code_is_read_as_whoever_reads_it_from_a_card_may_type_it() -> None:
    need = a_need()
    aid = an_aid(owner=a_person(need.organisation))
    Aid.objects.filter(pk=aid.pk).update(code="011EV4")

    meet(need, code="o1l-eu4")

    assert Solution.objects.get().document_id == aid.pk


def test_an_aid_one_may_not_see_solves_nothing() -> None:
    need, hidden = a_need(), an_aid()

    for code in (hidden.code, "NOTTHERE"):
        with pytest.raises(NotFound, match="code"):
            meet(need, code=code)

    assert met_at(need) is None


def test_it_can_be_taken_back_with_what_was_said_of_an_aid() -> None:
    need = a_need()
    meet(need, code=an_aid(owner=a_person(need.organisation)).code)

    reopen_need(need=need, by=need.owner, now=NOON)

    assert met_at(need) is None
    assert not Solution.objects.exists()
    assert AuditEntry.objects.filter(action="reopen_need").count() == 1
    reopen_need(need=need, by=need.owner, now=NOON)
    assert AuditEntry.objects.filter(action="reopen_need").count() == 1


def test_what_an_answer_solved_is_taken_back_at_the_answer() -> None:
    answer = an_answer(a_need(), verdict=Verdict.SOLVED)

    with pytest.raises(Conflict, match="below the answer"):
        reopen_need(need=answer.need, by=answer.need.owner, now=NOON)

    assert met_at(answer.need) == NOON


def test_to_say_of_an_answer_that_it_helped_leaves_solved_what_is() -> None:
    need = a_need()
    answer = an_answer(need)
    meet(need)

    later = NOON + timedelta(hours=1)
    judge_answer(answer=answer, verdict=Verdict.HELPED, by=need.owner, now=later)
    assert met_at(need) == NOON

    judge_answer(answer=answer, verdict=Verdict.SOLVED, by=need.owner, now=later)
    judge_answer(answer=answer, verdict=None, by=need.owner, now=later)
    assert met_at(need) is None


def test_what_one_found_out_oneself_can_end_ones_own_need_alone() -> None:
    need = a_need()

    def found_out(person: Person) -> None:
        answer_need(
            need=need, text="The fuse.", by=person, reach=reach(person), now=NOON, solves=True
        )

    with pytest.raises(NotAllowed):
        found_out(a_person(need.organisation))
    assert met_at(need) is None
    found_out(need.owner)
    assert met_at(need) == NOON
    assert not Evidence.objects.exists()


def test_what_solved_the_same_words_ends_what_one_posted_in_them(client: Client) -> None:
    words = "The torque wrench shows E4. It did not yesterday."
    need = a_need(words)
    colleague = a_person(need.organisation)
    others, later = a_need(words, by=colleague), a_need("Other words", by=need.owner)
    aid = an_aid(owner=colleague)
    client.force_login(need.owner)

    page = client.post("/solved/", {"words": need.title, "kind": "aid", "id": aid.pk})

    assert need.get_absolute_url() in page.content.decode()
    assert met_at(need) is not None
    assert (met_at(others), met_at(later)) == (None, None)


def test_a_need_posted_later_is_not_solved_by_what_was_said_before() -> None:
    need = a_need("Reset it", at=NOON + timedelta(hours=1))
    aid = an_aid(owner=a_person(need.organisation))

    say_solved(
        words="Reset it",
        document_kind="aid",
        document_id=aid.pk,
        by=need.owner,
        reach=reach(need.owner),
        now=NOON,
    )

    assert met_at(need) is None


def test_its_owner_ends_it_on_its_page_and_opens_it_again(client: Client) -> None:
    need = a_need()
    address = need.get_absolute_url()
    client.force_login(a_person(need.organisation))
    assert "It is solved" not in client.get(address).content.decode()
    assert client.post(f"{address}solved/").status_code == 403

    client.force_login(need.owner)
    assert "It is solved" in client.get(address).content.decode()
    wrong = client.post(f"{address}solved/", {"code": "ZZZZZZ"}, follow=True)
    assert "no aid with this code" in wrong.content.decode()
    assert met_at(need) is None

    page = client.post(f"{address}solved/", {"code": ""}, follow=True).content.decode()
    assert "You said that it is solved." in page
    assert need.title not in client.get("/needs/?show=open").content.decode()

    client.post(f"{address}open/")
    assert need.title in client.get("/needs/?show=open").content.decode()


def test_its_owner_writes_down_what_they_found_out(client: Client) -> None:
    need = a_need()
    address = need.get_absolute_url()
    client.force_login(need.owner)
    assert 'name="is_solved"' in client.get(address).content.decode()

    client.post(f"{address}answers/", {"text": "It was the fuse."})
    assert met_at(need) is None

    client.post(f"{address}answers/", {"text": "No, the switch.", "is_solved": "on"})
    assert met_at(need) is not None
    assert 'name="is_solved"' not in client.get(address).content.decode()
    assert not Evidence.objects.exists()
