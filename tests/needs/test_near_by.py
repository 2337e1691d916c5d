"""Who works or writes as the asker does is suggested before others who did the same."""

from datetime import timedelta

import pytest

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_unit,
    an_answer,
    an_organisation,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.actions import introduce, leave_organisation
from whoknows.people.actions.noting import note_places
from whoknows.people.models import Membership, Organisation, Person, SharingClass
from whoknows.people.queries import reach_of

pytestmark = pytest.mark.django_db
WORDS = "Wie kann ich den Flansch nach der Eichung wieder dicht machen?"


def two_helpers(organisation: Organisation) -> tuple[Person, Person]:
    """Return two who did the same; the first is suggested first when nothing else counts."""
    first, second = a_person(organisation, name="Ada"), a_person(organisation, name="Bea")
    for number in range(2):
        need = a_need(f"{WORDS} Nummer {number}", by=a_person(organisation))
        for person in (first, second):
            an_answer(need, by=person, at=NOON - timedelta(hours=number + 1))
    return first, second


def put(person: Person, **place: object) -> None:
    Membership.objects.filter(owner=person).update(**place)


def suggested(reader: Person) -> list[tuple[str, list[str]]]:
    people = suggest(WORDS, reach=reach(reader), now=NOON).people
    return [(one.person.name, [why.text for why in one.why]) for one in people]


@pytest.mark.parametrize(
    ("near", "says"),
    [
        ("unit", "Works in your unit."),
        ("site", "Works at your site."),
        ("language", "Writes in your language."),
    ],
)
def test_of_two_who_did_the_same_the_nearer_comes_first(index: Index, near: str, says: str) -> None:
    organisation = an_organisation()
    _first, second = two_helpers(organisation)
    reader = a_person(organisation)
    match near:
        case "unit":
            unit = a_unit(organisation)
            put(second, unit=unit)
            put(reader, unit=unit)
        case "site":
            put(second, site="Plant 2")
            put(reader, site="plant 2")
        case _:
            introduce(person=second, name="Bea", about="", language="de", now=NOON)
    index.catch_up()

    (name, whys), (_other, other_whys) = suggested(reader)

    assert name == "Bea"
    assert says in whys
    assert says not in other_whys


def test_where_somebody_works_counts_only_for_who_may_know_it(index: Index) -> None:
    organisation = an_organisation()
    first, second = two_helpers(organisation)
    reader = a_person(organisation)
    for person in (second, reader):
        put(person, site="Plant 2")
    # Found through another membership, which says nothing of a site.
    elsewhere = an_organisation()
    put(second, sharing=SharingClass.PRIVATE)
    Membership.objects.create(
        owner=second,
        organisation=elsewhere,
        started_on=NOON.date(),
        sharing=SharingClass.PUBLIC,
    )
    index.catch_up()

    assert place_of(reader).site == "Plant 2"
    assert [name for name, _ in suggested(reader)] == [first.name, second.name]
    assert all("Works at your site." not in whys for _, whys in suggested(reader))


def test_the_same_name_of_a_site_in_another_organisation_is_another_site(index: Index) -> None:
    organisation = an_organisation()
    first, _second = two_helpers(organisation)
    reader = a_person(organisation)
    put(first, site="Main building")
    put(reader, site="Main building")
    guest = a_person(an_organisation())
    put(guest, site="Main building")
    index.catch_up()

    assert any("Works at your site." in whys for _, whys in suggested(reader))
    assert all("Works at your site." not in whys for _, whys in suggested(guest))


def test_where_somebody_works_counts_no_more_once_fewer_may_know_it(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in an installation so large that what is new is read beside the request.
    monkeypatch.setattr("whoknows.needs.queries.history._QUICK_S", 0.0)
    organisation = an_organisation()
    _first, second = two_helpers(organisation)
    reader = a_person(organisation)
    for person in (second, reader):
        put(person, site="Plant 2")
    # So that they are found still, by a membership that says nothing of a site.
    Membership.objects.create(
        owner=second,
        organisation=an_organisation(),
        started_on=NOON.date(),
        sharing=SharingClass.PUBLIC,
    )
    index.catch_up()
    assert "Works at your site." in str(suggested(reader))

    put(second, sharing=SharingClass.PRIVATE)
    note_places(Membership.objects.filter(owner=second).values_list("pk", flat=True))

    assert "Works at your site." not in str(suggested(reader))


def test_whoever_left_is_not_at_a_site_from_that_day_on(index: Index) -> None:
    organisation = an_organisation()
    _first, second = two_helpers(organisation)
    reader = a_person(organisation)
    for person in (second, reader):
        put(person, site="Plant 2")
    place = place_of(second)
    leaving = NOON.date() + timedelta(days=2)
    leave_organisation(membership=place, on=leaving, now=NOON, stays_as_alumni=True)
    index.catch_up()

    later = NOON + timedelta(days=2)
    found = {
        now: suggest(WORDS, reach=reach_of(reader, on=now.date()), now=now).people
        for now in (NOON, later)
    }

    assert "Works at your site." in str(found[NOON])
    assert "Works at your site." not in str(found[later])
