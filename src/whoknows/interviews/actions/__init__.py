"""Planning and holding interviews, sorting what was said, and drafting aids from it."""

from whoknows.interviews.actions.asking import (
    add_entry,
    add_note,
    change_entry,
    change_note,
    move_entry,
    remove_entry,
    remove_note,
)
from whoknows.interviews.actions.drafting import make_draft, send_to_review
from whoknows.interviews.actions.planning import (
    close_interview,
    end_talk,
    give_consent,
    plan_interview,
)
from whoknows.interviews.actions.recording import (
    MOST_BYTES,
    MOST_BYTES_A_PIECE,
    delete_due_recordings,
    delete_recording,
    finish_recording,
    start_recording,
    take_piece,
)
from whoknows.interviews.actions.sorting import (
    add_item,
    change_item,
    move_item,
    remove_item,
    sort_notes,
)
from whoknows.interviews.actions.states import NotNow
from whoknows.interviews.actions.transcribing import (
    accept_transcript,
    bring_transcript,
    change_statement,
    remove_statement,
)
from whoknows.interviews.actions.withdrawing import withdraw

__all__ = [
    "MOST_BYTES",
    "MOST_BYTES_A_PIECE",
    "NotNow",
    "accept_transcript",
    "add_entry",
    "add_item",
    "add_note",
    "bring_transcript",
    "change_entry",
    "change_item",
    "change_note",
    "change_statement",
    "close_interview",
    "delete_due_recordings",
    "delete_recording",
    "end_talk",
    "finish_recording",
    "give_consent",
    "make_draft",
    "move_entry",
    "move_item",
    "plan_interview",
    "remove_entry",
    "remove_item",
    "remove_note",
    "remove_statement",
    "send_to_review",
    "sort_notes",
    "start_recording",
    "take_piece",
    "withdraw",
]
