"""How often the right person is suggested: ours beside simpler ways, on a community's own past.

The protocol: each need in the order of time; everybody who had done anything before it was raised
is ranked, except whoever raised it, by what had happened before. Right is who then answered it.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.baselines import BASELINES
from whoknows.engine.match.features import Need, Similar, describe
from whoknows.engine.match.listwise import Answered, Weights, refit
from whoknows.engine.match.measures import Concentration, Measured, concentration, measured
from whoknows.engine.match.ranking import default_weights, likeliest, rank
from whoknows.interop.backtest.community import Community
from whoknows.interop.backtest.own_index import AUDIENCE, KIND, OwnIndex
from whoknows.search.documents import Document
from whoknows.search.embedding import Embedder

PLACES = 100
OURS = "Whoknows"
DEFAULT = "Whoknows, default weights"
_SIMILAR = 300
_COMMIT_EVERY_S = 6 * 3600.0
_MOST_ANSWER_CHARACTERS = 4_000
_FEW_DEEDS = 3
_LEARN_FROM = 1_200

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
    """

    rankings: dict[str, Ranking] = field(default_factory=dict)
    any_answer: dict[str, Measured] = field(default_factory=dict)
    accepted: dict[str, Measured] = field(default_factory=dict)
    newcomers: Measured = field(default_factory=lambda: measured({}, {}))
    tested: int = 0
    known: int = 0
    first: Concentration = field(default_factory=lambda: concentration(()))
    true: Concentration = field(default_factory=lambda: concentration(()))
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
    ``start``, if that is enough and does better on the last of it. ``progress`` is told how many
    questions are done since it was last told.
    """
    answerers = community.answerers()
    tested = [q.key for q in community.questions if q.at >= start and q.key in answerers][:limit]
    learned = [q.key for q in community.questions if q.at < start and q.key in answerers]
    wanted = {*tested, *learned[-_LEARN_FROM:]}
    with tempfile.TemporaryDirectory(prefix="whoknows-backtest-") as folder:
        past = _Past(community, Path(folder), model)
        run = _Run(community, start)
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


class _Past:
    """Everything before a moment that only goes forward: the index and everybody's activity."""

    def __init__(self, community: Community, folder: Path, model: Embedder | None) -> None:
        self.community = community
        self.activity = Activity(community.history())
        self._index = OwnIndex(folder, model)
        self._asked = self._said = 0
        self._committed_at = -np.inf
        self._texts: dict[str, list[str]] = {}
        self._places = {q.key: n for n, q in enumerate(community.questions)}

    def need(self, place: int) -> Need:
        """Return the question at ``place`` as a need, after going forward to when it was asked."""
        question = self.community.questions[place]
        at = question.at.timestamp()
        if at // _COMMIT_EVERY_S * _COMMIT_EVERY_S > self._committed_at:
            self._committed_at = at // _COMMIT_EVERY_S * _COMMIT_EVERY_S
            self._take_in(until=self._committed_at)
        self.activity.advance(at)
        words = f"{question.title}\n{question.text}"
        hits = self._index.index.find(
            words, audiences=[AUDIENCE], kinds=[KIND], limit=_SIMILAR
        ).hits
        near = [(hit.id - 1, hit.likeness) for hit in hits if hit.likeness is not None]
        with_words = [(hit.id - 1, hit.words) for hit in hits if hit.words > 0]
        topics = [self.community.topics[topic] for topic in question.topics]
        return Need(
            at=at,
            asker=self.community.people[question.by],
            topics=np.array(sorted(topics), np.int64),
            similar=Similar(
                by_words=np.array([n for n, _ in with_words], np.int64),
                words=np.array([score for _, score in with_words], np.float64),
                by_sense=np.array([n for n, _ in near], np.int64),
                sense=np.array([likeness for _, likeness in near], np.float64),
            ),
        )

    def _take_in(self, *, until: float) -> None:
        """Put what was asked and said before ``until`` into the index."""
        questions, answers = self.community.questions, self.community.answers
        new: list[int] = []
        while self._asked < len(questions) and questions[self._asked].at.timestamp() < until:
            new.append(self._asked)
            self._asked += 1
        told: dict[int, None] = {}
        while self._said < len(answers) and answers[self._said].at.timestamp() < until:
            answer = answers[self._said]
            self._texts.setdefault(answer.question, []).append(
                answer.text[:_MOST_ANSWER_CHARACTERS]
            )
            told[self._places[answer.question]] = None
            self._said += 1
        again = [place for place in told if place < self._asked and place not in set(new)]
        self._index.put([self._document(place) for place in new])
        self._index.put_words([self._document(place) for place in again])
        self._index.commit()

    def _document(self, place: int) -> Document:
        question = self.community.questions[place]
        return Document(
            id=place + 1,
            audience=[AUDIENCE],
            title=question.title,
            body=question.text,
            more=" ".join(self._texts.get(question.key, ())),
            topics=question.topics,
            language=question.language or "en",
        )

    def close(self) -> None:
        self._index.close()


