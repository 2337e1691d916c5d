"""Taking back what one said, and sound that goes again."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import NOON, a_note, a_person, an_entry, an_interview, place_of, reach
from whoknows.aids.actions import Findings, give_review
from whoknows.aids.models import Aid, AidVersion, ReviewRole, ReviewVerdict
from whoknows.aids.models import State as AidState
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.base.models import AuditEntry
from whoknows.engine.aids import Kind
from whoknows.expertise.models import Evidence
from whoknows.interviews.actions import (
    NotNow,
    accept_transcript,
    bring_transcript,
    close_interview,
    delete_due_recordings,
    delete_recording,
    end_talk,
    finish_recording,
    give_consent,
    make_draft,
    send_to_review,
    sort_notes,
    start_recording,
    take_piece,
    withdraw,
)
from whoknows.interviews.actions import recording as recording_actions
from whoknows.interviews.actions.recording import PieceMissing
from whoknows.interviews.models import (
    DraftLink,
    Interview,
    Item,
    Note,
    OutlineEntry,
    Recording,
    Source,
    State,
    Statement,
    Transcript,
)
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db
Callbacks = DjangoCaptureOnCommitCallbacks
WHAT_WAS_SAID = (Recording, Transcript, Statement, Note, OutlineEntry, Item, Source, DraftLink)


def a_recording(interview: Interview, *pieces: bytes) -> Recording:
    by = interview.interviewer
    recording = start_recording(interview=interview, kind="audio/webm;codecs=opus", by=by, now=NOON)
    for number, sound in enumerate(pieces):
        take_piece(interview=interview, uid=recording.uid, number=number, sound=sound, by=by)
    recording.refresh_from_db()
    return recording


def a_full_interview() -> Interview:
    """Return an interview of which everything there can be is there."""
    interview = an_interview()
    by = interview.interviewer
    a_note(interview, "Close valve 3.", probe="acta-actions", entry=an_entry(interview))
    a_recording(interview, b"sound")
    bring_transcript(interview=interview, text="Bo: The pitch drops.", by=by, now=NOON)
    end_talk(interview=interview, by=by, now=NOON)
    sort_notes(interview=interview, by=by, now=NOON)
    make_draft(
        interview=interview,
        title="Isolate a pump",
        kind=Kind.PROCEDURE,
        sharing=SharingClass.ORGANISATION,
        by=by,
        now=NOON,
    )
    interview.refresh_from_db()
    return interview


def verify(interview: Interview) -> None:
    novice = a_person(interview.organisation)
    send_to_review(interview=interview, novice=novice, by=interview.interviewer, now=NOON)
    for person, role in ((interview.expert, ReviewRole.EXPERT), (novice, ReviewRole.NOVICE)):
        give_review(
            aid=Aid.objects.get(),
            version=1,
            role=role,
            findings=Findings(ReviewVerdict.PASS),
            by=person,
            reach=reach(person),
            now=NOON,
        )
    interview.refresh_from_db()


def test_everything_that_was_said_goes_for_good(
    recordings: Path, django_capture_on_commit_callbacks: Callbacks
) -> None:
    interview = a_full_interview()
    assert all(kind.objects.exists() for kind in WHAT_WAS_SAID)
    assert len(list(recordings.iterdir())) == 1

    with django_capture_on_commit_callbacks(execute=True):
        withdraw(interview=interview, by=interview.expert, now=NOON)

    assert [kind for kind in WHAT_WAS_SAID if kind.objects.exists()] == []
    assert list(recordings.iterdir()) == []
    assert not Aid.objects.exists()
    assert not AidVersion.objects.exists()
    # Nor does its title stay as what whoever drafted it is known for.
    assert not Evidence.objects.exists()
    interview.refresh_from_db()
    assert interview.state == State.WITHDRAWN
    assert interview.consents.get().withdrawn_at == NOON
    told = AuditEntry.objects.get(action="withdraw")
    assert told.detail == {}


def test_a_draft_in_review_goes_too(django_capture_on_commit_callbacks: Callbacks) -> None:
    interview = a_full_interview()
    novice = a_person(interview.organisation)
    send_to_review(interview=interview, novice=novice, by=interview.interviewer, now=NOON)

    withdraw(interview=interview, by=interview.expert, now=NOON)

    assert not Aid.objects.exists()


def test_a_verified_aid_is_retired_and_its_owner_told(
    django_capture_on_commit_callbacks: Callbacks, mailoutbox: list[object]
) -> None:
    interview = a_full_interview()
    verify(interview)
    assert Aid.objects.get().state == AidState.VERIFIED

    with django_capture_on_commit_callbacks(execute=True):
        withdraw(interview=interview, by=interview.expert, now=NOON)

    assert Aid.objects.get().state == AidState.RETIRED
    subjects = [m.subject for m in mailoutbox]  # type: ignore[attr-defined]
    assert any("out of use" in subject for subject in subjects)
    assert not DraftLink.objects.exists()


def test_a_draft_that_was_verified_before_is_retired_since_cards_of_it_are_about() -> None:
    from whoknows.aids.actions import AidText, change_aid  # noqa: PLC0415 - only here

    interview = a_full_interview()
    verify(interview)
    change_aid(
        aid=Aid.objects.get(), text=AidText("Isolate a pump", "1. Wait."), by=interview.interviewer,
        now=NOON,
    )  # fmt: skip

    withdraw(interview=interview, by=interview.expert, now=NOON)

    assert Aid.objects.get().state == AidState.RETIRED


def test_it_can_be_taken_back_at_any_time_but_once() -> None:
    interview = a_full_interview()
    close_interview(interview=interview, by=interview.interviewer, now=NOON)

    withdraw(interview=interview, by=interview.expert, now=NOON)

    with pytest.raises(NotNow, match="already"):
        withdraw(interview=interview, by=interview.expert, now=NOON)
    with pytest.raises(NotNow):
        give_consent(interview=interview, allows_recording=True, by=interview.expert, now=NOON)


def test_saying_no_to_an_invitation_leaves_nothing_to_do() -> None:
    interview = an_interview(consent=None)

    withdraw(interview=interview, by=interview.expert, now=NOON)

    interview.refresh_from_db()
    assert interview.state == State.WITHDRAWN


def test_the_interviewer_calls_it_off_until_there_is_a_draft_and_the_note_taker_never() -> None:
    early, late = an_interview(), a_full_interview()
    taker = a_person(early.organisation)
    Interview.objects.filter(pk=early.pk).update(note_taker=taker)

    with pytest.raises(NotAllowed):
        withdraw(interview=early, by=taker, now=NOON)
    with pytest.raises(NotAllowed, match="Close the interview"):
        withdraw(interview=late, by=late.interviewer, now=NOON)
    withdraw(interview=early, by=early.interviewer, now=NOON)

    assert Note.objects.filter(interview=late).exists()
    early.refresh_from_db()
    assert early.state == State.WITHDRAWN


def test_pieces_make_one_file_whatever_is_sent_twice(recordings: Path) -> None:
    interview = an_interview()
    recording = a_recording(interview, b"one ", b"two ")
    by = interview.interviewer

    take_piece(interview=interview, uid=recording.uid, number=1, sound=b"two ", by=by)
    with pytest.raises(PieceMissing, match="Piece 2"):
        take_piece(interview=interview, uid=recording.uid, number=3, sound=b"four", by=by)
    # A broken attempt left something behind the last piece that counts.
    with (recordings / recording.uid.hex).open("ab") as file:
        file.write(b"rubbish, and a lot of it")
    take_piece(interview=interview, uid=recording.uid, number=2, sound=b"three", by=by)

    assert (recordings / recording.uid.hex).read_bytes() == b"one two three"
    assert (recordings / recording.uid.hex).stat().st_mode & 0o077 == 0
    finish_recording(interview=interview, uid=recording.uid, by=by, now=NOON)
    recording.refresh_from_db()
    assert (recording.bytes, recording.pieces, recording.finished_at) == (13, 3, NOON)


def test_sound_is_recorded_only_if_the_expert_agreed_to_it() -> None:
    interview = an_interview(consent=False)

    with pytest.raises(NotAllowed, match="did not agree"):
        start_recording(interview=interview, kind="audio/webm", by=interview.interviewer, now=NOON)


def test_no_recording_any_more_means_at_once(
    recordings: Path, django_capture_on_commit_callbacks: Callbacks
) -> None:
    interview = an_interview()
    recording = a_recording(interview, b"sound")

    with django_capture_on_commit_callbacks(execute=True):
        give_consent(interview=interview, allows_recording=False, by=interview.expert, now=NOON)

    assert list(recordings.iterdir()) == []
    # The page that still records is told to stop.
    with pytest.raises(NotFound, match="Stop recording"):
        take_piece(
            interview=interview, uid=recording.uid, number=1, sound=b"x", by=interview.interviewer
        )


@pytest.mark.parametrize("kind", ["text/html", "audio/webm<script>", "", "video/webm"])
def test_only_sound_that_browsers_record_is_taken(kind: str) -> None:
    interview = an_interview()

    with pytest.raises(BadInput, match="kind of sound"):
        start_recording(interview=interview, kind=kind, by=interview.interviewer, now=NOON)


def test_a_recording_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_actions, "MOST_BYTES", 10)
    interview = an_interview()
    recording = a_recording(interview, b"12345678")

    with pytest.raises(BadInput, match="full"):
        take_piece(
            interview=interview, uid=recording.uid, number=1, sound=b"123", by=interview.interviewer
        )


def test_sound_goes_when_the_transcript_is_accepted(
    recordings: Path, django_capture_on_commit_callbacks: Callbacks
) -> None:
    interview = an_interview()
    a_recording(interview, b"sound")
    bring_transcript(interview=interview, text="Bo: Yes.", by=interview.interviewer, now=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        accept_transcript(interview=interview, by=interview.expert, now=NOON)

    assert list(recordings.iterdir()) == []
    assert not Recording.objects.exists()
    with pytest.raises(NotAllowed, match="accepted"):
        a_recording(interview)


def test_sound_goes_when_the_interview_is_closed(
    recordings: Path, django_capture_on_commit_callbacks: Callbacks
) -> None:
    interview = an_interview()
    a_recording(interview, b"sound")
    end_talk(interview=interview, by=interview.interviewer, now=NOON)
    assert len(list(recordings.iterdir())) == 1

    with django_capture_on_commit_callbacks(execute=True):
        close_interview(interview=interview, by=interview.interviewer, now=NOON)

    assert list(recordings.iterdir()) == []
    assert not Recording.objects.exists()


def test_only_whoever_started_a_recording_goes_on_with_it(recordings: Path) -> None:
    by = a_person()
    note_taker = a_person(place_of(by).organisation)
    interview = an_interview(by=by, note_taker=note_taker)
    recording = a_recording(interview, b"sound")

    with pytest.raises(NotAllowed, match="Only whoever started"):
        take_piece(
            interview=interview,
            uid=recording.uid,
            number=1,
            sound=b" of somebody else",
            by=note_taker,
        )

    recording.refresh_from_db()
    assert (recording.pieces, recording.bytes) == (1, 5)
    assert (recordings / recording.uid.hex).read_bytes() == b"sound"


def test_sound_goes_after_thirty_days_and_not_before(
    recordings: Path, django_capture_on_commit_callbacks: Callbacks
) -> None:
    recording = a_recording(an_interview(), b"sound")
    assert recording.delete_on == NOON.date() + timedelta(days=30)

    with django_capture_on_commit_callbacks(execute=True):
        early = delete_due_recordings(now=NOON + timedelta(days=29))
    assert (early, Recording.objects.count()) == (0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        due = delete_due_recordings(now=NOON + timedelta(days=30))

    assert (due, Recording.objects.count()) == (1, 0)
    assert list(recordings.iterdir()) == []


def test_files_that_belong_to_no_recording_are_swept_up(recordings: Path) -> None:
    kept = a_recording(an_interview(), b"sound")
    old, new = recordings / uuid4().hex, recordings / uuid4().hex
    for path in (old, new):
        path.write_bytes(b"left behind")
    long_ago = time.time() - 7_200
    os.utime(old, (long_ago, long_ago))
    os.utime(recordings / kept.uid.hex, (long_ago, long_ago))

    assert delete_due_recordings(now=NOON) == 1

    assert {path.name for path in recordings.iterdir()} == {kept.uid.hex, new.name}


def test_each_who_takes_part_deletes_a_recording_and_nobody_else(
    recordings: Path, django_capture_on_commit_callbacks: Callbacks
) -> None:
    interview = an_interview()
    recording = a_recording(interview, b"sound")
    with pytest.raises(NotAllowed):
        delete_recording(
            interview=interview, uid=recording.uid, by=a_person(interview.organisation), now=NOON
        )

    with django_capture_on_commit_callbacks(execute=True):
        delete_recording(interview=interview, uid=recording.uid, by=interview.expert, now=NOON)

    assert list(recordings.iterdir()) == []
