"""Sound: it arrives in pieces, is kept in a file of its own, and goes again."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.interviews.actions.states import note_down, open_for_asking
from whoknows.interviews.models import Consent, Interview, Recording, Transcript
from whoknows.interviews.queries.sound import sound_file
from whoknows.people.models import Person

MOST_BYTES = 300_000_000
MOST_BYTES_A_PIECE = 4_000_000
# What browsers record, and what others may not be told to play.
KINDS = ("audio/webm", "audio/ogg", "audio/mp4")
# A file without a row may be one whose row is being written.
_ORPHAN_AFTER_S = 3_600


class PieceMissing(Conflict):
    """A piece of a recording came before the one that goes before it."""

    code = "piece_missing"


def _check_allowed(interview: Interview) -> None:
    allowed = Consent.objects.filter(
        interview=interview, withdrawn_at__isnull=True, allows_recording=True
    )
    if not allowed.exists():
        raise NotAllowed(
            "{expert} did not agree to a recording. Take notes.", expert=interview.expert
        )
    if Transcript.objects.filter(interview=interview, accepted_at__isnull=False).exists():
        raise NotAllowed("The transcript is accepted. Nothing more is recorded.")


@transaction.atomic
def start_recording(*, interview: Interview, kind: str, by: Person, now: datetime) -> Recording:
    """Return a new, empty recording.

    Raises:
        NotAllowed: The expert did not agree to it, or ``by`` neither asks nor takes notes.
        NotNow: There is no consent yet, or the interview is over.
        BadInput: It is no kind of sound that browsers record.
    """
    interview = open_for_asking(interview, by)
    _check_allowed(interview)
    kind = kind.partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise BadInput("This browser records a kind of sound that is not known here. Take notes.")
    recording = Recording.objects.create(
        interview=interview,
        started_by=by,
        kind=kind,
        started_at=now,
        delete_on=day_of(now) + timedelta(days=settings.RECORDING_DAYS),
    )
    note_down("start_recording", interview, by=by, now=now, recording=recording.pk)
    return recording


def _locked_recording(interview: Interview, uid: UUID) -> Recording:
    found = Recording.objects.select_for_update().filter(interview=interview, uid=uid).first()
    if found is None:
        raise NotFound("This recording is deleted. Stop recording.")
    return found


@transaction.atomic
def take_piece(
    *, interview: Interview, uid: UUID, number: int, sound: bytes, by: Person
) -> Recording:
    """Add piece ``number``, counted from 0, to a recording; one that is there changes nothing.

    A page that heard no answer sends a piece again, so pieces are written where the ones before
    end: what a broken attempt left behind is written over.

    Raises:
        PieceMissing: The one before has not arrived; the page sends from there.
        NotFound: The recording was deleted meanwhile.
        NotAllowed, NotNow: As for a new one; the sound of somebody else's is not added to.
        BadInput: The piece or the whole is too large.
    """
    interview = open_for_asking(interview, by)
    recording = _locked_recording(interview, uid)
    _check_allowed(interview)
    if recording.started_by_id != by.pk:
        raise NotAllowed("Only whoever started a recording goes on with it.")
    if number < recording.pieces:
        return recording
    if number > recording.pieces:
        raise PieceMissing("Piece {pieces} is missing. Send it first.", pieces=recording.pieces)
    if len(sound) > MOST_BYTES_A_PIECE or recording.bytes + len(sound) > MOST_BYTES:
        raise BadInput("The recording is full. Stop it and start another one.")
    _write(sound_file(recording), sound, at=recording.bytes)
    recording.pieces += 1
    recording.bytes += len(sound)
    recording.save(update_fields=["pieces", "bytes"])
    return recording


def _write(path: Path, sound: bytes, *, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        file.seek(at)
        file.truncate()
        file.write(sound)
        file.flush()
        os.fsync(file.fileno())


@transaction.atomic
def finish_recording(*, interview: Interview, uid: UUID, by: Person, now: datetime) -> Recording:
    """Note that no more pieces come.

    Raises:
        NotFound: The recording was deleted meanwhile.
        NotAllowed, NotNow: As for a new one.
    """
    interview = open_for_asking(interview, by)
    recording = _locked_recording(interview, uid)
    if recording.finished_at is None:
        recording.finished_at = now
        recording.save(update_fields=["finished_at"])
        note_down("finish_recording", interview, by=by, now=now, recording=recording.pk)
    return recording


@transaction.atomic
def delete_recording(*, interview: Interview, uid: UUID, by: Person, now: datetime) -> None:
    """Delete a recording for good; each who takes part may, at any time.

    Raises:
        NotAllowed: ``by`` takes no part.
        NotFound: It is deleted already.
    """
    if not (interview.asks(by.pk) or interview.expert_id == by.pk):
        raise NotAllowed("Only those who take part can delete a recording.")
    _delete(_locked_recording(interview, uid), by=by, now=now)


def delete_all_recordings(interview: Interview, *, by: Person | None, now: datetime) -> None:
    """Delete every recording of ``interview`` for good."""
    for recording in Recording.objects.select_for_update().filter(interview=interview):
        _delete(recording, by=by, now=now)


def _delete(recording: Recording, *, by: Person | None, now: datetime) -> None:
    path, interview = sound_file(recording), recording.interview
    note_down("delete_recording", interview, by=by, now=now, recording=recording.pk)
    recording.delete()
    # The row goes first: a file that cannot be removed now is swept up at night.
    transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)


def delete_due_recordings(*, now: datetime) -> int:
    """Delete the recordings whose time is over, and files that belong to none; returns how many.

    ``now`` decides what is due; a file without a row goes when it is an hour old by the clock of
    the machine.
    """
    with transaction.atomic():
        due = Recording.objects.select_for_update().filter(delete_on__lte=day_of(now))
        recordings = list(due.select_related("interview"))
        for recording in recordings:
            _delete(recording, by=None, now=now)
    return len(recordings) + _sweep()


def _sweep() -> int:
    folder = Path(settings.RECORDINGS_FOLDER)
    if not folder.is_dir():
        return 0
    known = {uid.hex for uid in Recording.objects.values_list("uid", flat=True)}
    orphans = [
        path
        for path in folder.iterdir()
        if path.name not in known and time.time() - path.stat().st_mtime > _ORPHAN_AFTER_S
    ]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