class _Run:
    """What is learned and ranked along the way."""

    def __init__(self, community: Community, start: datetime) -> None:
        self._names = {number: key for key, number in community.people.items()}
        self._askers = {q.key: community.people[q.by] for q in community.questions}
        self._answerers, self._accepted = community.answerers(), community.accepted()
        self._answered_before = community.answerers(before=start)
        self._samples: list[Answered] = []
        self._weights: Weights | None = None
        self._rankings: dict[str, dict[str, list[int]]] = {}
        self._gold: dict[str, dict[str, dict[int, float]]] = {"any": {}, "accepted": {}}
        self._cold: dict[str, dict[int, float]] = {}
        self._result = ExpertsTested()

    def learn(self, key: str, need: Need, activity: Activity) -> None:
        """Keep who answered this need, among those who were likeliest to."""
        described = describe(need, activity)
        answered = np.isin(described.people, list(self._answered_before.get(key, ())))
        if answered.any():
            kept = likeliest(default_weights().score(described.matrix), answered)
            self._samples.append(Answered(described.matrix[kept], answered[kept]))

    def test(self, key: str, need: Need, activity: Activity) -> None:
        """Rank everybody for this need, by ours and by each simpler way."""
        if self._weights is None:
            self._weights = refit(self._samples, default_weights())
            self._result.is_refitted = self._weights is not default_weights()
        began = perf_counter()
        ours = rank(need, activity, self._weights, places=PLACES)
        self._result.took_ms.append((perf_counter() - began) * 1000)
        self._result.rankings[key] = [(self._names[one.person], one.score) for one in ours]
        self._rank(OURS, key, [one.person for one in ours])
        default = rank(need, activity, default_weights(), places=PLACES)
        self._rank(DEFAULT, key, [one.person for one in default])
        candidates = np.flatnonzero(np.isfinite(activity.last_seen))
        candidates = candidates[candidates != self._askers[key]]
        for name, baseline in BASELINES.items():
            scores = baseline(need, activity)[candidates]
            order = np.argsort(-scores, kind="stable")[:PLACES]
            self._rank(name, key, candidates[order].tolist())
        self._judge(key, activity, set(candidates.tolist()))

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
        for system in (*BASELINES, DEFAULT, OURS):
            rankings = self._rankings.get(system, {})
            result.any_answer[system] = measured(rankings, self._gold["any"])
            result.accepted[system] = measured(rankings, self._gold["accepted"])
        ours = self._rankings.get(OURS, {})
        result.newcomers = measured(ours, self._cold)
        result.tested = len(ours)
        result.known = sum(bool(right) for right in self._gold["any"].values())
        result.first = concentration(people[0] for people in ours.values() if people)
        result.true = concentration(p for key in ours for p in sorted(self._answerers[key]))
        return result
