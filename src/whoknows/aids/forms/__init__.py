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
from whoknows.aids.forms.pictures import AddPicture

__all__ = [
    "AboutAid",
    "AddPicture",
    "AskForReview",
    "ChangeAid",
    "Editor",
    "GiveReview",
    "MakeAid",
    "SayHelped",
    "ShareAid",
]
