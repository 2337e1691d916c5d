"""Which people can help with a need, told from what they did for needs like it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log1p

HALF_LIFE_DAYS = 30.0
_NEW_AGAINST_ALL = 0.5
_ACTIVITY = 0.15
_COMPARABLE = 0.6


@dataclass(frozen=True, slots=True)
class Vote:
    """Something a person did, and how much what they did it for is like the need.

    Attributes:
        likeness: Score of the document it was done in, relative to the best one: (0, 1].
        age_days: How long ago, counted from the newest thing known; 0 or more.
        worth: 1 for an answer, more where it helped or solved.
        evidence: The caller's name for it, to point at it as a reason.
    """

    person: int
    likeness: float
    age_days: float
    worth: float
    evidence: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may help. ``evidence`` carried the score, the weightiest first."""

    person: int
    score: float
    evidence: tuple[int, ...]


def rank_people(
    votes: Sequence[Vote],
    *,
    recent: Mapping[int, int],
    half_life_days: float = HALF_LIFE_DAYS,
) -> list[Candidate]:
    """Return everybody who has a vote, those most likely to help first.

    The score adds what a person ever did for needs like this one, the same with older things
    counting half as much every ``half_life_days``, and how active they were lately (``recent``:
    things done by person), each on a logarithmic scale so that the tenth answer counts for less
    than the first. Equal scores are ordered by person.

    Source: the sum of document votes is CombSUM of C. Macdonald and I. Ounis, CIKM 2006; the decay
    is what makes it hold in time order, where whoever is there now helps.

    >>> rank_people([Vote(1, 1.0, 400, 1, 11), Vote(2, 0.9, 2, 1, 12)], recent={2: 5})[0].person
    2
    """
    by_person: dict[int, list[tuple[float, Vote]]] = {}
    for vote in votes:
        ever = vote.likeness**2 * vote.worth
        lately = ever * 0.5 ** (vote.age_days / half_life_days)
        weight = _NEW_AGAINST_ALL * ever + (1 - _NEW_AGAINST_ALL) * lately
        by_person.setdefault(vote.person, []).append((weight, vote))
    busiest = log1p(max(recent.values(), default=0)) or 1.0
    found: list[Candidate] = []
    for person, mine in by_person.items():
        mine.sort(key=lambda pair: (-pair[0], pair[1].evidence))
        activity = log1p(recent.get(person, 0)) / busiest
        score = log1p(sum(weight for weight, _ in mine)) + _ACTIVITY * activity
        found.append(Candidate(person, score, tuple(vote.evidence for _, vote in mine)))
    return sorted(found, key=lambda c: (-c.score, c.person))


def spread(
    ranked: Sequence[Candidate], *, usual: Collection[int], places: int = 3
) -> list[Candidate]:
    """Return the first ``places``, giving the last to somebody outside ``usual`` if comparable.

    Whoever is always asked becomes a bottleneck, and nobody else ever becomes known. Somebody is
    comparable with at least 60 % of the score of the one who makes room.

    >>> usual_three = [Candidate(p, 1.0 - p / 100, ()) for p in (1, 2, 3)]
    >>> [c.person for c in spread([*usual_three, Candidate(4, 0.7, ())], usual={1, 2, 3})]
    [1, 2, 4]
    """
    chosen = list(ranked[:places])
    if len(chosen) == places and all(c.person in usual for c in chosen):
        makes_room = chosen[-1]
        for other in ranked[places:]:
            if other.score < _COMPARABLE * makes_room.score:
                break
            if other.person not in usual:
                chosen[-1] = other
                break
    return chosen
