"""Raising needs, answering them, and saying what helped."""

from whoknows.needs.actions.answering import answer_need, judge_answer
from whoknows.needs.actions.asking import raise_need, say_solved, share_need
from whoknows.needs.actions.bringing_in import bring_in_answers, bring_in_needs
from whoknows.needs.actions.missing import Card, make_card, note_miss, prune_misses

__all__ = [
    "Card",
    "answer_need",
    "bring_in_answers",
    "bring_in_needs",
    "judge_answer",
    "make_card",
    "note_miss",
    "prune_misses",
    "raise_need",
    "say_solved",
    "share_need",
]
