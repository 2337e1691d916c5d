"""What somebody belongs to, and therefore reaches, at one moment."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from tests.builders import (
    LONG_AGO,
    NOON,
    a_person,
    a_stranger,
    a_unit,
    an_organisation,
    partners,
    place_of,
    reach,
)
from whoknows.people.actions import agree_to_partner, join_organisation, leave_organisation
from whoknows.people.models import Membership, PartnerAgreement, Reach
from whoknows.people.queries import membership_for_posting, reach_of

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def test_rights_begin_on_the_first_day_and_end_on_the_day_of_leaving() -> None:
    person, organisation = a_stranger(), an_organisation()
    place = join_organisation(person=person, organisation=organisation, on=YESTERDAY, now=NOON)
    leave_organisation(membership=place, on=TOMORROW, now=NOON, stays_as_alumni=True)

    reached = {
        day: reach_of(person, on=day).organisations
        for day in (YESTERDAY - timedelta(days=1), YESTERDAY, TODAY, TOMORROW)
    }

    inside = frozenset({organisation.pk})
    assert list(reached.values()) == [frozenset(), inside, inside, frozenset()]


def test_somebody_who_left_may_come_back_and_reaches_it_again() -> None:
    person = a_person()
    place = place_of(person)
    leave_organisation(membership=place, on=YESTERDAY, now=NOON, stays_as_alumni=False)
    between = reach(person)

    join_organisation(person=person, organisation=place.organisation, on=TODAY, now=NOON)

    assert between == Reach(person=person.pk)
    assert reach(person).organisations == {place.organisation_id}
    assert Membership.objects.filter(owner=person).count() == 2


def test_one_person_reaches_every_organisation_they_belong_to_at_once() -> None:
    person, second = a_person(), an_organisation()
    join_organisation(person=person, organisation=second, on=TODAY, now=NOON)

    assert reach(person).organisations == {place_of(person).organisation_id, second.pk}


def test_the_first_begun_of_the_memberships_in_force_is_the_one_to_post_under() -> None:
    person = a_person()
    first = place_of(person)
    second = join_organisation(
        person=person, organisation=an_organisation(), on=YESTERDAY, now=NOON
    )

    before = membership_for_posting(person, on=TODAY)
    leave_organisation(membership=first, on=TODAY, now=NOON, stays_as_alumni=True)
    afterwards = membership_for_posting(person, on=TODAY)

    assert (before, afterwards) == (first, second)
    assert membership_for_posting(a_stranger(), on=TODAY) is None


def test_somebody_reaches_their_unit_and_all_around_it_but_none_inside_or_beside() -> None:
    organisation = an_organisation()
    works = a_unit(organisation, "Works")
    hall = a_unit(organisation, "Hall", within=works)
    cell = a_unit(organisation, "Cell", within=hall)
    a_unit(organisation, "Other hall", within=works)
    person = a_person(organisation, unit=hall)

    assert reach(person).units == {works.pk, hall.pk}
    assert cell.pk not in reach(person).units


def test_units_that_stand_in_a_ring_do_not_hang_anybody() -> None:
    organisation = an_organisation()
    one = a_unit(organisation)
    other = a_unit(organisation, within=one)
    one.parent = other
    one.save()

    assert reach(a_person(organisation, unit=one)).units == {one.pk, other.pk}


def test_a_unit_of_another_organisation_lets_nobody_in() -> None:
    here, there = an_organisation(), an_organisation()
    foreign = a_unit(there)
    mine = a_unit(here, within=foreign)
    misplaced = a_person(here)
    Membership.objects.filter(owner=misplaced).update(unit=foreign)

    assert reach(a_person(here, unit=mine)).units == {mine.pk}
    assert reach(misplaced).units == frozenset()


@pytest.mark.parametrize(
    ("since", "until", "in_force"),
    [
        (LONG_AGO, None, True),
        (TODAY, None, True),
        (TOMORROW, None, False),
        (LONG_AGO, TODAY, True),
        (LONG_AGO, YESTERDAY, False),
    ],
)
def test_partners_are_reached_from_the_first_to_the_last_day_of_the_agreement(
    since: date, until: date | None, *, in_force: bool
) -> None:
    here, there = an_organisation(), an_organisation()
    agreement = agree_to_partner(one=here, other=there, since=since, now=NOON)
    agreement.until = until
    agreement.save()

    assert reach(a_person(here)).partners == ({there.pk} if in_force else frozenset())
    assert reach(a_person(there)).partners == ({here.pk} if in_force else frozenset())


def test_partners_of_partners_are_not_reached() -> None:
    here, there, beyond = an_organisation(), an_organisation(), an_organisation()
    partners(here, there)
    partners(there, beyond)

    assert reach(a_person(here)).partners == {there.pk}


def test_whoever_may_not_sign_in_reaches_what_a_stranger_reaches() -> None:
    person = a_person()
    inside = reach(person)
    person.is_active = False
    person.save()

    assert inside.organisations
    assert reach(person) == Reach()
    assert reach_of(AnonymousUser(), on=TODAY) == Reach()
    assert reach(a_stranger()).organisations == frozenset()


def test_reach_costs_a_query_for_memberships_one_for_partners_and_one_for_each_level_of_units(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    organisation = an_organisation()
    works = a_unit(organisation)
    plain = a_person(organisation)
    nested = a_person(organisation, unit=a_unit(organisation, within=works))

    with django_assert_num_queries(2):
        reach(plain)
    with django_assert_num_queries(4):
        reach(nested)


def test_it_does_not_matter_which_partner_is_named_first() -> None:
    here, there = an_organisation(), an_organisation()
    since = NOON.date()

    agreement = agree_to_partner(one=here, other=there, since=since, now=NOON)
    # As an administrator may have written it: the other one first.
    PartnerAgreement.objects.filter(pk=agreement.pk).update(one=there, other=here)

    assert agree_to_partner(one=here, other=there, since=since, now=NOON) == agreement
    assert agree_to_partner(one=there, other=here, since=since, now=NOON) == agreement
    assert PartnerAgreement.objects.count() == 1
