"""An interview from the invitation to the draft, in two browsers, with a real recording."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, House, OpenContext
from whoknows.interviews.models import Interview, Note, Recording
from whoknows.interviews.queries import sound_file

pytestmark = pytest.mark.browser


def _plan(page: Page, house: House) -> None:
    page.goto(f"{house.url}/interviews/")
    page.get_by_role("link", name="Interview somebody").first.click()
    page.get_by_label("Who knows how?").fill("Mika Ohta")
    page.get_by_label("What can they do?").fill("Hear a leak")
    page.get_by_label("What will be made of it?").fill("A card for the night shift.")
    page.get_by_role("button", name="Ask them to agree").click()
    expect(page.get_by_text("Until then nothing can be written down")).to_be_visible()


def _talk(page: Page) -> Recording:
    """Record, fill the outline and take a note, all on one page; returns what was recorded."""
    page.get_by_role("link", name="Talk").click()
    page.get_by_role("button", name="Record", exact=False).first.click()
    says = page.locator("[data-says]")
    expect(says).to_contain_text("Recording.")
    page.get_by_label("Your note").fill("Close the valve by quarters.")
    page.get_by_label("Next step").fill("Isolate the pump")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_label("Next step")).to_be_focused()
    page.get_by_role("button", name=re.compile(r"Mark\W+Isolate the pump")).click()
    expect(page.locator("#outline")).to_contain_text("needs judgement")
    # Typed before the outline was, and still there.
    expect(page.get_by_label("Your note")).to_have_value("Close the valve by quarters.")
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Which of these steps")
    # The recorder outlives going from question to question, and its pieces arrive meanwhile.
    expect(says).to_contain_text(re.compile(r"Recording\. 0:0[4-9]"))
    page.get_by_role("button", name="Stop recording").click()
    expect(says).to_contain_text("The recording is saved.")
    return Recording.objects.get()


def test_an_interview_is_held_recorded_sorted_and_drafted(
    open_context: OpenContext, house: House
) -> None:
    asks = open_context(house.dana, viewport=DESK).new_page()
    tells = open_context(house.mika, viewport=PHONE).new_page()
    _plan(asks, house)
    tells.goto(f"{house.url}/aids/")
    tells.get_by_role("link", name="Hear a leak").click()
    tells.get_by_label("may be recorded as sound").check()
    tells.get_by_role("button", name="I agree to be interviewed").click()
    expect(tells.get_by_role("button", name="Take back what I said")).to_be_visible()

    asks.reload()
    recording = _talk(asks)

    assert recording.finished_at is not None
    assert sound_file(recording).stat().st_size == recording.bytes > 1_000
    # WebM begins with the mark of EBML.
    assert sound_file(recording).read_bytes()[:4] == b"\x1a\x45\xdf\xa3"

    asks.get_by_role("link", name="Hear a leak").click()
    asks.get_by_role("button", name="The conversation is over").click()
    asks.get_by_role("link", name="Sort what was said").click()
    asks.get_by_role("button", name="Sort them").click()
    asks.get_by_role("link", name="Go on to the draft").click()
    asks.get_by_role("button", name="Make the draft").click()
    expect(asks.locator(".origins > li").first).to_contain_text("Dana Kowalczyk")

    tells.reload()
    expect(tells.locator("audio")).to_have_count(1)
    tells.get_by_role("button", name="Take back what I said").click()
    expect(tells.get_by_role("status")).to_contain_text("Everything that was said is deleted")
    assert not sound_file(recording).exists()
    interview = Interview.objects.get(task="Hear a leak")
    assert not Note.objects.filter(interview=interview).exists()


def test_sound_that_could_not_be_sent_is_sent_when_the_connection_is_back(
    open_context: OpenContext, house: House
) -> None:
    context = open_context(house.dana, viewport=PHONE)
    page = context.new_page()
    page.goto(house.url + house.pages["talk"])
    page.get_by_role("button", name="Record", exact=False).first.click()
    expect(page.locator("[data-says]")).to_contain_text("Recording.")
    context.set_offline(True)
    expect(page.locator("[data-says]")).to_contain_text("No connection")
    page.get_by_label("Your note").fill("Typed without a network")
    assert Recording.objects.get().pieces == 0

    context.set_offline(False)
    expect(page.locator("[data-says]")).to_contain_text(re.compile(r"Recording\. 0"))
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator("[data-says]")).to_contain_text("The recording is saved.")

    recording = Recording.objects.get()
    assert recording.pieces >= 2
    assert sound_file(recording).stat().st_size == recording.bytes
    expect(page.get_by_label("Your note")).to_have_value("Typed without a network")


def test_each_sees_the_notes_of_the_other_appear(open_context: OpenContext, house: House) -> None:
    asks = open_context(house.dana, viewport=DESK).new_page()
    tells = open_context(house.mika, viewport=PHONE).new_page()
    talk = house.url + house.pages["talk about a step"]
    tells.goto(talk)
    asks.goto(talk)

    asks.get_by_label("Your note").fill("It trembles in the floor.")
    asks.get_by_role("button", name="Save the note").click()

    expect(tells.get_by_text("It trembles in the floor.")).to_be_visible()
    expect(asks.get_by_label("Your note")).to_have_value("")


def test_going_on_loses_no_step_and_the_address_goes_along(page: Page, house: House) -> None:
    page.goto(house.url + house.pages["talk"])
    page.get_by_label("Next step").fill("Vent the pipe")
    page.get_by_label("Your note").fill("Slowly.")
    page.get_by_role("button", name="Next question").click()

    prompt = page.get_by_role("heading", level=1)
    expect(prompt).to_contain_text("Which of these steps")
    expect(page.locator("#outline")).to_contain_text("Vent the pipe")
    expect(page.get_by_label("Next step")).to_have_value("")
    page.get_by_label("Next step").fill("Close the lid")
    page.get_by_role("link", name="Skip", exact=True).click()
    expect(prompt).to_contain_text("Was there a time")
    page.reload()
    expect(prompt).to_contain_text("Was there a time")
    page.go_back()
    expect(prompt).to_contain_text("Which of these steps")
    expect(page.get_by_label("Next step")).to_have_value("Close the lid")
    page.get_by_label("Next step").press("Enter")

    expect(page.locator("#outline")).to_contain_text("Close the lid")
    expect(page.get_by_label("Next step")).to_be_focused()
    page.reload()
    expect(page.get_by_label("Next step")).to_have_value("")
    assert Note.objects.get(words="Slowly.").probe == "acta-steps"
