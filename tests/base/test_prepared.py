"""Queries that are put together once give each caller their own rows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from pytest_django import DjangoAssertNumQueries

from tests.builders import a_person, an_aid, reach
from whoknows.aids.models import Aid
from whoknows.base.prepared import IsAmong, Prepared, given


def some_aids() -> Prepared[Aid]:
    return Prepared(
        lambda: (
            Aid.objects.visible_to(None).filter(IsAmong("pk", given("ids"))).select_related("owner")
        )
    )


@pytest.mark.django_db
def test_the_same_query_serves_readers_who_may_see_different_things(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one, other = an_aid("Mine"), an_aid("Yours")
    aids, ids = some_aids(), [one.pk, other.pk]
    eyes = [reach(one.owner), reach(other.owner)]

    with django_assert_num_queries(2):
        seen = [[aid.owner.name for aid in aids.rows(ids=ids, reach=mine)] for mine in eyes]

    assert seen == [[one.owner.name], [other.owner.name]]


@pytest.mark.django_db
def test_nothing_given_is_nothing_found() -> None:
    person = a_person()
    an_aid(owner=person)

    assert some_aids().rows(ids=[], reach=reach(person)) == []


@pytest.mark.django_db(transaction=True)
def test_threads_share_it_each_with_a_connection_of_its_own() -> None:
    aid = an_aid()
    aids, eyes = some_aids(), reach(aid.owner)
    assert aids.rows(ids=[aid.pk], reach=eyes) == [aid]

    def elsewhere() -> list[Aid]:
        try:
            return aids.rows(ids=[aid.pk], reach=eyes)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(elsewhere).result() == [aid]
