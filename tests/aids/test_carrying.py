"""Aids by their short address, in frames, and kept without a network."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from tests.aids.carried import CHECKS, a_public_aid, rewritten, signed_in
from tests.builders import NOON, a_community, a_person, a_stranger, an_aid, an_organisation, reach
from whoknows.aids.actions import AidText, change_aid, retire_aid, share_aid, verify_aid
from whoknows.aids.actions.carrying import (
    forget_deliveries,
    pin_aid,
    take_delivery,
    tick_items,
    unpin_aid,
)
from whoknows.aids.models import Aid, Delivery, Pin, Tick, Use
from whoknows.aids.queries.carrying import kept_by, ticked
from whoknows.base.models import AuditEntry
from whoknows.communities.actions import join_community
from whoknows.engine.aids import Checklist, Field, Item, Procedure, Step, Worksheet
from whoknows.engine.aids.plain import MOST_ROWS
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db
KEY = UUID("6a1b3c1e-0000-4000-8000-000000000001")


# Short addresses


def test_a_code_opens_its_aid_however_it_was_typed(client: Client) -> None:
    aid = a_public_aid()
    Aid.objects.filter(pk=aid.pk).update(code="E10V7X")

    assert client.get("/a/E10V7X").status_code == 200
    for typed in ("e10v7x", "EIOV7X", "el0u7x", "E10-V7X"):
        answer = client.get(f"/a/{typed}?v=1")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/a/E10V7X?v=1")


def test_a_worksheet_is_filled_in_on_its_full_page_but_not_from_within_a_frame(
    client: Client,
) -> None:
    aid = a_public_aid(
        content=Worksheet((Field("w", "Width", "m"), Field("n", "Two", "", "w * 2")))
    )
    led = f'href="{aid.get_absolute_url()}">Put in your numbers'

    assert led in client.get(f"/a/{aid.code}").content.decode()
    assert led not in client.get(f"/a/{aid.code}/embed").content.decode()
    assert led not in client.get(f"/a/{a_public_aid().code}").content.decode()


def test_strangers_hear_the_same_of_a_hidden_aid_as_of_none(client: Client) -> None:
    hidden = an_aid()

    for code in (hidden.code, "000000"):
        answer = client.get(f"/a/{code}")
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/accounts/login/?next=/a/{code}"
    signed_in(client, a_person())
    for code in (hidden.code, "000000"):
        assert client.get(f"/a/{code}").status_code == 404


def test_a_card_of_an_older_version_says_so_and_shows_the_current_one(client: Client) -> None:
    aid = rewritten(a_public_aid())

    page = client.get(f"/a/{aid.code}?v=1").content.decode()

    assert "This card is out of date" in page
    assert "What you hold is version 1. The current one is version 2: here it is." in page
    assert "Do it otherwise." in page


def test_a_corrected_typo_makes_no_card_out_of_date(client: Client) -> None:
    aid = rewritten(a_public_aid())
    text = AidText(title=aid.title, content=Procedure((Step("Do it another way."), Step("Wait."))))
    change_aid(aid=aid, text=text, now=NOON, is_material=False)

    def outdated(version: int) -> bool:
        page = client.get(f"/a/{aid.code}?v={version}").content.decode()
        return f"What you hold is version {version}." in page

    page = client.get(f"/a/{aid.code}?v=2").content.decode()

    assert [outdated(1), outdated(2), outdated(3)] == [True, False, False]
    assert 'data-material="2"' in page
    assert "Do it another way." in page


@pytest.mark.parametrize("version", ["", "2", "3", "0", "-1", "x", "9" * 40, "²"])
def test_a_current_card_and_nonsense_raise_no_alarm(client: Client, version: str) -> None:
    aid = rewritten(a_public_aid())

    page = client.get(f"/a/{aid.code}", {"v": version}).content.decode()

    assert "What you hold is" not in page
    assert re.search(r"data-superseded hidden", page)


def test_a_card_past_its_date_says_so(client: Client) -> None:
    today = timezone.localdate()
    aid = a_public_aid(verified_on=today - timedelta(days=200), verify_by=today - timedelta(days=1))

    page = client.get(f"/a/{aid.code}?v=1").content.decode()

    assert "This is out of date" in page
    assert f"Ask {aid.owner.name} before you rely on it." in page


# Frames


def test_nobody_frames_an_aid_unless_its_organisation_says_who(client: Client) -> None:
    aid = a_public_aid()

    closed = client.get(f"/a/{aid.code}/embed")
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]

    aid.organisation.frame_hosts = "https://intranet.example https://wiki.example"
    aid.organisation.save()
    opened = client.get(f"/a/{aid.code}/embed")
    policy = opened.headers["Content-Security-Policy"]
    assert "frame-ancestors https://intranet.example https://wiki.example" in policy
    assert "script-src 'self'" in policy
    assert "X-Frame-Options" not in opened.headers
    assert client.get(f"/a/{aid.code}").headers["X-Frame-Options"] == "DENY"


def test_only_public_aids_are_framed_even_for_those_who_may_see_more(client: Client) -> None:
    aid = an_aid()
    signed_in(client, aid.owner)

    assert client.get(f"/a/{aid.code}/embed").status_code == 404
    share_aid(aid=aid, sharing=SharingClass.PUBLIC, by=aid.owner, now=NOON)
    framed = client.get(f"/a/{aid.code}/embed").content.decode()
    assert "<form" not in framed
    assert aid.title in framed


# Kept without a network


def test_a_device_keeps_what_was_pinned_and_what_ones_communities_care_about() -> None:
    works = an_organisation()
    dana, mika = a_person(works), a_person(works)
    pinned, crafts = (an_aid(name, owner=mika, topics=("torque",)) for name in ("Pinned", "Torque"))
    an_aid("Paint", owner=mika, topics=("paint",))
    join_community(
        community=a_community(by=mika, topics=("torque",)), person=dana, reach=reach(dana), now=NOON
    )

    pin_aid(aid=pinned, by=dana, now=NOON)
    pin_aid(aid=pinned, by=dana, now=NOON)

    kept = [(k.aid, k.is_by_choice) for k in kept_by(dana, reach=reach(dana))]
    assert kept == [(pinned, True), (crafts, False)]
    assert Pin.objects.count() == AuditEntry.objects.filter(action="pin_aid").count() == 1
    unpin_aid(aid=pinned, by=dana, now=NOON)
    assert [k.aid for k in kept_by(dana, reach=reach(dana))] == [crafts, pinned]


def test_the_list_for_a_device_tells_what_is_ticked_and_said_so_that_its_copy_is_fetched_anew(
    client: Client,
) -> None:
    aid = an_aid(content=CHECKS)
    pin_aid(aid=aid, by=aid.owner, now=NOON)

    def told() -> tuple[object, object]:
        (row,) = client.get("/a/offline.json").json()["aids"]
        return row["ticked"], row["helped"]

    signed_in(client, aid.owner)
    assert told() == ([], None)
    tick_items(aid=aid, material=1, among=[1, 2, 3], done=[3, 1], by=aid.owner, now=NOON)
    client.post(f"/a/{aid.code}/helped", {"helped": "no"})
    assert told() == ([1, 3], False)


def test_nothing_is_kept_that_one_may_no_longer_see() -> None:
    works = an_organisation()
    dana, mika = a_person(works), a_person(works)
    aid = an_aid(owner=mika, topics=("torque",))
    community = a_community(by=mika, topics=("torque",))
    join_community(community=community, person=dana, reach=reach(dana), now=NOON)
    pin_aid(aid=aid, by=dana, now=NOON)

    share_aid(aid=aid, sharing=SharingClass.PRIVATE, by=mika, now=NOON)

    assert list(kept_by(dana, reach=reach(dana))) == []
    assert [k.aid for k in kept_by(mika, reach=reach(mika))] == [aid]


def test_the_list_for_a_device_names_its_person_and_nobody_gets_anothers(client: Client) -> None:
    aid = an_aid()
    pin_aid(aid=aid, by=aid.owner, now=NOON)

    assert client.get("/a/offline.json").json() == {"person": "", "aids": []}
    stranger = a_stranger()
    assert signed_in(client, stranger).get("/a/offline.json").json()["aids"] == []
    told = signed_in(client, aid.owner).get("/a/offline.json")
    assert told.json()["person"] == aid.owner.uid.hex
    assert [(a["code"], a["version"], a["pinned"]) for a in told.json()["aids"]] == [
        (aid.code, 1, True)
    ]
    assert "no-store" in told.headers["Cache-Control"]


def test_a_device_is_told_anew_of_what_is_retired_or_verified(client: Client) -> None:
    aid = an_aid(verified_on=NOON.date(), verify_by=NOON.date())
    pin_aid(aid=aid, by=aid.owner, now=NOON)
    signed_in(client, aid.owner)

    def told() -> object:
        return client.get("/a/offline.json").json()["aids"]

    before = told()
    verify_aid(aid=aid, by=aid.owner, now=NOON)
    renewed = told()
    retire_aid(aid=aid, by=aid.owner, now=NOON)

    assert before != renewed
    assert renewed != told()


BOTH = ("/a/{code}", "/aids/{code}/")


@pytest.mark.parametrize("address", BOTH)
def test_keeps_and_lets_go_by_a_button_and_stays_where_it_is(client: Client, address: str) -> None:
    aid = a_public_aid()
    address = address.format(code=aid.code)
    assert "Keep offline" not in client.get(address).content.decode()
    signed_in(client, aid.owner)

    page = press(client, f"{address}?for=e4&v=1", "/kept", keep="yes", wanted=f"{address}?for=e4")

    assert "Keep offline no longer</button>" in page
    assert Pin.objects.get().person == aid.owner
    page = press(client, address, "/kept", keep="no", wanted=f"{address}#keep")
    assert "Keep offline</button>" in page
    assert not Pin.objects.exists()


@pytest.mark.parametrize("address", BOTH)
def test_says_on_both_pages_what_one_said_and_then_who_else_helps(
    client: Client, address: str
) -> None:
    aid = a_public_aid()
    address = address.format(code=aid.code)
    signed_in(client, a_person())
    assert _shown(client.get(address).content.decode()) == "Did this help?"

    page = press(client, address, "/helped", helped="yes", wanted=f"{address}#helped")
    assert _shown(page) == "You said that it helped."
    page = press(client, address, "/helped", helped="no", wanted=f"{address}#helped")

    assert _shown(page) == "You said that it did not help."
    assert 'class="button button-main">See who else helps' in page
    assert Use.objects.get().helped is False


def test_a_long_need_comes_back_whole_or_not_at_all(client: Client) -> None:
    aid = a_public_aid()
    signed_in(client, aid.owner)

    def words_after(need: str) -> str:
        query = urlencode({"for": need})
        told = client.post(f"/a/{aid.code}/kept", {"keep": "yes", "query": query})
        return QueryDict(urlsplit(told.headers["Location"]).query).get("for", "")

    assert words_after("калибровка " * 60) == "калибровка " * 60
    assert words_after("калибровка " * 2_000) == ""


def press(client: Client, address: str, ends: str, *, wanted: str, **button: str) -> str:
    """Press a button as a browser without scripts does; return the page that comes."""
    page = client.get(address).content.decode()
    ((action, form),) = re.findall(
        rf'<form[^>]* action="(/a/[^"]+{ends})"(.*?)</form>', page, re.DOTALL
    )
    hidden = dict(re.findall(r'type="hidden" name="(page|query)" value="([^"]*)"', form))
    answer = client.post(action, {k: unescape(v) for k, v in hidden.items()} | button)
    assert answer.headers["Location"].startswith(wanted)
    return client.get(answer.headers["Location"]).content.decode()


def _shown(page: str) -> str:
    return " ".join(re.findall(r'<span data-says="[a-z]*">([^<]+)</span>', page))


@pytest.mark.parametrize("days", [-1, 10])
def test_both_pages_and_the_frame_warn_in_the_same_words(client: Client, days: int) -> None:
    day = timezone.localdate() + timedelta(days=days)
    aid = a_public_aid(verified_on=NOON.date(), verify_by=day)
    if days > 0:
        retire_aid(aid=aid, by=aid.owner, now=NOON)

    def warning(address: str) -> list[str]:
        page = client.get(address.format(code=aid.code)).content.decode()
        boxes = re.findall(r'<div class="outdated" role="alert">(.*?)</div>', page, re.DOTALL)
        return [" ".join(re.sub(r"<p><a.*?</a></p>|<[^>]+>", " ", box).split()) for box in boxes]

    said = warning("/a/{code}")
    assert said == warning("/aids/{code}/") == warning("/a/{code}/embed")
    assert f"Ask {aid.owner.name}" in said[0]


def test_strangers_may_print_and_see_who_else_helps(client: Client) -> None:
    aid = a_public_aid()

    for address in BOTH:
        page = client.get(address.format(code=aid.code)).content.decode()
        assert "Print a card" in page
        assert "See who else helps" in page
        assert "Did this help" not in page


def test_a_button_leads_nowhere_but_to_the_pages_of_its_aid(client: Client) -> None:
    aid = an_aid()
    signed_in(client, aid.owner)
    odd = {"helped": "yes", "page": "https://evil.example/", "query": "//evil.example\r\nX: 1"}

    told = client.post(f"/a/{aid.code}/helped", odd)

    assert told.headers["Location"] == f"/a/{aid.code}?%2F%2Fevil.example%0D%0AX%3A+1=#helped"


# Ticks and deliveries


def test_ticks_change_only_the_part_of_the_list_that_was_sent() -> None:
    aid = an_aid(content=CHECKS)
    me = aid.owner
    tick_items(aid=aid, material=1, among=[1, 2], done=[1, 2], by=me, now=NOON)
    tick_items(aid=aid, material=1, among=[3], done=[3], by=me, now=NOON)

    tick_items(aid=aid, material=1, among=[1, 2], done=[2, 3, 9, -1, 10_000], by=me, now=NOON)

    assert ticked(aid, me.pk) == {2, 3}
    assert ticked(aid, a_person(aid.organisation).pk) == frozenset()


def test_a_tick_never_lands_on_an_item_that_took_the_place_of_another(client: Client) -> None:
    aid = an_aid(content=CHECKS)
    me = aid.owner
    tick_items(aid=aid, material=1, among=[1, 2, 3], done=[1], by=me, now=NOON)
    other = Checklist((Item("Engine off"), *CHECKS.items))
    change_aid(aid=aid, text=AidText("Start it", content=other), by=me, now=NOON)
    signed_in(client, me)

    assert " checked" not in client.get(f"/a/{aid.code}").content.decode()
    late = {"material": "1", "among": ["1", "2"], "line": "1"}
    for sent in (late, {name: late[name] for name in ("among", "line")}):
        answer = client.post(f"/a/{aid.code}/ticks", sent)
        assert answer.status_code == 409
        assert "The list changed since you opened it" in answer.content.decode()

    assert not Tick.objects.exists()
    client.post(f"/a/{aid.code}/ticks", late | {"material": "2"})
    reworded = Checklist((Item("The engine is off"), *CHECKS.items))
    text = AidText("Start it", content=reworded)
    change_aid(aid=aid, text=text, by=me, now=NOON, is_material=False)
    assert ticked(aid, me.pk) == {1}
    assert 'name="material" value="2"' in client.get(f"/a/{aid.code}").content.decode()
    client.post(f"/a/{aid.code}/ticks", late | {"material": "2", "line": ["1", "2"]})
    assert ticked(aid, me.pk) == {1, 2}


def test_every_item_of_the_longest_list_can_be_ticked(client: Client) -> None:
    aid = an_aid(content=Checklist(tuple(Item(f"Item {n}") for n in range(1, MOST_ROWS + 1))))
    signed_in(client, aid.owner)
    every = [str(number) for number in range(1, MOST_ROWS + 1)]

    client.post(f"/a/{aid.code}/ticks", {"material": "1", "among": every, "line": every})

    assert len(ticked(aid, aid.owner.pk)) == MOST_ROWS


def test_ticks_are_saved_by_one_button_for_all_parts_and_started_afresh(client: Client) -> None:
    aid = an_aid(content=CHECKS)
    signed_in(client, aid.owner)
    page = client.get(f"/a/{aid.code}").content.decode()
    assert (page.count("Save the ticks"), page.count("Begin again")) == (1, 1)
    assert re.findall(r'name="among" value="(\d)"', page) == ["1", "2", "3"]

    client.post(f"/a/{aid.code}/ticks", {"material": "1", "among": ["1", "2"], "line": ["2"]})
    assert re.search(r'value="2" checked', client.get(f"/a/{aid.code}").content.decode())
    client.post(
        f"/a/{aid.code}/ticks",
        {"material": "1", "among": ["1", "2"], "line": ["2"], "afresh": "yes"},
    )

    assert not Tick.objects.exists()


def test_what_is_sent_twice_is_done_once(client: Client) -> None:
    aid = an_aid()
    signed_in(client, aid.owner)
    address, json = f"/a/{aid.code}/helped", {"Accept": "application/json"}
    yes, no = {"helped": "yes", "key": str(KEY)}, {"helped": "no", "key": str(uuid4())}

    answers = [client.post(address, data, headers=json).json()["done"] for data in (yes, no, yes)]

    # The first one, sent again late, must not undo what was said after it.
    assert answers == ["now", "now", "before"]
    assert Use.objects.get().helped is False
    assert AuditEntry.objects.filter(action="say_whether_it_helped").count() == 2
    assert Delivery.objects.count() == 2


def test_an_empty_answer_is_neither_yes_nor_no(client: Client) -> None:
    aid = an_aid()
    signed_in(client, aid.owner)

    for said in ({}, {"helped": "perhaps"}):
        assert client.post(f"/a/{aid.code}/helped", said).status_code == 422

    assert not Use.objects.exists()


def test_what_fails_was_not_delivered_and_may_be_sent_again() -> None:
    me = a_person()

    def fails() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own, just above
        take_delivery(key=KEY, by=me, now=NOON, do=fails)

    assert take_delivery(key=KEY, by=me, now=NOON, do=lambda: None)
    assert not take_delivery(key=KEY, by=me, now=NOON, do=fails)


def test_keys_are_forgotten_once_no_device_can_send_them_again() -> None:
    me = a_person()
    take_delivery(key=KEY, by=me, now=NOON, do=lambda: None)
    take_delivery(key=uuid4(), by=me, now=NOON + timedelta(days=2), do=lambda: None)

    assert forget_deliveries(now=NOON + timedelta(days=366)) == 1
    assert Delivery.objects.get().key != KEY


def test_keys_are_ones_own(client: Client) -> None:
    aid = an_aid()
    take_delivery(key=KEY, by=a_person(), now=NOON, do=lambda: None)

    assert take_delivery(key=KEY, by=aid.owner, now=NOON, do=lambda: None)
    signed_in(client, aid.owner)
    refused = client.post(f"/a/{aid.code}/helped", {"helped": "yes", "key": "1"})
    assert refused.status_code == 422
    assert not Use.objects.exists()


def test_strangers_say_nothing_of_what_they_may_not_see(client: Client) -> None:
    aid = an_aid(content=CHECKS)

    for verb in ("helped", "ticks", "kept"):
        assert client.post(f"/a/{aid.code}/{verb}").status_code == 302
    signed_in(client, a_person())
    for verb in ("helped", "ticks", "kept"):
        assert client.post(f"/a/{aid.code}/{verb}", {"line": "1"}).status_code == 404
    assert [model.objects.count() for model in (Use, Tick, Pin)] == [0, 0, 0]


def test_what_is_retired_is_kept_only_by_who_chose_it() -> None:
    works = an_organisation()
    dana, mika = a_person(works), a_person(works)
    chosen, other = (an_aid(owner=mika, topics=("torque",)) for _ in range(2))
    community = a_community(by=mika, topics=("torque",))
    join_community(community=community, person=dana, reach=reach(dana), now=NOON)
    pin_aid(aid=chosen, by=dana, now=NOON)
    assert [k.aid for k in kept_by(dana, reach=reach(dana))] == [chosen, other]

    for aid in (chosen, other):
        retire_aid(aid=aid, by=mika, now=NOON)

    assert [k.aid for k in kept_by(dana, reach=reach(dana))] == [chosen]
