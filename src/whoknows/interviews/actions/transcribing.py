"""The transcript: brought in, mended, and accepted by whoever said it."""

from datetime import datetime

from django.db import transaction

from whoknows.aids.actions import ChangedMeanwhile
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.engine.interviews import BadTranscript, read_transcript
from whoknows.engine.text.sentences import Sentence
from whoknows.interviews.actions.recording import delete_all_recordings
from whoknows.interviews.actions.states import (
    OPEN,
    drop_items_without_source,
    locked,
    note_down,
    only_expert,
    open_for_asking,
    words_of,
)
from whoknows.interviews.models import Interview, Source, Statement, Transcript
from whoknows.people.actions import tell
from whoknows.people.models import Person

LONGEST_STATEMENT = 5_000


class TranscriptInUse(Conflict):
    """Another transcript would take away what items rest on, or what the expert accepted."""

    code = "transcript_in_use"


@transaction.atomic
def bring_transcript(*, interview: Interview, text: str, by: Person, now: datetime) -> Transcript:
    """Read ``text`` (WebVTT, SubRip or plain) into numbered statements; one before is replaced.

    Raises:
        BadInput: Nothing is said in it, or far too much.
        TranscriptInUse: The one before is accepted, or items rest on it.
        NotAllowed, NotNow: ``by`` neither asks nor takes notes, or it is not the time.
    """
    interview = open_for_asking(interview, by)
    try:
        said = read_transcript(text)
    except BadTranscript as problem:
        raise BadInput(problem.sentence) from problem
    before = Transcript.objects.filter(interview=interview).first()
    if before is not None:
        _check_replaceable(before)
        before.delete()
    transcript = Transcript.objects.create(interview=interview, brought_by=by, brought_at=now)
    Statement.objects.bulk_create(
        Statement(
            transcript=transcript, number=s.number, speaker=s.speaker, at_ms=s.at_ms, words=s.text
        )
        for s in said
    )
    tell(interview.expert, "interviews/mail/transcript", interview=interview)
    note_down("bring_transcript", interview, by=by, now=now, statements=len(said))
    return transcript


def _check_replaceable(transcript: Transcript) -> None:
    if transcript.accepted_at is not None:
        raise TranscriptInUse("The transcript is accepted and stays as it is.")
    resting = Source.objects.filter(statement__transcript=transcript).count()
    if resting:
        raise TranscriptInUse(
            "{resting} links lead to this transcript. Mend its statements one by one, "
            "or remove the items that rest on it first.",
            resting=resting,
        )


def _unaccepted(interview: Interview, by: Person) -> tuple[Interview, Transcript]:
    interview = locked(
        interview,
        states=OPEN,
        why_not=Sentence("This interview is over; nothing is changed any more."),
    )
    if not (interview.asks(by.pk) or interview.expert_id == by.pk):
        raise NotAllowed("Only those who take part can change the transcript.")
    transcript = Transcript.objects.filter(interview=interview).first()
    if transcript is None:
        raise NotFound("There is no transcript yet.")
    if transcript.accepted_at is not None:
        raise TranscriptInUse("The transcript is accepted and stays as it is.")
    return interview, transcript


def _statement(transcript: Transcript, number: int, before: str | None) -> Statement:
    found = transcript.statements.filter(number=number).first()
    if found is None:
        raise NotFound("There is no such statement any more.")
    # A page may send lines back with other ends.
    if before is not None and found.words.split() != before.split():
        raise ChangedMeanwhile(
            "Somebody mended this statement meanwhile. Compare what it says now, then send again."
        )
    return found


@transaction.atomic
def change_statement(
    *,
    interview: Interview,
    number: int,
    words: str,
    by: Person,
    now: datetime,
    before: str | None = None,
) -> Statement:
    """Mend what a statement says; each who takes part may until it is accepted.

    Args:
        before: What it said when ``by`` began, so that what another mended is not undone; None to
            replace whatever it says.
    Raises:
        ChangedMeanwhile: It says something else than ``before``.
        NotFound: There is no such statement.
        TranscriptInUse: The transcript is accepted.
        NotAllowed, NotNow, BadInput: ``by`` takes no part, it is over, or nothing is left of it.
    """
    interview, transcript = _unaccepted(interview, by)
    statement = _statement(transcript, number, before)
    statement.words = words_of(
        words,
        most=LONGEST_STATEMENT,
        missing=Sentence("Write what was said, or strike the statement out."),
    )
    statement.save(update_fields=["words"])
    note_down("change_statement", interview, by=by, now=now, number=number)
    return statement


@transaction.atomic
def remove_statement(
    *, interview: Interview, number: int, by: Person, now: datetime, before: str | None = None
) -> None:
    """Strike a statement out for good, with the items that rest on it alone. Numbers stay.

    Raises:
        ChangedMeanwhile: It says something else than ``before``, as in :func:`change_statement`.
        NotFound: There is no such statement.
        TranscriptInUse: The transcript is accepted.
        NotAllowed, NotNow: ``by`` takes no part, or it is over.
    """
    interview, transcript = _unaccepted(interview, by)
    _statement(transcript, number, before).delete()
    drop_items_without_source(interview)
    note_down("remove_statement", interview, by=by, now=now, number=number)


@transaction.atomic
def accept_transcript(*, interview: Interview, by: Person, now: datetime) -> Transcript:
    """Note that the expert stands by the transcript; the sound is deleted at once.

    Raises:
        NotAllowed: Somebody else tries.
        NotFound: There is no transcript.
        TranscriptInUse: It is accepted already.
        NotNow: The interview is over.
    """
    interview, transcript = _unaccepted(interview, by)
    only_expert(interview, by, doing=Sentence("accept the transcript"))
    transcript.accepted_at = now
    transcript.save(update_fields=["accepted_at"])
    delete_all_recordings(interview, by=by, now=now)
    note_down("accept_transcript", interview, by=by, now=now)
    return transcript
