"""The answers to a need: on a phone the first of each kind at once and the rest one tap away."""

import re
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import DESK, PHONE, WORDS, House, OpenContext
from tests.builders import a_community, a_need, a_person, an_answer, place_of
from tests.conftest import Index
from whoknows.needs.models import Verdict

pytestmark = pytest.mark.browser

KINDS = {"use": "Use this", "person": "Ask this person", "join": "Join these people"}
FOUND = f"/?q={quote(WORDS)}"
LINE = re.compile("more|What shows it")


@pytest.fixture
def full_house(house: House, index: Index) -> House:
    """Return a house in which much is found for the words, in titles as long as people write."""
    works = place_of(house.mika).organisation
    for when in ("after the yearly service by the maker", "in the cold of the northern hall"):
        need = a_need(
            f"Why does the torque wrench show E4 after calibration, {when}, and what to do?",
            by=house.dana,
        )
        text = "Take the battery out and wait. Then hold ZERO until it blinks. " * 6
        an_answer(need, text, by=house.mika, verdict=Verdict.SOLVED)
        an_answer(need, text, by=a_person(works))
    a_community("Torque wrenches", by=house.mika, purpose="Torque wrench, calibration, E4.")
    index.catch_up()
    return house


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=KINDS[name])


def titles(page: Page, name: str) -> Locator:
    return section(page, name).locator(".result h3")


def bottom_of(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def as_yesterday(page: Page) -> None:
    """Make the browser one that cannot open by its style sheet what is folded away."""
    page.add_init_script("CSS.supports = () => false")

    def without(route: Route) -> None:
        answer = route.fetch()
        sheet = answer.text()
        assert "selector(::details-content)" in sheet
        route.fulfill(response=answer, body=sheet.replace("::details-content)", "::not-yet)"))

    page.route("**/whoknows.css", without)


@pytest.mark.parametrize("has_script", [True, False])
def test_the_first_of_each_is_seen_at_once_on_a_phone(
    open_context: OpenContext, full_house: House, *, has_script: bool
) -> None:
    page = open_context(full_house.dana, java_script_enabled=has_script).new_page()

    page.goto(full_house.url + FOUND)

    # On the first screen: all of the first thing, who is asked first and why. A group follows soon.
    screen = PHONE["height"]
    assert bottom_of(section(page, "use").locator(".result").first) < screen * 0.75
    assert bottom_of(section(page, "person").locator(".why").first) < screen
    assert bottom_of(titles(page, "join").first) < screen * 1.2
    for name in KINDS:
        expect(titles(page, name).first).to_be_visible()
        assert titles(page, name).count() > 1
        assert [one.is_visible() for one in titles(page, name).all()].count(True) == 1


@pytest.mark.parametrize("has_script", [True, False])
def test_the_rest_of_each_is_one_tap_away_on_a_phone(
    open_context: OpenContext, full_house: House, *, has_script: bool
) -> None:
    page = open_context(full_house.dana, java_script_enabled=has_script).new_page()
    page.goto(full_house.url + FOUND)
    many = {name: titles(page, name).count() - 1 for name in KINDS}

    for line in (
        f"{many['use']} more things to use",
        f"{many['person']} more people to ask",
        f"{many['join']} more group",
        "What shows it",
    ):
        tapped = page.get_by_text(line, exact=True)
        box = tapped.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        tapped.click()

    for name in KINDS:
        assert all(one.is_visible() for one in titles(page, name).all())
    expect(section(page, "person").locator(".evidence").first).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False])
def test_all_is_seen_without_a_tap_on_a_desk(
    open_context: OpenContext, full_house: House, *, has_script: bool
) -> None:
    page = open_context(full_house.dana, java_script_enabled=has_script, viewport=DESK).new_page()

    page.goto(full_house.url + FOUND)

    for name in KINDS:
        assert all(one.is_visible() for one in titles(page, name).all())
    expect(section(page, "person").locator(".evidence").first).to_be_visible()
    assert not any(line.is_visible() for line in page.get_by_text(LINE).all())


def test_a_browser_of_yesterday_opens_all_on_a_desk_by_script(
    open_context: OpenContext, full_house: House
) -> None:
    page = open_context(full_house.dana, viewport=DESK).new_page()
    as_yesterday(page)

    page.goto(full_house.url)
    page.locator("#words").press_sequentially(WORDS)

    expect(titles(page, "use").nth(1)).to_be_visible()
    for name in KINDS:
        assert all(one.is_visible() for one in titles(page, name).all())


def test_a_browser_of_yesterday_keeps_the_line_to_tap_without_a_script(
    open_context: OpenContext, full_house: House
) -> None:
    page = open_context(full_house.dana, java_script_enabled=False, viewport=DESK).new_page()
    as_yesterday(page)
    page.goto(full_house.url + FOUND)
    expect(titles(page, "use").nth(1)).to_be_hidden()

    page.get_by_text("more things to use").click()

    expect(titles(page, "use").nth(1)).to_be_visible()


def test_a_browser_of_yesterday_opens_all_for_paper(page: Page, full_house: House) -> None:
    as_yesterday(page)
    page.goto(full_house.url + FOUND)
    expect(titles(page, "use").nth(1)).to_be_hidden()

    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    expect(titles(page, "use").nth(1)).to_be_visible()


def test_what_was_opened_stays_open_while_one_types_on(page: Page, full_house: House) -> None:
    page.goto(full_house.url)
    page.locator("#words").press_sequentially(WORDS)
    page.get_by_text("more things to use").click()
    expect(titles(page, "use").nth(1)).to_be_visible()

    with page.expect_response(lambda response: "again" in response.url):
        page.locator("#words").press_sequentially(" again")

    expect(titles(page, "use").nth(1)).to_be_visible()
    expect(titles(page, "person").nth(1)).to_be_hidden()


def test_keys_go_to_what_is_seen_and_to_what_opens_more(page: Page, full_house: House) -> None:
    page.goto(full_house.url + FOUND)
    more = page.get_by_text("more things to use")
    page.locator("#words").blur()

    page.keyboard.press("j")
    expect(titles(page, "use").first.get_by_role("link")).to_be_focused()
    page.keyboard.press("j")
    expect(more).to_be_focused()
    page.keyboard.press("j")
    expect(titles(page, "person").first.get_by_role("link")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(titles(page, "use").nth(1).get_by_role("link")).to_be_focused()


def test_keys_go_from_thing_to_thing_on_a_desk(
    open_context: OpenContext, full_house: House
) -> None:
    page = open_context(full_house.dana, viewport=DESK).new_page()
    page.goto(full_house.url + FOUND)
    page.locator("#words").blur()

    for number in range(titles(page, "use").count()):
        page.keyboard.press("j")
        expect(titles(page, "use").nth(number).get_by_role("link")).to_be_focused()
    page.keyboard.press("j")

    expect(titles(page, "person").first.get_by_role("link")).to_be_focused()


def test_paper_has_all_of_it(page: Page, full_house: House) -> None:
    page.goto(full_house.url + FOUND)

    page.emulate_media(media="print")

    for name in KINDS:
        assert all(one.is_visible() for one in titles(page, name).all())
    assert not any(line.is_visible() for line in page.get_by_text(LINE).all())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_opened_fits_a_small_phone_and_can_be_used_by_everybody(
    open_context: OpenContext, full_house: House, scheme: str
) -> None:
    page = open_context(full_house.dana, color_scheme=scheme, bypass_csp=True).new_page()
    page.goto(full_house.url + FOUND)
    for line in page.get_by_text(LINE).all():
        line.click()

    # 195 is the phone at 200 %.
    for width in (390, 320, 195):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
