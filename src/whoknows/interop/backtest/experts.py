"""How often the right person is suggested: ours beside simpler ways, on a community's own past.

The protocol: each need in the order of time; everybody who had done anything before it was raised
is ranked, except whoever raised it, by what had happened before. Right is who then answered it.
"""

import tempfile
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter

import numpy as np

from whoknows.engine.match.activity import DEED_HALF_LIVES, Activity
from whoknows.engine.match.baselines import BASELINES
from whoknows.engine.match.describe import Described, Need, describe
from whoknows.engine.match.history import DAY
from whoknows.engine.match.listwise import refit
from whoknows.engine.match.measures import (
    Concentration,
    Measured,
    concentration,
    mean_concentration,
    measured,
)
from whoknows.engine.match.ranking import (
    Ranked,
    default_weights,
    people_in_order,
    rank_described,
    with_a_place,
)
from whoknows.engine.match.samples import Sample, known_samples, sample_of
from whoknows.engine.match.spread import COMPARABLE, drawn, fair_first
from whoknows.interop.backtest.community import Community
from whoknows.interop.backtest.past import Past
from whoknows.search.embedding import Embedder

PLACES = 100
OURS = "Whoknows"
DEFAULT = "Whoknows, default weights"
PLAIN = "Whoknows, by likelihood alone"
TYPED = "Whoknows, no topics chosen"
_FEW_DEEDS = 3
_SHOWN = 3
_ABOVE = 1e-4
_DRAWS = 20
_FIRSTS_COUNT = 30 * DAY
_LEARN_FROM = 1_200
# Weights are fitted again when a tenth more can be learned from, and after so many at the latest.
_MORE = 0.1
_MOST_BETWEEN = 100
_ANSWERS_LATELY = DEED_HALF_LIVES.index(180.0)

Ranking = list[tuple[str, float]]


@dataclass(slots=True)
class ExpertsTested:
    """What came of it.

    Attributes:
        rankings: Ours as it is shown: need -> (person, score), best first.
        any_answer, accepted: By system; right is whoever answered, or whose answer was accepted.
        newcomers: Ours on those needs whose every right person had done fewer than three things.
        tested, known: Needs tested, and of them those that somebody known by then answered: the
            best that any ranking could reach is known / tested.
        first, true: How our first suggestions fall on people, and how the answers really did; these
            and the next, all among those who gave any of these answers or were suggested first,
            and what falls on more people than these are, among as many as it falls on.
        plain_first: The same of the first by likelihood alone, and ``three`` of the first three of
            ours.
        foretold: The same of the answers, were the chances that the scores give wholly right, and
            ``foretold_right``: how often a first suggestion drawn by these chances would be right.
    """

    rankings: dict[str, Ranking] = field(default_factory=dict)
    any_answer: dict[str, Measured] = field(default_factory=dict)
    accepted: dict[str, Measured] = field(default_factory=dict)
    newcomers: Measured = field(default_factory=lambda: measured({}, {}))
    tested: int = 0
    known: int = 0
    first: Concentration = field(default_factory=lambda: concentration(()))
    true: Concentration = field(default_factory=lambda: concentration(()))
    plain_first: Concentration = field(default_factory=lambda: concentration(()))
    three: Concentration = field(default_factory=lambda: concentration(()))
    foretold: Concentration = field(default_factory=lambda: concentration(()))
    foretold_right: float = 0.0
    took_ms: list[float] = field(default_factory=list)
    was_refitted: bool = False


