"""Interviews, to those who take part in them."""

from whoknows.interviews.queries.drafts import (
    Checks,
    aids_seen,
    checks_of,
    origins_of,
    origins_of_aid,
)
from whoknows.interviews.queries.exporting import as_plain
from whoknows.interviews.queries.interviews import (
    consent_in_force,
    interview_visible_to,
    interviews_of,
    recording_of,
    recordings_of,
    transcript_of,
    waiting_for,
)
from whoknows.interviews.queries.items import (
    Group,
    demands_of,
    groups_of,
    item_of,
    notes_of,
    outline_of,
    sorted_of,
    unsorted_count,
)
from whoknows.interviews.queries.sound import sound_file

__all__ = [
    "Checks",
    "Group",
    "aids_seen",
    "as_plain",
    "checks_of",
    "consent_in_force",
    "demands_of",
    "groups_of",
    "interview_visible_to",
    "interviews_of",
    "item_of",
    "notes_of",
    "origins_of",
    "origins_of_aid",
    "outline_of",
    "recording_of",
    "recordings_of",
    "sorted_of",
    "sound_file",
    "transcript_of",
    "unsorted_count",
    "waiting_for",
]
