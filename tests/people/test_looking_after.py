"""The people of an organisation, as who looks after it lets them in and lets them go."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.builders import LONG_AGO, NOON, a_person, a_unit, an_organisation
from whoknows.base.errors import BadInput, NotAllowed
from whoknows.base.models import AuditEntry
from whoknows.people.actions import (
    EmailTaken,
    LastAdministrator,
    end_membership,
    join_organisation,
    leave_organisation,
    let_in,
    make_password_link,
    set_password,
    welcome_person,
)
from whoknows.people.models import Membership, Organisation, Person, Role, SharingClass

pytestmark = pytest.mark.django_db
PASSWORD = "Kestrel-over-quay-7"


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    """Forget how often somebody opened a link: that is counted for each address of a client."""
    cache.clear()


@pytest.fixture
def works() -> Organisation:
    return an_organisation("Works")


@pytest.fixture
def ruth(works: Organisation) -> Person:
    return a_person(works, name="Ruth", role=Role.ADMINISTRATOR)


def new(**fields: str) -> dict[str, str]:
    told = {"name": "Ida Lund", "email": "ida@example.org", "title": "Fitter", "unit": "Line 4"}
    return told | fields


def place_in(organisation: Organisation, person: Person) -> Membership:
    return Membership.objects.get(organisation=organisation, owner=person)


def link_in(page: str) -> str:
    found = re.search(r"http://[^/]+(/accounts/password/reset/key/[^<\s]+)", page)
    assert found is not None
    return found[1]


def choose_password(link: str) -> str:
    """Open ``link`` as somebody who is not signed in, and choose a password; returns the page."""
    browser = Client()
    opened = browser.get(link, follow=True)
    if not opened.redirect_chain:
        return opened.content.decode()
    form = opened.redirect_chain[-1][0]
    sent = browser.post(form, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    return sent.content.decode()


def test_an_administrator_lets_somebody_in_who_then_signs_in(
    client: Client, works: Organisation, ruth: Person
) -> None:
    client.force_login(ruth)

    shown = client.post("/organisations/works/people/new/", new(email="Ida@Example.org"))
    page = shown.content.decode()
    chosen = choose_password(link_in(page))
    signed_in = Client().post(
        "/accounts/login/", {"login": "ida@example.org", "password": PASSWORD}
    )

    place = Membership.objects.get(owner__email="ida@example.org")
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert "Your password is changed" in chosen
    assert signed_in.status_code == 302
    assert (place.organisation, place.title, place.role) == (works, "Fitter", Role.MEMBER)
    assert place.unit is not None
    assert place.unit.name == "Line 4"
    entries = AuditEntry.objects.filter(organisation_id=works.pk, actor=ruth)
    assert set(entries.values_list("action", flat=True)) == {
        "welcome_person", "open_unit", "join_organisation", "make_password_link",
    }  # fmt: skip


def test_a_link_works_once_and_is_shown_once(
    client: Client, works: Organisation, ruth: Person
) -> None:
    person = a_person(works)
    client.force_login(ruth)
    page = f"/organisations/works/people/{person.uid}/"

    link = link_in(client.post(page).content.decode())
    first, second = choose_password(link), choose_password(link)

    assert "Your password is changed" in first
    assert "This link no longer works" in second
    assert "/reset/key/" not in client.get(page).content.decode()


@pytest.mark.parametrize("is_set", [True, False])
def test_a_link_is_mailed_where_a_mail_server_is_set(
    client: Client,
    works: Organisation,
    ruth: Person,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    *,
    is_set: bool,
) -> None:
    person = a_person(works)
    client.force_login(ruth)
    if not is_set:
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    with django_capture_on_commit_callbacks(execute=True):
        with_link = client.post(f"/organisations/works/people/{person.uid}/").content.decode()

    assert ("It is on its way by mail" in with_link) is is_set
    assert len(mail.outbox) == is_set
    for sent in mail.outbox:
        assert (sent.to, sent.subject) == (
            [person.email],
            "Choose your password for Whoknows at Works",
        )
        assert link_in(with_link) in sent.body


@pytest.mark.parametrize(
    "make",
    [
        a_person,
        lambda o: a_person(o, role=Role.FACILITATOR),
        lambda _o: a_person(role=Role.ADMINISTRATOR),
        lambda _o: welcome_person(name="Root", email="r@x.org", now=NOON, runs_installation=True),
    ],
    ids=["member", "facilitator", "administrator elsewhere", "operator"],
)
def test_nobody_but_an_administrator_of_the_organisation_gets_there(
    client: Client, works: Organisation, ruth: Person, make: Callable[[Organisation], Person]
) -> None:
    person, somebody = a_person(works), make(works)
    client.force_login(somebody)
    base = "/organisations/works/people/"

    answers = [
        client.get(base),
        client.get(f"{base}new/"),
        client.post(f"{base}new/", new()),
        client.get(f"{base}file/"),
        client.get(f"{base}{person.uid}/"),
        client.post(f"{base}{person.uid}/"),
        client.post(f"{base}{person.uid}/end/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 7
    assert not any(person.name in answer.content.decode() for answer in answers)
    assert "/organisations/works/" not in client.get("/me/").content.decode()
    with pytest.raises(NotAllowed):
        let_in(organisation=works, name="X", email="x@example.org", by=somebody, now=NOON)
    with pytest.raises(NotAllowed):
        make_password_link(membership=place_in(works, person), by=somebody, now=NOON)
    with pytest.raises(NotAllowed):
        end_membership(
            membership=place_in(works, person), stays_as_alumni=False, by=somebody, now=NOON
        )
    assert not AuditEntry.objects.filter(actor=somebody).exists()


def test_a_stranger_is_asked_to_sign_in(client: Client, works: Organisation) -> None:
    assert client.get("/organisations/works/people/").status_code == 302


def test_who_looks_after_an_organisation_gets_to_its_people_from_their_own_page(
    client: Client, ruth: Person
) -> None:
    client.force_login(ruth)

    assert 'href="/organisations/works/people/"' in client.get("/me/").content.decode()


def test_the_people_are_those_of_today_by_page_and_by_words(
    client: Client, works: Organisation, ruth: Person
) -> None:
    gone, ida = (
        a_person(works, name="Gone"),
        a_person(works, name="Ida", unit=a_unit(works, "Roof")),
    )
    leave_organisation(
        membership=place_in(works, gone), on=LONG_AGO, now=NOON, stays_as_alumni=True
    )
    set_password(person=ruth, password=PASSWORD, now=NOON)
    welcomed = welcome_person(name="Author of an archive", now=NOON)
    join_organisation(person=welcomed, organisation=works, on=LONG_AGO, now=NOON)
    a_person(name="Elsewhere")
    client.force_login(ruth)

    def names(**asked: str) -> list[str]:
        answer = client.get("/organisations/works/people/", asked)
        return [membership.owner.name for membership in answer.context["page"]]

    assert names() == ["Author of an archive", "Ida", "Ruth"]
    assert names(q="roof") == names(q=str(ida.email)) == ["Ida"]
    assert names(show="waiting") == ["Ida"]
    assert names(q="ruth", show="waiting") == []
    for number in range(50):
        a_person(works, name=f"Person {number:02}")
    assert names(page="2")[-2:] == ["Person 49", "Ruth"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "2 people."),
        ({"q": "zzz"}, "0 people found."),
        ({"q": "ruth"}, "1 person found."),
        ({"show": "waiting"}, "1 person has no password yet."),
    ],
)
def test_says_how_many_are_listed(
    client: Client, works: Organisation, ruth: Person, asked: dict[str, str], said: str
) -> None:
    ida = a_person(works, name="Ida")
    set_password(person=ruth, password=PASSWORD, now=NOON)
    client.force_login(ruth)

    def page() -> str:
        return client.get("/organisations/works/people/", asked).content.decode()

    assert said in page()

    set_password(person=ida, password=PASSWORD, now=NOON)
    assert ("Everybody who may sign in has a password." in page()) is ("show" in asked)


@pytest.mark.parametrize("elsewhere", ["belongs", "belonged", "operator"])
def test_nobody_gets_into_an_account_that_is_not_theirs_alone_to_look_after(
    client: Client, works: Organisation, ruth: Person, elsewhere: str
) -> None:
    person = a_person(works)
    if elsewhere == "operator":
        Person.objects.get_queryset().filter(pk=person.pk).update(is_superuser=True)
    else:
        place = join_organisation(
            person=person, organisation=an_organisation(), on=LONG_AGO, now=NOON
        )
        if elsewhere == "belonged":
            leave_organisation(membership=place, on=LONG_AGO, now=NOON, stays_as_alumni=False)
    client.force_login(ruth)
    page = f"/organisations/works/people/{person.uid}/"

    shown, sent = client.get(page), client.post(page)

    assert "Make a link" not in shown.content.decode()
    assert (shown.status_code, sent.status_code) == (200, 403)
    assert "/reset/key/" not in sent.content.decode()
    assert mail.outbox == []


def test_who_cannot_sign_in_or_has_left_gets_no_link(works: Organisation, ruth: Person) -> None:
    author = welcome_person(name="Author", now=NOON)
    left = a_person(works)
    places = [
        join_organisation(person=author, organisation=works, on=LONG_AGO, now=NOON),
        leave_organisation(
            membership=place_in(works, left), on=LONG_AGO, now=NOON, stays_as_alumni=False
        ),
    ]

    for place, why in zip(places, ("cannot sign in", "has left"), strict=True):
        with pytest.raises(BadInput, match=why):
            make_password_link(membership=place, by=ruth, now=NOON)


def test_who_comes_back_is_the_same_person_and_who_is_elsewhere_stays_unknown(
    client: Client, works: Organisation, ruth: Person
) -> None:
    back, other = a_person(works, name="Bo"), a_person(name="Secret Name")
    leave_organisation(
        membership=place_in(works, back), on=LONG_AGO, now=NOON, stays_as_alumni=False
    )
    client.force_login(ruth)

    returned = client.post(
        "/organisations/works/people/new/", new(email=str(back.email), name="Somebody")
    )
    refused = client.post("/organisations/works/people/new/", new(email=str(other.email)))

    assert returned.status_code == 200
    assert Membership.objects.active(timezone.localdate()).filter(owner=back).count() == 1
    back.refresh_from_db()
    assert back.name == "Bo"
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Somebody elsewhere has the e-mail address" in page
    assert "Ida Lund" in page
    assert "Secret Name" not in page
    with pytest.raises(EmailTaken):
        let_in(organisation=works, name="X", email=str(other.email), by=ruth, now=NOON)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": ""}, "Write the name"),
        ({"name": "\u200b"}, "letter or digit"),
        ({"email": "ida"}, "valid email"),
    ],
)
def test_what_cannot_be_used_is_told_and_kept(
    client: Client, ruth: Person, fields: dict[str, str], why: str
) -> None:
    client.force_login(ruth)

    sent = client.post("/organisations/works/people/new/", new(**fields))

    assert sent.status_code == 422
    assert why in sent.content.decode()
    assert "Line 4" in sent.content.decode()
    assert not Person.objects.get_queryset().filter(name__in=["Ida Lund", "\u200b"]).exists()


def test_an_administrator_ends_a_membership(
    client: Client, works: Organisation, ruth: Person
) -> None:
    person = a_person(works)
    client.force_login(ruth)
    page = f"/organisations/works/people/{person.uid}/"

    sent = client.post(f"{page}end/", {"stays_as_alumni": "on"})

    ended = place_in(works, person)
    assert sent.headers["Location"] == "/organisations/works/people/"
    assert (ended.ended_on, ended.stays_as_alumni) == (timezone.localdate(), True)
    assert client.get(page).status_code == 404
    assert AuditEntry.objects.get(action="leave_organisation").actor == ruth


def test_an_administrator_is_led_to_no_page_that_does_not_open(
    client: Client, works: Organisation, ruth: Person
) -> None:
    colleague, alone = a_person(works), a_person(works, sharing=SharingClass.PRIVATE)
    client.force_login(ruth)

    pages = [
        client.get(f"/organisations/works/people/{person.uid}/").content.decode()
        for person in (colleague, alone)
    ]

    assert f'href="{colleague.get_absolute_url()}"' in pages[0]
    assert f'href="{alone.get_absolute_url()}"' not in pages[1]
    assert client.get(alone.get_absolute_url()).status_code == 404


def test_the_last_administrator_stays(client: Client, works: Organisation, ruth: Person) -> None:
    client.force_login(ruth)
    place = place_in(works, ruth)

    with pytest.raises(LastAdministrator, match="only administrator"):
        end_membership(membership=place, stays_as_alumni=False, by=ruth, now=NOON)
    page = f"/organisations/works/people/{ruth.uid}/"
    assert "Ruth is the only administrator of Works" in client.get(page).content.decode()
    assert "End the membership" not in client.get(page).content.decode()
    assert client.post(f"{page}end/").status_code == 409
    a_person(works, role=Role.ADMINISTRATOR)
    assert "End the membership" in client.get(page).content.decode()
    left = client.post(f"/organisations/works/people/{ruth.uid}/end/")

    assert left.headers["Location"] == "/me/"
    assert client.get("/organisations/works/people/").status_code == 404
