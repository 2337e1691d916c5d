"""Taking back what one said."""

from datetime import datetime

from django.db import transaction

from whoknows.aids.actions import take_back_aid
from whoknows.base.errors import NotAllowed
from whoknows.engine.text.sentences import Sentence
from whoknows.interviews.actions.recording import delete_all_recordings
from whoknows.interviews.actions.states import locked, note_down
from whoknows.interviews.models import Interview, State, Transcript
from whoknows.people.actions import tell
from whoknows.people.models import Person

_UNTIL_DRAFTED = frozenset({State.PLANNED, State.CONSENTED, State.HELD})


@transaction.atomic
def withdraw(*, interview: Interview, by: Person, now: datetime) -> Interview:
    """Delete everything that was said, for good: sound, transcript, notes, outline and items.

    The expert may at any time, also after it was closed. A draft that was made of it is deleted
    too; an aid that was verified is retired and its owner told. The interviewer may call it off
    until there is a draft. What stays is that they were asked, for what, and when they agreed and
    took it back.

    Raises:
        NotAllowed: It is neither of them, or too late for the interviewer.
        NotNow: It was taken back before.
    """
    every_state = {state for state in State if state != State.WITHDRAWN}
    interview = locked(
        interview,
        states=every_state,
        why_not=Sentence("This was taken back already; nothing is left of it."),
    )
    is_expert = interview.expert_id == by.pk
    if not is_expert and interview.interviewer_id != by.pk:
        raise NotAllowed("Only whoever is interviewed can take it back.")
    if not is_expert and interview.state not in _UNTIL_DRAFTED:
        raise NotAllowed("A draft was made of it. Close the interview instead.")
    delete_all_recordings(interview, by=by, now=now)
    interview.items.all().delete()
    Transcript.objects.filter(interview=interview).delete()
    interview.notes.all().delete()
    interview.outline.all().delete()
    aid, interview.aid = interview.aid, None
    interview.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
    interview.state, interview.ended_at = State.WITHDRAWN, now
    interview.save(update_fields=["state", "ended_at", "aid"])
    if aid is not None:
        take_back_aid(aid=aid, by=by, now=now)
    for person in filter(None, (interview.expert, interview.interviewer, interview.note_taker)):
        if person.pk != by.pk:
            tell(person, "interviews/mail/withdrawn", interview=interview)
    note_down("withdraw", interview, by=by, now=now)
    return interview
