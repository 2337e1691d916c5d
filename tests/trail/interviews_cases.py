"""What interviews leave in the trail."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from tests.builders import NOON, a_note, a_person, an_entry, an_interview, place_of
from tests.interviews.stages import a_drafted_interview, a_held_interview
from tests.trail.deeds import SECRET, Cases, Deed, Line
from whoknows.engine.aids import Kind
from whoknows.interviews.actions import (
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
    delete_due_recordings,
    delete_recording,
    end_talk,
    finish_recording,
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
    start_recording,
    withdraw,
)
from whoknows.interviews.models import Interview, Item, ItemKindChoice, Recording
from whoknows.people.models import Person, SharingClass

CASES = Cases()
A_YEAR_AGO = NOON - timedelta(days=365)


def by_the_interviewer(interview: Interview, do: Callable[..., object]) -> Deed:
    """Return what the interviewer may do, and the expert may not."""
    by = interview.interviewer
    return Deed(
        partial(do, interview=interview, by=by, now=NOON),
        lambda _: [a_line(interview, by)],
        partial(do, interview=interview, by=interview.expert, now=NOON),
    )


def by_the_expert(
    interview: Interview, do: Callable[..., object], *, stranger: Person | None = None
) -> Deed:
    """Return what the expert may do, and the interviewer, or else ``stranger``, may not."""
    by = interview.expert
    return Deed(
        partial(do, interview=interview, by=by, now=NOON),
        lambda _: [a_line(interview, by)],
        partial(do, interview=interview, by=stranger or interview.interviewer, now=NOON),
    )


def a_line(interview: Interview, by: Person | None, action: str = "") -> Line:
    return Line(f"interview:{interview.pk}", by, interview.organisation, action)


def with_sound(at: datetime = NOON) -> tuple[Interview, Recording]:
    interview = an_interview()
    by = interview.interviewer
    return interview, start_recording(interview=interview, kind="audio/webm", by=by, now=at)


def with_a_transcript() -> Interview:
    interview = an_interview()
    by = interview.interviewer
    bring_transcript(interview=interview, text=f"Bo: {SECRET}\nBo: {SECRET}", by=by, now=NOON)
    return interview


def with_an_item() -> tuple[Interview, Item]:
    interview = an_interview()
    a_note(interview, SECRET)
    a_note(interview, SECRET)
    sort_notes(interview=interview, by=interview.interviewer, now=NOON)
    return interview, interview.items.all()[1]


@CASES.of("plan_interview")
def planning() -> Deed:
    person = a_person()
    place = place_of(person)
    plan = partial(plan_interview, task=SECRET, purpose=SECRET, by=place, now=NOON)
    return Deed(
        partial(plan, expert=a_person(place.organisation)),
        lambda made: [a_line(made, person)],
        partial(plan, expert=person),
    )


@CASES.of("give_consent")
def agreeing() -> Deed:
    return by_the_expert(an_interview(consent=None), partial(give_consent, allows_recording=True))


@CASES.of("give_consent", "no longer to sound")
def agreeing_to_less() -> Deed:
    interview, _ = with_sound()
    deed = by_the_expert(interview, partial(give_consent, allows_recording=False))
    lines = [a_line(interview, interview.expert, "delete_recording"), *deed.leaves(None)]
    return Deed(deed.do, lambda _: lines, deed.refused)


@CASES.of("end_talk")
def ending_the_talk() -> Deed:
    return by_the_interviewer(an_interview(), end_talk)


@CASES.of("close_interview")
def closing() -> Deed:
    interview, _ = with_sound()
    end_talk(interview=interview, by=interview.interviewer, now=NOON)
    deed = by_the_interviewer(interview, close_interview)
    lines = [a_line(interview, interview.interviewer, "delete_recording"), *deed.leaves(None)]
    return Deed(deed.do, lambda _: lines, deed.refused)


@CASES.of("withdraw")
def withdrawing() -> Deed:
    interview = a_drafted_interview()
    assert interview.aid is not None
    aid = Line(f"aid:{interview.aid.pk}", interview.expert, interview.organisation, "take_back_aid")
    deed = by_the_expert(interview, withdraw)
    lines = [aid, *deed.leaves(None)]
    return Deed(deed.do, lambda _: lines, deed.refused)


@CASES.of("withdraw", "by whoever planned it")
def calling_off() -> Deed:
    interview = an_interview()
    a_note(interview, SECRET)
    by = interview.interviewer
    return Deed(
        partial(withdraw, interview=interview, by=by, now=NOON),
        lambda _: [a_line(interview, by)],
        partial(withdraw, interview=interview, by=a_person(interview.organisation), now=NOON),
    )


@CASES.of("add_note")
def adding_a_note() -> Deed:
    add = partial(add_note, probe="acta-noticing", words=SECRET, key=uuid4())
    return by_the_interviewer(an_interview(), add)


@CASES.of("change_note")
def changing_a_note() -> Deed:
    interview = an_interview()
    note = a_note(interview, SECRET)
    return by_the_interviewer(
        interview, partial(change_note, uid=note.uid, words=f"{SECRET} {SECRET}")
    )


@CASES.of("remove_note")
def removing_a_note() -> Deed:
    interview = an_interview()
    return by_the_interviewer(interview, partial(remove_note, uid=a_note(interview, SECRET).uid))


@CASES.of("add_entry")
def adding_an_entry() -> Deed:
    return by_the_interviewer(an_interview(), partial(add_entry, words=SECRET, key=uuid4()))


@CASES.of("change_entry")
def changing_an_entry() -> Deed:
    interview = an_interview()
    pk = an_entry(interview).pk
    change = partial(change_entry, entry_id=pk, words=SECRET, time=SECRET, is_marked=True)
    return by_the_interviewer(interview, change)


@CASES.of("move_entry")
def moving_an_entry() -> Deed:
    interview = an_interview()
    an_entry(interview, SECRET)
    pk = an_entry(interview, SECRET).pk
    return by_the_interviewer(interview, partial(move_entry, entry_id=pk, earlier=True))


@CASES.of("remove_entry")
def removing_an_entry() -> Deed:
    interview = an_interview()
    return by_the_interviewer(
        interview, partial(remove_entry, entry_id=an_entry(interview, SECRET).pk)
    )


@CASES.of("start_recording")
def starting_to_record() -> Deed:
    return by_the_interviewer(an_interview(), partial(start_recording, kind="audio/webm"))


@CASES.of("finish_recording")
def finishing_a_recording() -> Deed:
    interview, recording = with_sound()
    return by_the_interviewer(interview, partial(finish_recording, uid=recording.uid))


@CASES.of("delete_recording")
def deleting_a_recording() -> Deed:
    interview, recording = with_sound()
    return by_the_expert(
        interview,
        partial(delete_recording, uid=recording.uid),
        stranger=a_person(interview.organisation),
    )


@CASES.of("delete_recording", "when its time is over")
def deleting_what_is_due() -> Deed:
    interview, _ = with_sound(A_YEAR_AGO)
    line = a_line(interview, None)
    return Deed(lambda: delete_due_recordings(now=NOON), lambda _: [line], None)


@CASES.of("bring_transcript")
def bringing_a_transcript() -> Deed:
    return by_the_interviewer(an_interview(), partial(bring_transcript, text=f"Bo: {SECRET}"))


@CASES.of("change_statement")
def changing_a_statement() -> Deed:
    interview = with_a_transcript()
    return by_the_expert(
        interview,
        partial(change_statement, number=1, words=f"{SECRET} {SECRET}"),
        stranger=a_person(interview.organisation),
    )


@CASES.of("remove_statement")
def removing_a_statement() -> Deed:
    interview = with_a_transcript()
    return by_the_expert(
        interview, partial(remove_statement, number=2), stranger=a_person(interview.organisation)
    )


@CASES.of("accept_transcript")
def accepting_a_transcript() -> Deed:
    return by_the_expert(with_a_transcript(), accept_transcript)


@CASES.of("sort_notes")
def sorting() -> Deed:
    interview = an_interview()
    a_note(interview, SECRET)
    return by_the_interviewer(interview, sort_notes)


@CASES.of("add_item")
def adding_an_item() -> Deed:
    interview = with_a_transcript()
    add = partial(add_item, kind=ItemKindChoice.STEP, statements=[1], text=SECRET)
    return by_the_interviewer(interview, add)


@CASES.of("change_item")
def changing_an_item() -> Deed:
    interview, item = with_an_item()
    words = f"{SECRET} {SECRET}"
    change = partial(change_item, item_id=item.pk, kind=ItemKindChoice.STEP, text=words)
    return by_the_interviewer(interview, partial(change, entry_id=None))


@CASES.of("move_item")
def moving_an_item() -> Deed:
    interview, item = with_an_item()
    return by_the_interviewer(interview, partial(move_item, item_id=item.pk, earlier=True))


@CASES.of("remove_item")
def removing_an_item() -> Deed:
    interview, item = with_an_item()
    return by_the_expert(
        interview,
        partial(remove_item, item_id=item.pk),
        stranger=a_person(interview.organisation),
    )


@CASES.of("make_draft")
def drafting() -> Deed:
    interview = a_held_interview()
    by = interview.interviewer
    sort_notes(interview=interview, by=by, now=NOON)
    make = partial(
        make_draft,
        interview=interview,
        title=SECRET,
        kind=Kind.PROCEDURE,
        sharing=SharingClass.ORGANISATION,
        now=NOON,
    )
    return Deed(
        partial(make, by=by),
        lambda aid: [
            Line(f"aid:{aid.pk}", by, interview.organisation, "make_aid"),
            a_line(interview, by),
        ],
        partial(make, by=interview.expert),
    )


@CASES.of("make_draft", "again, for others to see")
def drafting_again() -> Deed:
    interview = a_drafted_interview()
    assert interview.aid is not None
    by, subject = interview.interviewer, f"aid:{interview.aid.pk}"
    make = partial(make_draft, interview=interview, title=SECRET, kind=Kind.PROCEDURE, now=NOON)
    return Deed(
        partial(make, sharing=SharingClass.PUBLIC, by=by),
        lambda _: [
            Line(subject, by, interview.organisation, "change_aid"),
            Line(subject, by, interview.organisation, "share_aid"),
            a_line(interview, by),
        ],
        partial(make, sharing=SharingClass.PRIVATE, by=by),
    )


@CASES.of("send_to_review")
def sending_to_review() -> Deed:
    interview = a_drafted_interview()
    assert interview.aid is not None
    by, novice = interview.interviewer, a_person(interview.organisation)
    asked = Line(f"aid:{interview.aid.pk}", by, interview.organisation, "ask_for_review")
    send = partial(send_to_review, interview=interview, by=by, now=NOON)
    return Deed(
        partial(send, novice=novice),
        lambda _: [asked, asked, a_line(interview, by)],
        partial(send, novice=interview.expert),
    )
