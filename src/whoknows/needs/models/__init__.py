"""Needs, answers, and what met them."""

from whoknows.needs.models.finding import (
    ASKED_BY_NAME,
    RankingWeights,
    Suggested,
    SuggestedQuerySet,
    Synonym,
)
from whoknows.needs.models.met import AFTER, LASTING, FollowUp, Miss, Outcome, Solution, Step
from whoknows.needs.models.need import LONGEST_NEED, Answer, Need, NeedQuerySet, Verdict

__all__ = [
    "AFTER",
    "ASKED_BY_NAME",
    "LASTING",
    "LONGEST_NEED",
    "Answer",
    "FollowUp",
    "Miss",
    "Need",
    "NeedQuerySet",
    "Outcome",
    "RankingWeights",
    "Solution",
    "Step",
    "Suggested",
    "SuggestedQuerySet",
    "Synonym",
    "Verdict",
]
