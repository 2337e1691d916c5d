"""From the transcript and the items to the draft."""

from datetime import timedelta

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import (
    NOON,
    a_note,
    a_person,
    a_stranger,
    an_entry,
    an_interview,
    reach,
)
from tests.interviews.stages import SAID, a_drafted_interview, a_held_interview, draft_of
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
    add_item,
    bring_transcript,
    change_item,
    change_statement,
    close_interview,
    end_talk,
    move_item,
    remove_item,
    remove_note,
    remove_statement,
    send_to_review,
    sort_notes,
)
from whoknows.interviews.actions.transcribing import TranscriptInUse
from whoknows.interviews.models import (
    Interview,
    Item,
    ItemKindChoice,
    State,
)
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(("outline", "kind"), [(["Isolate it"], "knowledge"), ([], "step")])
def test_a_note_on_the_question_for_the_steps_is_none_where_these_are_listed(
    outline: list[str], kind: str
) -> None:
    interview = an_interview()
    for words in outline:
        an_entry(interview, words)
    a_note(interview, "Nine of ten times it is the seal.", probe="acta-steps")

    sort_notes(interview=interview, by=interview.interviewer, now=NOON)

    assert interview.items.get(text__startswith="Nine").kind == kind


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


def test_nobody_else_removes_an_item_nor_anybody_who_asks_when_it_is_over() -> None:
    interview = a_held_interview()
    by = interview.interviewer
    sort_notes(interview=interview, by=by, now=NOON)
    item = interview.items.all()[0]

    with pytest.raises(NotAllowed):
        remove_item(
            interview=interview, item_id=item.pk, by=a_person(interview.organisation), now=NOON
        )
    close_interview(interview=interview, by=by, now=NOON)
    with pytest.raises(NotNow):
        remove_item(interview=interview, item_id=item.pk, by=by, now=NOON)

    assert interview.items.filter(pk=item.pk).exists()


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


def test_the_words_of_the_expert_are_told_as_theirs_and_a_step_begins_with_its_number() -> None:
    interview = a_drafted_interview()

    (told,) = origins_of(Aid.objects.get(), reach(interview.expert))

    assert [(o.number, o.role) for o in told.lines] == [
        (1, "cue"),
        (None, "step"),
        (None, "result"),
        (2, "step"),
    ]
    expert, asker = interview.expert.name, interview.interviewer.name
    assert [said.who for line in told.lines[:2] for said in line.said] == [
        f"{expert}, in a note of {asker}",
        f"{expert}, in the outline written by {asker}",
    ]


def test_a_step_that_nobody_told_has_its_number_where_one_knows_when_to_take_it() -> None:
    interview = an_interview()
    a_note(interview, "The pitch drops.", entry=None)
    end_talk(interview=interview, by=interview.interviewer, now=NOON)
    sort_notes(interview=interview, by=interview.interviewer, now=NOON)
    aid = draft_of(interview)

    (told,) = origins_of(aid, reach(interview.interviewer))

    assert [(o.number, o.role, o.text) for o in told.lines] == [(1, "cue", "The pitch drops.")]


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

    aid = draft_of(interview, kind=Kind.CHECKLIST, sharing=SharingClass.PUBLIC)

    assert (Aid.objects.count(), aid.version, aid.kind) == (1, 2, "checklist")
    aid.refresh_from_db()
    assert aid.sharing == SharingClass.PUBLIC
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
    by, note_taker = interview.interviewer, a_person(interview.organisation)
    Interview.objects.filter(pk=interview.pk).update(note_taker=note_taker)

    for novice in (interview.expert, by, note_taker):
        with pytest.raises(BadInput, match="who was not part of the conversation"):
            send_to_review(interview=interview, novice=novice, by=by, now=NOON)

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
