"""A list of people that an administrator brings in on a page."""

import gzip
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.builders import LONG_AGO, NOON, a_person, an_organisation, place_of
from whoknows.base.models import AuditEntry
from whoknows.interop.forms import MOST_BYTES
from whoknows.people.actions import join_organisation
from whoknows.people.models import Membership, Organisation, Person, Role

pytestmark = pytest.mark.django_db
PAGE = "/organisations/works/people/file/"


@pytest.fixture
def works() -> Organisation:
    return an_organisation("Works")


@pytest.fixture
def ruth(client: Client, works: Organisation) -> Person:
    ruth = a_person(works, name="Ruth", role=Role.ADMINISTRATOR)
    client.force_login(ruth)
    return ruth


def send(client: Client, *rows: str, name: str = "staff.csv") -> tuple[int, str]:
    content = "".join(f"{row}\n" for row in ("name,email,unit,manager", *rows)).encode()
    sent = client.post(PAGE, {"file": SimpleUploadedFile(name, content)})
    return sent.status_code, sent.content.decode()


@pytest.mark.usefixtures("ruth")
def test_says_what_became_of_each_row(client: Client, works: Organisation) -> None:
    status, page = send(
        client,
        "Ida,ida@example.org,Line 4,",
        '"Lou,lou@example.org,,',
        "Mia,mia@example.org,,zoe@example.org",
        "Bo,not an address,,",
    )

    assert status == 200
    assert "2 people are new here." in page
    assert "2 rows were left out, 1 came in without a manager" in page
    for line, why in ((3, "quotation mark"), (4, "without a manager"), (5, "no e-mail address")):
        assert why in page[page.index(f"Line {line}<") :].split("</li>")[0]
    assert Membership.objects.filter(organisation=works, unit__name="Line 4").count() == 1
    _, again = send(client, "Ida,ida@example.org,Line 4,", "Lou,lou@example.org,,")
    assert "1 person is new here." in again


def test_leaves_lines_in_the_trail_of_the_organisation(
    client: Client, works: Organisation, ruth: Person
) -> None:
    before = set(AuditEntry.objects.values_list("pk", flat=True))

    send(client, "Ida,ida@example.org,Line 4,", "Lou,lou@example.org,,ida@example.org")

    left = AuditEntry.objects.exclude(pk__in=before).order_by("pk")
    assert [entry.action for entry in left] == ["open_unit", "bring_in_persons", "record_ties"]
    assert {(entry.actor, entry.organisation_id) for entry in left} == {(ruth, works.pk)}
    assert left[1].detail == {"persons": 2}


@pytest.mark.usefixtures("ruth")
def test_changes_only_who_belongs_here_alone(client: Client, works: Organisation) -> None:
    ours, shared, other = a_person(works), a_person(works, name="Shared"), a_person(name="Other")
    join_organisation(person=shared, organisation=an_organisation(), on=LONG_AGO, now=NOON)

    _, page = send(client, *(f"Renamed,{person.email},Line 4," for person in (ours, shared, other)))

    names = [Person.objects.get_queryset().get(pk=p.pk).name for p in (ours, shared, other)]
    assert names == ["Renamed", "Shared", "Other"]
    assert not Membership.objects.filter(owner=other, organisation=works).exists()
    assert "They are known elsewhere" in page
    assert "Other" not in page


def leave(client: Client, *rows: str) -> str:
    content = "".join(f"{row}\n" for row in ("name,email,left_on", *rows)).encode()
    sent = client.post(PAGE, {"file": SimpleUploadedFile("staff.csv", content)})
    return sent.content.decode()


def test_the_last_administrator_does_not_leave_by_a_file(
    client: Client, works: Organisation, ruth: Person
) -> None:
    other, member = a_person(works, name="Ada", role=Role.ADMINISTRATOR), a_person(works)
    days = [f"{person.name},{person.email},2026-11-01" for person in (other, member, ruth)]

    page = leave(client, *days)

    why = "Ruth is the only administrator of Works. Make somebody else one first. "
    assert why in page[page.index("Line 4<") :].split("</li>")[0]
    assert page.count("the only administrator") == 1
    left = Membership.objects.filter(ended_on="2026-11-01").values_list("owner", flat=True)
    assert set(left) == {other.pk, member.pk}
    assert Membership.objects.get(owner=ruth).ended_on is None


@pytest.mark.parametrize(
    ("leaves", "other_leaves", "may"),
    [("2026-11-01", "", True), ("2999-06-01", "2999-05-01", False), ("2999-05-01", "", True)],
)
def test_an_administrator_leaves_by_a_file_while_another_stays_longer(
    client: Client, works: Organisation, ruth: Person, leaves: str, other_leaves: str, *, may: bool
) -> None:
    other = place_of(a_person(works, role=Role.ADMINISTRATOR))
    other.ended_on = date.fromisoformat(other_leaves) if other_leaves else None
    other.save()

    page = leave(client, f"Ruth,{ruth.email},{leaves}")

    assert ("the only administrator" in page) is not may
    assert (Membership.objects.get(owner=ruth).ended_on is not None) is may


def test_the_day_on_which_an_administrator_left_once_ends_nothing_again(
    client: Client, works: Organisation, ruth: Person
) -> None:
    left = Membership.objects.get(owner=ruth)
    left.ended_on = date(2020, 1, 31)
    left.save()
    join_organisation(
        person=ruth, organisation=works, on=date(2020, 3, 1), now=NOON, role=Role.ADMINISTRATOR
    )

    page = leave(client, f"Ruth,{ruth.email},2020-01-31")

    assert "the only administrator" not in page
    assert Membership.objects.filter(owner=ruth, ended_on=None).exists()


@pytest.mark.usefixtures("ruth")
def test_a_row_of_another_organisation_is_left_out(client: Client) -> None:
    content = b"name,email,organisation\nIda,ida@example.org,Elsewhere\n"

    sent = client.post(PAGE, {"file": SimpleUploadedFile("staff.csv", content)})

    assert "It is of Elsewhere, not of Works; leave it out." in sent.content.decode()
    assert not Organisation.objects.filter(name="Elsewhere").exists()


@pytest.mark.usefixtures("ruth")
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("staff.csv", b"email\nida@example.org\n", "has no column “name”"),
        ("staff.csv", b"", "The file is empty"),
        ("staff.xlsx", b"PK\x03\x04", "is packed (ZIP)"),
        ("staff.csv.gz", gzip.compress(b"name,email\nIda,ida@example.org\n"), "is packed (gzip)"),
        ("staff.csv", b"name\n" + b"x" * MOST_BYTES, "over 1 MB"),
    ],
)
def test_says_what_is_wrong_with_a_file(
    client: Client, name: str, content: bytes, why: str
) -> None:
    sent = client.post(PAGE, {"file": SimpleUploadedFile(name, content)})

    assert sent.status_code == 422
    assert why in sent.content.decode()
    assert client.post(PAGE).status_code == 422


def test_only_an_administrator_of_the_organisation_brings_people_in(
    client: Client, works: Organisation
) -> None:
    for person in (a_person(works), a_person(role=Role.ADMINISTRATOR)):
        client.force_login(person)
        assert send(client, "Ida,ida@example.org,,")[0] == 404

    assert not Person.objects.get_queryset().filter(name="Ida").exists()
