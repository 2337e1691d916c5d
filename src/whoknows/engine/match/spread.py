"""Who is shown first, so that the first place does not always fall on the same few."""

from collections.abc import Mapping, Sequence
from math import inf, log

import numpy as np

from whoknows.engine.match.history import Floats
from whoknows.engine.match.ranking import Ranked

# Of the answers, so many people give a share that their first places should not exceed.
FEW = 10
# How much likelier the one who makes room may be: by a fifth, where hardly anything is lost by it.
COMPARABLE = 1.2
# No bound: the first places of the few come down to their share of the answers, at any cost.
AT_ANY_COST = inf
# By how much the price of the few rises with each first place beyond their share.
_RISE = 0.05


def fair_first(
    ranked: Sequence[Ranked],
    *,
    firsts: Mapping[int, float],
    answers: Floats,
    odds: float = COMPARABLE,
) -> list[Ranked]:
    """Return ``ranked`` with the first place given to whoever is best when the few have a price.

    The likeliest helper of nearly every need is one of two or three people, who give a part of the
    answers only. Wanted are the most right first places, where the ten who get most of these shall
    have no larger part of them than the ten who answer most have of the answers. Such a bound
    amounts to a price (its Lagrange multiplier) that those ten pay and nobody else: so somebody
    makes room only where little likelihood is lost by it. The price is found along the way by
    gradient steps on the dual, which come down to a product: the first places that the ten had
    beyond their share, times a constant. Nothing has to be kept but who was first lately.

    Source: the dual descent for choices that come one by one of S. Agrawal, Z. Wang and Y. Ye,
    Operations Research 62 (2014); here the ten are those of the moment, so it is an approximation.

    Deterministic; O(len(ranked) + people of ``firsts`` and ``answers``).

    Args:
        ranked: Best first; everybody in it may be shown.
        firsts: How often each person was shown first lately, this need not counted.
        answers: How much each person gave lately, on any scale. Nothing at all changes nothing.
        odds: How many times likelier the one who makes room may be than the one who is shown
            instead. 1 changes nothing; ``AT_ANY_COST`` meets the bound.
    """
    if not ranked or not (given := float(answers.sum())):
        return list(ranked)
    few = _few(firsts)
    best = ranked[0].person
    if len(few) < FEW:
        few.add(best)
    shown = sum(firsts.values()) + 1
    most = np.partition(answers, -FEW)[-FEW:] if len(answers) > FEW else answers
    bound = float(most.sum()) / given
    beyond = sum(firsts.get(person, 0.0) for person in few) + 1 - bound * shown
    price = min(log(odds), _RISE * max(0.0, beyond))
    first = max(ranked, key=lambda one: one.score - price * (one.person in few))
    return [first, *(one for one in ranked if one is not first)]


def drawn(ranked: Sequence[Ranked], *, times: int, seed: int) -> list[int]:
    """Return people drawn from ``ranked`` with the chances that the scores give them.

    So answers would fall if the ranking were wholly right about the chances: what is left of a
    difference to its first places is not an error of the ranking but comes of naming the likeliest.
    Deterministic for a ``seed``; O(len(ranked) + times).
    """
    if not ranked:
        return []
    raised = np.exp([one.score - ranked[0].score for one in ranked])
    people = [one.person for one in ranked]
    drawing = np.random.default_rng(seed)
    return list(drawing.choice(people, size=times, p=raised / raised.sum()).tolist())


def _few(firsts: Mapping[int, float]) -> set[int]:
    """Return the ten who were shown first most often."""
    return set(sorted(firsts, key=lambda person: (-firsts[person], person))[:FEW])
