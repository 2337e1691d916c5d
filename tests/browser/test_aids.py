"""Using, writing and trying out aids, on a phone and at a desk, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, House, OpenContext
from whoknows.aids.models import Aid, Unsaved
from whoknows.engine.aids import Procedure

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("has_script", [True, False])
def test_one_goes_through_a_procedure_step_by_step(
    open_context: OpenContext,
    house: House,
    has_script: bool,  # noqa: FBT001 - a parameter
) -> None:
    page = open_context(house.dana, java_script_enabled=has_script).new_page()
    page.goto(house.url + house.pages["procedure"])

    page.get_by_role("link", name="Go step by step").click()
    expect(page.get_by_role("heading", name="Step 1 of 3")).to_be_visible()
    page.get_by_role("link", name="Done, next").click()

    expect(page.get_by_role("heading", name="Step 2 of 3")).to_be_visible()
    expect(page.get_by_text("Keep your hand off the jaw")).to_be_visible()
    assert page.url.endswith("?at=2")
    page.get_by_role("link", name="Done, next").click()
    expect(page.get_by_role("heading", name="Step 3 of 3")).to_be_visible()
    page.get_by_role("link", name="Done, next").click()
    expect(page.get_by_role("heading", name="All steps are done")).to_be_visible()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("You said that it helped.")).to_be_visible()


def test_ticks_are_counted_as_they_are_made(page: Page, house: House) -> None:
    page.goto(house.url + house.pages["checklist"])

    page.get_by_label("The guard is closed").check()
    # The first is sent once the page has looked after what it keeps.
    expect(page.get_by_text("1 still to tick")).to_be_visible(timeout=15_000)
    page.get_by_label("Nobody stands behind it").check()

    expect(page.get_by_text("Everything needed is ticked.")).to_be_visible()
    page.get_by_label("The guard is closed").uncheck()
    expect(page.get_by_text("1 still to tick")).to_be_visible()
    expect(page.get_by_role("button", name="Save the ticks")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Nobody stands behind it")).to_be_checked()
    page.get_by_role("button", name="Begin again").click()
    expect(page.get_by_label("Nobody stands behind it")).not_to_be_checked()
    expect(page.get_by_text("2 still to tick")).to_be_visible()


def test_a_table_a_sheet_and_a_list_answer_while_one_types(page: Page, house: House) -> None:
    page.goto(house.url + house.pages["decision_table"])
    page.get_by_label("The lamp is").select_option("red")
    expect(page.locator(".verdict")).to_contain_text("Stop and call Ana")

    page.goto(house.url + house.pages["worksheet"])
    page.get_by_label("Area").fill("15")
    page.get_by_label("One litre covers").fill("7,5")
    expect(page.locator("#results strong")).to_have_text("2")

    page.goto(house.url + house.pages["reference"])
    page.get_by_label("Look up").press_sequentially("error 4")
    expect(page.locator(".entries > div")).to_have_count(1)


def test_a_worksheet_says_while_one_types_what_is_no_number(page: Page, house: House) -> None:
    page.goto(house.url + house.pages["worksheet"])
    field = page.get_by_label("Area")
    field.press_sequentially("abc")

    expect(page.get_by_text("“abc” must be a number, like 12.5.")).to_be_visible()
    expect(page.locator("#results")).to_contain_text("Must be a number: Area.")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("“abc” must be a number, like 12.5.")
    field.fill("15")
    expect(page.get_by_text("must be a number, like 12.5.")).to_have_count(0)


@pytest.mark.parametrize("kind", ["worksheet", "checklist", "procedure"])
def test_a_page_printed_as_it_is_shows_what_is_filled_in_or_ticked(
    page: Page, house: House, kind: str
) -> None:
    page.goto(house.url + house.pages[kind])
    page.emulate_media(media="print")

    words = {"worksheet": "One litre covers", "checklist": "The guard is closed"}
    expect(page.get_by_text(words.get(kind, "Switch the wrench off."))).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    if kind == "worksheet":
        box = page.get_by_label("Area").bounding_box()
        assert box is not None
        assert box["height"] >= 40


@pytest.mark.parametrize("has_script", [True, False])
def test_an_aid_is_written_row_by_row(
    open_context: OpenContext,
    house: House,
    has_script: bool,  # noqa: FBT001 - a parameter
) -> None:
    page = open_context(house.dana, java_script_enabled=has_script).new_page()
    page.goto(f"{house.url}/aids/new/")
    page.get_by_role("link", name="Procedure").click()
    page.get_by_label("Title").fill("Clear E5")
    page.get_by_label("Do this (Step 1)").fill("Open the lid.")
    page.get_by_label("Do this (Step 3)").fill("Close the lid.")

    page.get_by_role("button", name=re.compile(r"Remove\W+Step 2")).click()
    expect(page.get_by_label("Do this (Step 2)")).to_have_value("Close the lid.")
    page.get_by_role("button", name="Add a step").click()
    expect(page.get_by_label("Do this (Step 3)")).to_be_focused()
    page.get_by_label("Do this (Step 3)").fill("Look inside.")
    page.get_by_role("button", name=re.compile(r"Move up\W+Step 3")).click()
    expect(page.get_by_label("Do this (Step 2)")).to_have_value("Look inside.")
    page.get_by_role("button", name="Save the aid").last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Clear E5")
    content = Aid.objects.get(title="Clear E5").parts()
    assert isinstance(content, Procedure)
    assert [s.action for s in content.steps] == ["Open the lid.", "Look inside.", "Close the lid."]


def test_what_one_types_is_kept_without_saving(page: Page, house: House) -> None:
    page.goto(f"{house.url}/aids/new/checklist/")
    page.get_by_label("Check that (Check 1)").press_sequentially("Fuel")
    expect(page.locator("#kept")).to_have_text(re.compile("Kept at .* not saved yet"))
    assert Unsaved.objects.get().form["items-0-text"] == ["Fuel"]

    page.goto(f"{house.url}/aids/new/checklist/")

    expect(page.get_by_label("Check that (Check 1)")).to_have_value("Fuel")
    page.get_by_role("button", name="Forget it, start over").click()
    expect(page.get_by_label("Check that (Check 1)")).to_have_value("")


def test_a_newcomer_says_where_they_stumbled(page: Page, house: House) -> None:
    page.goto(f"{house.url}/aids/")
    page.get_by_role("link", name="Calibrate the wrench").first.click()
    page.get_by_label("Where I stumbled: 2").fill("Which button is that?")

    page.get_by_role("button", name="I did not get through").click()

    expect(page.get_by_role("status").first).to_contain_text("Its owner sees what you said")


def test_a_flowchart_too_wide_for_a_phone_is_a_list_there(page: Page, house: House) -> None:
    page.goto(house.url + house.pages["flowchart"])
    picture, steps = page.locator(".chart-frame"), page.locator(".chart-list")

    expect(picture).to_be_hidden()
    expect(steps).to_be_visible()
    page.set_viewport_size(DESK)

    expect(picture).to_be_visible()


def test_what_to_print_it_on_stands_in_one_line_on_a_phone(page: Page, house: House) -> None:
    page.goto(f"{house.url}{house.aid.get_absolute_url()}print/")

    tops = page.locator(".tabs a").evaluate_all("all => all.map((one) => one.offsetTop)")

    assert len(tops) == 4
    assert len(set(tops)) == 1


def test_the_boxes_of_a_row_stand_level_and_say_all_they_say(page: Page, house: House) -> None:
    page.set_viewport_size(DESK)
    page.goto(f"{house.url}/aids/new/flowchart/")
    row = page.locator(".grid-cells").first
    labels = row.locator(".field:not(.more .field) > label")

    tops = labels.evaluate_all("all => all.slice(0, 3).map((one) => one.offsetTop)")
    choice = row.locator("select")
    choice.select_option(label="something to do")
    room = choice.evaluate("""box => {
      const pen = document.createElement("canvas").getContext("2d");
      const look = getComputedStyle(box);
      pen.font = look.font;
      const words = pen.measureText(box.selectedOptions[0].text).width;
      return box.clientWidth - parseFloat(look.paddingLeft) - words;
    }""")

    assert len(set(tops)) == 1
    # As much as the arrow takes, with its margin.
    assert room >= 24
