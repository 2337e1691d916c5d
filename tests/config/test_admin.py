"""Who sees and changes what in the administration."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import reverse

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    a_stranger,
    a_unit,
    an_aid,
    an_interview,
    an_organisation,
    partners,
    place_of,
)
from tests.config.administration import address, person_form, rows
from tests.config.conftest import OURS, THEIRS
from whoknows.base.models import AuditEntry, Installation
from whoknows.expertise.actions import declare_topics
from whoknows.expertise.models import Topic
from whoknows.needs.models import Need, Synonym
from whoknows.people.actions import (
    issue_token,
    join_organisation,
)
from whoknows.people.models import (
    Membership,
    Organisation,
    Person,
    Role,
    SharingClass,
    Token,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]

PRIVATE = SharingClass.PRIVATE


def fill(organisation: Organisation) -> None:
    """Put one of everything into ``organisation``, each told by its name."""
    name = organisation.name
    unit = a_unit(organisation, f"{name} unit")
    person = a_person(organisation, name=f"{name} person", unit=unit)
    a_need(f"{name} need", by=person)
    an_aid(f"{name} aid", owner=person, topics=(f"{name} topic",))
    a_community(f"{name} community", by=person)
    Synonym.objects.create(organisation=organisation, word=f"{name} word", means="another")
    issue_token(person=person, label=f"{name} token", now=NOON)
    elsewhere = an_organisation(f"{name} partner")
    partners(organisation, elsewhere)


def on_site(thing: Model) -> str:
    kind = ContentType.objects.get_for_model(thing)
    return reverse("admin:view_on_site", args=[kind.pk, thing.pk])


def test_the_way_to_a_page_leads_to_what_the_administration_shows_and_nowhere_else(
    client: Client, administrator: Person, ours: Organisation, theirs: Organisation
) -> None:
    client.force_login(administrator)
    colleague, outsider = a_person(ours), a_person(theirs)
    mine = a_need(by=colleague)
    hidden = [
        a_need(by=outsider),
        a_need(by=colleague, sharing=SharingClass.PRIVATE),
        an_aid(owner=outsider),
        an_interview(by=colleague),
        outsider,
    ]

    found = client.get(on_site(mine))
    page = client.get(address(Need, "change", mine.pk)).content.decode()

    assert found["Location"].endswith(mine.get_absolute_url())
    assert on_site(mine) in page
    assert [client.get(on_site(thing)).status_code for thing in hidden] == [404] * len(hidden)
    kind = on_site(mine).split("/")[-3]
    for odd in (f"/admin/r/{kind}/x/", f"/admin/r/x/{mine.pk}/", f"/admin/r/0/{mine.pk}/"):
        assert client.get(odd).status_code == 404


def own_pages() -> list[type[Model]]:
    return [m for m in admin.site._registry if m.__module__.startswith("whoknows")]  # noqa: SLF001


def all_of(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.all()  # noqa: SLF001 - the manager of whatever model it is


each_page = pytest.mark.parametrize("model", own_pages(), ids=lambda m: m.__name__)


def test_a_timezone_that_there_is_not_is_refused(client: Client, superuser: Person) -> None:
    person = a_person()
    client.force_login(superuser)
    typed = {"name": person.name, "email": str(person.email), "language": "en", "is_active": "on"}

    for zone, status in (("Nowhere/Land", 200), ("Europe/Lisbon", 302)):
        sent = client.post(address(Person, "change", person.pk), {**typed, "timezone": zone})
        assert sent.status_code == status

    person.refresh_from_db()
    assert person.timezone == "Europe/Lisbon"


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_saving_a_person_changes_nothing_that_was_not_edited(
    client: Client, ours: Organisation, administrator: Person, superuser: Person, who: str
) -> None:
    told = {"timezone": "Mars/Base", "language": "nds", "about": "Pumps.\r\nAnd valves."}
    person = a_person(ours)
    Person.objects.get_queryset().filter(pk=person.pk).update(**told)
    client.force_login(administrator if who == "administrator" else superuser)
    page = address(Person, "change", person.pk)

    shown = client.get(page).context["adminform"].form
    sent = {
        name: value
        for name in shown.fields
        if (value := shown[name].value()) not in {None, False} and not shown.fields[name].disabled
    }
    assert client.post(page, sent).status_code == 302

    before = {name: getattr(person, name) for name in ("name", "email", "url", "is_active")}
    person.refresh_from_db()
    assert {name: getattr(person, name) for name in [*told, *before]} == told | before
    assert AuditEntry.objects.get(action="admin_change").detail == {"fields": []}


def test_a_new_person_is_offered_utc(client: Client, superuser: Person) -> None:
    client.force_login(superuser)

    page = client.get(address(Person, "add")).content.decode()

    assert '<option value="UTC" selected>UTC</option>' in page


def test_an_address_is_taken_in_lower_case(client: Client, superuser: Person) -> None:
    typed = person_form(Person(name="Ada"), email=" Ada@Example.org")
    client.force_login(superuser)

    added = client.post(address(Person, "add"), typed)
    again = client.post(address(Person, "add"), typed).content.decode()
    ada = Person.objects.get_queryset().get(name="Ada")
    changed = client.post(address(Person, "change", ada.pk), {**typed, "email": "ADA@Works.org"})

    ada.refresh_from_db()
    assert (added.status_code, changed.status_code, ada.email) == (302, 302, "ada@works.org")
    assert "Person with this Email already exists." in again
    assert "Constraint" not in again


@each_page
def test_an_administrator_sees_the_own_organisation_only(
    model: type[Model],
    client: Client,
    ours: Organisation,
    theirs: Organisation,
    administrator: Person,
) -> None:
    fill(ours)
    fill(theirs)
    client.force_login(administrator)
    if model is Installation:
        assert client.get(address(model)).status_code == 403
        return

    text = client.get(address(model)).content.decode()

    assert rows(client, model)
    assert THEIRS not in text
    for row in rows(client, model):
        assert getattr(row, "organisation_id", ours.pk) == ours.pk
        assert THEIRS not in client.get(address(model, "change", row.pk)).content.decode()
    others = set(all_of(model).values_list("pk", flat=True)) - {
        row.pk for row in rows(client, model)
    }
    assert others
    for pk in others:
        for page in ("change", "history", "delete"):
            assert client.get(address(model, page, pk)).status_code in {302, 403}, page


@each_page
def test_whoever_runs_the_installation_sees_all(
    model: type[Model], client: Client, ours: Organisation, theirs: Organisation, superuser: Person
) -> None:
    fill(ours)
    fill(theirs)
    Installation.objects.get_or_create(pk=1)
    client.force_login(superuser)

    assert len(rows(client, model)) == all_of(model).count()


@pytest.mark.parametrize(
    "make",
    [
        lambda o: a_person(o, role=Role.MEMBER),
        lambda o: a_person(o, role=Role.FACILITATOR),
        lambda o: a_person(o, role=Role.HOST),
        lambda _o: a_stranger(),
        lambda _o: None,
    ],
    ids=["member", "facilitator", "host", "stranger", "nobody"],
)
def test_nobody_else_gets_in(
    client: Client, ours: Organisation, make: Callable[[Organisation], Person | None]
) -> None:
    fill(ours)
    if person := make(ours):
        client.force_login(person)

    for page in ["/admin/", *map(address, own_pages()), address(Membership, "add")]:
        answer = client.get(page)
        assert answer.status_code == 302, page
        assert answer.headers["Location"].startswith("/admin/login/")


def test_who_was_administrator_until_today_gets_in_no_more(
    client: Client, administrator: Person
) -> None:
    client.force_login(administrator)
    assert client.get("/admin/").status_code == 200

    Membership.objects.filter(owner=administrator).update(ended_on=NOON.date())

    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("sharing", [SharingClass.PRIVATE, SharingClass.UNIT])
@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_what_people_keep_to_themselves_or_their_unit_never_appears(
    client: Client,
    ours: Organisation,
    administrator: Person,
    superuser: Person,
    sharing: SharingClass,
    who: str,
) -> None:
    owner = a_person(ours, unit=a_unit(ours))
    shown = [a_need("Where?", by=owner), an_aid(owner=owner), a_community(by=owner)]
    hidden = [
        a_need("Who?", by=owner, sharing=sharing),
        an_aid(owner=owner, sharing=sharing),
        a_community(by=owner, sharing=sharing),
    ]
    client.force_login(administrator if who == "administrator" else superuser)

    for seen, unseen in zip(shown, hidden, strict=True):
        assert [row.pk for row in rows(client, type(seen))] == [seen.pk]
        assert client.get(address(type(seen), "change", seen.pk)).status_code == 200
        assert client.get(address(type(seen), "change", unseen.pk)).status_code == 302


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_a_topic_that_nothing_open_shows_never_appears(
    client: Client, ours: Organisation, administrator: Person, superuser: Person, who: str
) -> None:
    owner = a_person(ours, unit=a_unit(ours))
    an_aid(owner=owner, topics=("Open",))
    for sharing in (SharingClass.PRIVATE, SharingClass.UNIT):
        an_aid(owner=owner, topics=(f"Of the {sharing}",), sharing=sharing)
    declare_topics(names=["Declared"], organisation=ours, by=owner, now=NOON)
    client.force_login(administrator if who == "administrator" else superuser)

    assert [topic.name for topic in rows(client, Topic)] == ["Open"]
    for topic in Topic.objects.exclude(name="Open"):
        assert client.get(address(Topic, "change", topic.pk)).status_code == 302


def test_a_change_leaves_a_trail(client: Client, ours: Organisation, administrator: Person) -> None:
    person = a_person(ours)
    client.force_login(administrator)

    sent = client.post(address(Person, "change", person.pk), person_form(person, name="New Name"))

    assert sent.status_code == 302
    person.refresh_from_db()
    assert person.name == "New Name"
    entry = AuditEntry.objects.get(action="admin_change")
    assert (entry.actor, entry.subject) == (administrator, f"person:{person.pk}")
    assert entry.detail == {"fields": ["name"]}


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_only_the_operator_moves_a_sign_in_address(
    client: Client, ours: Organisation, administrator: Person, superuser: Person, who: str
) -> None:
    person = a_person(ours)
    before = person.email
    client.force_login(administrator if who == "administrator" else superuser)

    client.post(
        address(Person, "change", person.pk), person_form(person, email="taken@example.org")
    )

    person.refresh_from_db()
    assert person.email == (before if who == "administrator" else "taken@example.org")


def test_revoking_a_token_leaves_a_trail(
    client: Client, ours: Organisation, administrator: Person
) -> None:
    one, other = (a_person(ours) for _ in range(2))
    for person in (one, other):
        issue_token(person=person, label="robot", now=NOON)
    client.force_login(administrator)
    first, second = Token.objects.order_by("pk")

    client.post(address(Token, "delete", first.pk), {"post": "yes"})
    client.post(
        address(Token), {"action": "delete_selected", "_selected_action": second.pk, "post": "yes"}
    )

    assert not Token.objects.exists()
    removed = AuditEntry.objects.filter(action="admin_remove").order_by("pk")
    assert [entry.subject for entry in removed] == [f"token:{first.pk}", f"token:{second.pk}"]


def test_a_token_of_somebody_who_belongs_elsewhere_too_is_left_alone(
    client: Client, ours: Organisation, theirs: Organisation, administrator: Person
) -> None:
    shared = a_person(ours)
    issue_token(person=shared, label="robot", now=NOON)
    join_organisation(person=shared, organisation=theirs, on=NOON.date(), now=NOON)
    client.force_login(administrator)
    token = Token.objects.get()

    client.post(address(Token, "delete", token.pk), {"post": "yes"})
    client.post(
        address(Token), {"action": "delete_selected", "_selected_action": token.pk, "post": "yes"}
    )

    assert Token.objects.exists()


def test_somebody_who_belongs_elsewhere_too_cannot_be_changed(
    client: Client, ours: Organisation, theirs: Organisation, administrator: Person
) -> None:
    person = a_person(ours)
    join_organisation(person=person, organisation=theirs, on=NOON.date(), now=NOON)
    client.force_login(administrator)

    sent = client.post(
        address(Person, "change", person.pk), person_form(person, email="mine@example.org")
    )

    assert sent.status_code == 403
    person.refresh_from_db()
    assert person.email != "mine@example.org"


def test_an_administrator_cannot_come_to_run_the_installation(
    client: Client, administrator: Person, superuser: Person, ours: Organisation
) -> None:
    join_organisation(person=superuser, organisation=ours, on=NOON.date(), now=NOON)
    client.force_login(administrator)
    more = {"is_superuser": "on", "is_staff": "on", "password": "x"}

    client.post(address(Person, "change", administrator.pk), person_form(administrator, **more))
    takes_over = client.post(
        address(Person, "change", superuser.pk), person_form(superuser, email="mine@example.org")
    )

    administrator.refresh_from_db()
    superuser.refresh_from_db()
    assert not administrator.is_superuser
    assert not administrator.is_staff
    assert takes_over.status_code == 403
    assert superuser.email == "root@example.org"


def membership_form(membership: Membership, **fields: object) -> dict[str, object]:
    told = {
        "organisation": membership.organisation_id,
        "owner": membership.owner_id,
        "unit": "",
        "sharing": "organisation",
        "role": "member",
        "title": "",
        "started_on": "2020-01-01",
        "ended_on": "",
    }
    return {**told, **fields}


def test_an_administrator_gives_places_in_the_own_organisation_only(
    client: Client, ours: Organisation, theirs: Organisation, administrator: Person
) -> None:
    colleague, other = a_person(ours), a_person(theirs)
    place = place_of(colleague)
    page = address(Membership, "change", place.pk)
    client.force_login(administrator)

    refused = [
        client.post(page, membership_form(place, organisation=theirs.pk)),
        client.post(page, membership_form(place, owner=other.pk)),
        client.post(page, membership_form(place, unit=a_unit(theirs).pk)),
        client.post(
            address(Membership, "add"),
            membership_form(place, owner=administrator.pk, organisation=theirs.pk),
        ),
    ]
    assert [answer.status_code for answer in refused] == [200] * 4  # the form again, with errors
    place.refresh_from_db()
    assert (place.organisation, place.owner, place.unit) == (ours, colleague, None)
    assert Membership.objects.filter(organisation=theirs).count() == 1

    assert client.post(page, membership_form(place, role="facilitator")).status_code == 302
    place.refresh_from_db()
    assert place.role == Role.FACILITATOR


def test_choices_name_nothing_of_others(
    client: Client, ours: Organisation, theirs: Organisation, administrator: Person
) -> None:
    fill(ours)
    fill(theirs)
    client.force_login(administrator)

    for model in (Membership, Synonym, type(a_unit(ours))):
        text = client.get(address(model, "add")).content.decode()
        assert OURS in text
        assert THEIRS not in text


def test_a_number_is_given_a_name_only_within_the_own_organisation(
    client: Client, ours: Organisation, theirs: Organisation, administrator: Person
) -> None:
    colleague, other = a_person(ours, name="Olga Ours"), a_person(theirs, name="Theo Theirs")
    place = place_of(colleague)
    client.force_login(administrator)

    def read(owner: object) -> str:
        asked = client.get(address(Membership, "add"), {"owner": str(owner)})
        sent = client.post(address(Membership, "add"), membership_form(place, owner=owner))
        assert asked.status_code == sent.status_code == 200
        return (asked.content + sent.content).decode()

    assert "Olga Ours" in read(colleague.pk)
    assert "Theo Theirs" not in read(other.pk)
    assert "Olga Ours" not in read("nobody")


@pytest.mark.parametrize(
    ("model", "lookup"),
    [(Person, "password__startswith"), (Token, "digest__startswith"),
     (Token, "person__password__startswith"), (Membership, "owner__password__startswith")],
)  # fmt: skip
def test_nobody_feels_their_way_to_a_secret(
    client: Client, ours: Organisation, administrator: Person, model: type[Model], lookup: str
) -> None:
    issue_token(person=a_person(ours), label="robot", now=NOON)
    client.force_login(administrator)

    assert client.get(address(model), {lookup: "p"}).status_code == 400


def test_the_page_of_a_token_shows_nothing_of_its_secret(
    client: Client, ours: Organisation, administrator: Person
) -> None:
    token, secret = issue_token(person=a_person(ours), label="robot", now=NOON)
    client.force_login(administrator)

    text = client.get(address(Token, "change", token.pk)).content.decode()

    assert "robot" in text
    assert secret not in text
    assert token.digest not in text
