"""How good a ranking is, against who really answered."""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from math import log2, sqrt


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over needs, its standard error, and over how many."""

    value: float
    error: float
    count: int


def mean(values: Sequence[float]) -> Mean:
    """Return the mean of ``values`` and its standard error; zeros when there are none.

    >>> mean([0.0, 1.0])
    Mean(value=0.5, error=0.3535533905932738, count=2)
    """
    if not values:
        return Mean(0.0, 0.0, 0)
    middle = sum(values) / len(values)
    variance = sum((value - middle) ** 2 for value in values) / len(values)
    return Mean(middle, sqrt(variance / len(values)), len(values))


def reciprocal_rank(ranked: Sequence[Hashable], gold: Collection[Hashable]) -> float:
    """Return 1 over the place of the first of ``ranked`` who is in ``gold``, 0 if nobody is.

    >>> reciprocal_rank(["ana", "ben", "cem"], {"cem", "ben"})
    0.5
    """
    return next((1 / place for place, who in enumerate(ranked, 1) if who in gold), 0.0)


def hit(ranked: Sequence[Hashable], gold: Collection[Hashable], within: int) -> float:
    """Return 1 if one of the first ``within`` is in ``gold``, else 0.

    >>> hit(["ana", "ben"], {"ben"}, 1), hit(["ana", "ben"], {"ben"}, 2)
    (0.0, 1.0)
    """
    return float(any(who in gold for who in ranked[:within]))


def ndcg(ranked: Sequence[Hashable], gold: Collection[Hashable], within: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first ``within``, all gold worth 1.

    Source: K. Jarvelin and J. Kekalainen, TOIS 2002.

    >>> ndcg(["ben", "ana", "cem"], {"ben", "cem"})
    0.9197207891481876
    """
    gain = sum(1 / log2(place + 1) for place, who in enumerate(ranked[:within], 1) if who in gold)
    best = sum(1 / log2(place + 1) for place in range(1, min(len(gold), within) + 1))
    return gain / best if best else 0.0


def gini(counts: Collection[int]) -> float:
    """Return how unequally work is shared: 0 when all have the same, towards 1 when one has all.

    >>> gini([2, 2, 2]), gini([0, 0, 0, 4]), gini([])
    (0.0, 0.75, 0.0)
    """
    total, size = sum(counts), len(counts)
    if not total:
        return 0.0
    weighted = sum(place * count for place, count in enumerate(sorted(counts), 1))
    return 2 * weighted / (size * total) - (size + 1) / size


def share_of_most(chosen: Sequence[Hashable], most: int = 10) -> float:
    """Return what part of ``chosen`` fell to the ``most`` who were chosen most often.

    >>> share_of_most(["ana", "ana", "ben", "cem"], most=1)
    0.5
    """
    counts = Counter(chosen)
    return sum(count for _, count in counts.most_common(most)) / len(chosen) if chosen else 0.0


def cold_start(
    gold: Collection[Hashable], deeds: Counter[Hashable], below: int = 3
) -> set[Hashable]:
    """Return those of ``gold`` who had done fewer than ``below`` deeds when the need was raised.

    >>> sorted(cold_start({"ana", "ben"}, Counter({"ana": 7, "ben": 2})))
    ['ben']
    """
    return {who for who in gold if deeds[who] < below}
