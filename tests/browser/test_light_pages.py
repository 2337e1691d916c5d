"""The light pages of aids: on a bad line, without JavaScript, on paper and in frames."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, House, OpenContext
from tests.builders import an_aid
from whoknows.aids.models import Aid, Use
from whoknows.engine.aids import Procedure, Step
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.browser
HEAVIEST_LIGHT_PAGE = 60_000
# 400 kbit/s each way, and a tenth of a second until anything comes back.
BAD_LINE = {
    "offline": False,
    "latency": 100,
    "uploadThroughput": 50_000,
    "downloadThroughput": 50_000,
}
FIRST_PAINT = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    const found = list.getEntriesByName("first-contentful-paint")[0];
    if (found) done(found.startTime);
  }).observe({ type: "paint", buffered: true });
})"""


def listen(page: Page, sizes: list[int], said: list[str]) -> None:
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.on("console", lambda message: said.append(message.text))


def test_a_light_page_is_light_and_usable_in_two_seconds_on_a_bad_line(
    open_context: OpenContext, house: House
) -> None:
    shown = []
    # The best of three: how busy this machine is says nothing about the page.
    for _ in range(3):
        page = open_context(house.dana, viewport=PHONE).new_page()
        sizes: list[int] = []
        said: list[str] = []
        listen(page, sizes, said)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", BAD_LINE)
        page.goto(f"{house.url}/a/{house.aid.code}", wait_until="domcontentloaded")
        shown.append(page.evaluate(FIRST_PAINT))
        assert len(sizes) >= 3
        assert sum(sizes) <= HEAVIEST_LIGHT_PAGE
        assert said == []

    assert min(shown) < 2_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_light_pages_and_print(
    open_context: OpenContext, house: House, checklist: Aid, scheme: str
) -> None:
    page = open_context(house.dana, color_scheme=scheme, bypass_csp=True).new_page()
    too_long = an_aid(
        owner=house.mika, content=Procedure(tuple(Step(f"Go {n}") for n in range(16)))
    )
    found = []
    for path in (
        f"/a/{house.aid.code}?v=1",
        f"/a/{checklist.code}",
        f"/a/{house.aid.code}/embed",
        f"/aids/{checklist.code}/print/",
        f"/aids/{too_long.code}/print/",
        "/offline/",
    ):
        page.goto(house.url + path)
        found += [f"{path}: {v['id']}" for v in Axe().run(page).response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path}: {wide} wide"] if wide > PHONE["width"] else []

    assert found == []


def test_it_works_without_javascript(
    open_context: OpenContext, house: House, checklist: Aid
) -> None:
    page = open_context(house.dana, java_script_enabled=False).new_page()
    page.goto(f"{house.url}/a/{checklist.code}")
    page.get_by_label("Air is off").check()
    page.get_by_role("button", name="Save the ticks").first.click()

    expect(page.get_by_label("Air is off")).to_be_checked()
    page.get_by_role("button", name="Yes").click()
    assert Use.objects.get().helped
    expect(page.get_by_text("You said that it helped.")).to_be_visible()
    assert page.url == f"{house.url}/a/{checklist.code}#helped"


def test_a_preview_has_the_size_of_the_card(page: Page, house: House, checklist: Aid) -> None:
    page.goto(f"{house.url}/aids/{checklist.code}/print/")

    box = page.get_by_role("img", name=re.compile("Side 1")).bounding_box()

    assert box is not None
    # A CSS millimetre is 96 / 25.4 pixels.
    assert [round(box[side] / 96 * 25.4, 1) for side in ("width", "height")] == [54.0, 85.6]


def test_a_site_frames_an_aid_only_if_the_organisation_lists_it(
    open_context: OpenContext, house: House
) -> None:
    aid = an_aid("For everybody", owner=house.mika, sharing=SharingClass.PUBLIC)
    around = "http://localhost:9999"
    page = open_context().new_page()
    frame = f'<iframe src="{house.url}/a/{aid.code}/embed" title="aid"></iframe>'
    page.route(f"{around}/*", lambda route: route.fulfill(body=frame, content_type="text/html"))
    inside = page.frame_locator("iframe").get_by_role("heading", name="For everybody")

    page.goto(f"{around}/intranet")
    expect(inside).to_have_count(0)

    aid.organisation.frame_hosts = around
    aid.organisation.save()
    page.goto(f"{around}/intranet")
    expect(inside).to_be_visible()
