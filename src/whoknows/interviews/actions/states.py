"""Who may do what in which state of an interview."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from whoknows.base import audit
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.engine.text.sentences import Sentence
from whoknows.interviews.models import Interview, Item, State
from whoknows.people.models import Person

# From the consent on until it is closed or taken back.
OPEN: frozenset[str] = frozenset({State.CONSENTED, State.HELD, State.DRAFTED})


class NotNow(Conflict):
    """The interview is not in a state in which this can be done."""

    code = "interview_not_now"


def locked(interview: Interview, *, states: Collection[str], why_not: Sentence) -> Interview:
    """Return ``interview`` as it is now, locked.

    Raises:
        NotNow: It is in none of ``states``; says ``why_not``.
    """
    related = ("expert", "interviewer", "note_taker", "organisation", "unit", "aid")
    found = (
        Interview.objects.select_for_update(of=["self"])
        .select_related(*related)
        .filter(pk=interview.pk)
        .first()
    )
    if found is None:
        raise NotFound("There is no such interview here, or it is not visible to you.")
    if found.state not in states:
        raise NotNow(why_not)
    return found


def open_for_asking(interview: Interview, by: Person) -> Interview:
    """Return ``interview``, locked for whoever asks and writes down.

    Raises:
        NotAllowed: ``by`` is not one of them.
        NotNow: There is no consent yet, or it is over.
    """
    found = locked(
        interview,
        states=OPEN,
        why_not=Sentence(
            "Nothing can be written down without consent, or once an interview is over."
        ),
    )
    if not found.asks(by.pk):
        raise NotAllowed("Only the interviewer and the note-taker write here.")
    return found


def only_expert(interview: Interview, by: Person, *, doing: Sentence) -> None:
    """Refuse everybody but the expert; ``doing`` completes “Only whoever is interviewed can …”."""
    if interview.expert_id != by.pk:
        raise NotAllowed("Only whoever is interviewed can {doing}.", doing=doing)


def only_interviewer(interview: Interview, by: Person, *, doing: Sentence) -> None:
    """Refuse everybody but the interviewer; ``doing`` completes “Only the interviewer can …”."""
    if interview.interviewer_id != by.pk:
        raise NotAllowed("Only the interviewer can {doing}.", doing=doing)


def drop_items_without_source(interview: Interview) -> None:
    """Delete the items that rest on nothing any more."""
    Item.objects.filter(interview=interview, sources__isnull=True).delete()


def words_of(text: str, *, most: int, missing: Sentence, in_one_line: bool = False) -> str:
    """Return ``text`` as it is kept.

    Raises:
        BadInput: It is empty (says ``missing``), or longer than ``most`` characters.
    """
    words = " ".join(text.split()) if in_one_line else text.strip()
    if not words:
        raise BadInput(missing)
    if len(words) > most:
        raise BadInput(
            "This has {count} characters; at most {most} fit. Split it in two.",
            count=len(words),
            most=most,
        )
    return words


def note_down(action: str, interview: Interview, *, by: Person | None, now: datetime,
              **detail: Any) -> None:  # fmt: skip
    """Leave a line in the audit trail: ids and counts, never anybody's words."""
    audit.record(
        action,
        f"interview:{interview.pk}",
        by=by,
        now=now,
        organisation_id=interview.organisation_id,
        **detail,
    )
