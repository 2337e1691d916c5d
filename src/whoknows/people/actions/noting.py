"""What follows from a change of people: for the index, and in the trail."""

from collections.abc import Iterable
from datetime import datetime

from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.people.models import Person
from whoknows.people.queries import organisations_now
from whoknows.search.actions import note_changed


def note_places(memberships: Iterable[int]) -> None:
    """Note, in the transaction that changed them, that these memberships are not as they were.

    Found by new words within a second. Where people are counts for who is suggested, and may be
    told to fewer now: for that it is noted apart from what an answer adds to a membership's words.
    """
    changed = list(memberships)
    note_changed("membership", changed)
    note_changed("place", changed)


def record_of(
    person: Person, action: str, *, now: datetime, by: Person | None, subject: str = ""
) -> None:
    """Leave a line about ``person`` in the trail of each organisation they belong to."""
    theirs: list[int | None] = [*organisations_now(person, on=day_of(now))]
    for organisation in theirs or [None]:
        audit.record(
            action, subject or f"person:{person.pk}", by=by, now=now, organisation_id=organisation
        )
