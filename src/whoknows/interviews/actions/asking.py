"""What is written down during the conversation: notes and the outline."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.engine.text.sentences import Sentence
from whoknows.interviews.actions.states import (
    drop_items_without_source,
    note_down,
    open_for_asking,
    words_of,
)
from whoknows.interviews.models import Interview, Note, OutlineEntry
from whoknows.people.models import Person

LONGEST_NOTE = 5_000
LONGEST_ENTRY = 300
LONGEST_TIME = 40
MOST_ENTRIES = 200


@transaction.atomic
def add_note(
    *,
    interview: Interview,
    probe: str,
    words: str,
    key: UUID,
    by: Person,
    now: datetime,
    entry_id: int | None = None,
) -> Note:
    """Return a new note of ``by`` in answer to ``probe``; sent twice under a ``key``, it is one.

    Raises:
        NotAllowed: ``by`` is neither interviewer nor note-taker.
        NotNow: There is no consent yet, or the interview is over.
        BadInput: It says nothing or too much, or the protocol has no such probe.
    """
    interview = open_for_asking(interview, by)
    if interview.steps().probe(probe) is None:
        raise BadInput("This protocol has no such question. Open the page again.")
    words = words_of(words, most=LONGEST_NOTE, missing=Sentence("Write down what was said."))
    entry = None
    if entry_id is not None:
        entry = interview.outline.filter(pk=entry_id).first()
    note, made = Note.objects.get_or_create(
        interview=interview,
        key=key,
        defaults={
            "probe": probe, "entry": entry, "author": by, "words": words, "written_at": now,
        },
    )  # fmt: skip
    if made:
        note_down("add_note", interview, by=by, now=now, note=note.pk, probe=probe)
    return note


def _own_note(interview: Interview, uid: UUID, by: Person) -> Note:
    note = interview.notes.filter(uid=uid).first()
    if note is None:
        raise NotFound("There is no such note any more.")
    if note.author_id != by.pk:
        raise NotAllowed("Only whoever wrote a note changes it. Write one of your own beside it.")
    return note


@transaction.atomic
def change_note(*, interview: Interview, uid: UUID, words: str, by: Person, now: datetime) -> Note:
    """Give a note of ``by`` other words.

    Raises:
        NotFound: It is gone.
        NotAllowed: Somebody else wrote it.
        NotNow: The interview is over.
        BadInput: It says nothing or too much.
    """
    interview = open_for_asking(interview, by)
    note = _own_note(interview, uid, by)
    note.words = words_of(
        words, most=LONGEST_NOTE, missing=Sentence("Write something, or remove the note.")
    )
    note.changed_at = now
    note.save(update_fields=["words", "changed_at"])
    note_down("change_note", interview, by=by, now=now, note=note.pk)
    return note


@transaction.atomic
def remove_note(*, interview: Interview, uid: UUID, by: Person, now: datetime) -> None:
    """Delete a note of ``by`` for good, and the items that rest on it alone.

    Raises:
        NotFound: It is gone.
        NotAllowed: Somebody else wrote it.
        NotNow: The interview is over.
    """
    interview = open_for_asking(interview, by)
    note = _own_note(interview, uid, by)
    note_down("remove_note", interview, by=by, now=now, note=note.pk)
    note.delete()
    drop_items_without_source(interview)


@transaction.atomic
def add_entry(
    *,
    interview: Interview,
    words: str,
    key: UUID,
    by: Person,
    now: datetime,
    time: str = "",
    is_marked: bool = False,
) -> OutlineEntry:
    """Return a new last entry of the outline; sent twice under a ``key``, it is one.

    Raises:
        NotAllowed: ``by`` is neither interviewer nor note-taker.
        NotNow: There is no consent yet, or the interview is over.
        BadInput: It says nothing or too much, or there are 200 already.
    """
    interview = open_for_asking(interview, by)
    words = words_of(
        words,
        most=LONGEST_ENTRY,
        missing=Sentence("Say in a few words what it is."),
        in_one_line=True,
    )
    if interview.outline.count() >= MOST_ENTRIES:
        raise BadInput("{most} entries are the most. Join some of them.", most=MOST_ENTRIES)
    last = interview.outline.aggregate(last=Max("position"))["last"] or 0
    entry, made = OutlineEntry.objects.get_or_create(
        interview=interview,
        key=key,
        defaults={
            "author": by,
            "position": last + 1,
            "time": " ".join(time.split())[:LONGEST_TIME],
            "words": words,
            "is_marked": is_marked,
            "written_at": now,
        },
    )
    if made:
        note_down("add_entry", interview, by=by, now=now, entry=entry.pk)
    return entry


def _entry(interview: Interview, entry_id: int) -> OutlineEntry:
    found = interview.outline.filter(pk=entry_id).first()
    if found is None:
        raise NotFound("There is no such entry any more.")
    return found


@transaction.atomic
def change_entry(
    *,
    interview: Interview,
    entry_id: int,
    words: str,
    time: str,
    is_marked: bool,
    by: Person,
    now: datetime,
) -> OutlineEntry:
    """Give an entry other words, another time or a mark; either of the two who ask may.

    Raises:
        NotFound: It is gone.
        NotAllowed, NotNow, BadInput: As for a new one.
    """
    interview = open_for_asking(interview, by)
    entry = _entry(interview, entry_id)
    entry.words = words_of(
        words,
        most=LONGEST_ENTRY,
        missing=Sentence("Say what it is, or remove it."),
        in_one_line=True,
    )
    entry.time, entry.is_marked = " ".join(time.split())[:LONGEST_TIME], is_marked
    entry.save(update_fields=["words", "time", "is_marked"])
    note_down("change_entry", interview, by=by, now=now, entry=entry.pk, is_marked=is_marked)
    return entry


@transaction.atomic
def move_entry(
    *, interview: Interview, entry_id: int, earlier: bool, by: Person, now: datetime
) -> None:
    """Let an entry and the one before or after it change places; at an end nothing happens.

    Raises:
        NotFound: It is gone.
        NotAllowed, NotNow: As for a new one.
    """
    interview = open_for_asking(interview, by)
    entry = _entry(interview, entry_id)
    entries = list(interview.outline.all())
    at = entries.index(entry)
    to = max(0, min(len(entries) - 1, at + (-1 if earlier else 1)))
    entries.insert(to, entries.pop(at))
    for position, one in enumerate(entries, 1):
        one.position = position
    OutlineEntry.objects.bulk_update(entries, ["position"])
    note_down("move_entry", interview, by=by, now=now, entry=entry.pk)


@transaction.atomic
def remove_entry(*, interview: Interview, entry_id: int, by: Person, now: datetime) -> None:
    """Take an entry off the outline; notes about it stay, items that rest on it alone do not.

    Raises:
        NotFound: It is gone.
        NotAllowed, NotNow: As for a new one.
    """
    interview = open_for_asking(interview, by)
    entry = _entry(interview, entry_id)
    note_down("remove_entry", interview, by=by, now=now, entry=entry.pk)
    entry.delete()
    drop_items_without_source(interview)
