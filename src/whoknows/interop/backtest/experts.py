"""How often the right person is suggested: ours beside simpler ways, on a community's own past.

The protocol: each need in the order of time; everybody who had done anything before it was raised
is ranked, except whoever raised it, by what had happened before. Right is who then answered it.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter

import numpy as np

from whoknows.engine.match.activity import DEED_HALF_LIVES, Activity
from whoknows.engine.match.baselines import BASELINES
from whoknows.engine.match.features import Need
from whoknows.engine.match.listwise import refit
from whoknows.engine.match.measures import Concentration, Measured, concentration, measured
from whoknows.engine.match.ranking import Ranked, default_weights, rank
from whoknows.engine.match.spread import PLACES as SHOWN_PLACES
from whoknows.engine.match.spread import fair_first
from whoknows.interop.backtest.community import Community
from whoknows.interop.backtest.past import Past
from whoknows.interop.backtest.samples import Sample, Samples, known_samples
from whoknows.search.embedding import Embedder

PLACES = 100
OURS = "Whoknows"
DEFAULT = "Whoknows, default weights"
SHOWN = "Whoknows, first place shared"
_FEW_DEEDS = 3
_LEARN_FROM = 1_200
_REFIT_EVERY = 150
_ANSWERS_LATELY = DEED_HALF_LIVES.index(180.0)

Ranking = list[tuple[str, float]]


@dataclass(slots=True)
class ExpertsTested:
    """What came of it.

    Attributes:
        rankings: Ours: need -> (person, score), best first.
        any_answer, accepted: By system; right is whoever answered, or whose answer was accepted.
        newcomers: Ours on those needs whose every right person had done fewer than three things.
        tested, known: Needs tested, and of them those that somebody known by then answered: the
            best that any ranking could reach is known / tested.
        first, true: How our first suggestions fall on people, and how the answers really did.
        shown_first, shown: The same of the first, and of all three, of those that would be shown
            with the first place shared out.
    """

    rankings: dict[str, Ranking] = field(default_factory=dict)
    any_answer: dict[str, Measured] = field(default_factory=dict)
    accepted: dict[str, Measured] = field(default_factory=dict)
    newcomers: Measured = field(default_factory=lambda: measured({}, {}))
    tested: int = 0
    known: int = 0
    first: Concentration = field(default_factory=lambda: concentration(()))
    true: Concentration = field(default_factory=lambda: concentration(()))
    shown_first: Concentration = field(default_factory=lambda: concentration(()))
    shown: Concentration = field(default_factory=lambda: concentration(()))
    took_ms: list[float] = field(default_factory=list)
    is_refitted: bool = False


def backtest_experts(
    community: Community,
    *,
    start: datetime,
    limit: int | None = None,
    model: Embedder | None,
    progress: Callable[[int], None] = lambda _: None,
) -> ExpertsTested:
    """Go through the past once and rank people for the first ``limit`` needs from ``start`` on.

    Only needs that somebody else answered count. The weights are fitted to what was answered before
    ``start``, if that is enough and does better on the last of it, and again after every 150 needs
    to what was answered by then. ``progress`` is told how many questions are done since it was last
    told.
    """
    answerers = community.answerers()
    tested = [q.key for q in community.questions if q.at >= start and q.key in answerers][:limit]
    learned = [q.key for q in community.questions if q.at < start and q.key in answerers]
    wanted = {*tested, *learned[-_LEARN_FROM:]}
    with tempfile.TemporaryDirectory(prefix="whoknows-backtest-") as folder:
        past = Past(community, Path(folder), model)
        run = _Run(community)
        for place, question in enumerate(community.questions[: _end(community, tested)]):
            if question.key in wanted:
                need = past.need(place)
                (run.learn if question.at < start else run.test)(question.key, need, past.activity)
            progress(1)
        past.close()
    return run.told()


def _end(community: Community, tested: Sequence[str]) -> int:
    """Return the place after the last question that is tested."""
    last = tested[-1] if tested else None
    places = [n for n, question in enumerate(community.questions, 1) if question.key == last]
    return places[0] if places else len(community.questions)


class _Run:
    """What is learned and ranked along the way."""

    def __init__(self, community: Community) -> None:
        self._names = {number: key for key, number in community.people.items()}
        self._askers = {q.key: community.people[q.by] for q in community.questions}
        self._answerers, self._accepted = community.answerers(), community.accepted()
        self._making = Samples(community)
        self._samples: list[Sample] = []
        self._weights = default_weights()
        self._firsts: Counter[int] = Counter()
        self._rankings: dict[str, dict[str, list[int]]] = {}
        self._gold: dict[str, dict[str, dict[int, float]]] = {"any": {}, "accepted": {}}
        self._cold: dict[str, dict[int, float]] = {}
        self._result = ExpertsTested()

    def learn(self, key: str, need: Need, activity: Activity) -> None:
        """Keep this need to learn from."""
        self._samples.append(self._making.sample(key, need, activity))
        del self._samples[:-_LEARN_FROM]

    def test(self, key: str, need: Need, activity: Activity) -> None:
        """Rank everybody for this need, by ours and by each simpler way."""
        if len(self._result.rankings) % _REFIT_EVERY == 0:
            self._weights = refit(known_samples(self._samples, need.at), default_weights())
            self._result.is_refitted |= self._weights is not default_weights()
        began = perf_counter()
        ours = rank(need, activity, self._weights, places=PLACES)
        self._result.took_ms.append((perf_counter() - began) * 1000)
        self._result.rankings[key] = [(self._names[one.person], one.score) for one in ours]
        self._rank(OURS, key, [one.person for one in ours])
        self._show(key, ours, activity)
        default = rank(need, activity, default_weights(), places=PLACES)
        self._rank(DEFAULT, key, [one.person for one in default])
        candidates = np.flatnonzero(np.isfinite(activity.last_seen))
        candidates = candidates[candidates != self._askers[key]]
        for name, baseline in BASELINES.items():
            scores = baseline(need, activity)[candidates]
            order = np.argsort(-scores, kind="stable")[:PLACES]
            self._rank(name, key, candidates[order].tolist())
        self._judge(key, activity, set(candidates.tolist()))
        self.learn(key, need, activity)

    def _show(self, key: str, ours: list[Ranked], activity: Activity) -> None:
        """Note whom we would show, the first place shared out."""
        lately = activity.deeds[_ANSWERS_LATELY]
        answers = {person: float(lately[person]) for person in np.flatnonzero(lately).tolist()}
        shown = fair_first(ours, firsts=self._firsts, answers=answers)
        self._firsts.update(one.person for one in shown[:1])
        chosen = [one.person for one in shown]
        rest = [one.person for one in ours if one.person not in chosen]
        self._rank(SHOWN, key, [*chosen, *rest])

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
        for system in (*BASELINES, DEFAULT, OURS, SHOWN):
            rankings = self._rankings.get(system, {})
            result.any_answer[system] = measured(rankings, self._gold["any"])
            result.accepted[system] = measured(rankings, self._gold["accepted"])
        ours = self._rankings.get(OURS, {})
        result.newcomers = measured(ours, self._cold)
        result.tested = len(ours)
        result.known = sum(bool(right) for right in self._gold["any"].values())
        result.first = concentration(people[0] for people in ours.values() if people)
        shown = self._rankings.get(SHOWN, {}).values()
        result.shown_first = concentration(people[0] for people in shown if people)
        result.shown = concentration(p for people in shown for p in people[:SHOWN_PLACES])
        result.true = concentration(p for key in ours for p in sorted(self._answerers[key]))
        return result
