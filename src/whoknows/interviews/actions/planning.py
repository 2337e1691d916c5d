"""From the invitation to the end of an interview."""

from datetime import datetime, timedelta

from django.db import transaction

from whoknows.base.days import day_of
from whoknows.base.errors import BadInput
from whoknows.engine.interviews import NEWEST_TEXT
from whoknows.engine.text.sentences import Sentence
from whoknows.interviews.actions.recording import delete_all_recordings
from whoknows.interviews.actions.states import (
    OPEN,
    locked,
    note_down,
    only_expert,
    only_interviewer,
    words_of,
)
from whoknows.interviews.models import Consent, Interview, ProtocolChoice, State
from whoknows.people.actions import tell
from whoknows.people.models import Membership, Person
from whoknows.people.queries import persons_visible_to, reach_of

_A_MOMENT = timedelta(minutes=1)
LONGEST_TASK = 200
LONGEST_PURPOSE = 500


@transaction.atomic
def plan_interview(
    *,
    task: str,
    purpose: str,
    expert: Person,
    by: Membership,
    now: datetime,
    protocol: ProtocolChoice = ProtocolChoice.ACTA,
    note_taker: Person | None = None,
) -> Interview:
    """Return a new interview that waits for the consent of ``expert``, who is told.

    Anybody who belongs to an organisation may ask anybody they can see here. What somebody sent a
    moment ago and sends again is the interview that was planned then.

    Raises:
        BadInput: Task or purpose is missing; expert and note-taker are not two others whom ``by``
            can see and who can sign in.
    """
    task = words_of(
        task,
        most=LONGEST_TASK,
        missing=Sentence("Say what they can do that others are to learn."),
        in_one_line=True,
    )
    purpose = words_of(
        purpose,
        most=LONGEST_PURPOSE,
        missing=Sentence("Say what will be made of it, and for whom."),
        in_one_line=True,
    )
    _check_people(by.owner, expert, note_taker, now=now)
    interview = Interview(
        organisation_id=by.organisation_id,
        unit_id=by.unit_id,
        interviewer=by.owner,
        expert=expert,
        note_taker=note_taker,
        protocol=protocol,
        task=task,
        purpose=purpose,
        planned_at=now,
    )
    if again := _sent_twice(interview):
        return again
    interview.save()
    tell(expert, "interviews/mail/invited", interview=interview)
    if note_taker is not None:
        tell(note_taker, "interviews/mail/note_taker", interview=interview)
    note_down("plan_interview", interview, by=by.owner, now=now, protocol=protocol)
    return interview


def _sent_twice(asked: Interview) -> Interview | None:
    """Return what the same form planned a moment ago: the expert is asked once.

    Of requests at once the first to get here need not be the first to have looked at the clock.
    """
    Person.objects.get_queryset().select_for_update().get(pk=asked.interviewer_id)
    alike = Interview.objects.exclude(state=State.WITHDRAWN).filter(
        organisation=asked.organisation_id,
        interviewer=asked.interviewer_id,
        expert=asked.expert_id,
        note_taker=asked.note_taker_id,
        protocol=asked.protocol,
        task=asked.task,
        purpose=asked.purpose,
        planned_at__gt=asked.planned_at - _A_MOMENT,
        planned_at__lt=asked.planned_at + _A_MOMENT,
    )
    return alike.first()


def _check_people(
    interviewer: Person, expert: Person, note_taker: Person | None, *, now: datetime
) -> None:
    if expert.pk == interviewer.pk:
        raise BadInput("Ask somebody else: what you know yourself you can write down as an aid.")
    if note_taker is not None and note_taker.pk in {interviewer.pk, expert.pk}:
        raise BadInput("Let a third person take notes, or leave it empty.")
    seen = persons_visible_to(reach_of(interviewer, on=day_of(now)))
    for person in filter(None, (expert, note_taker)):
        if not seen.filter(pk=person.pk).exists():
            raise BadInput("You cannot see {person} here. Check the name.", person=person)
        if person.email is None or not person.is_active:
            raise BadInput(
                "{person} cannot sign in here, and so cannot agree or write.", person=person
            )


@transaction.atomic
def give_consent(
    *, interview: Interview, allows_recording: bool, by: Person, now: datetime
) -> Consent:
    """Note that the expert agrees, to notes and perhaps to a recording; returns what holds now.

    Agreeing again changes whether a recording is allowed. If it no longer is, recordings are
    deleted at once.

    Raises:
        NotAllowed: Somebody else tries to agree for the expert.
        NotNow: The interview is over.
    """
    interview = locked(
        interview,
        states={State.PLANNED, *OPEN},
        why_not=Sentence("This interview is over. Ask for a new one."),
    )
    only_expert(interview, by, doing=Sentence("agree to it"))
    before = interview.consents.filter(withdrawn_at__isnull=True)
    before.update(withdrawn_at=now)
    consent = Consent.objects.create(
        interview=interview,
        text_version=NEWEST_TEXT,
        allows_recording=allows_recording,
        given_at=now,
    )
    if interview.state == State.PLANNED:
        interview.state = State.CONSENTED
        interview.save(update_fields=["state"])
        tell(interview.interviewer, "interviews/mail/agreed", interview=interview)
    if not allows_recording:
        delete_all_recordings(interview, by=by, now=now)
    note_down(
        "give_consent", interview, by=by, now=now,
        text_version=NEWEST_TEXT, allows_recording=allows_recording,
    )  # fmt: skip
    return consent


@transaction.atomic
def end_talk(*, interview: Interview, by: Person, now: datetime) -> Interview:
    """Note that the conversation is over, and that sorting begins. Notes can still be added.

    Raises:
        NotAllowed: Somebody other than the interviewer tries.
        NotNow: There is no consent, or it was over before.
    """
    interview = locked(
        interview, states={State.CONSENTED}, why_not=Sentence("This conversation is over already.")
    )
    only_interviewer(interview, by, doing=Sentence("end the conversation"))
    interview.state, interview.held_at = State.HELD, now
    interview.save(update_fields=["state", "held_at"])
    note_down("end_talk", interview, by=by, now=now)
    return interview


@transaction.atomic
def close_interview(*, interview: Interview, by: Person, now: datetime) -> Interview:
    """End the work on an interview; what is left of its sound is deleted. The rest can be read.

    Raises:
        NotAllowed: Somebody other than the interviewer tries.
        NotNow: It was not held yet, or is over already.
    """
    interview = locked(
        interview,
        states={State.HELD, State.DRAFTED},
        why_not=Sentence("Only an interview that was held can be closed."),
    )
    only_interviewer(interview, by, doing=Sentence("close it"))
    delete_all_recordings(interview, by=by, now=now)
    interview.state, interview.ended_at = State.CLOSED, now
    interview.save(update_fields=["state", "ended_at"])
    note_down("close_interview", interview, by=by, now=now)
    return interview
