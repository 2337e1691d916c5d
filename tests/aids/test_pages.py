"""Pages of aids."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import a_person, a_stranger, an_aid, place_of
from whoknows.aids.models import Aid
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db

FORM = {"title": "Clear E5", "body": "1. Do this.", "topics": "torque, wrench,, Torque"}


def test_writes_an_aid_and_shows_its_code(client: Client) -> None:
    owner = a_person()
    client.force_login(owner)

    sent = client.post("/aids/new/", {**FORM, "sharing": "public"}, follow=True)

    aid = Aid.objects.get()
    assert (aid.owner, aid.sharing) == (owner, SharingClass.PUBLIC)
    assert sorted(aid.topics.values_list("slug", flat=True)) == ["torque", "wrench"]
    assert aid.code in sent.content.decode()


@pytest.mark.parametrize(
    "missing", [{"title": ""}, {"body": " "}, {"sharing": "unit"}, {"verify_by": "soon"}]
)
def test_a_refused_form_keeps_what_was_written(client: Client, missing: dict[str, str]) -> None:
    client.force_login(a_person())
    form = {**FORM, "sharing": "organisation", "body": "1. Keep me.", **missing}

    page = client.post("/aids/new/", form)

    assert page.status_code == 422
    assert ("1. Keep me." in page.content.decode()) == ("body" not in missing)
    assert not Aid.objects.exists()


def test_who_belongs_nowhere_cannot_write_one(client: Client) -> None:
    assert client.get("/aids/new/").status_code == 302
    client.force_login(a_stranger())
    assert client.post("/aids/new/", {**FORM, "sharing": "public"}).status_code == 403
    assert not Aid.objects.exists()


def test_the_page_says_how_far_it_can_be_trusted(client: Client) -> None:
    today = timezone.localdate()
    aid = an_aid(verified_on=today, verify_by=today - timedelta(days=1))
    client.force_login(aid.owner)

    assert "Out of date since" in client.get(aid.get_absolute_url()).content.decode()

    sent = client.post(f"{aid.get_absolute_url()}verified/", follow=True)
    assert "Out of date" not in sent.content.decode()
    assert f"Verified by {aid.owner.name}" in sent.content.decode()


def test_a_code_is_found_in_small_letters(client: Client) -> None:
    aid = an_aid()
    client.force_login(aid.owner)

    assert client.get(f"/aids/{aid.code.lower()}/").status_code == 200


def test_only_its_owner_changes_verifies_and_shares(client: Client) -> None:
    aid = an_aid(verified_on=timezone.localdate())
    address = aid.get_absolute_url()
    forms = [("verified/", {}), ("sharing/", {"sharing": "public"}), ("text/", FORM)]

    def answers() -> set[int]:
        return {client.post(address + part, form).status_code for part, form in forms}

    assert answers() == {302}  # to the sign-in
    client.force_login(a_person())
    assert answers() == {404}
    client.force_login(a_person(place_of(aid.owner).organisation))
    assert answers() == {403}
    assert client.get(f"{address}text/").status_code == 403
    aid.refresh_from_db()
    assert aid.title == "Clear error E4 on the torque wrench"
    assert (aid.verify_by, aid.sharing) == (None, SharingClass.ORGANISATION)

    client.force_login(aid.owner)
    assert answers() == {302}
    aid.refresh_from_db()
    assert (aid.title, aid.sharing) == ("Clear E5", SharingClass.PUBLIC)
    assert aid.verified_on is None  # the new text is not verified yet


def test_changing_the_text_keeps_where_it_came_from(client: Client) -> None:
    aid = an_aid(topics=("torque",))
    Aid.objects.update(licence="CC-BY-4.0", url="https://example.org/e4", attribution="Ana")
    client.force_login(aid.owner)

    assert "torque" in client.get(f"{aid.get_absolute_url()}text/").content.decode()
    client.post(f"{aid.get_absolute_url()}text/", FORM)

    aid.refresh_from_db()
    assert (aid.licence, aid.url) == ("CC-BY-4.0", "https://example.org/e4")
    assert aid.attribution == "Ana"


def test_lists_what_the_reader_may_see(client: Client) -> None:
    owner = a_person()
    an_aid("For colleagues", owner=owner)
    an_aid("For me alone", owner=owner, sharing=SharingClass.PRIVATE)
    an_aid("For anyone", owner=owner, sharing=SharingClass.PUBLIC)

    def shown() -> list[str]:
        text = client.get("/aids/").content.decode()
        return [t for t in ("For colleagues", "For me alone", "For anyone") if t in text]

    assert shown() == ["For anyone"]
    client.force_login(a_person(place_of(owner).organisation))
    assert shown() == ["For colleagues", "For anyone"]
    client.force_login(owner)
    assert shown() == ["For colleagues", "For me alone", "For anyone"]


def test_two_tabs_do_not_overwrite_each_other_unseen(client: Client) -> None:
    aid = an_aid()
    client.force_login(aid.owner)
    address = f"{aid.get_absolute_url()}text/"
    opened = client.get(address).context["form"].initial["as_of"]
    client.post(address, FORM | {"title": "Said first", "as_of": opened})

    late = client.post(address, FORM | {"title": "Said second", "as_of": opened})

    assert late.status_code == 422
    assert "Said second" in late.content.decode()
    aid.refresh_from_db()
    assert aid.title == "Said first"
    meant = late.context["form"]["as_of"].value()
    client.post(address, FORM | {"title": "Said second", "as_of": meant})
    aid.refresh_from_db()
    assert aid.title == "Said second"
