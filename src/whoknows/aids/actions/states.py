"""Moving an aid from one state to the next."""

from whoknows.aids.models import TRANSITIONS, Aid, State
from whoknows.base.errors import Conflict, NotAllowed
from whoknows.engine.text.sentences import Sentence
from whoknows.people.models import Person


class WrongState(Conflict):
    """The aid is not in a state from which this can be done."""

    code = "wrong_state"


def locked(aid: Aid, *, by: Person, doing: Sentence) -> Aid:
    """Return ``aid`` as it is now, locked for its owner ``by``.

    Raises:
        NotAllowed: ``by`` is somebody else; ``doing`` completes “Only its owner can …”.
    """
    now = Aid.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=aid.pk)
    if now.owner_id != by.pk:
        raise NotAllowed("Only its owner can {doing}.", doing=doing)
    return now


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
