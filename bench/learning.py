"""Learning from archives: the steps of ``python -m bench.weights``."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from django.utils import timezone

from whoknows.engine.match.features import NAMES, OWN_ONLY, SIGNS
from whoknows.engine.match.history import DAY, Flags, Floats
from whoknows.engine.match.listwise import Answered, Weights, fit_signed
from whoknows.engine.match.respond import Response, fit_response, signals
from whoknows.engine.match.samples import Sample, sample
from whoknows.interop.backtest.community import Community, read_community
from whoknows.interop.backtest.past import Past
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.search.embedding import embedder

# Of the first needs of a community nobody can tell who will answer.
_KNOWN_BY_THEN = 30


@dataclass(frozen=True)
class Walked:
    """What one archive teaches.

    Attributes:
        answered: Needs with an answer before the date, as they were known on it.
        suggested: For each of those raised a day or more before it: the candidates' features, what
            tells whether they answer soon, and whether they answered within a day.
    """

    answered: list[Answered]
    suggested: list[tuple[Floats, Floats, Flags]]


def walk(folder: Path, until: datetime, *, most: int) -> Walked:
    """Return what ``most`` needs, evenly over the time before ``until``, teach."""
    community = read_community(ArchiveSource(folder, now=timezone.now()))
    wanted = _some_answered(community, until, most)
    answered_at, time = community.answer_times(), until.timestamp()
    walked = Walked([], [])
    with tempfile.TemporaryDirectory(prefix="whoknows-weights-") as scratch:
        past = Past(community, Path(scratch), embedder(), wanted=wanted)
        for place in wanted:
            need = past.need(place)
            key = community.questions[place].key
            one = sample(need, past.activity, answered_at.get(key, {}))
            known = one.known_at(time)
            if known.answered.any():
                walked.answered.append(known)
            if need.at < time - DAY:
                soon = signals(past.activity, at=need.at, people=one.people)
                walked.suggested.append((one.matrix, soon, _within_a_day(one)))
        past.close()
    return walked


def _within_a_day(one: Sample) -> Flags:
    return np.asarray(one.answered_at - one.at < DAY)


def _some_answered(community: Community, until: datetime, most: int) -> list[int]:
    by = {question.key: question.by for question in community.questions}
    answered = {a.question for a in community.answers if a.at < until and a.by != by[a.question]}
    places = [n for n, q in enumerate(community.questions) if q.key in answered and q.at < until]
    later = places[_KNOWN_BY_THEN:]
    return later[:: max(1, len(later) // most)]


def fitted_weights(
    walks: Sequence[Walked], *, strength: float, by_hand: Mapping[str, float]
) -> Weights:
    """Return the weights that fit best, each archive counting alike."""
    needs = [need for walked in walks for need in walked.answered]
    usual = len(needs) / len(walks)
    importance = [usual / len(walked.answered) for walked in walks for _ in walked.answered]
    fitted = fit_signed(
        needs,
        names=NAMES,
        signs=SIGNS,
        strength=strength,
        importance=importance,
        left_out=OWN_ONLY,
    )
    values = [by_hand.get(name, value) for name, value in zip(NAMES, fitted.values, strict=True)]
    return replace(fitted, values=tuple(values))


def fitted_response(walks: Sequence[Walked], weights: Weights, *, suggested: int) -> Response:
    """Return the model of answering within a day, of the first ``suggested`` for each need."""
    rows: list[Floats] = []
    answered: list[Flags] = []
    importance: list[float] = []
    for walked in walks:
        count = 0
        for matrix, soon, right in walked.suggested:
            first = np.argsort(-weights.score(matrix), kind="stable")[:suggested]
            rows.append(soon[first])
            answered.append(right[first])
            count += len(first)
        importance += [3000 / max(1, count)] * count
    return fit_response(np.concatenate(rows), np.concatenate(answered), importance=importance)