def backtest_experts(
    community: Community,
    *,
    start: datetime,
    limit: int | None = None,
    model: Embedder | None,
    odds: float = COMPARABLE,
    progress: Callable[[int], None] = lambda _: None,
) -> ExpertsTested:
    """Go through the past once and rank people for the first ``limit`` needs from ``start`` on.

    Only needs that somebody else answered count. The weights are fitted to what was answered before
    ``start``, if that is enough and ranks it better, and again on the way to what was answered by
    then. ``odds`` say how freely the first place is shared out, see
    :func:`fair_first`. ``progress`` is told how many questions are done since it was last told.
    """
    answerers = community.answerers()
    tested = [q.key for q in community.questions if q.at >= start and q.key in answerers][:limit]
    learned = [q.key for q in community.questions if q.at < start and q.key in answerers]
    wanted = {*tested, *learned[-_LEARN_FROM:]}
    with tempfile.TemporaryDirectory(prefix="whoknows-backtest-") as folder:
        places = [n for n, q in enumerate(community.questions) if q.key in wanted]
        past = Past(community, Path(folder), model, wanted=places)
        run = _Run(community, odds)
        for place, question in enumerate(community.questions[: _end(community, tested)]):
            if question.key in wanted:
                need = past.need(place)
                if question.at < start:
                    run.learn(question.key, need, past.activity)
                else:
                    run.test(question.key, need, past.as_typed(need, place), past.activity)
            progress(1)
        past.close()
    return run.told()


def _end(community: Community, tested: Sequence[str]) -> int:
    """Return the place after the last question that is tested."""
    last = tested[-1] if tested else None
    places = [n for n, question in enumerate(community.questions, 1) if question.key == last]
    return places[0] if places else len(community.questions)


def _falling(ranking: Ranking) -> Ranking:
    """Return it with no score lower than the next: others' scorers sort by score.

    >>> _falling([("ada", 1.0), ("bob", 3.0), ("cy", 2.0), ("di", 2.0)])
    [('ada', 3.0001), ('bob', 3.0), ('cy', 2.0), ('di', 2.0)]
    """
    falling = ranking[:]
    for place in range(len(ranking) - 2, -1, -1):
        (person, score), (_, behind) = falling[place], falling[place + 1]
        if score < behind:
            falling[place] = (person, behind + _ABOVE)
    return falling


