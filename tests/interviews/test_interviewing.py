"""From consent to the notes and the outline."""

import threading
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import (
    NOON,
    a_note,
    a_person,
    an_entry,
    an_interview,
    place_of,
    reach,
)
from tests.interviews.stages import SAID
from whoknows.base.errors import BadInput, NotAllowed
from whoknows.interviews import queries
from whoknows.interviews.actions import (
    NotNow,
    add_entry,
    add_note,
    bring_transcript,
    change_entry,
    change_note,
    give_consent,
    move_entry,
    plan_interview,
    remove_entry,
    remove_note,
    sort_notes,
)
from whoknows.interviews.models import (
    Consent,
    Interview,
    Item,
    Note,
    ProtocolChoice,
    State,
)
from whoknows.people.models import Person

pytestmark = pytest.mark.django_db


def test_anybody_may_ask_a_colleague_who_is_told(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    asker = a_person()
    expert = a_person(place_of(asker).organisation)

    with django_capture_on_commit_callbacks(execute=True):
        interview = an_interview(by=asker, expert=expert, consent=None)

    assert interview.state == State.PLANNED
    assert [m.to for m in mail.outbox] == [[expert.email]]
    assert [w.url for w in queries.waiting_for(reach(expert))] == [interview.get_absolute_url()]
    assert queries.waiting_for(reach(asker)) == []


def test_whom_one_cannot_see_cannot_be_asked() -> None:
    with pytest.raises(BadInput, match="cannot see"):
        an_interview(expert=a_person())


def test_who_cannot_sign_in_cannot_agree() -> None:
    asker = a_person()
    expert = a_person(place_of(asker).organisation)
    Person.objects.filter(pk=expert.pk).update(email=None)
    expert.refresh_from_db()

    with pytest.raises(BadInput, match="cannot sign in"):
        an_interview(by=asker, expert=expert)


def test_nobody_interviews_themselves_nor_takes_notes_twice() -> None:
    asker = a_person()

    with pytest.raises(BadInput, match="somebody else"):
        an_interview(by=asker, expert=asker)
    with pytest.raises(BadInput, match="third person"):
        an_interview(by=asker, note_taker=asker)


@pytest.mark.parametrize("task", ["", "  ", "x" * 201])
def test_a_task_is_said_and_short(task: str) -> None:
    asker = a_person()
    expert = a_person(place_of(asker).organisation)

    with pytest.raises(BadInput):
        plan_interview(task=task, purpose="A card", expert=expert, by=place_of(asker), now=NOON)

    assert not Interview.objects.exists()


def test_nothing_is_written_down_without_consent() -> None:
    interview = an_interview(consent=None)

    with pytest.raises(NotNow, match="without consent"):
        a_note(interview)
    with pytest.raises(NotNow):
        an_entry(interview)
    with pytest.raises(NotNow):
        bring_transcript(interview=interview, text=SAID, by=interview.interviewer, now=NOON)

    assert not Note.objects.exists()


def test_only_the_expert_agrees() -> None:
    interview = an_interview(consent=None)

    with pytest.raises(NotAllowed, match="agree to it"):
        give_consent(interview=interview, allows_recording=True, by=interview.interviewer, now=NOON)

    assert not Consent.objects.exists()


def test_what_was_agreed_to_can_be_changed_and_both_are_kept() -> None:
    interview = an_interview(consent=True)

    give_consent(interview=interview, allows_recording=False, by=interview.expert, now=NOON)

    assert [
        (c.allows_recording, c.withdrawn_at is None) for c in interview.consents.order_by("pk")
    ] == [
        (True, False),
        (False, True),
    ]


def test_the_expert_reads_notes_and_does_not_write_them() -> None:
    interview = an_interview()

    with pytest.raises(NotAllowed, match="note-taker"):
        a_note(interview, by=interview.expert)


def test_two_who_write_lose_nothing_and_each_changes_only_their_own() -> None:
    asker = a_person()
    taker = a_person(place_of(asker).organisation)
    interview = an_interview(by=asker, note_taker=taker)
    mine, theirs = a_note(interview, "Mine", by=asker), a_note(interview, "Theirs", by=taker)

    change_note(interview=interview, uid=mine.uid, words="Mine, mended", by=asker, now=NOON)
    with pytest.raises(NotAllowed, match="Only whoever wrote"):
        change_note(interview=interview, uid=theirs.uid, words="No", by=asker, now=NOON)
    with pytest.raises(NotAllowed):
        remove_note(interview=interview, uid=theirs.uid, by=asker, now=NOON)

    shown = queries.notes_of(interview, probe="acta-noticing")
    assert [(n.words, n.author.pk) for n in shown] == [
        ("Mine, mended", asker.pk),
        ("Theirs", taker.pk),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_the_very_same_time_lose_nothing() -> None:
    asker = a_person()
    taker = a_person(place_of(asker).organisation)
    interview = an_interview(by=asker, note_taker=taker)
    failed: list[Exception] = []

    def write(person: Person) -> None:
        try:
            for number in range(8):
                a_note(interview, f"{person.pk} says {number}", by=person)
        except Exception as error:
            failed.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(person,)) for person in (asker, taker)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sorted(Note.objects.values_list("words", flat=True)) == sorted(
        f"{person.pk} says {number}" for person in (asker, taker) for number in range(8)
    )


def test_a_note_that_is_sent_again_is_written_once() -> None:
    interview, key = an_interview(), uuid4()
    for _ in range(2):
        add_note(
            interview=interview,
            probe="acta-cues",
            words="A bang",
            key=key,
            by=interview.interviewer,
            now=NOON,
        )
        add_entry(interview=interview, words="Drain", key=key, by=interview.interviewer, now=NOON)

    assert Note.objects.count() == 1
    assert interview.outline.count() == 1


@pytest.mark.parametrize(
    ("probe", "words"), [("cdm-cues", "A bang"), ("acta-cues", " "), ("acta-cues", "x" * 5001)]
)
def test_a_note_says_something_to_a_question_of_the_protocol(probe: str, words: str) -> None:
    with pytest.raises(BadInput):
        a_note(an_interview(), words, probe=probe)


def test_the_outline_is_put_in_order() -> None:
    interview = an_interview(protocol=ProtocolChoice.CDM)
    by = interview.interviewer
    first, second, third = (an_entry(interview, words) for words in ("One", "Two", "Three"))

    move_entry(interview=interview, entry_id=third.pk, earlier=True, by=by, now=NOON)
    move_entry(interview=interview, entry_id=first.pk, earlier=True, by=by, now=NOON)
    change_entry(
        interview=interview,
        entry_id=second.pk,
        words="2",
        time=" 07:40 ",
        is_marked=False,
        by=by,
        now=NOON,
    )

    assert [(e.words, e.time, e.is_marked) for e in interview.outline.all()] == [
        ("One", "", True),
        ("Three", "", True),
        ("2", "07:40", False),
    ]


def test_an_entry_that_goes_leaves_its_notes() -> None:
    interview = an_interview()
    entry = an_entry(interview)
    note = a_note(interview, entry=entry)
    sort_notes(interview=interview, by=interview.interviewer, now=NOON)

    remove_entry(interview=interview, entry_id=entry.pk, by=interview.interviewer, now=NOON)

    note.refresh_from_db()
    assert note.entry is None
    # The item made of the entry itself rested on nothing else.
    assert [item.text for item in Item.objects.all()] == [note.words]
