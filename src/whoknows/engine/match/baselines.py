"""Simple ways of ranking people, which ours has to beat on the same input."""

from collections.abc import Callable

import numpy as np

from whoknows.engine.match.activity import DEED_HALF_LIVES, Activity
from whoknows.engine.match.describe import Need, counting_deeds
from whoknows.engine.match.history import DAY, Floats, Ints, summed

Baseline = Callable[[Need, Activity], Floats]
_ALIKE = 0.2


def most_ever(_need: Need, activity: Activity) -> Floats:
    """Return how much each person ever did."""
    return activity.total


def active_7_days(_need: Need, activity: Activity) -> Floats:
    """Return how much each person did lately, 7 days' half-life."""
    return np.asarray(activity.deeds[DEED_HALF_LIVES.index(7.0)])


def active_30_days(_need: Need, activity: Activity) -> Floats:
    """Return how much each person did lately, 30 days' half-life."""
    return np.asarray(activity.deeds[DEED_HALF_LIVES.index(30.0)])


def votes_of_words(need: Need, activity: Activity) -> Floats:
    """Return the sum of the lexical scores of the documents each person did something in."""
    return _votes(need, activity, need.similar.by_words, need.similar.words, None)


def votes_of_words_30_days(need: Need, activity: Activity) -> Floats:
    """Return the same with 30 days' half-life."""
    return _votes(need, activity, need.similar.by_words, need.similar.words, 30.0)


def votes_of_sense_30_days(need: Need, activity: Activity) -> Floats:
    """Return the sum of cosines above 0.2, with 30 days' half-life."""
    worth = np.maximum(need.similar.sense - _ALIKE, 0)
    return _votes(need, activity, need.similar.by_sense, worth, 30.0)


BASELINES: dict[str, Baseline] = {
    "all-time popularity": most_ever,
    "decayed activity, 7 d": active_7_days,
    "decayed activity, 30 d": active_30_days,
    "BM25 votes": votes_of_words,
    "BM25 votes, 30 d": votes_of_words_30_days,
    "dense votes, 30 d": votes_of_sense_30_days,
}


def _votes(
    need: Need, activity: Activity, documents: Ints, worth: Floats, half_life_days: float | None
) -> Floats:
    """Return the votes of the 100 documents most like the need, by person."""
    best = np.argsort(-worth, kind="stable")[:100]
    deeds, place = counting_deeds(documents[best], need, activity)
    votes = worth[best][place]
    if half_life_days is not None:
        age = (need.at - activity.history.at[deeds]) / DAY
        votes = votes * 0.5 ** (age / half_life_days)
    return summed(activity.history.person[deeds], votes, activity.history.people)
