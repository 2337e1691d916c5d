"""What somebody writes and has not saved, in one tab or two."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import a_person, an_aid, place_of
from whoknows.aids.actions import AidText, change_aid
from whoknows.aids.models import Unsaved
from whoknows.engine.aids import (
    Procedure,
    Step,
)

pytestmark = pytest.mark.django_db

ABOUT = {"title": "Clear E5", "topics": "torque, wrench,, Torque", "sharing": "organisation"}


def test_two_tabs_keep_both_texts(client: Client) -> None:
    aid = an_aid(content=Procedure((Step("Hold the button."),)))
    client.force_login(aid.owner)
    address = f"{aid.get_absolute_url()}text/"
    opened = client.get(address).context["form"].initial["as_of"]
    client.post(address, ABOUT | {"steps-0-action": "Hold the red button.", "as_of": opened})

    mine = ABOUT | {"steps-0-action": "Hold the green button."}
    late = client.post(address, mine | {"as_of": opened})

    assert late.status_code == 422
    text = late.content.decode()
    assert 'value="Clear E5"' in text
    assert "<del>red</del><ins>green</ins>" in text
    aid.refresh_from_db()
    assert "red" in aid.body
    meant = late.context["form"]["as_of"].value()
    client.post(address, mine | {"as_of": meant})
    aid.refresh_from_db()
    assert "green" in aid.body
    assert client.post(address, mine | {"as_of": "yesterday"}).status_code == 422


def test_what_is_typed_is_kept_and_offered_again(client: Client) -> None:
    client.force_login(a_person())
    form = {"title": "Half", "steps-0-action": "A step", "csrfmiddlewaretoken": "x"}

    kept = client.post("/aids/new/procedure/unsaved/", form)

    assert "not saved yet" in kept.content.decode()
    again = client.get("/aids/new/procedure/").content.decode()
    assert "It is all here" in again
    assert "A step" in again
    assert 'value="Half"' in again
    assert "nothing is lost" not in again
    client.post("/aids/new/procedure/unsaved/forgotten/")
    assert "A step" not in client.get("/aids/new/procedure/").content.decode()


def test_a_new_aid_in_another_tab_does_not_take_the_place_of_what_is_kept(client: Client) -> None:
    client.force_login(a_person(place_of(an_aid().owner).organisation))
    new, unsaved = "/aids/new/procedure/", "/aids/new/procedure/unsaved/"
    one, other = (
        {"began": client.get(new).context["began"], "title": title, "steps-0-action": "Do it"}
        for title in ("An hour of work", "Another")
    )
    assert f'name="began" value="{one["began"]}"' not in client.get(new).content.decode()
    client.post(unsaved, one)

    told = client.post(unsaved, other)

    assert "another new one of this kind is" in told.content.decode()
    assert Unsaved.objects.get().form["title"] == ["An hour of work"]
    saved = client.post(new, ABOUT | other | {"do": "save"})
    assert saved.status_code == 302
    again = client.get(new)
    assert 'value="An hour of work"' in again.content.decode()
    assert again.context["began"] == one["began"]
    assert "not saved yet" in client.post(unsaved, one | {"title": "More"}).content.decode()
    client.post(new, ABOUT | one | {"do": "save"})
    assert not Unsaved.objects.exists()


def test_saving_forgets_what_was_unsaved_and_older_words_do_not_come_back(client: Client) -> None:
    aid = an_aid(content=Procedure((Step("Old"),)))
    client.force_login(aid.owner)
    address = aid.get_absolute_url()
    client.post(f"{address}unsaved/", {"title": "x", "steps-0-action": "Half a step"})
    assert "Half a step" in client.get(f"{address}text/").content.decode()
    later = timezone.now() + timedelta(minutes=1)
    change_aid(aid=aid, text=AidText("y", content=Procedure((Step("New"),))), now=later)

    assert "Half a step" not in client.get(f"{address}text/").content.decode()
    client.post(f"{address}text/", ABOUT | {"steps-0-action": "Newest"})

    assert not Unsaved.objects.exists()
