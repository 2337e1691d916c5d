"""Aids on a phone that has no network: used, sent once, and nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import House, OpenContext
from tests.browser.offline import BOTH, cached, has_kept, in_time, open_and_keep, waiting
from tests.builders import an_aid
from whoknows.aids.actions import AidText, change_aid, retire_aid
from whoknows.aids.actions.carrying import pin_aid
from whoknows.aids.models import Aid, Delivery, Tick, Use
from whoknows.engine.aids import Checklist, Item, Procedure, Step

pytestmark = pytest.mark.browser


def test_a_kept_aid_that_is_retired_says_so_without_a_network_on_the_same_day(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = open_and_keep(phone, house, checklist)
    retire_aid(aid=checklist, by=house.mika, now=timezone.now())
    page.goto(house.url)
    has_kept(page, 1)

    phone.set_offline(offline=True)
    page.goto(f"{house.url}/a/{checklist.code}")

    expect(page.get_by_text("This is no longer used")).to_be_visible()


def test_what_was_done_without_a_network_is_sent_once_when_there_is_one(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = open_and_keep(phone, house, checklist)
    phone.set_offline(offline=True)
    page.goto(f"{house.url}/a/{checklist.code}")

    page.get_by_label("Air is off").check()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("It is sent when there is a network again")).to_be_visible()
    in_time(lambda: waiting(page), 2)  # The sentence is there since the first of them.
    page.reload()
    expect(page.get_by_label("Air is off")).to_be_checked()
    expect(page.get_by_text("You said that it helped.")).to_be_visible()
    expect(page.get_by_text("It is sent when there is a network again")).to_be_visible()
    assert waiting(page) == 2
    assert not Use.objects.exists()

    phone.set_offline(offline=False)
    in_time(lambda: waiting(page), 0)
    expect(page.get_by_text("It is sent when there is a network again")).to_be_hidden()
    assert Use.objects.get().helped
    assert [tick.line for tick in Tick.objects.all()] == [1]
    assert Delivery.objects.count() == 2


def test_ticks_of_a_list_that_changed_meanwhile_are_not_taken_for_others_and_that_is_said(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = open_and_keep(phone, house, checklist)
    phone.set_offline(offline=True)
    page.goto(f"{house.url}/a/{checklist.code}")
    page.get_by_label("Air is off").check()
    assert waiting(page) == 1
    other = Checklist((Item("Covers are off"), Item("Air is off")))
    text = AidText("Walk round", content=other)
    change_aid(aid=checklist, text=text, by=house.mika, now=timezone.now())

    phone.set_offline(offline=False)

    expect(page.get_by_text("these ticks are not saved")).to_be_visible()
    in_time(lambda: waiting(page), 0)
    assert not Tick.objects.exists()
    page.goto(f"{house.url}/a/{checklist.code}")
    expect(page.get_by_label("Covers are off")).not_to_be_checked()
    page.get_by_label("Covers are off").check()
    in_time(lambda: [tick.line for tick in Tick.objects.all()], [1])
    expect(page.get_by_text("these ticks are not saved")).to_be_hidden()


@BOTH
def test_whoever_was_not_helped_is_shown_who_else_helps_on_both_pages(
    page: Page, house: House, address: str
) -> None:
    page.goto(house.url + address.format(code=house.aid.code))

    page.get_by_role("button", name="No", exact=True).click()

    expect(page.get_by_text("You said that it did not help.")).to_be_visible()
    in_time(lambda: list(Use.objects.values_list("helped", flat=True)), [False])
    page.get_by_role("link", name="See who else helps").click()
    expect(page.get_by_label("What are you trying to do?")).to_have_value(house.aid.title)


def test_a_network_that_leads_nowhere_is_none_and_is_tried_until_it_does(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = phone.new_page()
    page.route("**/a/offline.json", lambda route: route.abort())
    page.route("**/helped", lambda route: route.abort())
    page.goto(f"{house.url}/a/{checklist.code}")

    expect(page.get_by_text("No network. This is the aid as it was on")).to_be_visible()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("It is sent when there is a network again")).to_be_visible()
    assert page.evaluate("navigator.onLine")
    page.unroute("**/helped")
    page.unroute("**/a/offline.json")

    in_time(lambda: waiting(page), 0)
    expect(page.get_by_text("No network. This is the aid as it was on")).to_be_hidden()
    assert Use.objects.get().helped


def test_ticks_on_the_full_page_wait_too_and_nothing_false_is_counted(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = phone.new_page()
    page.goto(house.url + checklist.get_absolute_url())
    has_kept(page, 1)
    phone.set_offline(offline=True)
    page.get_by_label("Air is off").check()

    expect(page.get_by_text("It is sent when there is a network again")).to_be_visible()
    expect(page.get_by_text("2 still to tick")).to_be_hidden()
    phone.set_offline(offline=False)

    expect(page.get_by_text("1 still to tick")).to_be_visible()
    assert [tick.line for tick in Tick.objects.all()] == [1]
    page.goto(f"{house.url}/a/{checklist.code}")
    expect(page.get_by_label("Air is off")).to_be_checked()


def test_the_page_that_stands_in_without_a_network_forgets_nothing(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = open_and_keep(phone, house, checklist)
    phone.set_offline(offline=True)
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("It is sent when there is a network again")).to_be_visible()
    page.goto(f"{house.url}/people/")
    expect(page.get_by_role("heading", name="There is no network")).to_be_visible()

    page.evaluate("dispatchEvent(new Event('online'))")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_role("link", name="Close the line")).to_be_visible()
    page.wait_for_timeout(300)
    assert cached(page) == [f"/a/{checklist.code}"]
    assert waiting(page) == 1


@pytest.mark.parametrize("answer", [{"status": 503}, {"body": "<h1>Pay first</h1>"}])
def test_an_answer_that_is_none_of_ours_is_no_network(
    phone: BrowserContext, house: House, checklist: Aid, answer: dict[str, object]
) -> None:
    page = phone.new_page()
    page.route("**/a/offline.json", lambda route: route.fulfill(**answer))
    page.goto(f"{house.url}/a/{checklist.code}")

    expect(page.get_by_text("No network. This is the aid as it was on")).to_be_visible()
    page.unroute("**/a/offline.json")

    expect(page.get_by_text("No network. This is the aid as it was on")).to_be_hidden()
    has_kept(page, 1)


def test_an_answer_that_got_lost_is_asked_for_again_and_nothing_happens_twice(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = open_and_keep(phone, house, checklist)
    # It arrives and is done, but the answer never comes back.
    lost = []

    def lose(route: object) -> None:
        lost.append(route.fetch().status)  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/helped", lose)
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("It is sent when there is a network again")).to_be_visible()
    assert lost == [200]
    page.unroute("**/helped")

    page.reload()
    has_kept(page, 1)

    assert waiting(page) == 0
    assert Use.objects.count() == Delivery.objects.count() == 1


def test_a_kept_aid_says_by_its_own_date_that_it_is_out_of_date(
    phone: BrowserContext, house: House
) -> None:
    today = timezone.localdate()
    aid = an_aid(
        "Good for a while",
        owner=house.mika,
        verified_on=today,
        verify_by=today + timedelta(days=30),
    )
    pin_aid(aid=aid, by=house.dana, now=timezone.now())
    page = open_and_keep(phone, house, aid)
    phone.set_offline(offline=True)
    page.reload()
    expect(page.get_by_text("This is out of date")).to_be_hidden()

    page.clock.set_fixed_time(timezone.now() + timedelta(days=40))
    page.reload()

    expect(page.get_by_text("This is out of date")).to_be_visible()


def test_a_changed_aid_is_kept_anew_and_one_let_go_is_gone(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = phone.new_page()
    page.goto(house.url)
    has_kept(page, 1)
    text = AidText(title="Close the line", content=Procedure((Step("Shut it."), Step("Go."))))
    change_aid(aid=checklist, text=text, now=timezone.now())
    page.reload()
    has_kept(page, 1)

    phone.set_offline(offline=True)
    page.goto(f"{house.url}/a/{checklist.code}?v=1")
    expect(page.get_by_text("Shut it.")).to_be_visible()
    expect(page.get_by_text("This card is out of date")).to_be_visible()

    phone.set_offline(offline=False)
    page.goto(f"{house.url}/a/{checklist.code}")
    page.get_by_role("button", name="Keep offline no longer").click()
    has_kept(page, 0)
    assert cached(page) == []


def test_signing_out_leaves_nothing_on_the_phone(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    page = phone.new_page()
    page.goto(house.url)
    has_kept(page, 1)
    assert cached(page) == [f"/a/{checklist.code}"]

    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()

    in_time(lambda: cached(page), [])


def test_the_next_person_on_a_shared_phone_finds_nothing_of_the_one_before(
    phone: BrowserContext, open_context: OpenContext, house: House, checklist: Aid
) -> None:
    page = open_and_keep(phone, house, checklist)
    page.route("**/helped", lambda route: route.abort())
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("It is sent when there is a network again")).to_be_visible()

    # Mika signs in without Dana having signed out.
    mikas = open_context(house.mika).cookies()
    phone.clear_cookies()
    phone.add_cookies(mikas)  # type: ignore[arg-type]
    page.goto(house.url)
    has_kept(page, 0)

    assert cached(page) == []
    assert waiting(page) == 0
    phone.set_offline(offline=True)
    page.goto(f"{house.url}/a/{checklist.code}")
    expect(page.get_by_role("heading", name="There is no network")).to_be_visible()
    assert not Use.objects.exists()


def test_it_can_be_installed(phone: BrowserContext, house: House) -> None:
    page = phone.new_page()
    page.goto(house.url)

    told = page.request.get(f"{house.url}/manifest.webmanifest").json()
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    for icon in told["icons"]:
        width = page.evaluate(
            "async (url) => (await createImageBitmap(await (await fetch(url)).blob())).width",
            icon["src"],
        )
        assert icon["sizes"] == f"{width}x{width}"
    worker = page.request.get(f"{house.url}/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "script-src 'self'" in worker.headers["content-security-policy"]
    devtools = phone.new_cdp_session(page)
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Playwright's windows are private ones, in which nothing is installed.
    assert [e["errorId"] for e in errors if e["errorId"] != "in-incognito"] == []
