"""Small worlds of people who share, as plans that can be shrunk, and who may see what in them.

The rules are written here a second time, from what the product says in words and without looking at
how it does it: day by day, person by person, one thing after the other.
"""

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from whoknows.people.models import SharingClass

Ends = Literal["stays", "alumnus", "gone"]
Kind = Literal["need", "aid", "community"]
Agreement = Literal["in force", "ended", "not yet"]


@dataclass(frozen=True)
class Place:
    """A membership; those that end do so this morning."""

    organisation: int
    unit: int | None
    sharing: SharingClass
    ends: Ends


@dataclass(frozen=True)
class Thing:
    """Something shared, and how it is shared in the end."""

    kind: Kind
    owner: int
    organisation: int
    unit: int | None
    first: SharingClass
    sharing: SharingClass


@dataclass(frozen=True)
class Plan:
    """A world.

    Attributes:
        units: For each organisation, the parent of each of its units.
        agreements: Pairs of organisations and whether their agreement holds today.
        persons: The places of each person; somebody without any is a stranger with an account.
        answers: Who answers which thing, if it is a need that they may see then.
    """

    units: tuple[tuple[int | None, ...], ...]
    agreements: tuple[tuple[int, int, Agreement], ...]
    persons: tuple[tuple[Place, ...], ...]
    things: tuple[Thing, ...]
    answers: tuple[tuple[int, int], ...]


def possible(sharing: SharingClass, unit: int | None) -> SharingClass:
    """Return ``sharing``, or the next wider class where there is no unit to share with."""
    if sharing == SharingClass.UNIT and unit is None:
        return SharingClass.ORGANISATION
    return sharing


CLASSES = st.sampled_from(SharingClass)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    organisations = draw(st.integers(2, 3))
    units = tuple(
        tuple(
            draw(st.sampled_from([None, *range(number)]))
            for number in range(draw(st.integers(0, 3)))
        )
        for _ in range(organisations)
    )
    pairs = [(a, b) for a in range(organisations) for b in range(a + 1, organisations)]
    states: st.SearchStrategy[Agreement] = st.sampled_from(
        ["in force", "in force", "ended", "not yet"]
    )
    agreements = tuple(
        (a, b, draw(states)) for a, b in draw(st.lists(st.sampled_from(pairs), unique=True))
    )
    persons = tuple(_places(draw, units) for _ in range(draw(st.integers(2, 4))))
    owners = [(person, place) for person, places in enumerate(persons) for place in places]
    things = tuple(
        _thing(draw, *draw(st.sampled_from(owners)))
        for _ in range(draw(st.integers(1, 5)) if owners else 0)
    )
    answers = draw(
        st.lists(
            st.tuples(st.integers(0, len(persons) - 1), st.integers(0, max(0, len(things) - 1))),
            max_size=4,
            unique=True,
        )
    )
    return Plan(units, agreements, persons, things, tuple(answers) if things else ())


def _places(draw: st.DrawFn, units: tuple[tuple[int | None, ...], ...]) -> tuple[Place, ...]:
    where = draw(st.lists(st.integers(0, len(units) - 1), max_size=2, unique=True))
    places = []
    for organisation in where:
        unit = draw(st.sampled_from([None, *range(len(units[organisation]))]))
        sharing = possible(draw(CLASSES), unit)
        ends: Ends = draw(st.sampled_from(["stays", "stays", "alumnus", "gone"]))
        places.append(Place(organisation, unit, sharing, ends))
    return tuple(places)


def _thing(draw: st.DrawFn, owner: int, place: Place) -> Thing:
    kind: Kind = draw(st.sampled_from(["need", "need", "aid", "community"]))
    first = possible(draw(CLASSES), place.unit)
    sharing = first if kind == "community" else possible(draw(CLASSES), place.unit)
    return Thing(kind, owner, place.organisation, place.unit, first, sharing)


# The rules, in the words of the product. ``reader`` is None for nobody in particular.


def may_see(plan: Plan, reader: int | None, thing: Thing) -> bool:
    """Whether ``reader`` may see ``thing`` today."""
    if reader is None:
        return thing.sharing == SharingClass.PUBLIC
    mine = [place for place in plan.persons[reader] if place.ends == "stays"]
    here = [place for place in mine if place.organisation == thing.organisation]
    if thing.owner == reader and here:
        return True  # the owner, as long as they belong to the organisation
    seen = thing.sharing == SharingClass.PUBLIC
    match thing.sharing:
        case SharingClass.UNIT:  # it also reaches the units inside
            seen = any(_is_inside(plan, place, thing.unit) for place in here)
        case SharingClass.ORGANISATION:
            seen = bool(here)
        case SharingClass.PARTNERS:
            there = [place.organisation for place in mine]
            seen = bool(here) or any(_are_partners(plan, o, thing.organisation) for o in there)
    return seen


def _is_inside(plan: Plan, place: Place, unit: int | None) -> bool:
    at = place.unit
    while at is not None:
        if at == unit:
            return True
        at = plan.units[place.organisation][at]
    return False


def _are_partners(plan: Plan, one: int, other: int) -> bool:
    return (min(one, other), max(one, other), "in force") in plan.agreements


def may_see_place(plan: Plan, reader: int | None, person: int, place: Place) -> bool:
    """Whether ``reader`` may know that ``person`` has ``place``."""
    if place.ends == "gone":
        return False
    as_thing = Thing("need", person, place.organisation, place.unit, place.sharing, place.sharing)
    return may_see(plan, reader, as_thing)


def may_see_person(plan: Plan, reader: int | None, person: int) -> bool:
    """Whether ``reader`` may know of ``person``: themselves, or through one of their places."""
    return reader == person or any(
        may_see_place(plan, reader, person, place) for place in plan.persons[person]
    )
