"""What is learned from: needs as they were raised, with who answered and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.features import Need, describe
from whoknows.engine.match.history import Flags, Floats, Ints
from whoknows.engine.match.listwise import Answered
from whoknows.engine.match.ranking import default_weights

LEARNED_FROM = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """One need: those who were likeliest to answer, and those who did, with what spoke for each.

    What tells an answerer from the thousands who never would is known; what tells them from the
    sixty who might is what has to be learned.

    Attributes:
        at: When it was raised.
        people, matrix: Who, and their features.
        is_likely: The person is among the likeliest; the others are here for their answer alone.
        answered_at: When they answered; inf if they never did.
    """

    at: float
    people: Ints
    matrix: Floats
    is_likely: Flags
    answered_at: Floats

    def known_at(self, time: float) -> Answered:
        """Return what could be learned from it at ``time``: whoever answers later has not."""
        answered = self.answered_at < time
        rows = self.is_likely | answered
        return Answered(self.matrix[rows], answered[rows])


def sample(need: Need, activity: Activity, answered_at: Mapping[int, float]) -> Sample:
    """Return what ``need`` teaches: who spoke for themselves how when it was raised.

    ``answered_at`` tells when whom answered it, at any time after that. Likely are the first sixty
    by the default weights, whoever answered. O(people + similar deeds).
    """
    described = describe(need, activity)
    times = np.array([answered_at.get(p, np.inf) for p in described.people.tolist()])
    score = default_weights().score(described.matrix)
    is_likely = np.zeros(len(score), dtype=np.bool_)
    is_likely[np.argsort(-score, kind="stable")[:LEARNED_FROM]] = True
    kept = np.flatnonzero(is_likely | np.isfinite(times))
    return Sample(
        at=need.at,
        people=described.people[kept],
        matrix=described.matrix[kept],
        is_likely=is_likely[kept],
        answered_at=times[kept],
    )


def known_samples(samples: Sequence[Sample], time: float) -> list[Answered]:
    """Return those samples that had an answer at ``time``, as they were known then."""
    known = (one.known_at(time) for one in samples if one.at < time)
    return [answered for answered in known if answered.answered.any()]
