"""Why somebody is suggested: what counted, in plain words, and nothing else."""

from datetime import timedelta

import pytest

from tests.builders import NOON, a_need, a_person, an_answer, an_organisation, reach
from tests.conftest import Index
from whoknows.engine.match.reasons import FAMILIES, Why
from whoknows.expertise.actions import remove_evidence
from whoknows.expertise.models import Evidence
from whoknows.expertise.queries.topics import pieces_of
from whoknows.needs.queries.reasons import ALIKE, SENTENCES, why_person
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Person

WORDS = "torque wrench shows E4 after calibration"
# As many as any sentence needs.
NUMBERS = {"needs": 2.0, "deeds": 4.0, "hours": 5.0, "proven": 3.0, "last_at": NOON.timestamp()}


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
        ("active", {"deeds": 1.0}, "Helped somebody in the last thirty days."),
    ],
)
def test_counts_as_people_do(family: str, numbers: dict[str, float], sentence: str) -> None:
    assert told(family, **numbers) == [sentence]


def test_nobody_learns_to_the_hour_when_somebody_was_here() -> None:
    assert told("here", hours=0.2) == told("here", hours=70.0)
    assert told("here", hours=73.0) == []
    assert told("hours", deeds=2.0) == []


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
