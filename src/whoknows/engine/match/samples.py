"""What is learned from: needs as they were raised, with who answered and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.describe import Described, Need, describe
from whoknows.engine.match.history import Floats, Ints
from whoknows.engine.match.listwise import Answered
from whoknows.engine.match.ranking import default_weights

LEARNED_FROM = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """One need: those who were likeliest to answer, what spoke for each, and when they did.

    What tells an answerer from the thousands who never would is known; what tells them from the
    sixty who might is what has to be learned. Whoever answered from outside the sixty is left out
    as the others there are: one of them among sixty who are all likelier would say that nothing of
    what makes those likelier counts.

    Attributes:
        at: When it was raised.
        people, matrix: Who, and their features.
        answered_at: When they answered; inf if they never did.
    """

    at: float
    people: Ints
    matrix: Floats
    answered_at: Floats

    def known_at(self, time: float) -> Answered:
        """Return what could be learned from it at ``time``: whoever answers later has not."""
        return Answered(self.matrix, self.answered_at < time)


def sample(need: Need, activity: Activity, answered_at: Mapping[int, float]) -> Sample:
    """Return what ``need`` teaches: who spoke for themselves how when it was raised.

    ``answered_at`` tells when whom answered it, at any time after that. Likely are the first sixty
    by the default weights, whoever answered. O(people + similar deeds).
    """
    return sample_of(describe(need, activity), need.at, answered_at)


def sample_of(described: Described, at: float, answered_at: Mapping[int, float]) -> Sample:
    """Return what a need raised ``at`` teaches, of everybody described for it before."""
    score = default_weights().score(described.matrix)
    likely = np.sort(np.argsort(-score, kind="stable")[:LEARNED_FROM])
    people = described.people[likely]
    return Sample(
        at=at,
        people=people,
        matrix=described.matrix[likely],
        answered_at=np.array([answered_at.get(p, np.inf) for p in people.tolist()]),
    )


def known_samples(samples: Sequence[Sample], time: float) -> list[Answered]:
    """Return those samples that had an answer at ``time``, as they were known then."""
    known = (one.known_at(time) for one in samples if one.at < time)
    return [answered for answered in known if answered.answered.any()]
