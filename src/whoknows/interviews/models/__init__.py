"""Interviews: who agreed to what, what was said, and what was made of it."""

from whoknows.interviews.models.interview import Consent, Interview, ProtocolChoice, State
from whoknows.interviews.models.item import DraftLink, Item, ItemKindChoice, Source
from whoknows.interviews.models.said import Note, OutlineEntry, Recording, Statement, Transcript

__all__ = [
    "Consent",
    "DraftLink",
    "Interview",
    "Item",
    "ItemKindChoice",
    "Note",
    "OutlineEntry",
    "ProtocolChoice",
    "Recording",
    "Source",
    "State",
    "Statement",
    "Transcript",
]
