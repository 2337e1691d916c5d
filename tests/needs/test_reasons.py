"""Why somebody is suggested: what counted, in plain words, and nothing else."""

import re
from datetime import timedelta

import pytest

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_stranger,
    an_answer,
    an_organisation,
    partners,
    reach,
)
from tests.conftest import Index
from whoknows.engine.match.reasons import FAMILIES, Why
from whoknows.expertise.actions import remove_evidence
from whoknows.expertise.models import Evidence
from whoknows.expertise.queries.topics import pieces_of
from whoknows.needs.queries.reasons import ALIKE, SENTENCES, why_person
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Person, SharingClass

WORDS = "torque wrench shows E4 after calibration"
# As many as any sentence needs.
NUMBERS = {"needs": 2.0, "deeds": 4.0, "proven": 3.0, "last_at": NOON.timestamp()}


def said_of(person: Person, *, to: Person) -> list[str]:
    found = suggest(WORDS, reach=reach(to), now=NOON).people
    return [why.text for one in found if one.person == person for why in one.why]


def told(family: str, **numbers: float) -> list[str]:
    person = Person(pk=1, name="Ada")
    why = Why(family, 1.0, NUMBERS | numbers)
    return [reason.text for reason in why_person(person, [why], [], knows_reader=False)]


def test_everything_that_can_count_has_a_sentence() -> None:
    assert set(SENTENCES) | {ALIKE} == set(FAMILIES)
    for family in SENTENCES:
        [sentence] = told(family)
        assert sentence.endswith(".")
        assert "%" not in sentence


@pytest.mark.parametrize(
    ("family", "numbers", "sentence"),
    [
        ("solved", {"proven": 1.0}, "One of their answers was said to help."),
        ("solved", {"proven": 3.0}, "3 of their answers were said to help."),
        ("helped_you", {"deeds": 1.0}, "Answered you once before."),
        ("helped_you", {"deeds": 2.0}, "Answered you 2 times before."),
        ("active", {"deeds": 1.0}, "Answered somebody in the last thirty days."),
        ("active", {"deeds": 9.0}, "Answered 9 needs in the last thirty days."),
        ("topics", {"needs": 1.0}, "Answered a need on the same topics on 2 November 2026."),
        ("newcomers", {"deeds": 1.0}, "Answered somebody who was new here."),
        ("newcomers", {"deeds": 5.0}, "Answered people who were new here 5 times."),
        ("beside_you", {"needs": 1.0}, "You both answered one and the same need."),
        ("beside_you", {"needs": 2.0}, "You both answered 2 of the same needs."),
    ],
)
def test_counts_as_people_do(family: str, numbers: dict[str, float], sentence: str) -> None:
    assert told(family, **numbers) == [sentence]


def test_nobody_learns_to_the_hour_when_somebody_was_here() -> None:
    for family in ("here", "hours"):
        assert not [text for text in told(family) if any(c.isdigit() for c in text)]


@pytest.mark.django_db
def test_without_what_is_named_somebody_falls_behind(index: Index) -> None:
    here = an_organisation()
    reader, ada, bob = (a_person(here, name=name) for name in ("Eve", "Ada", "Bob"))
    asker = a_person(here)
    for number in range(5):
        at = NOON - timedelta(days=number + 1)
        an_answer(a_need(f"{WORDS} on line {number}", by=asker, at=at), by=ada, at=at)
    at = NOON - timedelta(days=3)
    an_answer(a_need(WORDS, by=asker, at=at), by=bob, at=at)
    index.catch_up()

    before = {p.person.name: p for p in suggest(WORDS, reach=reach(reader), now=NOON).people}
    named = {reason.url for reason in before["Ada"].why}
    ids = list(Evidence.objects.filter(owner=ada).values_list("pk", flat=True))
    every = pieces_of(ids, reach=reach(reader))
    carried = [piece.id for piece in every if piece.url in named]
    for piece in carried:
        remove_evidence(evidence_id=piece, by=ada, now=NOON)
    after = {p.person.name: p for p in suggest(WORDS, reach=reach(reader), now=NOON).people}

    assert len(carried) == 3
    lead = before["Ada"].score - before["Bob"].score
    assert after["Ada"].score - after["Bob"].score < lead
    assert not named & {reason.url for reason in after["Ada"].why if "/needs/" in reason.url}


@pytest.mark.django_db
def test_a_partner_is_told_of_nothing_but_what_is_shared_with_them(index: Index) -> None:
    here, there = an_organisation(), an_organisation()
    partners(here, there)
    ada, asker = a_person(here, name="Ada", sharing=SharingClass.PUBLIC), a_person(here)
    for number in range(5):
        at = NOON - timedelta(hours=number + 1)
        sharing = SharingClass.ORGANISATION if number else SharingClass.PARTNERS
        need = a_need(f"{WORDS} on line {number}", by=asker, at=at, sharing=sharing)
        an_answer(need, by=ada, at=at)
    for name in ("Bob", "Cleo"):
        at = NOON - timedelta(days=40)
        need = a_need(WORDS, by=asker, at=at, sharing=SharingClass.PARTNERS)
        an_answer(need, by=a_person(here, name=name, sharing=SharingClass.PUBLIC), at=at)
    index.catch_up()

    colleague, partner = said_of(ada, to=a_person(here)), said_of(ada, to=a_person(there))

    counts = re.compile(r"\b\d+ (needs|times|of)\b")
    assert any(counts.search(text) for text in colleague)
    assert [text for text in partner if "line" in text] == [f"{WORDS} on line 0"]
    assert not [text for text in partner if counts.search(text)]
    assert said_of(ada, to=a_stranger()) == []
