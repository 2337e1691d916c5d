"""How good rankings are, and how sure one can be of it.

A need whose right answers are known is a *judged* need; ``gold`` has for each the right ones with
their gain (1 where it is only right or wrong). Needs without any right answer do not count.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2, sqrt
from typing import TypeVar

CUTS = (1, 3, 5, 10)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Measured:
    """Means over judged needs, each with its standard error.

    Attributes:
        mrr: One divided by the place of the first right one, 0 if it was not ranked.
        hits: For 1, 3, 5 and 10: share of needs with a right one among so many.
        ndcg: Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002).
    """

    needs: int
    mrr: float
    mrr_error: float
    hits: Mapping[int, float]
    ndcg: float
    ndcg_error: float


def reciprocal_rank(ranking: Sequence[Key], right: Collection[Key]) -> float:
    """Return one divided by the place of the first right one; 0 if there is none.

    >>> reciprocal_rank(["a", "b", "c"], {"b", "c"})
    0.5
    """
    return next((1 / place for place, key in enumerate(ranking, 1) if key in right), 0.0)


def ndcg(ranking: Sequence[Key], gains: Mapping[Key, float], *, cut: int = 10) -> float:
    """Return the discounted gain of the first ``cut``, as a share of the best possible.

    >>> ndcg(["a", "b"], {"a": 1}), round(ndcg(["b", "a"], {"a": 1}), 3)
    (1.0, 0.631)
    """
    best = sorted(gains.values(), reverse=True)[:cut]
    ideal = sum(gain / log2(place + 1) for place, gain in enumerate(best, 1))
    found = sum(gains.get(key, 0) / log2(place + 1) for place, key in enumerate(ranking[:cut], 1))
    return found / ideal if ideal else 0.0


def measured(
    rankings: Mapping[str, Sequence[Key]], gold: Mapping[str, Mapping[Key, float]]
) -> Measured:
    """Return the measures of ``rankings`` by need; a judged need that was not ranked counts 0.

    >>> measured({"n": ["a", "b"]}, {"n": {"b": 1}}).mrr
    0.5
    """
    judged = [need for need, gains in gold.items() if gains]
    firsts = [reciprocal_rank(rankings.get(need, ()), gold[need]) for need in judged]
    gains = [ndcg(rankings.get(need, ()), gold[need]) for need in judged]
    mrr, mrr_error = mean_with_error(firsts)
    mean_gain, gain_error = mean_with_error(gains)
    # A hair above: 1/3 as a float times 3 need not be 1.
    hits = {
        cut: sum(first > 1 / (cut + 0.5) for first in firsts) / max(1, len(firsts)) for cut in CUTS
    }
    return Measured(len(judged), mrr, mrr_error, hits, mean_gain, gain_error)


def mean_with_error(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and its standard error; both 0 for nothing.

    >>> mean, error = mean_with_error([0.0, 1.0])
    >>> mean, round(error, 3)
    (0.5, 0.354)
    """
    if not values:
        return 0.0, 0.0
    mean = sum(values) / len(values)
    spread = sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return mean, spread / sqrt(len(values))


@dataclass(frozen=True, slots=True)
class Concentration:
    """How evenly something falls on people.

    Attributes:
        gini: 0 where everybody gets the same, towards 1 where one gets everything.
        top_ten: Share of the ten who get most.
    """

    gini: float
    top_ten: float


def concentration(chosen: Iterable[Key], *, among: int = 0) -> Concentration:
    """Return how evenly ``chosen`` (a person for each need) falls on so many people.

    Who was never chosen counts: else it would seem fairest to choose always the same one. Compare
    only what fell ``among`` as many; fewer than were chosen are taken to be those chosen.

    >>> concentration(["a", "b", "a", "b"], among=2).gini
    0.0
    >>> concentration(["a", "a", "a", "a"], among=4).gini
    0.75
    """
    counts = sorted(Counter(chosen).values())
    counts = [0] * (among - len(counts)) + counts
    total = sum(counts)
    if not total:
        return Concentration(0.0, 0.0)
    weighed = sum(place * count for place, count in enumerate(counts, 1))
    gini = 2 * weighed / (len(counts) * total) - (len(counts) + 1) / len(counts)
    return Concentration(gini, sum(counts[-10:]) / total)


def mean_concentration(told: Sequence[Concentration]) -> Concentration:
    """Return the means of several; 0 for none.

    >>> mean_concentration([Concentration(0.2, 1.0), Concentration(0.4, 0.5)]).top_ten
    0.75
    """
    number = max(1, len(told))
    return Concentration(
        sum(one.gini for one in told) / number, sum(one.top_ten for one in told) / number
    )
