"""Moving an aid from one state to the next."""

from datetime import datetime

from whoknows.aids.models import TRANSITIONS, Aid, State
from whoknows.base.days import day_of
from whoknows.base.errors import Conflict, NotAllowed
from whoknows.engine.text.sentences import Sentence
from whoknows.people.models import Person
from whoknows.people.queries import reach_of


class WrongState(Conflict):
    """The aid is not in a state from which this can be done."""

    code = "wrong_state"


class ChangedMeanwhile(Conflict):
    """Two people, or two tabs, write at once, or what somebody read is not what stands there."""

    code = "changed_meanwhile"


def locked(aid: Aid, *, by: Person | None, doing: Sentence, now: datetime) -> Aid:
    """Return ``aid`` as it is now, locked for its owner ``by``; None is an import.

    Raises:
        NotAllowed, WrongState: As :func:`must_answer_for` says.
    """
    aid = Aid.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=aid.pk)
    must_answer_for(aid, by=by, doing=doing, now=now)
    return aid


def must_answer_for(aid: Aid, *, by: Person | None, doing: Sentence, now: datetime) -> None:
    """Pass for the owner of ``aid``, while they belong to its organisation, and for an import.

    Raises:
        WrongState: Its words were taken back: nobody puts them in again.
        NotAllowed: ``by`` is another, or has left; ``doing`` completes “Only its owner can …”.
    """
    if aid.taken_back_at is not None:
        raise WrongState("Its words were taken back by whoever said them. Write a new aid instead.")
    if by is None:
        return
    if aid.owner_id != by.pk:
        raise NotAllowed("Only its owner can {doing}.", doing=doing)
    if not aid.is_answered_for_by(reach_of(by, on=day_of(now))):
        raise NotAllowed(
            "You do not belong to {organisation} any more. Only somebody there can {doing}.",
            organisation=aid.organisation.name,
            doing=doing,
        )


def move(aid: Aid, to: State, *, why_not: Sentence) -> None:
    """Put ``aid`` (not saved here) into the state ``to``.

    Raises:
        WrongState: No way leads there from its state; says ``why_not``.
    """
    if to not in TRANSITIONS[aid.state]:
        raise WrongState(why_not)
    aid.state = to
    if to in {State.DRAFT, State.IN_REVIEW}:
        aid.verified_on = aid.verified_by = aid.verify_by = None
        aid.reminded_on = None
