"""The ask page, needs, search, and what is followed up."""

from whoknows.needs.views.following_up import follow_up
from whoknows.needs.views.needs import (
    answer,
    ask,
    card,
    change_answer,
    judge,
    meet,
    missing,
    need,
    needs,
    needs_posted_to,
    raise_need,
    reopen,
    search,
    share,
    solved,
    take_back,
    take_back_answer,
)
from whoknows.needs.views.referring import refer

__all__ = [
    "answer",
    "ask",
    "card",
    "change_answer",
    "follow_up",
    "judge",
    "meet",
    "missing",
    "need",
    "needs",
    "needs_posted_to",
    "raise_need",
    "refer",
    "reopen",
    "search",
    "share",
    "solved",
    "take_back",
    "take_back_answer",
]