class _Run:
    """What is learned and ranked along the way."""

    def __init__(self, community: Community, odds: float) -> None:
        self._odds = odds
        self._names = {number: key for key, number in community.people.items()}
        self._askers = {q.key: community.people[q.by] for q in community.questions}
        self._answerers, self._accepted = community.answerers(), community.accepted()
        self._answered_at = community.answer_times()
        self._samples: list[Sample] = []
        self._learned = self._fitted_to = 0
        self._weights = default_weights()
        self._firsts: deque[tuple[float, int]] = deque()
        self._rankings: dict[str, dict[str, list[int]]] = {}
        self._drawn: dict[str, list[int]] = {}
        self._gold: dict[str, dict[str, dict[int, float]]] = {"any": {}, "accepted": {}}
        self._cold: dict[str, dict[int, float]] = {}
        self._result = ExpertsTested()

    def learn(self, key: str, need: Need, activity: Activity) -> None:
        """Keep this need to learn from."""
        self._learn_of(key, need.at, describe(need, activity))

    def _learn_of(self, key: str, at: float, described: Described) -> None:
        self._samples.append(sample_of(described, at, self._answered_at.get(key, {})))
        del self._samples[:-_LEARN_FROM]
        self._learned += 1

    def test(self, key: str, need: Need, typed: Need, activity: Activity) -> None:
        """Rank everybody for this need, by ours and by each simpler way.

        ``typed`` is the same need with the topics that its words name instead of those given.
        """
        self._learn_again(need.at)
        began = perf_counter()
        described = describe(need, activity)
        plain = rank_described(described, need, activity, self._weights, places=PLACES)
        ours = self._in_turn(plain, need, activity)
        self._result.took_ms.append((perf_counter() - began) * 1000)
        self._result.rankings[key] = _falling(
            [(self._names[one.person], one.score) for one in ours]
        )
        self._drawn[key] = drawn(plain, times=_DRAWS, seed=len(self._drawn))
        self._rank(OURS, key, [one.person for one in ours])
        self._rank(PLAIN, key, [one.person for one in plain])
        for system, seen, weights in (
            (DEFAULT, described, default_weights()),
            (TYPED, describe(typed, activity), self._weights),
        ):
            self._rank(system, key, people_in_order(seen, weights, places=PLACES))
        candidates = np.flatnonzero(np.isfinite(activity.last_seen))
        candidates = candidates[candidates != self._askers[key]]
        for name, baseline in BASELINES.items():
            scores = baseline(need, activity)[candidates]
            order = np.argsort(-scores, kind="stable")[:PLACES]
            self._rank(name, key, candidates[order].tolist())
        self._judge(key, activity, set(candidates.tolist()))
        self._learn_of(key, need.at, described)

    def _learn_again(self, at: float) -> None:
        """Fit the weights to what was answered by ``at``, if there is enough that is new."""
        if self._learned - self._fitted_to < min(_MORE * self._fitted_to, _MOST_BETWEEN):
            return
        self._fitted_to = self._learned
        self._weights = refit(known_samples(self._samples, at), default_weights())
        self._result.was_refitted |= self._weights is not default_weights()

    def _in_turn(self, ranked: list[Ranked], need: Need, activity: Activity) -> list[Ranked]:
        """Share the first place out, remember who has it, and keep one for whom the need names.

        As the page does.
        """
        at = need.at
        while self._firsts and self._firsts[0][0] < at - _FIRSTS_COUNT:
            self._firsts.popleft()
        answers = activity.deeds[_ANSWERS_LATELY]
        firsts = Counter(person for _, person in self._firsts)
        shown = fair_first(ranked, firsts=firsts, answers=answers, odds=self._odds)
        shown = with_a_place(shown, need.flags["named"].tolist(), places=_SHOWN)
        self._firsts.extend((at, one.person) for one in shown[:1])
        return shown

    def _rank(self, system: str, key: str, people: list[int]) -> None:
        self._rankings.setdefault(system, {})[key] = people

    def _judge(self, key: str, activity: Activity, known: set[int]) -> None:
        right = self._answerers[key] & known
        self._gold["any"][key] = dict.fromkeys(sorted(right), 1.0)
        self._gold["accepted"][key] = dict.fromkeys(
            sorted(self._accepted.get(key, set()) & known), 1.0
        )
        if right and all(activity.total[person] < _FEW_DEEDS for person in right):
            self._cold[key] = self._gold["any"][key]

    def told(self) -> ExpertsTested:
        """Return what came of it."""
        result = self._result
        for system in (*BASELINES, DEFAULT, TYPED, PLAIN, OURS):
            rankings = self._rankings.get(system, {})
            result.any_answer[system] = measured(rankings, self._gold["any"])
            result.accepted[system] = measured(rankings, self._gold["accepted"])
        ours = self._rankings.get(OURS, {})
        result.newcomers = measured(ours, self._cold)
        result.tested = len(ours)
        result.known = sum(bool(right) for right in self._gold["any"].values())
        self._tell_concentration()
        return result

    def _tell_concentration(self) -> None:
        """Say how first suggestions and answers fall on people, among as many for each."""
        result, ours = self._result, self._rankings.get(OURS, {})
        first = [people[0] for people in ours.values() if people]
        plain = [people[0] for people in self._rankings.get(PLAIN, {}).values() if people]
        true = [p for key in ours for p in sorted(self._answerers[key])]
        among = len({*first, *plain, *true})
        result.first = concentration(first, among=among)
        result.plain_first = concentration(plain, among=among)
        result.three = concentration(
            (p for people in ours.values() for p in people[:_SHOWN]), among=among
        )
        result.true = concentration(true, among=among)
        # How answers would fall on people if they fell by the chances that the scores give.
        some = {key: people for key, people in self._drawn.items() if people}
        draws = zip(*some.values(), strict=True)
        result.foretold = mean_concentration([concentration(d, among=among) for d in draws])
        judged = {key: right for key, right in self._gold["any"].items() if right}
        right = sum(p in judged[key] for key in judged for p in some.get(key, ()))
        result.foretold_right = right / max(1, _DRAWS * len(judged))
