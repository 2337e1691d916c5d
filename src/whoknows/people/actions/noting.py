"""What changes where people are."""

from collections.abc import Iterable

from whoknows.search.actions import note_changed


def note_places(memberships: Iterable[int]) -> None:
    """Note, in the transaction that changed them, that these memberships are not as they were.

    Found by new words within a second. Where people are counts for who is suggested, and may be
    told to fewer now: for that it is noted apart from what an answer adds to a membership's words.
    """
    changed = list(memberships)
    note_changed("membership", changed)
    note_changed("place", changed)
