"""An interview to take along."""

from typing import Any

from whoknows.interviews.models import Interview, Source
from whoknows.interviews.queries.interviews import consent_in_force, transcript_of
from whoknows.interviews.queries.items import groups_of


def as_plain(interview: Interview) -> dict[str, Any]:
    """Return everything that was said and sorted, as JSON values; sound is not among it."""
    consent, transcript = consent_in_force(interview), transcript_of(interview)
    return {
        "format": "whoknows-interview-1",
        "task": interview.task,
        "purpose": interview.purpose,
        "protocol": interview.protocol,
        "state": interview.state,
        "expert": interview.expert.name,
        "interviewer": interview.interviewer.name,
        "note_taker": interview.note_taker.name if interview.note_taker else None,
        "planned_at": interview.planned_at.isoformat(),
        "consent": consent
        and {
            "text_version": consent.text_version,
            "allows_recording": consent.allows_recording,
            "given_at": consent.given_at.isoformat(),
        },
        "outline": [
            {"id": e.pk, "time": e.time, "words": e.words, "is_marked": e.is_marked}
            for e in interview.outline.all()
        ],
        "notes": [
            {
                "id": str(note.uid),
                "probe": note.probe,
                "author": note.author.name,
                "entry": note.entry_id,
                "words": note.words,
                "written_at": note.written_at.isoformat(),
            }
            for note in interview.notes.select_related("author")
        ],
        "transcript": transcript
        and {
            "accepted_at": transcript.accepted_at and transcript.accepted_at.isoformat(),
            "statements": [
                {"number": s.number, "speaker": s.speaker, "at_ms": s.at_ms, "words": s.words}
                for s in transcript.statements.all()
            ],
        },
        "items": [
            {
                "kind": item.kind,
                "text": item.text,
                "entry": item.entry_id,
                "sources": [_source(source) for source in item.sources.all()],
            }
            for group in groups_of(interview)
            for item in group.items
        ],
        "aid": interview.aid.code if interview.aid else None,
    }


def _source(source: Source) -> dict[str, Any]:
    if source.statement is not None:
        return {"statement": source.statement.number}
    if source.note is not None:
        return {"note": str(source.note.uid)}
    return {"entry": source.entry_id}
