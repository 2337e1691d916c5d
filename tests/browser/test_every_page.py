"""What holds for every page."""

import gzip
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import DESK, PHONE, WORDS, House, OpenContext

pytestmark = pytest.mark.browser
HEAVIEST_PAGE = 100_000


def _visit_all(
    open_context: OpenContext,
    house: House,
    *,
    listen: Callable[[Page], None] = lambda page: None,
    **options: object,
) -> Iterator[tuple[str, Page]]:
    """Go to every page, as somebody signed in and then as a stranger."""
    for person, pages in ((house.dana, house.pages), (None, house.open_pages)):
        page = open_context(person, **options).new_page()
        listen(page)
        for name, path in pages.items():
            response = page.goto(house.url + path)
            expected = 404 if name == "not here" else 200
            assert response is not None
            assert response.status == expected, f"{name}: {response.status}"
            yield f"{name}{'' if person else ' (signed out)'}", page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(open_context: OpenContext, house: House, scheme: str) -> None:
    axe, found = Axe(), []

    for name, page in _visit_all(open_context, house, color_scheme=scheme, bypass_csp=True):
        violations = axe.run(page).response["violations"]
        found += [f"{name}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in violations]

    assert found == []


@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_has_to_be_scrolled_sideways(
    open_context: OpenContext, house: House, width: int
) -> None:
    too_wide = []
    for name, page in _visit_all(open_context, house, viewport={"width": width, "height": 844}):
        wide = page.evaluate("document.documentElement.scrollWidth")
        too_wide += [f"{name}: {wide}"] if wide > width else []

    assert too_wide == []


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_refused(
    open_context: OpenContext, house: House
) -> None:
    elsewhere: set[str] = set()
    said: list[str] = []

    def listen(page: Page) -> None:
        page.on("request", lambda r: elsewhere.add(r.url))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda m: said.append(f"{m.type}: {m.text} {page.url}"))

    for _ in _visit_all(open_context, house, listen=listen, viewport=DESK):
        pass

    assert {url for url in elsewhere if not url.startswith((house.url, "data:"))} == set()
    # The browser itself reports the one page that is not there.
    loud = [line for line in said if line.startswith(("error", "warning"))]
    assert [line for line in loud if "404 (Not Found)" not in line] == []


def test_a_page_weighs_little(open_context: OpenContext, house: House) -> None:
    responses: list[Response] = []

    def keep(response: Response) -> None:
        responses.append(response)

    page = open_context(house.dana, viewport=PHONE).new_page()
    page.on("response", keep)

    page.goto(f"{house.url}/?q={WORDS}", wait_until="networkidle")

    # Static files travel compressed (WhiteNoise), pages as they are.
    weights = {
        r.url: len(gzip.compress(r.body())) if "/static/" in r.url else len(r.body())
        for r in responses
    }
    assert len(weights) >= 4
    assert sum(weights.values()) < HEAVIEST_PAGE


def test_slash_goes_to_the_box(page: Page, house: House) -> None:
    page.goto(f"{house.url}/?q={WORDS}")

    page.keyboard.press("/")

    expect(page.locator("#words")).to_be_focused()
    expect(page.locator("#words")).to_have_value(WORDS)


def test_slash_goes_to_search_from_elsewhere(page: Page, house: House) -> None:
    page.goto(f"{house.url}/aids/")

    page.keyboard.press("/")

    page.wait_for_url("**/search/")
    expect(page.locator("#q")).to_be_focused()


def test_c_begins_a_new_need_but_not_while_typing(page: Page, house: House) -> None:
    page.goto(house.url)
    page.locator("#words").press_sequentially("c?/")
    expect(page.locator("#words")).to_have_value("c?/")
    page.locator("#words").blur()

    page.keyboard.press("c")

    page.wait_for_url("**/needs/new/")


def test_question_mark_lists_the_keys_and_they_can_be_turned_off(page: Page, house: House) -> None:
    page.goto(f"{house.url}/aids/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_label("Use these keys on this device").uncheck()
    page.get_by_role("button", name="Close").click()

    page.keyboard.press("c")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith("/aids/")
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_the_first_tab_skips_to_the_content(page: Page, house: House) -> None:
    page.goto(f"{house.url}/aids/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_one_leaves_by_the_menu_without_javascript(open_context: OpenContext, house: House) -> None:
    page = open_context(house.dana, java_script_enabled=False).new_page()
    page.goto(house.url)
    page.locator(".menu summary").click()

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_the_demo_lets_one_in_with_one_click(open_context: OpenContext, house: House) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(house.url)
    page.get_by_role("link", name="Look around as somebody").click()

    page.get_by_role("button", name="Look around as Dana").click()

    expect(page.get_by_label("Account of Dana Kowalczyk")).to_be_visible()


def test_evidence_is_removed_by_whom_it_is_about(page: Page, house: House) -> None:
    page.goto(house.url + house.dana.get_absolute_url())
    shown = page.get_by_role("region", name="What shows it")
    title = shown.get_by_role("heading", level=3).first.inner_text()
    shown.locator("summary").first.click()

    page.get_by_role("button", name="Remove for good").first.click()

    expect(page.get_by_role("status")).to_contain_text(title[:60])
    expect(shown.get_by_role("heading", name=title)).to_have_count(0)
