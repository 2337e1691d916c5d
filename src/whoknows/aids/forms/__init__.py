"""What people say about aids."""

from whoknows.aids.forms.about import (
    AboutAid,
    AskForReview,
    ChangeAid,
    GiveReview,
    MakeAid,
    SayHelped,
    ShareAid,
)
from whoknows.aids.forms.editor import Editor

__all__ = [
    "AboutAid",
    "AskForReview",
    "ChangeAid",
    "Editor",
    "GiveReview",
    "MakeAid",
    "SayHelped",
    "ShareAid",
]
