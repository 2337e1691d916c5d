"""An aid is kept on a phone once it is all there, and its page says what is so."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import PHONE, House, OpenContext
from tests.browser.offline import BOTH, cached, has_cached, has_kept, in_time, open_and_keep
from tests.builders import an_aid, drawn
from whoknows.aids.actions import AidText, add_picture, change_aid
from whoknows.aids.models import Aid, Tick, Use
from whoknows.engine.aids import Checklist, Item, Procedure, Step
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.browser


def with_a_picture(aid: Aid) -> str:
    """Put a picture into ``aid``; return its address."""
    data = drawn(800, 600)
    picture = add_picture(
        aid=aid,
        file=BytesIO(data),
        size=len(data),
        alt="The valve, shut",
        by=aid.owner,
        now=timezone.now(),
    )
    shut = Checklist((Item(f"Air is off ![](picture:{picture.code})"), Item("Lamp is out")))
    text = AidText(title=aid.title, content=shut)
    change_aid(aid=aid, text=text, by=aid.owner, now=timezone.now())
    return picture.get_absolute_url()


@pytest.mark.parametrize("was_kept_before", [False, True])
def test_an_aid_is_kept_once_the_last_picture_came(
    phone: BrowserContext, house: House, checklist: Aid, *, was_kept_before: bool
) -> None:
    if was_kept_before:
        open_and_keep(phone, house, checklist)
    picture = with_a_picture(checklist)
    page = phone.new_page()
    tries = []

    def fail_once(route: Route) -> None:
        """Fail for the copy that is kept; the page itself shows the picture."""
        if route.request.resource_type == "image":
            route.continue_()
            return
        tries.append(route.request.url)
        if len(tries) == 1:
            route.fulfill(status=503)
        else:
            route.continue_()

    page.route(f"**{picture}", fail_once)
    page.goto(f"{house.url}/a/{checklist.code}")
    # To ask the page lets the route be answered meanwhile.
    in_time(lambda: (cached(page), len(tries))[1], 1)
    assert cached(page) == ([f"/a/{checklist.code}"] if was_kept_before else [])

    in_time(lambda: picture in cached(page), expected=True)
    has_cached(page, 1)
    expect(page.get_by_text(KEPT)).to_be_visible()
    assert len(tries) == 2


def test_a_picture_that_is_gone_does_not_keep_its_aid_from_being_kept(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    picture = with_a_picture(checklist)
    page = phone.new_page()
    page.route(f"**{picture}", lambda route: route.fulfill(status=404))
    page.goto(f"{house.url}/a/{checklist.code}")

    has_kept(page, 1)
    assert cached(page) == [f"/a/{checklist.code}"]


def test_a_kept_aid_shows_its_pictures_in_flight_mode(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    picture = with_a_picture(checklist)
    page = open_and_keep(phone, house, checklist)
    in_time(lambda: picture in cached(page), expected=True)

    phone.set_offline(offline=True)
    again = phone.new_page()
    again.goto(f"{house.url}/a/{checklist.code}")

    seen = again.get_by_role("img", name="The valve, shut")
    expect(seen).to_be_visible()
    in_time(lambda: seen.evaluate("(it) => [it.naturalWidth, it.naturalHeight]"), [800, 600])
    assert seen.evaluate("(it) => it.getBoundingClientRect().width") <= PHONE["width"]


def test_kept_aids_open_in_flight_mode_and_others_do_not(
    phone: BrowserContext, house: House, checklist: Aid
) -> None:
    other = an_aid("Not kept", owner=house.mika, sharing=SharingClass.PUBLIC)
    page = phone.new_page()
    page.goto(house.url)
    has_kept(page, 1)

    phone.set_offline(offline=True)
    page.goto(f"{house.url}/a/{checklist.code}?v=1")

    expect(page.get_by_role("heading", name="Close the line")).to_be_visible()
    expect(page.get_by_text("No network. This is the aid as it was on")).to_be_visible()
    page.goto(f"{house.url}/aids/{checklist.code}/")
    expect(page.get_by_role("heading", name="Close the line")).to_be_visible()
    page.goto(f"{house.url}/a/{other.code}")
    expect(page.get_by_role("heading", name="There is no network")).to_be_visible()
    expect(page.get_by_role("link", name="Close the line")).to_be_visible()
    assert Axe().run(page).response["violations"] == []


WISHED = "Chosen for offline. Each of your devices keeps it once it opens Whoknows"
UNDER_WAY = "It is being kept on this device…"
KEPT = "Kept on this device: it opens without a network."


@BOTH
def test_one_press_keeps_an_aid_and_the_page_says_so_once_it_is_true(
    phone: BrowserContext, house: House, address: str
) -> None:
    aid = an_aid("Bleed the pump", owner=house.mika)
    address = house.url + address.format(code=aid.code)
    page = phone.new_page()
    page.goto(address)
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Let the page itself through, and hold up the copy that is to be kept."""
        if route.request.is_navigation_request():
            route.continue_()
        else:
            held.append(route)

    page.route(f"**/a/{aid.code}", hold)
    page.get_by_role("button", name="Keep offline").click()

    expect(page.get_by_text(UNDER_WAY)).to_be_visible()
    expect(page.get_by_text(KEPT)).to_be_hidden()
    assert cached(page) == []
    held[0].continue_()
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(page.get_by_text(UNDER_WAY)).to_be_hidden()

    phone.set_offline(offline=True)
    page.goto(address)
    expect(page.get_by_role("heading", name="Bleed the pump")).to_be_visible()
    expect(page.get_by_text(KEPT)).to_be_visible()


