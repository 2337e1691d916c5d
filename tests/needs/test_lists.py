"""Lists of needs, and what the first page shows of them."""

import pytest
from django.test import Client

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_stranger,
    an_answer,
    an_organisation,
    place_of,
    reach,
)
from whoknows.needs.models import Need, Verdict
from whoknows.needs.queries.pages import examples
from whoknows.people.models import Person, SharingClass

pytestmark = pytest.mark.django_db


def _signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def test_needs_are_listed_by_how_far_they_have_come(client: Client) -> None:
    fresh = a_need("Why does the press stop?")
    answered, solved = (
        a_need(words, by=a_person(fresh.organisation))
        for words in ("Why does the lamp blink?", "Why does the belt slip?")
    )
    an_answer(answered)
    an_answer(solved, verdict=Verdict.SOLVED)
    reader = _signed_in(client, a_person(fresh.organisation))

    def listed(show: str) -> list[Need]:
        page = reader.get("/needs/", {"show": show}).content.decode()
        return [need for need in (fresh, answered, solved) if need.title in page]

    assert listed("all") == [fresh, answered, solved]
    assert listed("open") == [fresh, answered]
    assert listed("unanswered") == [fresh]
    assert listed("mine") == []


def test_the_first_page_shows_what_people_like_the_reader_were_stuck_on_first(
    client: Client,
) -> None:
    reader = a_person()
    here, elsewhere = place_of(reader).organisation, an_organisation()
    old = [a_need(f"Which oil for pump {n}?", by=a_person(here)) for n in range(2)]
    new = [
        a_need(
            f"Which ink for press {n}?",
            by=a_person(elsewhere),
            sharing=SharingClass.PUBLIC,
            at=NOON,
        )
        for n in range(3)
    ]
    hidden = a_need("Which paint for the door?", by=a_person(elsewhere), at=NOON)
    for need in (*old, *new, hidden):
        an_answer(need)

    assert [one.organisation for one in examples(reach(reader))] == [here, here, elsewhere]
    assert set(examples(reach(a_stranger()))) == set(new)
    page = _signed_in(client, reader).get("/").content.decode()
    assert all(need.title in page for need in old)
    assert hidden.title not in page
