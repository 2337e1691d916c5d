"""From consent to the notes, the transcript, the items and the draft."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import (
    NOON,
    a_note,
    a_person,
    a_stranger,
    an_entry,
    an_interview,
    place_of,
    reach,
)
from whoknows.aids.actions import AidText, change_aid
from whoknows.aids.http import origins_of
from whoknows.aids.models import Aid, Review, ReviewRole
from whoknows.aids.models import State as AidState
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.base.models import AuditEntry
from whoknows.engine.aids import Kind, Procedure, Step
from whoknows.expertise.models import Evidence
from whoknows.interviews import queries
from whoknows.interviews.actions import (
    NotNow,
    accept_transcript,
    add_entry,
    add_item,
    add_note,
    bring_transcript,
    change_entry,
    change_item,
    change_note,
    change_statement,
    close_interview,
    end_talk,
    give_consent,
    make_draft,
    move_entry,
    move_item,
    plan_interview,
    remove_entry,
    remove_item,
    remove_note,
    remove_statement,
    send_to_review,
    sort_notes,
)
from whoknows.interviews.actions.transcribing import TranscriptInUse
from whoknows.interviews.models import (
    Consent,
    Interview,
    Item,
    ItemKindChoice,
    Note,
    ProtocolChoice,
    State,
)
from whoknows.people.models import Person, SharingClass

pytestmark = pytest.mark.django_db

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


def test_a_transcript_becomes_statements_and_is_accepted_by_the_expert(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    interview = an_interview()
    with django_capture_on_commit_callbacks(execute=True):
        transcript = bring_transcript(
            interview=interview, text=SAID, by=interview.interviewer, now=NOON
        )

    assert [(s.number, s.speaker, s.words) for s in transcript.statements.all()] == [
        (1, "Ana", "What tells you?"),
        (2, "Bo", "The pitch drops."),
        (3, "Bo", "I close valve 3."),
    ]
    assert [m.to for m in mail.outbox] == [[interview.expert.email]]
    assert len(queries.waiting_for(reach(interview.expert))) == 1
    with pytest.raises(NotAllowed, match="accept the transcript"):
        accept_transcript(interview=interview, by=interview.interviewer, now=NOON)
    accept_transcript(interview=interview, by=interview.expert, now=NOON)
    assert queries.waiting_for(reach(interview.expert)) == []
    with pytest.raises(TranscriptInUse, match="accepted"):
        change_statement(interview=interview, number=1, words="No", by=interview.expert, now=NOON)
    with pytest.raises(TranscriptInUse, match="accepted"):
        bring_transcript(interview=interview, text=SAID, by=interview.interviewer, now=NOON)


def test_what_cannot_be_read_is_refused_and_the_one_before_stays() -> None:
    interview = an_interview()
    bring_transcript(interview=interview, text=SAID, by=interview.interviewer, now=NOON)

    with pytest.raises(BadInput, match="nothing said"):
        bring_transcript(interview=interview, text="WEBVTT\n", by=interview.interviewer, now=NOON)

    found = queries.transcript_of(interview)
    assert found is not None
    assert found.statements.count() == 3


def test_the_expert_mends_and_strikes_out_and_items_that_rest_on_it_go() -> None:
    interview = an_interview()
    bring_transcript(interview=interview, text=SAID, by=interview.interviewer, now=NOON)
    add_item(
        interview=interview,
        kind=ItemKindChoice.CUE,
        statements=[2],
        by=interview.interviewer,
        now=NOON,
    )
    both = add_item(
        interview=interview,
        kind=ItemKindChoice.STEP,
        statements=[2, 3],
        by=interview.interviewer,
        now=NOON,
    )
    with pytest.raises(TranscriptInUse, match="3 links"):
        bring_transcript(interview=interview, text=SAID, by=interview.interviewer, now=NOON)

    change_statement(
        interview=interview, number=3, words="I close it.", by=interview.expert, now=NOON
    )
    remove_statement(interview=interview, number=2, by=interview.expert, now=NOON)

    assert [item.pk for item in Item.objects.all()] == [both.pk]
    found = queries.transcript_of(interview)
    assert found is not None
    assert [(s.number, s.words) for s in found.statements.all()] == [
        (1, "What tells you?"),
        (3, "I close it."),
    ]


def test_sorting_makes_an_item_of_everything_once() -> None:
    interview = a_held_interview()

    made = sort_notes(interview=interview, by=interview.interviewer, now=NOON)
    again = sort_notes(interview=interview, by=interview.interviewer, now=NOON)

    assert (made, again, queries.unsorted_count(interview)) == (4, 0, 0)
    assert [(i.kind, i.text) for i in interview.items.all()] == [
        ("step", "Isolate it"),
        ("cue", "The pitch drops before the pressure does."),
        ("step", "Close valve 3."),
        ("result", "Silence in the pipe."),
    ]


def test_an_item_rests_on_something_said() -> None:
    interview = an_interview()

    with pytest.raises(BadInput, match="rests on something said"):
        add_item(
            interview=interview,
            kind=ItemKindChoice.CUE,
            text="Made up",
            by=interview.interviewer,
            now=NOON,
        )

    assert not Item.objects.exists()


def test_statements_of_another_interview_are_no_source() -> None:
    mine, other = an_interview(), an_interview()
    bring_transcript(interview=other, text=SAID, by=other.interviewer, now=NOON)
    note = a_note(other)

    with pytest.raises(BadInput):
        add_item(
            interview=mine,
            kind=ItemKindChoice.CUE,
            statements=[1],
            notes=[note.pk],
            by=mine.interviewer,
            now=NOON,
        )
    with pytest.raises(NotFound):
        remove_note(interview=mine, uid=note.uid, by=mine.interviewer, now=NOON)


def test_items_are_mended_moved_and_removed_also_by_the_expert() -> None:
    interview = a_held_interview()
    by = interview.interviewer
    sort_notes(interview=interview, by=by, now=NOON)
    first, second, third, fourth = interview.items.all()

    change_item(
        interview=interview,
        item_id=second.pk,
        kind=ItemKindChoice.ERROR,
        text="Waiting",
        entry_id=None,
        by=by,
        now=NOON,
    )
    move_item(interview=interview, item_id=third.pk, earlier=True, by=by, now=NOON)
    remove_item(interview=interview, item_id=fourth.pk, by=interview.expert, now=NOON)

    assert [(i.text, i.kind, i.entry_id is None) for i in interview.items.all()] == [
        ("Close valve 3.", "step", False),
        ("Waiting", "error", True),
        (first.text, "step", False),
    ]


def test_a_draft_is_an_aid_whose_every_line_leads_to_what_was_said() -> None:
    interview = a_drafted_interview()

    assert interview.state == State.DRAFTED
    aid = Aid.objects.get()
    assert (aid.state, aid.owner_id, interview.aid_id) == (
        AidState.DRAFT,
        interview.interviewer_id,
        aid.pk,
    )
    (told,) = origins_of(aid, reach(interview.interviewer))
    assert [(o.role, o.text, [s.words for s in o.said]) for o in told.lines] == [
        (
            "cue",
            "The pitch drops before the pressure does.",
            ["The pitch drops before the pressure does."],
        ),
        ("step", "Isolate it", ["Isolate it"]),
        ("result", "Silence in the pipe.", ["Silence in the pipe."]),
        ("step", "Close valve 3.", ["Close valve 3."]),
    ]


def test_links_survive_mending_of_the_aid_and_others_never_see_them() -> None:
    interview = a_drafted_interview()
    aid = Aid.objects.get()
    mended = Procedure((Step("Close valve 3 slowly."), Step("Call the shift lead.")))
    aid = change_aid(
        aid=aid, text=AidText("Isolate a pump", content=mended), by=interview.interviewer, now=NOON
    )

    (told,) = origins_of(aid, reach(interview.expert))
    assert [(o.text, len(o.said)) for o in told.lines] == [
        ("Close valve 3 slowly.", 1),
        ("Call the shift lead.", 0),
    ]
    colleague = a_person(interview.organisation)
    assert origins_of(aid, reach(colleague)) == []
    assert origins_of(aid, reach(a_stranger())) == []


def test_nobody_becomes_an_expert_by_writing_down_what_others_know() -> None:
    a_drafted_interview()

    assert not Evidence.objects.exists()


def test_a_draft_needs_items_a_held_talk_and_readers() -> None:
    interview = an_interview()
    with pytest.raises(NotNow):
        draft_of(interview)
    end_talk(interview=interview, by=interview.interviewer, now=NOON)
    with pytest.raises(BadInput, match="Sort what was said"):
        draft_of(interview)
    a_note(interview)
    sort_notes(interview=interview, by=interview.interviewer, now=NOON)
    with pytest.raises(BadInput, match="has to be able to read"):
        draft_of(interview, sharing=SharingClass.PRIVATE)
    with pytest.raises(NotAllowed):
        draft_of(interview, by=interview.expert)

    assert not Aid.objects.exists()


def test_a_draft_is_made_again_until_it_is_in_review() -> None:
    interview = a_drafted_interview()
    a_note(interview, "Tag the valve.", probe="acta-actions")
    sort_notes(interview=interview, by=interview.interviewer, now=NOON)

    aid = draft_of(interview, kind=Kind.CHECKLIST)

    assert (Aid.objects.count(), aid.version, aid.kind) == (1, 2, "checklist")
    novice = a_person(interview.organisation)
    send_to_review(interview=interview, novice=novice, by=interview.interviewer, now=NOON)
    assert {(r.reviewer_id, r.role) for r in Review.objects.all()} == {
        (interview.expert_id, ReviewRole.EXPERT),
        (novice.pk, ReviewRole.NOVICE),
    }
    with pytest.raises(NotNow, match="past its draft"):
        draft_of(interview)


def test_who_was_there_is_not_new_to_it() -> None:
    interview = a_drafted_interview()

    with pytest.raises(BadInput, match="somebody new"):
        send_to_review(
            interview=interview, novice=interview.expert, by=interview.interviewer, now=NOON
        )

    assert not Review.objects.exists()


def test_the_checks_say_what_a_newcomer_lacks() -> None:
    interview = a_drafted_interview()
    aid = Aid.objects.get()

    checks = queries.checks_of(
        Procedure((Step("Vent the deaerator by RCIC."),)),
        language="en",
        organisation_id=aid.organisation_id,
    )

    assert [w.word for w in checks.words] == ["deaerator", "RCIC"]
    assert [gap.lacks for gap in checks.lacking] == [("cue", "result")]
    assert checks.level is not None
    assert interview.aid == aid


def test_a_closed_interview_can_be_read_and_not_changed() -> None:
    interview = a_held_interview()

    close_interview(interview=interview, by=interview.interviewer, now=NOON + timedelta(hours=1))

    with pytest.raises(NotNow):
        a_note(interview)
    interview.refresh_from_db()
    assert interview.state == State.CLOSED
    assert queries.interviews_of(reach(interview.expert)).count() == 1


def test_the_audit_trail_holds_nobodys_words() -> None:
    interview = a_drafted_interview()

    trail = AuditEntry.objects.filter(subject=f"interview:{interview.pk}")
    assert {entry.action for entry in trail} >= {
        "plan_interview",
        "give_consent",
        "add_note",
        "make_draft",
    }
    told = " ".join(str(entry.detail) for entry in trail)
    assert not any(word in told for word in ("pitch", "valve", "Isolate", "card"))


def test_an_interview_is_taken_along_whole() -> None:
    interview = a_drafted_interview()

    told = queries.as_plain(interview)

    assert told["notes"][0]["words"] == "The pitch drops before the pressure does."
    assert len(told["items"]) == 4
    assert all(item["sources"] for item in told["items"])