def test_a_device_that_cannot_keep_an_aid_does_not_say_that_it_does(
    open_context: OpenContext, house: House, checklist: Aid
) -> None:
    address = f"{house.url}/a/{checklist.code}"

    page = open_context(house.dana, java_script_enabled=False).new_page()
    page.goto(address)
    expect(page.get_by_text(WISHED)).to_be_visible()
    expect(page.get_by_text(KEPT)).to_be_hidden()

    for why, told in (
        ("new DOMException('', 'SecurityError')", "It is not kept: this browser keeps no pages"),
        ("new TypeError('The network went away.')", WISHED),
    ):
        page = open_context(house.dana).new_page()
        page.add_init_script(f"navigator.serviceWorker.register = () => Promise.reject({why})")
        page.goto(address)
        has_cached(page, 1)
        expect(page.get_by_text(told)).to_be_visible()

    page = open_context(house.dana).new_page()
    page.add_init_script(
        "Cache.prototype.put = () => Promise.reject(new DOMException('', 'QuotaExceededError'))"
    )
    page.goto(address)
    expect(page.get_by_text("It is not kept: this device has no room left.")).to_be_visible()

    page = open_context(house.dana).new_page()
    page.route("**/a/offline.json", lambda route: route.abort())
    page.goto(address)
    expect(page.get_by_text("No network. This is the aid as it was on")).to_be_visible()
    expect(page.get_by_text(WISHED)).to_be_visible()


HTTP = """
  delete Crypto.prototype.randomUUID;
  delete window.caches;
  delete Navigator.prototype.serviceWorker;
"""
REFUSES = "const no = () => Promise.reject(new DOMException('', 'SecurityError'));"
NO_CACHES = REFUSES + "CacheStorage.prototype.open = CacheStorage.prototype.keys = no;"
NO_STORE = "indexedDB.open = () => { throw new DOMException('', 'SecurityError'); };"


