"""Who turns to whom."""

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tests.builders import NOON, a_person, an_organisation
from whoknows.network.actions import Known, record_ties
from whoknows.network.models import Tie
from whoknows.network.queries import all_ties
from whoknows.people.models import Organisation, Person

pytestmark = pytest.mark.django_db


def tie(seeker: Person, helper: Person, *, weight: float = 1.0, kind: str = "advice") -> Known:
    return Known(seeker.pk, helper.pk, kind, weight, NOON)


@pytest.fixture
def organisation() -> Organisation:
    return an_organisation()


def test_a_tie_is_seen_from_both_ends_and_from_no_other(organisation: Organisation) -> None:
    mika, noor, remy = (a_person(organisation) for _ in range(3))
    record_ties(now=NOON, organisation=organisation, ties=[tie(mika, noor)])

    assert all_ties(mika.pk) == {noor.pk}
    assert all_ties(noor.pk) == {mika.pk}
    assert all_ties(remy.pk) == all_ties(None) == set()


def test_a_tie_told_again_takes_the_new_weight(organisation: Organisation) -> None:
    mika, noor = a_person(organisation), a_person(organisation)
    record_ties(now=NOON, organisation=organisation, ties=[tie(mika, noor, weight=1)])

    told = [tie(mika, noor, weight=2), tie(mika, noor, weight=5)]
    count = record_ties(now=NOON, organisation=organisation, ties=told)

    assert count == 1
    assert Tie.objects.get().weight == 5


def test_kinds_and_directions_and_organisations_are_ties_of_their_own(
    organisation: Organisation,
) -> None:
    mika, noor = a_person(organisation), a_person(organisation)
    told = [tie(mika, noor), tie(noor, mika), tie(mika, noor, kind="mail")]

    record_ties(now=NOON, organisation=organisation, ties=told)
    record_ties(now=NOON, organisation=an_organisation(), ties=told)

    assert Tie.objects.count() == 6


def test_the_database_refuses_ties_with_oneself_and_without_weight(
    organisation: Organisation,
) -> None:
    mika, noor = a_person(organisation), a_person(organisation)

    for bad in (tie(mika, mika), tie(mika, noor, weight=0), tie(mika, noor, weight=-1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            record_ties(now=NOON, organisation=organisation, ties=[bad])

    assert not Tie.objects.exists()


def test_asking_for_ties_is_one_query(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mika = a_person(organisation)
    others = [a_person(organisation) for _ in range(5)]
    record_ties(now=NOON, organisation=organisation, ties=[tie(mika, other) for other in others])

    with django_assert_num_queries(1):
        assert len(all_ties(mika.pk)) == 5
