"""An interview as far as a draft, and one that waits for consent; with all their pages."""

from django.urls import reverse

from tests.builders import NOON, a_note, an_entry, an_interview
from whoknows.engine.aids import Kind
from whoknows.interviews.actions import bring_transcript, end_talk, make_draft, sort_notes
from whoknows.people.models import Person, SharingClass

SAID = """WEBVTT

00:00:05.000 --> 00:00:08.000
<v Mika Ohta>You hear it before you see it: the pitch drops.

00:00:09.000 --> 00:00:12.000
<v Dana Kowalczyk>And then?

00:00:13.000 --> 00:00:19.000
<v Mika Ohta>Then I close the RCIC valve by quarters, because a slammed valve bursts the gasket.
"""


def interview_pages(expert: Person, interviewer: Person) -> dict[str, str]:
    """Return the pages by name, as the interviewer sees them; some as the expert does."""
    invited = an_interview(expert=interviewer, by=expert, consent=None)
    interview = an_interview(expert=expert, by=interviewer)
    entry = an_entry(interview, "Isolate the pump")
    an_entry(interview, "Tell the shift", is_marked=False)
    note = a_note(interview, "One hears it before one sees it.", entry=entry)
    a_note(
        interview, "New people look at the gauge, which lags.", probe="acta-why-hard", entry=entry
    )
    a_note(interview, "Slamming it bursts the gasket.", probe="acta-errors", entry=entry)
    a_note(interview, "Close the valve by quarters.", probe="acta-actions", entry=entry)
    bring_transcript(interview=interview, text=SAID, by=interviewer, now=NOON)
    end_talk(interview=interview, by=interviewer, now=NOON)
    sort_notes(interview=interview, by=interviewer, now=NOON)
    aid = make_draft(
        interview=interview,
        title="Isolate a leaking pump",
        kind=Kind.PROCEDURE,
        sharing=SharingClass.ORGANISATION,
        by=interviewer,
        now=NOON,
    )
    own = {"uid": interview.uid}

    def page(name: str, **more: object) -> str:
        return reverse(f"interviews:{name}", kwargs=own | more)

    return {
        "interviews": "/interviews/",
        "plan an interview": "/interviews/new/",
        "invitation": invited.get_absolute_url(),
        "interview": page("interview"),
        "talk": page("talk"),
        "talk about a step": f"{page('talk')}?at=acta-noticing",
        "change a note": page("note", note_uid=note.uid),
        "change an entry": page("entry", entry_id=entry.pk),
        "transcript": page("transcript"),
        "mend a statement": page("statement", number=1),
        "items": page("items"),
        "item": page("item", item_id=interview.items.all()[0].pk),
        "demands": page("demands"),
        "draft of an interview": page("draft"),
        "aid from an interview": aid.get_absolute_url(),
    }