@pytest.mark.parametrize(
    "has_not",
    [HTTP, NO_CACHES, NO_STORE, NO_CACHES + NO_STORE],
    ids=["plain http", "no caches", "no store", "neither"],
)
def test_nothing_one_does_is_lost_where_the_browser_keeps_nothing(
    open_context: OpenContext, house: House, checklist: Aid, has_not: str
) -> None:
    page = open_context(house.dana).new_page()
    page.add_init_script(has_not)
    page.goto(f"{house.url}/a/{checklist.code}")
    page.get_by_label("Air is off").check()
    in_time(lambda: [tick.line for tick in Tick.objects.all()], [1])
    page.get_by_role("button", name="Yes").click()
    in_time(lambda: list(Use.objects.values_list("helped", flat=True)), [True])

    page.context.set_offline(offline=True)
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_text("You said that it did not help.")).to_be_visible()
    said = "Not sent yet, and this browser keeps nothing" if NO_STORE in has_not else "It is sent"
    expect(page.get_by_text(said)).to_be_visible()
    page.context.set_offline(offline=False)

    in_time(lambda: list(Use.objects.values_list("helped", flat=True)), [False])
    expect(page.get_by_text(said)).to_be_hidden()
    assert page.url == f"{house.url}/a/{checklist.code}"


def test_what_waits_is_sent_by_the_next_page_where_no_page_is_kept(
    open_context: OpenContext, house: House, checklist: Aid
) -> None:
    page = open_context(house.dana).new_page()
    page.add_init_script(NO_CACHES)
    page.route("**/helped", lambda route: route.abort())
    page.goto(f"{house.url}/a/{checklist.code}")
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("It is sent when there is a network again")).to_be_visible()
    page.unroute("**/helped")

    page.goto(f"{house.url}/people/")

    in_time(lambda: list(Use.objects.values_list("helped", flat=True)), [True])


def test_a_browser_that_can_make_no_key_sends_the_form_itself(
    page: Page, house: House, checklist: Aid
) -> None:
    page.add_init_script("delete Crypto.prototype.getRandomValues")
    page.goto(f"{house.url}/a/{checklist.code}")
    page.get_by_role("button", name="Yes").click()

    expect(page.get_by_text("You said that it helped.")).to_be_visible()
    assert page.url == f"{house.url}/a/{checklist.code}#helped"
    assert Use.objects.get().helped


@BOTH
def test_what_cannot_be_chosen_without_a_network_says_so_and_nothing_is_lost(
    phone: BrowserContext, house: House, address: str
) -> None:
    aid = an_aid("Bleed the pump", owner=house.mika)
    page = phone.new_page()
    page.goto(house.url + address.format(code=aid.code))
    # An answer still on its way would say that there is a network.
    expect(page.locator("html[data-kept]")).to_be_attached()
    phone.set_offline(offline=True)
    page.get_by_role("button", name="Keep offline").click()
    expect(page.get_by_text("There is no network, so this cannot be changed now.")).to_be_visible()
    expect(page.get_by_role("heading", name="Bleed the pump")).to_be_visible()

    phone.set_offline(offline=False)
    expect(page.get_by_text("There is no network, so this cannot be changed now.")).to_be_hidden()
    page.get_by_role("button", name="Keep offline").click()

    expect(page.get_by_role("button", name="Keep offline no longer")).to_be_visible()


def test_a_button_leads_back_to_the_step_at_which_one_is(page: Page, house: House) -> None:
    aid = an_aid(
        "Bleed the pump",
        owner=house.mika,
        content=Procedure((Step("Open it."), Step("Wait."), Step("Shut it."))),
    )
    page.goto(f"{house.url}{aid.get_absolute_url()}?for=air")
    page.get_by_role("link", name="Go step by step").click()
    page.get_by_role("link", name="Done, next").click()
    expect(page.get_by_role("heading", name="Step 2 of 3")).to_be_visible()

    page.get_by_role("button", name="Keep offline").click()

    expect(page.get_by_role("button", name="Keep offline no longer")).to_be_visible()
    expect(page.get_by_role("heading", name="Step 2 of 3")).to_be_visible()
    assert page.url.endswith("?at=2&for=air#keep")
