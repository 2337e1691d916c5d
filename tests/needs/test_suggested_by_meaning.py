"""What is suggested where the model knows what things mean."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    an_aid,
    an_answer,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.needs.queries.suggested import Suggestions
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Person
from whoknows.search.embedding import embedder
from whoknows.search.meaning import Meaning

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(index: Index, settings: Settings, model_folder: Path) -> Callable[[], None]:
    """Return what brings words and meaning up to date, as the worker does."""
    settings.MODEL_FOLDER = model_folder

    def read_everything() -> None:
        index.catch_up()
        model = embedder()
        assert model is not None
        meaning = Meaning(settings.INDEX_FOLDER, model)
        assert meaning.open()
        meaning.look_for_missing()
        while meaning.step():
            pass
        meaning.close()

    return read_everything


@pytest.fixture
def reader() -> Person:
    """Return somebody where so much was asked that rare words can be told from others."""
    person = a_person()
    host = a_person(place_of(person).organisation)
    for number in range(60):
        a_need(f"How do I align the laser of bench {number}?", by=host)
    return person


def beside(person: Person, name: str = "") -> Person:
    organisation = place_of(person).organisation
    return a_person(organisation, name=name) if name else a_person(organisation)


def help_for(person: Person, words: str) -> Suggestions:
    return suggest(words, reach=reach(person), now=NOON)


STEPS = (
    "1. Open the valve below the riser.\n2. Let it run for five minutes.\n"
    "3. Note the temperature in the log of the building."
)


def test_a_word_that_stands_in_an_aid_finds_it_whatever_the_word_means(
    read: Callable[[], None], reader: Person
) -> None:
    aid = an_aid("Flush a tap that nobody used", body=STEPS, owner=beside(reader))
    read()

    found = {words: help_for(reader, words) for words in ("riser", "valve temperature")}

    assert [[o.aid for o in one.objects] for one in found.values()] == [[aid], [aid]]
    # A text that happens to hold a word is no reason to ask whoever wrote it.
    assert found["riser"].people == []


def test_search_lists_whatever_has_the_words(
    read: Callable[[], None], reader: Person, client: Client
) -> None:
    an_aid("Flush a tap that nobody used", body=STEPS, owner=beside(reader))
    read()
    client.force_login(reader)

    page = client.get("/search/", {"q": "why is there a log of the temperature"})

    assert "Flush a tap that nobody used" in page.content.decode()


def test_whoever_used_a_word_by_chance_is_not_asked(
    read: Callable[[], None], reader: Person
) -> None:
    need = a_need("What is quantum gate teleportation?", by=beside(reader))
    said = "Some call it so. You call the gate, then call the correction, as the papers call it."
    an_answer(need, said, by=beside(reader, "Called By Chance"))
    writer = beside(reader)
    rota = an_aid("Swap your turn on call with a colleague", owner=writer)
    read()

    found = help_for(reader, "on call")

    assert rota in [one.aid for one in found.objects]
    assert [one.person for one in found.people] == [writer]


def test_a_community_is_found_by_what_it_is_about_and_not_by_a_chance_word(
    read: Callable[[], None], reader: Person
) -> None:
    host = beside(reader)
    craft = a_community(
        "Incident response craft",
        by=host,
        purpose="Practise incidents before they happen and learn from them afterwards.",
        topics=("postmortems", "on-call"),
    )
    watch = a_community(
        "Post-quantum cryptography watch",
        by=host,
        purpose="Tell each other what quantum computers mean for the keys in use today.",
        topics=("cryptography",),
    )
    read()

    found = {
        words: [one.community for one in help_for(reader, words).groups]
        for words in ("run a postmortem", "who tells them?",
                      "is RSA broken by quantum computers")
    }  # fmt: skip

    assert list(found.values()) == [[craft], [], [watch]]
