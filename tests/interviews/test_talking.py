"""What is typed on the page of the conversation, in two boxes that are sent together."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import an_entry, an_interview
from whoknows.interviews.actions.asking import MOST_ENTRIES

pytestmark = pytest.mark.django_db


def test_a_step_that_was_typed_and_not_added_is_taken_with_the_note() -> None:
    interview = an_interview()
    talk = reverse("interviews:talk", args=[interview.uid])
    client = Client()
    client.force_login(interview.interviewer)
    step = {"outline-words": "Isolate the pump", "outline-key": str(uuid4())}
    note = {"probe": "acta-steps", "words": "By quarters.", "key": str(uuid4())}

    goes_on = client.post(talk, step | note | {"words": "", "next": "1"})
    again = client.post(talk, step | note)

    assert goes_on["Location"].endswith("?at=acta-hard-steps")
    assert again["Location"].endswith("?at=acta-steps")
    assert [entry.words for entry in interview.outline.all()] == ["Isolate the pump"]
    assert [one.words for one in interview.notes.all()] == ["By quarters."]


def test_a_step_too_many_comes_back_with_the_note_and_neither_is_taken() -> None:
    interview = an_interview()
    for number in range(MOST_ENTRIES):
        an_entry(interview, f"Step {number}")
    talk = reverse("interviews:talk", args=[interview.uid])
    step = {"outline-words": "Isolate the pump", "outline-key": str(uuid4())}
    note = {"probe": "acta-steps", "words": "By quarters.", "key": str(uuid4()), "next": "1"}
    client = Client()
    client.force_login(interview.interviewer)

    answer = client.post(talk, step | note)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "200 entries are the most" in page
    assert 'value="Isolate the pump"' in page
    assert "By quarters.</textarea>" in page
    assert not interview.notes.exists()


def test_a_line_without_words_is_not_added_and_the_page_says_what_to_do() -> None:
    interview = an_interview()
    outline = reverse("interviews:outline", args=[interview.uid])
    client = Client()
    client.force_login(interview.interviewer)
    nothing = {"outline-words": " ", "outline-key": str(uuid4()), "probe": "acta-steps"}

    without_script = client.post(outline, nothing, follow=True)
    with_script = client.post(outline, nothing, headers={"HX-Request": "true"})

    assert "Say in a few words what it is." in without_script.content.decode()
    assert with_script.status_code == 422
    assert "Say in a few words what it is." in with_script.content.decode()
    assert not interview.outline.exists()
