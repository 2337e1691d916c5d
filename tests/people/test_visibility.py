"""Who sees what: each sharing class, seen by each kind of reader."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.builders import (
    LONG_AGO,
    NOON,
    a_need,
    a_person,
    a_stranger,
    a_unit,
    an_organisation,
    partners,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.needs.models import Need
from whoknows.needs.queries.everything import search
from whoknows.people.actions import join_organisation, leave_organisation
from whoknows.people.models import Membership, Organisation, Person, Reach, SharingClass, Unit
from whoknows.people.queries import persons_to_browse, persons_visible_to, reach_of, sharing_choices

pytestmark = pytest.mark.django_db
PRIVATE, UNIT, INSIDE, PARTNERS, PUBLIC = SharingClass
TODAY = NOON.date()

READERS = {
    "owner": {PRIVATE, UNIT, INSIDE, PARTNERS, PUBLIC},
    "same unit": {UNIT, INSIDE, PARTNERS, PUBLIC},
    "unit inside": {UNIT, INSIDE, PARTNERS, PUBLIC},
    "unit around": {INSIDE, PARTNERS, PUBLIC},
    "unit beside": {INSIDE, PARTNERS, PUBLIC},
    "no unit": {INSIDE, PARTNERS, PUBLIC},
    "partner": {PARTNERS, PUBLIC},
    "partner of partner": {PUBLIC},
    "stranger with an account": {PUBLIC},
    "nobody in particular": {PUBLIC},
    "left this morning": {PUBLIC},
    "left, stays as alumnus": {PUBLIC},
    "begins tomorrow": {PUBLIC},
    "not active": {PUBLIC},
}


class World:
    """An organisation with units, its partner, and the partner's partner."""

    def __init__(self) -> None:
        self.here, self.there, beyond = (an_organisation() for _ in range(3))
        partners(self.here, self.there)
        partners(self.there, beyond)
        works = a_unit(self.here, "Works")
        self.hall = a_unit(self.here, "Hall", within=works)
        self.owner = a_person(self.here, unit=self.hall)
        self.reaches = {
            "owner": reach(self.owner),
            "same unit": reach(a_person(self.here, unit=self.hall)),
            "unit inside": self._of(unit=a_unit(self.here, "Cell", within=self.hall)),
            "unit around": self._of(unit=works),
            "unit beside": self._of(unit=a_unit(self.here, "Yard", within=works)),
            "no unit": self._of(),
            "partner": reach(a_person(self.there)),
            "partner of partner": reach(a_person(beyond)),
            "stranger with an account": reach(a_stranger()),
            "nobody in particular": Reach(),
            "left this morning": reach(_gone(self.here, self.hall, stays=False)),
            "left, stays as alumnus": reach(_gone(self.here, self.hall, stays=True)),
            "begins tomorrow": reach(_coming(self.here)),
            "not active": reach(_switched_off(self.here)),
        }

    def _of(self, *, unit: Unit | None = None) -> Reach:
        return reach(a_person(self.here, unit=unit))


def _gone(organisation: Organisation, unit: Unit | None = None, *, stays: bool) -> Person:
    person = a_person(organisation, unit=unit)
    leave_organisation(membership=place_of(person), on=TODAY, now=NOON, stays_as_alumni=stays)
    return person


def _coming(organisation: Organisation) -> Person:
    person = a_person(organisation)
    Membership.objects.filter(owner=person).update(started_on=TODAY + timedelta(days=1))
    return person


def _switched_off(organisation: Organisation) -> Person:
    person = a_person(organisation)
    person.is_active = False
    person.save()
    return person


def test_each_reader_sees_just_the_sharing_classes_that_reach_them() -> None:
    world = World()
    needs = {sharing: a_need(by=world.owner, sharing=sharing) for sharing in SharingClass}

    seen = {
        name: {s for s in needs if Need.objects.visible_to(r).filter(pk=needs[s].pk).exists()}
        for name, r in world.reaches.items()
    }

    assert seen == READERS


def test_the_audiences_in_the_index_say_the_same_as_the_database() -> None:
    world = World()
    needs = {sharing: a_need(by=world.owner, sharing=sharing) for sharing in SharingClass}

    found = {
        name: {s for s in needs if set(needs[s].audience()) & set(r.audiences())}
        for name, r in world.reaches.items()
    }

    assert found == READERS


def test_whoever_left_loses_even_their_own_notes_and_what_they_shared_stays() -> None:
    owner = a_person()
    colleague = a_person(place_of(owner).organisation)
    note, shared = a_need(by=owner, sharing=PRIVATE), a_need(by=owner, sharing=INSIDE)
    before = set(Need.objects.visible_to(reach(owner)))

    leave_organisation(membership=place_of(owner), on=TODAY, now=NOON, stays_as_alumni=True)

    assert before == {note, shared}
    assert set(Need.objects.visible_to(reach(owner))) == set()
    assert set(Need.objects.visible_to(reach(colleague))) == {shared}


