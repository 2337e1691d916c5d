"""One's own pages, signing in, and looking around in a demo."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.builders import (
    LONG_AGO,
    NOON,
    a_person,
    a_stranger,
    a_unit,
    an_organisation,
    place_of,
)
from whoknows.base.models import AuditEntry, Installation
from whoknows.people.actions import (
    join_organisation,
    leave_organisation,
    set_password,
    welcome_person,
)
from whoknows.people.models import MailChoice, Membership, Person, SharingClass
from whoknows.people.queries import mail_link

pytestmark = pytest.mark.django_db
PASSWORD = "Kestrel-over-quay-7"


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    """Forget failed attempts to sign in: they are counted for each address of a client."""
    cache.clear()


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def somebody(email: str = "mika@example.org") -> Person:
    person = welcome_person(name="Mika Ohta", email=email, now=NOON)
    join_organisation(person=person, organisation=an_organisation(), on=LONG_AGO, now=NOON)
    set_password(person=person, password=PASSWORD, now=NOON)
    return person


def sign_in(client: Client, email: str, password: str) -> tuple[int, str]:
    answer = client.post("/accounts/login/", {"login": email, "password": password})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("email", ["mika@example.org", "Mika@Example.org"])
def test_people_sign_in_by_address_and_password(client: Client, email: str) -> None:
    person = somebody()

    status, _ = sign_in(client, email, PASSWORD)

    assert status == 302
    assert who(client) == str(person.pk)


def test_a_wrong_password_does_not_tell_whether_there_is_such_a_person(client: Client) -> None:
    somebody()

    known, told = sign_in(client, "mika@example.org", "wrong-password")
    unknown, told_of_nobody = sign_in(client, "nobody@example.org", "wrong-password")

    assert known == unknown == 200
    assert who(client) is None
    as_if_known = told_of_nobody.replace("nobody@example.org", "mika@example.org")
    assert without_tokens(told) == without_tokens(as_if_known)


def without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_asking_for_a_new_password_does_not_tell_either(client: Client) -> None:
    somebody()

    answers = [
        client.post("/accounts/password/reset/", {"email": email})
        for email in ("mika@example.org", "nobody@example.org")
    ]

    assert [a.status_code for a in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


def test_somebody_switched_off_cannot_sign_in_and_is_signed_out(client: Client) -> None:
    person = somebody()
    sign_in(client, "mika@example.org", PASSWORD)
    assert client.get("/me/").status_code == 200

    person.is_active = False
    person.save()
    signed_out = client.get("/me/")
    client.logout()
    sign_in(client, "mika@example.org", PASSWORD)

    assert signed_out.status_code == 302
    assert who(client) is None


def test_nobody_signs_themselves_up(client: Client) -> None:
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}

    shown, sent = client.get("/accounts/signup/"), client.post("/accounts/signup/", form)

    for answer in (shown, sent):
        page = answer.content.decode()
        assert "Nobody can make an account alone" in page
        assert "password1" not in page
    assert not Person.objects.get_queryset().exists()


@pytest.mark.parametrize("address", ["/me/", "/me/tokens/", "/needs/new/"])
def test_pages_of_ones_own_ask_strangers_to_sign_in(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_people_say_who_they_are(client: Client) -> None:
    person = somebody()
    client.force_login(person)

    said = {"about": "I fix pumps.", "language": "de", "mail": "all"}

    empty = client.post("/me/", {**said, "name": ""})
    unseen = client.post("/me/", {**said, "name": "\u200b"})
    about = "**tools** <script>x</script>"
    done = client.post("/me/", {**said, "name": "Mika O.", "about": about})

    person.refresh_from_db()
    page = client.get(person.get_absolute_url()).content.decode()
    assert (empty.status_code, unseen.status_code, done.status_code) == (422, 422, 302)
    assert "at least one letter or digit" in unseen.content.decode()
    assert "I fix pumps." in unseen.content.decode()
    assert person.name == "Mika O."
    assert "<strong>tools</strong>" in page
    assert "<script>x" not in page


def test_a_wrong_password_is_said_to_be_that_only(client: Client) -> None:
    person = somebody()

    _, page = sign_in(client, str(person.email), "not it")

    assert "You are not signed in." in page
    assert "It is not sent yet" not in page


def test_a_password_changed_on_a_page_leaves_a_line_in_the_trail(client: Client) -> None:
    person = somebody()
    set_password(person=person, password="Kestrel-over-quay-7", now=NOON)
    client.force_login(person)
    AuditEntry.objects.all().delete()
    new = "Heron-under-pier-9"

    client.post(
        "/accounts/password/change/",
        {"oldpassword": "Kestrel-over-quay-7", "password1": new, "password2": new},
    )

    person.refresh_from_db()
    entry = AuditEntry.objects.get(action="set_password")
    assert person.check_password(new)
    assert (entry.actor, entry.subject) == (person, f"person:{person.pk}")


def names_listed(client: Client, **query: str) -> list[str]:
    """Return the names on the first page of people."""
    return [person.name for person in client.get("/people/", query).context["page"]]


def test_people_of_ones_own_organisation_come_first(client: Client) -> None:
    here, elsewhere = an_organisation(), an_organisation()
    a_person(elsewhere, name="Abe Away", sharing=SharingClass.PUBLIC)
    reader = a_person(here, name="Zoe Here")
    a_person(here, name="Yan Here")
    client.force_login(reader)

    assert names_listed(client) == ["Yan Here", "Zoe Here", "Abe Away"]


def test_people_are_found_by_name_job_and_unit_that_one_may_see(client: Client) -> None:
    here, elsewhere = an_organisation(), an_organisation()
    reader = a_person(here, name="Rea Der")
    a_person(here, name="Ana Ruiz", unit=a_unit(here, "Night shift"))
    fitter = a_person(here, name="Bo Lind")
    for organisation, title in ((here, "Fitter"), (elsewhere, "Sorcerer")):
        Membership.objects.update_or_create(
            owner=fitter,
            organisation=organisation,
            defaults={"title": title, "started_on": LONG_AGO},
        )
    a_person(elsewhere, name="Ana Hidden")
    client.force_login(reader)

    asked = ("ana", "SHIFT", "bo fitter", "fitter shift", "sorcerer", "50%", "a\x00na", " ")
    found = {words: names_listed(client, q=words) for words in asked}

    everybody = ["Ana Ruiz", "Bo Lind", "Rea Der"]
    assert [found[words] for words in asked] == [
        ["Ana Ruiz"], ["Ana Ruiz"], ["Bo Lind"], [], [], [], ["Ana Ruiz"], everybody,
    ]  # fmt: skip
    page = client.get("/people/", {"q": "sorcerer"}).content.decode()
    assert "0 people found." in page
    assert 'value="sorcerer"' in page


def test_people_are_named_by_where_they_are_and_by_where_they_were_until_when(
    client: Client,
) -> None:
    here, there = an_organisation("Civic Works"), an_organisation("Quantum Works")
    reader = a_person(here)
    alva = a_person(here, name="Alva Alumna", sharing=SharingClass.PUBLIC)
    only_was = a_person(here, name="Bea Before")
    for person in (alva, only_was):
        Membership.objects.filter(owner=person).update(title="Head of Payments")
        leave_organisation(
            membership=place_of(person), on=date(2026, 9, 1), now=NOON, stays_as_alumni=True
        )
    now = join_organisation(
        person=alva, organisation=there, on=LONG_AGO, now=NOON, sharing=SharingClass.PUBLIC
    )
    Membership.objects.filter(pk=now.pk).update(title="Intern")
    client.force_login(reader)

    page = client.get("/people/").content.decode()

    assert "Intern, Quantum Works" in page
    assert page.count("Head of Payments, Civic Works, until September 2026") == 1
    assert page.count("Head of Payments") == 1


def test_pages_of_found_people_keep_the_words(client: Client) -> None:
    here = an_organisation()
    for number in range(31):
        a_person(here, name=f"A&B {number}")
    client.force_login(a_person(here))

    page = client.get("/people/", {"q": "a&b"}).content.decode()

    assert 'href="?q=a%26b&amp;page=2"' in page


def test_strangers_do_not_learn_that_a_person_exists(client: Client) -> None:
    organisation = an_organisation()
    person = a_person(organisation)
    open_to_all = a_person(organisation, sharing=SharingClass.PUBLIC)

    as_nobody = client.get(person.get_absolute_url())
    public = client.get(open_to_all.get_absolute_url())
    listed = client.get("/people/").content.decode()
    client.force_login(a_person())
    as_other = client.get(person.get_absolute_url())
    client.force_login(a_person(organisation))
    as_colleague = client.get(person.get_absolute_url())

    assert [a.status_code for a in (as_nobody, as_other, as_colleague)] == [404, 404, 200]
    assert person.name not in as_nobody.content.decode() + as_other.content.decode()
    assert public.status_code == 200
    assert f">{person.name}<" not in listed
    assert open_to_all.name in listed


def demo(*, on: bool) -> None:
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": on})


def test_there_is_no_looking_around_outside_a_demo(client: Client) -> None:
    person = a_stranger_of_the_demo()
    demo(on=False)

    shown = client.get("/me/look-around/")
    tried = client.post("/me/look-around/", {"email": str(person.email)})

    assert shown.status_code == tried.status_code == 404
    assert who(client) is None


def a_stranger_of_the_demo() -> Person:
    return welcome_person(name="Noor", email="noor@demo.example", now=NOON)


def test_in_a_demo_one_click_signs_in_as_one_of_its_people(client: Client) -> None:
    person = a_stranger_of_the_demo()
    demo(on=True)

    shown = client.get("/me/look-around/")
    client.post("/me/look-around/", {"email": str(person.email)})

    assert "Noor" in shown.content.decode()
    assert who(client) == str(person.pk)


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [("/a/E4TW7X", "/a/E4TW7X"), ("https://elsewhere.example/", "/"), ("//elsewhere", "/")],
)
def test_whoever_looks_around_gets_where_they_were_going(
    client: Client, wanted: str, leads: str
) -> None:
    person = a_stranger_of_the_demo()
    demo(on=True)
    shown = client.get("/me/look-around/", {"next": wanted}).content.decode()
    chosen = {"email": str(person.email), "next": wanted}

    assert (f'name="next" value="{wanted}"' in shown) is (leads != "/")
    assert client.post("/me/look-around/", chosen).headers["Location"] == leads


def test_without_a_mail_server_no_link_is_promised(client: Client, settings: Settings) -> None:
    promise = "a link to choose a new password comes there"
    assert promise in client.get("/accounts/password/reset/").content.decode()

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    page = client.get("/accounts/password/reset/").content.decode()
    assert promise not in page
    assert "No mail can be sent from here" in page


@pytest.mark.parametrize(
    "email",
    [
        "mika@example.org",
        "MIKA@EXAMPLE.ORG",
        "mika@example.org@demo.example",
        "",
        "off@demo.example",
    ],
)
def test_in_a_demo_nobody_signs_in_as_a_person_who_is_not_of_the_demo(
    client: Client, email: str
) -> None:
    a_stranger_of_the_demo()
    somebody()
    switched_off = welcome_person(name="Off", email="off@demo.example", now=NOON)
    switched_off.is_active = False
    switched_off.save()
    demo(on=True)

    shown = client.get("/me/look-around/").content.decode()
    client.post("/me/look-around/", {"email": email})

    assert "mika@example.org" not in shown
    assert who(client) is None


def test_a_stranger_with_an_account_sees_their_own_page(client: Client) -> None:
    person = a_stranger()
    client.force_login(person)

    assert client.get(person.get_absolute_url()).status_code == 200


def test_signing_out_has_the_browser_forget_what_it_kept(client: Client) -> None:
    client.force_login(somebody())

    asked = client.get("/accounts/logout/")
    gone = client.post("/accounts/logout/")

    assert "Clear-Site-Data" not in asked.headers
    assert gone.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert who(client) is None


def test_whoever_got_a_mail_chooses_what_comes_without_signing_in(client: Client) -> None:
    person = somebody()
    page = mail_link(person)

    shown = client.get(page)
    assert shown.status_code == 200
    # The link may be passed on: it tells nobody whose it is, and goes to no other site.
    assert not any(told in shown.content.decode() for told in (person.name, str(person.email)))
    assert shown["Referrer-Policy"] == "no-referrer"
    assert client.post(page, {"mail": "personal"}).status_code == 302

    person.refresh_from_db()
    assert person.mail == MailChoice.PERSONAL
    assert client.post(page, {"mail": "daily"}).status_code == 422
    assert who(client) is None


def test_a_mail_program_ends_all_mail_with_one_request(client: Client) -> None:
    person = somebody()
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(mail_link(person), {"List-Unsubscribe": "One-Click"})

    person.refresh_from_db()
    assert (answer.status_code, person.mail) == (200, MailChoice.NONE)
    assert AuditEntry.objects.filter(action="choose_mail", subject=f"person:{person.pk}").exists()


@pytest.mark.parametrize("spoil", [lambda path: path[:-2] + "/", lambda _: "/me/mail/x:y/"])
def test_a_link_that_nobody_was_given_changes_nothing(
    client: Client, spoil: Callable[[str], str]
) -> None:
    person = somebody()

    answer = client.post(spoil(mail_link(person)), {"mail": "none"})

    person.refresh_from_db()
    assert (answer.status_code, person.mail) == (404, MailChoice.ALL)


def test_what_comes_by_mail_is_also_chosen_where_one_says_who_one_is(client: Client) -> None:
    person = somebody()
    client.force_login(person)
    said = {"name": person.name, "about": "", "language": "en", "most_a_week": ""}

    assert client.post("/me/", {**said, "mail": "none"}).status_code == 302

    person.refresh_from_db()
    assert person.mail == MailChoice.NONE
