"""Everybody in the order in which they should be asked about a need, with the reasons."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import inf
from random import Random

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.describe import Described, Need, describe
from whoknows.engine.match.features import NAMES, SHOWN_BY_DEEDS
from whoknows.engine.match.history import Floats, Ints
from whoknows.engine.match.listwise import Weights, weights_from_json
from whoknows.engine.match.respond import chance_of_answer, usually_within_a_day

EXPLORED = 0.05
# Sums differ in their last digits with the order of summing; who comes first must not.
_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Ranked:
    """A person who may be asked.

    Attributes:
        score: Comparable within one need only; exp(score difference) is a ratio of chances.
        parts: What each feature adds, against the average person, in the order of ``NAMES``.
        evidence: Deeds in similar documents that carried the score, the weightiest first.
        answers_soon: Probability of an answer within a day, unasked, above 0; by when they are
            here alone, and not part of the score. See :mod:`whoknows.engine.match.respond`.
        is_usually_quick: Three in four of their latest answers came within a day.
    """

    person: int
    score: float
    parts: tuple[float, ...]
    evidence: tuple[int, ...]
    answers_soon: float = 1.0
    is_usually_quick: bool = False


@cache
def default_weights() -> Weights:
    """Return the weights that come with the product; how they were got stands in ``bench``."""
    text = (
        resources.files("whoknows.engine.match")
        .joinpath("weights.json")
        .read_text(encoding="utf-8")
    )
    return weights_from_json(text, names=NAMES)


def rank(
    need: Need,
    activity: Activity,
    weights: Weights,
    *,
    places: int = 100,
    among: Ints | None = None,
) -> list[Ranked]:
    """Return the first ``places`` of everybody seen before the need, except the asker.

    Equal scores are ordered by person. Who else is ranked changes nobody's score.
    O(people + similar deeds).

    Args:
        among: Rank these people only.

    Raises:
        ValueError: ``activity`` knows what happened after the need was raised.
    """
    described = describe(need, activity, among=among)
    return rank_described(described, need, activity, weights, places=places)


def rank_described(
    described: Described, need: Need, activity: Activity, weights: Weights, *, places: int = 100
) -> list[Ranked]:
    """Return what :func:`rank` does of people described before: that takes most of the time."""
    if not len(described.people):
        return []
    scores, first = _first(described, weights, places)
    values = np.asarray(weights.values)
    parts = (described.matrix[first] - described.usual) * values
    evidence = _evidence(described, activity, values, of=described.people[first])
    chances = chance_of_answer(activity, at=need.at, people=described.people[first])
    quick = usually_within_a_day(activity, at=need.at, people=described.people[first])
    return [
        Ranked(
            person=int(described.people[row]),
            score=float(scores[row]),
            parts=tuple(part.tolist()),
            evidence=evidence.get(int(described.people[row]), ()),
            answers_soon=float(chance),
            is_usually_quick=bool(is_quick),
        )
        for row, part, chance, is_quick in zip(first, parts, chances, quick, strict=True)
    ]


def people_in_order(described: Described, weights: Weights, *, places: int = 100) -> list[int]:
    """Return whom :func:`rank` would rank, and nothing else of them: that takes less time."""
    _scores, first = _first(described, weights, places)
    people: list[int] = described.people[first].tolist()
    return people


def _first(described: Described, weights: Weights, places: int) -> tuple[Floats, Ints]:
    """Return everybody's score, and the rows of the first ``places``, best first."""
    scores = np.round(weights.score(described.matrix), _DECIMALS)
    return scores, np.argsort(-scores, kind="stable")[:places]


def _evidence(
    described: Described, activity: Activity, values: Floats, *, of: Ints
) -> dict[int, tuple[int, ...]]:
    """Return the deeds in similar documents of some people, what their scores owe most to first."""
    counts = np.maximum(values[[NAMES.index(name) for name in SHOWN_BY_DEEDS]], 0)
    carried = np.round(described.parts @ counts, _DECIMALS)
    person = activity.history.person[described.deeds]
    chosen = np.zeros(activity.history.people, dtype=np.bool_)
    chosen[of] = True
    rows = np.flatnonzero(chosen[person] & (carried > 0))
    rows = rows[np.lexsort((described.deeds[rows], -carried[rows]))]
    found: dict[int, list[int]] = {}
    for who, deed in zip(person[rows].tolist(), described.deeds[rows].tolist(), strict=True):
        found.setdefault(who, []).append(deed)
    return {who: tuple(deeds) for who, deeds in found.items()}


def with_room(
    ranked: Sequence[Ranked], *, answered: Mapping[int, int], most: Mapping[int, int]
) -> list[Ranked]:
    """Return those of ``ranked`` who did not yet answer as much as they want to.

    Args:
        answered: How many needs each person answered lately.
        most: How many each person wants to answer in that time; no limit where they did not say.
    """
    return [r for r in ranked if answered.get(r.person, 0) < most.get(r.person, inf)]


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody shown in a place, and how likely it was that they would be."""

    ranked: Ranked
    propensity: float


def explore(
    chosen: Sequence[Ranked], others: Sequence[Ranked], *, seed: int, rate: float = EXPLORED
) -> list[Shown]:
    """Return ``chosen``, at ``rate`` with the last place given to one of ``others`` by chance.

    Somebody is drawn the more often the likelier they are to answer within a day: to try somebody
    who is never there would teach nothing and leave a need waiting. What was shown by chance, with
    its propensity, is what later tells a ranking from its own echo: an answer counts
    1 / propensity (inverse propensity scoring). The same ``seed`` shows the same.

    Raises:
        ValueError: ``rate`` is not a probability.
    """
    if not 0 <= rate <= 1:
        raise ValueError("The rate of exploring is a probability: from 0 to 1.")
    if not chosen:
        return []
    kept = {r.person for r in chosen}
    new = [r for r in others if r.person not in kept]
    drawing = Random(seed)  # noqa: S311 - a lottery, not a secret
    shown = [Shown(r, 1.0) for r in chosen[:-1]]
    if not new:
        return [*shown, Shown(chosen[-1], 1.0)]
    if drawing.random() < rate:
        (drawn,) = drawing.choices(new, [r.answers_soon for r in new])
        part = drawn.answers_soon / sum(r.answers_soon for r in new)
        return [*shown, Shown(drawn, rate * part)]
    return [*shown, Shown(chosen[-1], 1.0 - rate)]


def with_a_place(ranked: Sequence[Ranked], wanted: Collection[int], *, places: int) -> list[Ranked]:
    """Return ``ranked`` with the first one of those ``wanted`` among the first ``places``."""
    kept = next((one for one in ranked if one.person in wanted), None)
    if kept is None or kept in ranked[:places]:
        return list(ranked)
    return [*ranked[: places - 1], kept, *(r for r in ranked[places - 1 :] if r is not kept)]


def comparable_outsider(
    ranked: Sequence[Ranked], *, usual: Collection[int], places: int = 3, odds: float = 0.5
) -> list[Ranked]:
    """Return the first ``places``, the last given to somebody outside ``usual`` if comparable.

    Whoever is always asked becomes a bottleneck, and nobody else ever becomes known. Somebody is
    comparable whose chance is at least ``odds`` times that of the one who makes room.
    """
    chosen = list(ranked[:places])
    if len(chosen) < places or any(r.person not in usual for r in chosen):
        return chosen
    least = chosen[-1].score + float(np.log(odds))
    outside = (r for r in ranked[places:] if r.score >= least and r.person not in usual)
    return [*chosen[:-1], next(outside, chosen[-1])]