def test_whoever_owns_something_elsewhere_sees_it_there_only_while_they_belong_there() -> None:
    owner = a_person()
    note = a_need(by=owner, sharing=PRIVATE)
    other_owner_here = a_person(note.organisation)

    assert note in Need.objects.visible_to(reach_of(owner, on=LONG_AGO))
    assert note not in Need.objects.visible_to(reach(other_owner_here))
    assert f"owner:{owner.pk}:{note.organisation_id}" in note.audience()
    assert f"owner:{owner.pk}:{note.organisation_id + 1}" not in reach(owner).audiences()


def test_sharing_with_partners_says_so_to_the_other_side_too() -> None:
    world = World()
    from_here = a_need(by=world.owner, sharing=PARTNERS)
    from_there = a_need(by=a_person(world.there), sharing=PARTNERS)

    assert from_here in Need.objects.visible_to(world.reaches["partner"])
    assert from_there in Need.objects.visible_to(world.reaches["owner"])


def test_a_person_is_seen_through_the_sharing_of_a_membership() -> None:
    world = World()
    person = a_person(world.here, unit=world.hall)

    seen: dict[str, set[SharingClass]] = {}
    for sharing in SharingClass:
        Membership.objects.filter(owner=person).update(sharing=sharing)
        for name, r in world.reaches.items():
            if persons_visible_to(r).filter(pk=person.pk).exists():
                seen.setdefault(name, set()).add(sharing)

    # The owner is a colleague of the person here: all but what only the person sees.
    assert seen == {**READERS, "owner": {UNIT, INSIDE, PARTNERS, PUBLIC}}


def test_everybody_with_an_account_sees_themselves() -> None:
    stranger = a_stranger()

    assert set(persons_visible_to(reach(stranger))) == {stranger}


@pytest.mark.parametrize(("stays", "seen"), [(True, True), (False, False)])
def test_only_alumni_are_still_seen_by_those_they_left(*, stays: bool, seen: bool) -> None:
    colleague = a_person()
    gone = _gone(place_of(colleague).organisation, stays=stays)

    assert persons_visible_to(reach(colleague)).filter(pk=gone.pk).exists() is seen


def test_who_has_not_begun_yet_is_not_shown_as_if_they_had(index: Index) -> None:
    here, begins = an_organisation(), timezone.now().date() + timedelta(days=60)
    colleague, freda = a_person(here), a_stranger(name="Freda Future")
    place = join_organisation(person=freda, organisation=here, on=begins, now=NOON)
    index.catch_up()

    def seen() -> list[str]:
        pages = persons_to_browse(reach(colleague), words="Freda")
        found = search("Freda Future", kind="person", reach=reach(colleague), now=NOON)
        return [*(person.name for person in pages), *(result.title for result in found)]

    before = seen()
    own = persons_visible_to(reach(freda)).get(pk=freda.pk).shown_memberships
    # The day comes without anybody writing anything: the index knows them already.
    Membership.objects.filter(pk=place.pk).update(started_on=NOON.date())

    assert (before, own) == ([], [])
    assert seen() == ["Freda Future", "Freda Future"]


def test_what_one_employer_shares_of_a_person_names_only_that_employer() -> None:
    person = a_person(sharing=PUBLIC)
    second = an_organisation()
    Membership.objects.create(
        owner=person, organisation=second, started_on=LONG_AGO, sharing=INSIDE, title="Night job"
    )
    first = place_of(person).organisation

    by_anybody = persons_visible_to(Reach()).get(pk=person.pk).shown_memberships
    by_second = persons_visible_to(reach(a_person(second))).get(pk=person.pk).shown_memberships

    assert {m.organisation for m in by_anybody} == {first}
    assert {m.organisation for m in by_second} == {first, second}


def test_sharing_choices_name_only_circles_that_exist() -> None:
    here, there = an_organisation(), an_organisation()
    alone = place_of(a_person(here))
    in_a_unit = place_of(a_person(here, unit=a_unit(here)))

    before = [value for value, _ in sharing_choices(alone, on=TODAY)]
    with_unit = [value for value, _ in sharing_choices(in_a_unit, on=TODAY)]
    partners(here, there)
    with_partners = [value for value, _ in sharing_choices(alone, on=TODAY)]

    assert before == ["private", "organisation", "public"]
    assert with_unit == ["private", "unit", "organisation", "public"]
    assert with_partners == ["private", "organisation", "partners", "public"]
    assert sharing_choices(None, on=TODAY) == []
