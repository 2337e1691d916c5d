"""What people looked for and did not find, and cards made of what solved something."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
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
from tests.conftest import Index
from whoknows.aids.models import Aid, Review, ReviewRole
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.base.models import AuditEntry
from whoknows.engine.aids import Procedure, Reference, Step, read_markdown
from whoknows.needs.actions import Card, make_card, note_miss, prune_misses
from whoknows.needs.models import Miss, Verdict
from whoknows.needs.queries.missing import Missing, missing_here
from whoknows.people.models import Person, Reach, SharingClass

pytestmark = pytest.mark.django_db

EMPTY = Card("x", Reference())
CARD = Card("Clear E4", Procedure((Step("Switch it off."), Step("Hold ZERO."))))


def _looks(person: Person, words: str) -> None:
    note_miss(words=words, by=place_of(person), now=NOON)


def test_five_people_are_counted_and_four_are_not() -> None:
    here = an_organisation()
    people = [a_person(here) for _ in range(5)]
    for person in people:
        _looks(person, "Weld  TITANIUM")
    for person in people[:4]:
        _looks(person, "weld copper")
        _looks(person, "Weld copper")

    found = missing_here(reach(people[0]))

    assert found == [Missing("Weld TITANIUM", 5), Missing("Weld copper", None)]
    assert not AuditEntry.objects.filter(action="note_miss").exists()


def test_words_keep_their_capitals_and_are_the_same_in_any() -> None:
    here = an_organisation()
    for typed in ("Reset E4 am Stoßdämpfer", "Reset E4 am STOSSDÄMPFER"):
        for _ in range(3):
            _looks(a_person(here), typed)

    [found] = missing_here(Reach(organisations=frozenset({here.pk})))

    assert found.words in {"Reset E4 am Stoßdämpfer", "Reset E4 am STOSSDÄMPFER"}
    assert found.people == 6


@pytest.mark.django_db(transaction=True)
def test_what_was_kept_in_small_letters_is_the_same_as_before() -> None:
    person = a_person()
    _looks(person, "weld titanium")
    executor = MigrationExecutor(connection)
    executor.migrate([("needs", "0004_suggested_and_weights")])

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    _looks(person, "Weld titanium")
    assert missing_here(reach(person)) == [Missing("Weld titanium", None)]


def test_strangers_do_not_see_what_is_missing_elsewhere() -> None:
    person = a_person()
    _looks(person, "weld titanium")

    for stranger in (Reach(), reach(a_stranger()), reach(a_person())):
        assert missing_here(stranger) == []
    assert len(missing_here(reach(person))) == 1


def test_what_nobody_looks_for_any_more_is_forgotten() -> None:
    person = a_person()
    _looks(person, "weld titanium")

    assert prune_misses(now=NOON + timedelta(days=90)) == 0
    assert prune_misses(now=NOON + timedelta(days=91)) == 1


def test_asking_keeps_nothing_and_saying_that_it_is_missing_does(
    client: Client, index: Index
) -> None:
    person = a_person()
    index.catch_up()
    button = "Say that this is missing"
    assert button not in client.get("/?q=weld+titanium").content.decode()
    assert client.post("/needs/missing/", {"words": "weld titanium"}).status_code == 302
    client.force_login(person)

    assert button in client.get("/?q=weld+titanium").content.decode()
    assert not Miss.objects.exists()
    said = client.post("/needs/missing/", {"words": "weld titanium"}, follow=True)

    assert Miss.objects.get().words == "weld titanium"
    assert "without your name" in said.content.decode()
    assert client.post("/needs/missing/", {"words": " "}).status_code == 422
    listed = client.get("/needs/missing/").content.decode()
    assert "/aids/new/?title=Weld%20titanium" in listed
    assert "fewer than five people" in listed
    assert person.name not in listed.partition("<main")[2]


def test_a_card_is_seen_by_whoever_sees_the_need_and_its_answerer_is_asked_to_sign() -> None:
    need = a_need(sharing=SharingClass.PUBLIC)
    answer = an_answer(need, verdict=Verdict.SOLVED)

    aid = make_card(answer=answer, card=CARD, by=need.owner, reach=reach(need.owner), now=NOON)

    assert (aid.owner, aid.sharing, aid.state) == (need.owner, SharingClass.PUBLIC, "in_review")
    asked = Review.objects.get()
    assert (asked.reviewer, asked.role) == (answer.author, ReviewRole.EXPERT)


def test_an_author_who_cannot_be_reached_is_not_asked() -> None:
    need = a_need()
    answer = an_answer(need, verdict=Verdict.SOLVED)
    Person.objects.get_queryset().filter(pk=answer.author_id).update(is_contactable=False)
    answer.refresh_from_db()

    aid = make_card(answer=answer, card=CARD, by=need.owner, reach=reach(need.owner), now=NOON)

    assert aid.state == "draft"
    assert not Review.objects.exists()


def test_only_what_solved_it_becomes_a_card_and_only_here() -> None:
    need = a_need(sharing=SharingClass.PUBLIC)
    helped = an_answer(need, verdict=Verdict.HELPED)
    solved = an_answer(need, verdict=Verdict.SOLVED)
    mine = reach(need.owner)

    with pytest.raises(Conflict):
        make_card(answer=helped, card=CARD, by=need.owner, reach=mine, now=NOON)
    with pytest.raises(BadInput, match="at least one step"):
        make_card(answer=solved, card=EMPTY, by=need.owner, reach=mine, now=NOON)
    elsewhere = a_person()
    with pytest.raises(NotAllowed):
        make_card(answer=solved, card=CARD, by=elsewhere, reach=reach(elsewhere), now=NOON)
    hidden = an_answer(a_need(), verdict=Verdict.SOLVED)
    with pytest.raises(NotFound):
        make_card(answer=hidden, card=CARD, by=elsewhere, reach=reach(elsewhere), now=NOON)
    assert not Aid.objects.exists()


def test_the_steps_of_an_answer_are_proposed_and_can_be_mended(client: Client) -> None:
    need = a_need("How do I clear E4?")
    answer = an_answer(need, "It is normal. Switch it off. Hold ZERO.", verdict=Verdict.SOLVED)
    address = f"{need.get_absolute_url()}answers/{answer.uid}/card/"
    assert client.get(address).status_code == 302
    client.force_login(a_person())
    assert client.get(address).status_code == 404
    client.force_login(need.owner)

    assert address in client.get(need.get_absolute_url()).content.decode()
    proposed = client.get(address).content.decode()
    assert "1. Switch it off.\n2. Hold ZERO." in proposed
    assert client.post(address, {"title": "", "text": "1. Keep me"}).status_code == 422
    client.post(address, {"title": "Clear E4", "text": "1. Switch it off.\n2. Hold it."})

    aid = Aid.objects.get()
    assert aid.parts() == read_markdown("1. Switch it off.\n2. Hold it.")
    assert (aid.title, aid.trigger) == ("Clear E4", "How do I clear E4?")
