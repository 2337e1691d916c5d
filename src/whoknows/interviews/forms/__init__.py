"""What people say about interviews."""

from whoknows.interviews.forms.asking import AddEntry, AddNote, ChangeEntry, ChangeNote
from whoknows.interviews.forms.planning import AgreeToIt, PlanInterview
from whoknows.interviews.forms.sorting import (
    AddItem,
    BringTranscript,
    ChangeItem,
    MakeDraft,
    MendStatement,
    SendToReview,
)

__all__ = [
    "AddEntry",
    "AddItem",
    "AddNote",
    "AgreeToIt",
    "BringTranscript",
    "ChangeEntry",
    "ChangeItem",
    "ChangeNote",
    "MakeDraft",
    "MendStatement",
    "PlanInterview",
    "SendToReview",
]
