"""What the trail tells whoever looks after an organisation."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tests.builders import (
    LONG_AGO,
    NOON,
    a_person,
    an_aid,
    partners,
    place_of,
)
from tests.config.administration import address, agreement, person_form, rows
from whoknows.base.audit import record
from whoknows.base.models import AuditEntry
from whoknows.expertise.actions import declare_topics, withdraw_topic
from whoknows.people.actions import (
    PersonFromElsewhere,
    bring_in_persons,
    join_organisation,
    set_password,
)
from whoknows.people.models import (
    Organisation,
    PartnerAgreement,
    Person,
    Role,
    SharingClass,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def told(client: Client) -> list[tuple[str, str]]:
    """Return action and subject of each line of the trail that is shown."""
    return [(entry.action, entry.subject) for entry in rows(client, AuditEntry)]


def test_the_trail_tells_an_administrator_of_imports_passwords_and_changed_persons(
    client: Client, ours: Organisation, theirs: Organisation, administrator: Person
) -> None:
    person, other = a_person(ours), a_person(theirs)
    join_organisation(person=other, organisation=ours, on=LONG_AGO, now=NOON)
    bring_in_persons(
        persons=[
            PersonFromElsewhere(name=f"From {organisation}", organisation=organisation)
            for organisation in (ours, ours, theirs)
        ],
        now=NOON,
    )
    for somebody in (person, other):
        set_password(person=somebody, password="Kestrel-over-quay-7", now=NOON)
    client.force_login(administrator)
    client.post(address(Person, "change", person.pk), person_form(person, name="New Name"))
    client.post(address(Organisation, "change", ours.pk), {"name": "Ourworks", "slug": ours.slug})

    shown = told(client)

    for line in (
        ("bring_in_persons", f"organisation:{ours.pk}"),
        ("set_password", f"person:{person.pk}"),
        ("set_password", f"person:{other.pk}"),
        ("admin_change", f"person:{person.pk}"),
        ("admin_change", f"organisation:{ours.pk}"),
    ):
        assert shown.count(line) == 1, line
    assert ("bring_in_persons", f"organisation:{theirs.pk}") not in shown


def test_a_partner_agreement_is_in_the_trail_of_both(
    client: Client, ours: Organisation, theirs: Organisation, superuser: Person
) -> None:
    client.force_login(superuser)
    client.post(address(PartnerAgreement, "add"), agreement(ours, theirs, "2026-01-01"))

    for organisation in (ours, theirs):
        client.force_login(a_person(organisation, role=Role.ADMINISTRATOR))
        subject = f"agreement:{PartnerAgreement.objects.get().pk}"
        assert ("admin_add", subject) in told(client)


def test_a_line_of_the_trail_leads_to_what_the_reader_may_see(
    client: Client, ours: Organisation, theirs: Organisation, administrator: Person
) -> None:
    owner = a_person(ours, name="Ada Byron")
    shown, hidden = (
        an_aid("Shown", owner=owner),
        an_aid("Hidden", owner=owner, sharing=SharingClass.PRIVATE),
    )
    elsewhere = a_person(theirs, name="Theirworks person")
    record("admin_change", f"person:{elsewhere.pk}", by=None, now=NOON, organisation_id=ours.pk)
    record("end_talk", "interview:3", by=None, now=NOON, organisation_id=ours.pk)
    agreed = partners(ours, theirs)
    client.force_login(administrator)

    page = client.get(address(AuditEntry)).content.decode()

    for row in (shown, place_of(owner), agreed):
        assert f'<a href="{address(type(row), "change", row.pk)}">' in page
    assert ">Shown</a>" in page
    assert "Hidden" not in page
    assert f"aid:{hidden.pk}" in page
    assert "interview:3" in page
    assert elsewhere.name not in page
    assert "the command line, or the software itself" in page


def test_the_trail_takes_as_many_queries_for_many_lines_as_for_few(
    client: Client,
    administrator: Person,
    ours: Organisation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(administrator)
    an_aid(owner=a_person(ours))
    with CaptureQueriesContext(connection) as few:
        client.get(address(AuditEntry))
    for _ in range(5):
        an_aid(owner=a_person(ours))

    with django_assert_num_queries(len(few)):
        client.get(address(AuditEntry))


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_what_people_say_they_know_is_nowhere_in_the_trail(
    client: Client, ours: Organisation, administrator: Person, superuser: Person, who: str
) -> None:
    person = a_person(ours)
    (topic,) = declare_topics(names=["Welding"], organisation=ours, by=person, now=NOON)
    withdraw_topic(topic_id=topic.pk, by=person, now=NOON)
    client.force_login(administrator if who == "administrator" else superuser)

    page = client.get(address(AuditEntry)).content.decode()

    assert AuditEntry.objects.filter(subject=f"topic:{topic.pk}").count() == 2
    assert f"topic:{topic.pk}" not in page
    assert "declare_topic" not in page
    assert "withdraw_topic" not in page
    entry = AuditEntry.objects.get(action="declare_topic")
    assert client.get(address(AuditEntry, "change", entry.pk)).status_code == 302
