"""Aids: finding, using, writing, trying out and keeping them."""

from whoknows.aids.views.history import compare, history, version
from whoknows.aids.views.keeping import (
    acknowledge,
    ask_reading,
    export,
    retire,
    share,
    verify,
)
from whoknows.aids.views.reviewing import ask_review, review
from whoknows.aids.views.shelf import aid, aids
from whoknows.aids.views.writing import change, choose, forget, keep, make

__all__ = [
    "acknowledge",
    "aid",
    "aids",
    "ask_reading",
    "ask_review",
    "change",
    "choose",
    "compare",
    "export",
    "forget",
    "history",
    "keep",
    "make",
    "retire",
    "review",
    "share",
    "verify",
    "version",
]
