"""The first minute: say what one is trying to do, get help, be done or ask."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WORDS, House, OpenContext
from whoknows.needs.models import Need, Solution

pytestmark = pytest.mark.browser


def test_help_appears_on_a_phone_while_one_types(page: Page, house: House) -> None:
    page.goto(house.url)

    page.locator("#words").press_sequentially("torque wrench E4")

    expect(
        page.locator("#answers").get_by_role("link", name=house.need.title).first
    ).to_be_visible()
    expect(page.locator("#heard")).to_contain_text("Things to use")
    assert page.url.rstrip("/") == house.url


def test_two_words_are_too_few_to_guess_by(page: Page, house: House) -> None:
    page.goto(house.url)

    with page.expect_response(lambda response: "q=torque" in response.url):
        page.locator("#words").press_sequentially("torque wrench")

    expect(page.locator(".answers")).to_have_count(0)


def test_enter_finds_help_and_leads_to_an_address_one_can_keep(page: Page, house: House) -> None:
    page.goto(house.url)
    page.locator("#words").fill(WORDS)

    page.locator("#words").press("Enter")

    page.wait_for_url("**/?q=torque*")
    page.reload()
    expect(page.locator("#words")).to_have_value(WORDS)
    expect(page.get_by_role("heading", name="Use this")).to_be_visible()


def test_words_that_were_sent_are_looked_for_again_after_others(page: Page, house: House) -> None:
    # It is also among what others were stuck on.
    found = page.locator("#answers").get_by_role("link", name=house.need.title).first
    page.goto(house.url)
    page.locator("#words").fill(WORDS)
    page.locator("#words").press("Enter")
    expect(found).to_be_visible()

    for words in ("quite another thing here", WORDS):
        with page.expect_response(lambda response: "q=" in response.url):
            page.locator("#words").fill(words)

    expect(found).to_be_visible()


def test_going_back_shows_the_whole_page(page: Page, house: House) -> None:
    page.goto(house.url)
    page.locator("#words").fill(WORDS)
    page.locator("#words").press("Enter")
    page.wait_for_url("**/?q=torque*")
    page.locator("#answers").get_by_role("link", name=house.need.title).first.click()
    page.wait_for_url("**/needs/**")

    page.go_back()

    expect(page.get_by_role("banner")).to_be_visible()
    expect(page.locator("#words")).to_have_value(WORDS)


def test_help_is_found_without_javascript(open_context: OpenContext, house: House) -> None:
    page = open_context(house.dana, java_script_enabled=False).new_page()
    page.goto(house.url)
    page.locator("#words").fill(WORDS)

    page.get_by_role("button", name="Find help").click()

    expect(page.get_by_role("heading", name=house.need.title)).to_be_visible()
    expect(page.get_by_role("heading", name=house.mika.name)).to_be_visible()
    expect(page.get_by_role("heading", name=house.community.name)).to_be_visible()


def test_a_need_is_posted_with_one_more_click(page: Page, house: House) -> None:
    page.goto(house.url)
    page.locator("#words").press_sequentially("Where do zebras keep xylophones")
    expect(page.get_by_text("Your organisation will see it")).to_be_visible()

    page.get_by_role("button", name="Post this need").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Where do zebras keep xylophones")
    expect(page.get_by_text("everyone at Northern Tools")).to_be_visible()


def test_what_is_posted_is_what_stands_in_the_box_now(page: Page, house: House) -> None:
    page.goto(house.url)
    page.locator("#words").press_sequentially("Where do zebras")
    expect(page.get_by_role("button", name="Post this need")).to_be_visible()
    # Changed without an event, so that no answer to the new words can have come.
    page.locator("#words").evaluate("box => box.value = 'Where do zebras sleep'")

    page.get_by_role("button", name="Post this need").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Where do zebras sleep")
    assert not Need.objects.filter(words="Where do zebras").exists()


def test_whoever_posts_can_choose_who_sees_it(open_context: OpenContext, house: House) -> None:
    page = open_context(house.dana, java_script_enabled=False).new_page()
    page.goto(f"{house.url}/?q={WORDS}")
    page.get_by_role("link", name="Choose who sees it").click()
    page.get_by_label("Your unit").check()

    page.get_by_role("button", name="Post this need").click()

    expect(page.get_by_text("Line 4, Northern Tools")).to_be_visible()


def test_says_that_something_solved_it(page: Page, house: House) -> None:
    page.goto(f"{house.url}/?q={WORDS}")

    page.get_by_text("more things to use").click()
    page.get_by_role("button", name=re.compile(rf"This solved it\W+{house.aid.title}")).click()

    expect(page.get_by_role("heading", name="Good. Back to work.")).to_be_visible()
    assert Solution.objects.filter(
        person=house.dana, document_id=house.aid.pk, words=WORDS
    ).exists()


def test_a_stranger_is_asked_to_sign_in_before_posting_and_keeps_the_words(
    open_context: OpenContext, house: House
) -> None:
    page = open_context(viewport=PHONE).new_page()
    page.goto(f"{house.url}/?q={quote('surface code & more')}")
    expect(page.get_by_role("button", name="This solved it")).to_have_count(0)

    page.get_by_role("link", name="Sign in to post it").click()

    next_page = page.locator("input[name=next]").get_attribute("value")
    assert next_page == "/needs/new/?q=surface%20code%20%26%20more"
    expect(page.get_by_role("link", name="Look around with one click")).to_be_visible()


def test_a_form_with_mistakes_loses_nothing_and_says_what_to_do(page: Page, house: House) -> None:
    page.goto(f"{house.url}/aids/new/reference/")
    page.get_by_label("Text").fill("1. Hold ZERO.")

    page.locator("form.form").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Text")).to_have_value("1. Hold ZERO.")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Title")).to_be_focused()
