"""Who is shown first, so that the first place does not always fall on the same few."""

from collections.abc import Mapping, Sequence
from math import log1p

from whoknows.engine.match.ranking import Ranked

# Of the answers, so many people give a share that their first places should not exceed.
FEW = 10
# Before anybody was shown, it counts as if so many had been, spread as the answers are.
_PRIOR_SHOWN = 30.0
# What a community's few will answer is not what they answered: stay below it by so much.
_MARGIN = 0.15
_PENALTY = 1.0
PLACES = 3


def fair_first(
    ranked: Sequence[Ranked],
    *,
    firsts: Mapping[int, float],
    answers: Mapping[int, float],
    places: int = PLACES,
    margin: float = _MARGIN,
    penalty: float = _PENALTY,
) -> list[Ranked]:
    """Return the ``places`` people to show, the first by whose turn it is.

    A ranking by chance names the same two or three people for nearly every need, who give a part of
    the answers only. As long as the ten who were shown first most often had, with this one, a
    smaller share of the first places than the ten who answer most have of the answers, the order of
    ``ranked`` stands. Otherwise somebody outside those ten is shown first: the best by score less
    ``penalty`` times the log of 1 + how often they were first; the others follow in order. So only
    the last of the places is ever lost to it. Deterministic; O(people of ``firsts`` and
    ``answers``).

    Args:
        ranked: Best first; everybody in it may be shown.
        firsts: How often each person was shown first lately, this need not counted.
        answers: How much each gave lately, on any scale. Nothing at all changes nothing.
        margin: By what part to stay below the share of the answers.
    """
    if not ranked or not (total := sum(answers.values())):
        return list(ranked[:places])
    bound = _share_of_few(answers) * (1 - margin)
    turns = {person: _PRIOR_SHOWN * given / total for person, given in answers.items()}
    for person, count in firsts.items():
        turns[person] = turns.get(person, 0.0) + count
    best = ranked[0].person
    turns[best] = turns.get(best, 0.0) + 1
    few = set(sorted(turns, key=lambda person: (-turns[person], person))[:FEW])
    if best not in few or _share_of_few(turns) <= bound:
        return list(ranked[:places])
    outside = [one for one in ranked if one.person not in few]
    if not outside:
        return list(ranked[:places])
    first = max(outside, key=lambda one: one.score - penalty * log1p(firsts.get(one.person, 0.0)))
    return [first, *(one for one in ranked if one is not first)][:places]


def _share_of_few(amounts: Mapping[int, float]) -> float:
    return sum(sorted(amounts.values(), reverse=True)[:FEW]) / sum(amounts.values())
