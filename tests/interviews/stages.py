"""Interviews that were held, and drafted from."""

from django.test import Client

from tests.builders import (
    NOON,
    a_note,
    an_entry,
    an_interview,
)
from whoknows.aids.models import Aid
from whoknows.engine.aids import Kind
from whoknows.interviews.actions import (
    end_talk,
    make_draft,
    sort_notes,
)
from whoknows.interviews.models import (
    Interview,
)
from whoknows.people.models import Person, SharingClass

SAID = "Ana: What tells you?\nBo: The pitch drops.\nBo: I close valve 3."


def a_held_interview() -> Interview:
    interview = an_interview()
    entry = an_entry(interview, "Isolate it")
    a_note(interview, "The pitch drops before the pressure does.", entry=entry)
    a_note(interview, "Close valve 3.", probe="acta-actions", entry=entry)
    a_note(interview, "Silence in the pipe.", probe="acta-right", entry=entry)
    return end_talk(interview=interview, by=interview.interviewer, now=NOON)


def a_drafted_interview() -> Interview:
    interview = a_held_interview()
    sort_notes(interview=interview, by=interview.interviewer, now=NOON)
    draft_of(interview)
    interview.refresh_from_db()
    return interview


def draft_of(interview: Interview, **options: object) -> Aid:
    told: dict[str, object] = {
        "title": "Isolate a pump",
        "kind": Kind.PROCEDURE,
        "sharing": SharingClass.ORGANISATION,
        "by": interview.interviewer,
    }
    return make_draft(interview=interview, now=NOON, **(told | options))  # type: ignore[arg-type]


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
