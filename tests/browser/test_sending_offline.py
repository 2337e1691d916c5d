"""What somebody writes where there is no network: it stays in its box, and the page says so."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import WORDS, House
from tests.builders import a_need
from whoknows.needs.models import Answer, Need

pytestmark = pytest.mark.browser

UNSENT = "Nothing was sent, and what you wrote stays here."
QUESTION = "Where do zebras keep xylophones"


def test_a_need_that_cannot_be_posted_stays_in_the_box_until_it_can(
    page: Page, house: House
) -> None:
    page.goto(house.url)
    page.locator("#words").press_sequentially(QUESTION)
    post = page.get_by_role("button", name="Post this need")
    expect(post).to_be_visible()
    page.context.set_offline(offline=True)
    post.click()

    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    expect(page.locator("#words")).to_have_value(QUESTION)
    assert not Need.objects.filter(words=QUESTION).exists()
    page.context.set_offline(offline=False)
    expect(page.get_by_role("alert")).to_have_count(0)
    post.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)


def test_words_are_not_sent_into_a_network_that_leads_nowhere(page: Page, house: House) -> None:
    page.goto(house.url + a_need("How do I bleed the pump?", by=house.mika).get_absolute_url())
    expect(page.locator("html[data-kept]")).to_be_attached()
    page.route("**/*", lambda route: route.abort())
    box, send = page.locator("#id_text"), page.get_by_role("button", name="Send your answer")
    box.fill("Open the valve first.")
    send.click()

    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    expect(box).to_have_value("Open the valve first.")
    assert page.evaluate("navigator.onLine")
    page.unroute("**/*")
    send.click()

    expect(page.locator(".answer")).to_contain_text("Open the valve first.")


def test_what_is_pressed_twice_while_the_network_is_asked_is_sent_once(
    page: Page, house: House
) -> None:
    page.goto(house.url + a_need("How do I bleed the pump?", by=house.mika).get_absolute_url())
    expect(page.locator("html[data-kept]")).to_be_attached()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/a/offline.json", hold)
    page.locator("#id_text").fill("Open the valve first.")
    with page.expect_request("**/a/offline.json"):
        page.get_by_role("button", name="Send your answer").dblclick()
    page.wait_for_timeout(200)  # Routes are told of while the page is waited for.
    assert len(held) == 1

    held[0].continue_()

    expect(page.locator(".answer")).to_contain_text("Open the valve first.")
    assert Answer.objects.filter(text="Open the valve first.").count() == 1
    assert len(held) <= 2  # The second is that of the page that follows.


@pytest.mark.parametrize("status", [None, 503])
def test_asking_where_nothing_answers_says_so_and_keeps_the_words(
    page: Page, house: House, status: int | None
) -> None:
    page.goto(house.url)
    page.route("**/?q=*", lambda route: route.fulfill(status=status) if status else route.abort())
    page.locator("#words").press_sequentially(WORDS)

    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    page.get_by_role("button", name="Find help").click()
    expect(page.get_by_role("alert")).to_have_count(1)
    expect(page.locator("#words")).to_have_value(WORDS)
    page.unroute("**/?q=*")
    page.get_by_role("button", name="Find help").click()

    expect(page.get_by_role("heading", name="Use this")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_page_without_a_network_promises_only_what_waits(page: Page, house: House) -> None:
    page.goto(f"{house.url}/offline/")

    promised = page.get_by_text("Ticks, and whether an aid helped, wait on this device")
    expect(promised).to_contain_text("Everything else is sent only when there is one.")
