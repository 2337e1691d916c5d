"""Raising needs, answering them, and saying what helped."""

from whoknows.needs.actions.answering import (
    answer_need,
    change_answer,
    judge_answer,
    take_back_answer,
)
from whoknows.needs.actions.asking import (
    raise_need,
    share_need,
    take_back_need,
)
from whoknows.needs.actions.bringing_in import bring_in_answers, bring_in_needs
from whoknows.needs.actions.following_up import (
    plan_follow_ups,
    put_off,
    say_how_it_went,
    tell_of_follow_ups,
)
from whoknows.needs.actions.learning import learn_ranking
from whoknows.needs.actions.missing import Card, make_card, note_miss, prune_misses
from whoknows.needs.actions.referring import TooManyReferred, refer_need
from whoknows.needs.actions.solving import meet_need, reopen_need, say_solved
from whoknows.needs.actions.suggesting import (
    make_up_for_suggesting,
    note_suggested,
    suggest_people,
    suggest_people_later,
)
from whoknows.needs.actions.synonyms import learn_synonyms
from whoknows.needs.actions.telling import tell_of_answer, tell_of_need, tell_of_solution

__all__ = [
    "Card",
    "TooManyReferred",
    "answer_need",
    "bring_in_answers",
    "bring_in_needs",
    "change_answer",
    "judge_answer",
    "learn_ranking",
    "learn_synonyms",
    "make_card",
    "make_up_for_suggesting",
    "meet_need",
    "note_miss",
    "note_suggested",
    "plan_follow_ups",
    "prune_misses",
    "put_off",
    "raise_need",
    "refer_need",
    "reopen_need",
    "say_how_it_went",
    "say_solved",
    "share_need",
    "suggest_people",
    "suggest_people_later",
    "take_back_answer",
    "take_back_need",
    "tell_of_answer",
    "tell_of_follow_ups",
    "tell_of_need",
    "tell_of_solution",
]
