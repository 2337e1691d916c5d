"""The last administrator of an organisation, in the administration."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.builders import LONG_AGO, a_person, place_of
from tests.config.administration import address, person_form
from whoknows.people.models import Membership, Organisation, Person, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]
WHY = "Ourworks Admin is the only administrator of Ourworks. Make somebody else one first."


def membership_form(place: Membership, **fields: object) -> dict[str, object]:
    told = {
        "owner": place.owner_id,
        "organisation": place.organisation_id,
        "sharing": place.sharing,
        "role": place.role,
        "started_on": place.started_on,
    }
    return {**told, **fields}


def change(client: Client, place: Membership, **fields: object) -> str:
    """Send the form of ``place``; returns the page that refuses it, or nothing."""
    page = address(Membership, "change", place.pk)
    sent = client.post(page, membership_form(place, **fields))
    return "" if sent.status_code == 302 else sent.content.decode()


def days_from_today(days: int) -> str:
    return str(timezone.localdate() + timedelta(days=days))


@pytest.mark.parametrize(
    ("fields", "is_for_both"),
    [
        ({"ended_on": days_from_today(0)}, True),
        ({"ended_on": days_from_today(-5)}, True),
        ({"ended_on": days_from_today(30)}, True),
        ({"role": Role.MEMBER}, True),
        ({"started_on": days_from_today(9)}, True),
        # An administrator may not choose these.
        ({"organisation": "theirs"}, False),
        ({"owner": "superuser"}, False),
    ],
)
def test_the_last_administrator_stays_where_others_are(
    client: Client,
    ours: Organisation,
    theirs: Organisation,
    administrator: Person,
    superuser: Person,
    fields: dict[str, str],
    *,
    is_for_both: bool,
) -> None:
    a_person(ours)
    place, others = place_of(administrator), {"theirs": theirs.pk, "superuser": superuser.pk}
    told = {name: others.get(value, value) for name, value in fields.items()}

    for by in (administrator, superuser) if is_for_both else (superuser,):
        client.force_login(by)
        assert WHY in change(client, place, **told)

    a_person(ours, role=Role.ADMINISTRATOR)
    assert change(client, place, **told) == ""


def test_the_last_administrator_signs_in_on(
    client: Client, ours: Organisation, administrator: Person, superuser: Person
) -> None:
    a_person(ours)
    page = address(Person, "change", administrator.pk)
    told = person_form(administrator)
    without_sign_in = {**told, "is_active": ""}

    client.force_login(administrator)
    assert WHY in client.post(page, without_sign_in).content.decode()
    client.force_login(superuser)
    assert WHY in client.post(page, without_sign_in).content.decode()
    assert WHY in client.post(page, {**told, "email": ""}).content.decode()
    assert client.post(page, {**told, "about": "Pumps."}).status_code == 302

    a_person(ours, role=Role.ADMINISTRATOR)
    assert client.post(page, without_sign_in).status_code == 302


def test_who_cannot_sign_in_is_no_other_administrator(
    client: Client, ours: Organisation, administrator: Person, superuser: Person
) -> None:
    other = a_person(ours, role=Role.ADMINISTRATOR)
    a_person(ours)
    Person.objects.get_queryset().filter(pk=other.pk).update(is_active=False)
    client.force_login(superuser)

    assert WHY in change(client, place_of(administrator), ended_on=days_from_today(0))


def test_only_whoever_runs_the_installation_ends_one_who_is_alone(
    client: Client, ours: Organisation, administrator: Person, superuser: Person
) -> None:
    former, author = a_person(ours), a_person(ours)
    Membership.objects.filter(owner=former).update(ended_on=LONG_AGO + timedelta(days=9))
    # Of an archive: nobody could make them administrator.
    Person.objects.get_queryset().filter(pk=author.pk).update(email=None, is_active=False)
    place = place_of(administrator)

    client.force_login(administrator)
    assert WHY in change(client, place, ended_on=days_from_today(0))
    client.force_login(superuser)
    assert WHY in change(client, place, role=Role.MEMBER)
    assert change(client, place, ended_on=days_from_today(0)) == ""


def test_what_else_is_changed_of_the_last_administrator_is_taken(
    client: Client, ours: Organisation, administrator: Person
) -> None:
    a_person(ours)
    client.force_login(administrator)

    assert change(client, place_of(administrator), title="Chief") == ""

    assert place_of(administrator).title == "Chief"


def test_a_place_that_there_is_already_is_refused_without_a_word_of_the_database(
    client: Client, ours: Organisation, administrator: Person
) -> None:
    ended = place_of(a_person(ours))
    Membership.objects.filter(pk=ended.pk).update(ended_on=days_from_today(0))
    Membership.objects.create(owner=ended.owner, organisation=ours, started_on=days_from_today(0))
    client.force_login(administrator)

    assert "Error" in change(client, ended)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_do_not_end_each_other_at_once(
    ours: Organisation, administrator: Person
) -> None:
    other = a_person(ours, name="Other Admin", role=Role.ADMINISTRATOR)
    a_person(ours)
    both = Barrier(2, timeout=30)

    def end(by: Person, whom: Person) -> str:
        client = Client()
        client.force_login(by)
        place = place_of(whom)
        both.wait()
        try:
            return change(client, place, ended_on=days_from_today(0))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        pages = list(threads.map(end, (administrator, other), (other, administrator)))

    left = Membership.objects.active(timezone.localdate()).filter(role=Role.ADMINISTRATOR)
    assert left.count() == 1
    assert pages.count("") == 1
