"""What is learned from: needs as they were raised, with who answered and when."""

from dataclasses import dataclass

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.features import Need, describe
from whoknows.engine.match.history import Flags, Floats, Ints
from whoknows.engine.match.listwise import Answered
from whoknows.engine.match.ranking import default_weights, likeliest
from whoknows.interop.backtest.community import Community


@dataclass(frozen=True, slots=True)
class Sample:
    """One need: those who were likeliest to answer, and those who did, with what spoke for each.

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


class Samples:
    """Makes samples of needs of one community."""

    def __init__(self, community: Community) -> None:
        self._answered_at: dict[str, dict[int, float]] = {}
        by = {question.key: question.by for question in community.questions}
        for answer in community.answers:
            if answer.by != by[answer.question]:
                times = self._answered_at.setdefault(answer.question, {})
                times.setdefault(community.people[answer.by], answer.at.timestamp())

    def sample(self, key: str, need: Need, activity: Activity) -> Sample:
        """Return the sample of the need of the question ``key``."""
        described = describe(need, activity)
        times = self._answered_at.get(key, {})
        answered_at = np.array([times.get(p, np.inf) for p in described.people.tolist()])
        answered = np.isfinite(answered_at)
        score = default_weights().score(described.matrix)
        is_likely = np.zeros(len(score), dtype=np.bool_)
        is_likely[likeliest(score, np.zeros_like(answered))] = True
        kept = np.flatnonzero(is_likely | answered)
        return Sample(
            at=need.at,
            people=described.people[kept],
            matrix=described.matrix[kept],
            is_likely=is_likely[kept],
            answered_at=answered_at[kept],
        )


def known_samples(samples: list[Sample], time: float) -> list[Answered]:
    """Return those samples that had an answer at ``time``, as they were known then."""
    known = (sample.known_at(time) for sample in samples if sample.at < time)
    return [answered for answered in known if answered.answered.any()]
