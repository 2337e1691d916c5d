"""Why somebody is suggested: what counted, in plain words, and nothing else."""

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
from tests.needs.weighing import weigh_only
from whoknows.engine.match.reasons import FAMILIES, Why
from whoknows.expertise.actions import remove_evidence
from whoknows.expertise.models import Evidence, Topic
from whoknows.expertise.queries.topics import pieces_of
from whoknows.needs.models import Verdict
from whoknows.needs.queries.reasons import (
    ALIKE,
    ALWAYS_TOLD,
    NOTHING_LIKE_IT,
    SENTENCES,
    why_person,
)
from whoknows.needs.queries.suggested import Reason
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
    said = [reason.text for reason in why_person(person, [why], [], so=[])]
    assert said.pop() == str(NOTHING_LIKE_IT)
    return said


def test_everything_that_can_count_has_a_sentence() -> None:
    assert set(SENTENCES) | {ALIKE} == set(FAMILIES)
    for family in SENTENCES:
        [sentence] = told(family)
        assert sentence.endswith(".")
        assert "%" not in sentence


def test_only_what_evidence_shows_leads_to_it() -> None:
    person = Person(pk=1, name="Ada")
    whys = [Why(family, 1.0, NUMBERS) for family in SENTENCES]

    told = why_person(person, whys, [], so=ALWAYS_TOLD)

    linked = {whys[place].family for place, reason in enumerate(told) if reason.url}
    shown = {"topics", "active", "solved", "newcomers", "helped_you", "beside_you"}
    assert linked == shown
    assert len(told) == len(whys)
    always = why_person(person, [], [], so=ALWAYS_TOLD)
    assert always == [Reason("You name them."), Reason("You know each other.")]


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
        # Two of them are about something else.
        words = f"{WORDS} on line {number}" if number < 3 else f"Which wrench for pump {number}?"
        at = NOON - timedelta(days=number + 1)
        an_answer(a_need(words, by=asker, at=at), by=ada, at=at)
        if number < 1:
            an_answer(
                a_need(f"{WORDS}, once more, in the other hall", by=asker, at=at), by=bob, at=at
            )
    index.catch_up()

    before = suggest(WORDS, reach=reach(reader), now=NOON).people
    assert [one.person for one in before] == [ada, bob]
    named = {reason.url for reason in before[0].why}
    ids = list(Evidence.objects.filter(owner=ada).values_list("pk", flat=True))
    every = pieces_of(ids, reach=reach(reader))
    carried = [piece.id for piece in every if piece.url in named]
    for piece in carried:
        remove_evidence(evidence_id=piece, by=ada, now=NOON)
    after = suggest(WORDS, reach=reach(reader), now=NOON).people

    assert len(carried) == 3
    assert after[0].person == bob
    assert not named & {r.url for one in after for r in one.why if "/needs/" in r.url}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("feature", "sentence"),
    [
        ("deeds_30d", "Answered {} needs in the last thirty days."),
        ("proven", "{} of their answers were said to help."),
        ("topics_ever", "Answered {} needs on the same topics, the last on 2 November 2026."),
    ],
)
def test_a_partner_is_told_of_nothing_but_what_is_shared_with_them(
    index: Index, feature: str, sentence: str
) -> None:
    here, there = an_organisation(), an_organisation()
    partners(here, there)
    ada, bob = (a_person(here, name=name, sharing=SharingClass.PUBLIC) for name in ("Ada", "Bob"))
    for organisation in (here, there):
        # Something like the need has to count, or nobody could be shown for it.
        weigh_only(organisation, feature, "words_ever")
    topic = Topic.objects.create(organisation=here, name="Wrenches", slug="wrenches")
    deeds = [(ada, hours, hours > 2) for hours in range(1, 5)] + [(bob, 960, False)]
    for author, hours, is_internal in deeds:
        at = NOON - timedelta(hours=hours)
        sharing = SharingClass.ORGANISATION if is_internal else SharingClass.PARTNERS
        need = a_need(f"{WORDS}, {hours} h ago", by=a_person(here), at=at, sharing=sharing)
        need.topics.add(topic)
        an_answer(need, by=author, at=at, verdict=Verdict.SOLVED if author is ada else None)
    index.catch_up()

    colleague, partner = said_of(ada, to=a_person(here)), said_of(ada, to=a_person(there))

    assert sentence.format(4) in colleague
    assert sentence.format(2) in partner
    assert {text for text in partner if "ago" in text} == {f"{WORDS}, {h} h ago" for h in (1, 2)}
    assert said_of(ada, to=a_stranger()) == []
