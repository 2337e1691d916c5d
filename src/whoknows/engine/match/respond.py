"""How likely somebody who is suggested answers within a day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from whoknows.engine.match.activity import DEED_HALF_LIVES, HOURS, SPECIAL_HALF_LIFE, Activity
from whoknows.engine.match.history import DAY, Flags, Floats, Ints

SIGNALS = ("away", "rate", "quick", "hour_ahead")
_LONGEST_AWAY = 400 * 24.0
_SOON_HOURS = 4.0
# A ratio counts as if this many deeds at the usual ratio had been seen before.
_PRIOR_DEEDS = 2.0
# "Usually": so much of the answers of the last weeks, and more than one or two of them.
_USUALLY, _LEAST_DEEDS = 0.75, 2.0
_STEPS = 30
_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True)
class Response:
    """A logistic model of answering within a day: a constant, and a weight for each signal."""

    constant: float
    weights: tuple[float, ...]

    def chance(self, signals: Floats) -> Floats:
        """Return the probability for each row of ``signals`` [people x SIGNALS]."""
        return _logistic(self.constant + signals @ np.asarray(self.weights))

    def to_json(self) -> str:
        """Return the model as JSON."""
        weights = dict(zip(SIGNALS, self.weights, strict=True))
        return json.dumps({"constant": self.constant, **weights}, indent=2) + "\n"


def response_from_json(text: str) -> Response:
    """Return the model that :meth:`Response.to_json` wrote.

    Raises:
        ValueError: It is a model of other signals.
    """
    told: dict[str, float] = json.loads(text)
    if set(told) != {"constant", *SIGNALS}:
        raise ValueError("This model of answering is for other signals. Fit it again.")
    return Response(told["constant"], tuple(told[name] for name in SIGNALS))


@cache
def default_response() -> Response:
    """Return the model that comes with the product.

    Fitted to the first ten suggestions for each need of three communities, as far as they came
    before the test dates. Nobody was asked there, so it tells how often somebody answers unasked:
    less than somebody does who is asked. See docs/explanation/matching.md for how far it holds.
    """
    place = resources.files("whoknows.engine.match").joinpath("response.json")
    return response_from_json(place.read_text(encoding="utf-8"))


def signals(activity: Activity, *, at: float, people: Ints) -> Floats:
    """Return what tells whether ``people`` will answer soon: [people x SIGNALS].

    Log of hours since they were last seen; log of 1 + deeds, 7 days' half-life; their share of
    quick answers; log of their share of deeds done in the hours that follow, against an even day.
    All from before ``activity.at``, the last three faded to ``at``. O(people).

    Raises:
        ValueError: ``activity`` knows what happened after ``at``.
    """
    if activity.at > at:
        raise ValueError("The activity is newer than the need: that would be looking ahead.")
    hours = np.minimum((at - activity.last_seen[people]) / 3600, _LONGEST_AWAY)
    week = activity.deeds[DEED_HALF_LIVES.index(7.0)][people] * activity.faded(at, 7.0)
    faded = activity.faded(at, SPECIAL_HALF_LIFE)
    month = activity.deeds[DEED_HALF_LIVES.index(SPECIAL_HALF_LIFE)]
    usual = (activity.quick.sum() + 0.5) / (month.sum() + 1.0)
    lately = month[people] * faded
    quick = (activity.quick[people] * faded + _PRIOR_DEEDS * usual) / (lately + _PRIOR_DEEDS)
    ahead = (np.arange(HOURS) + 0.5 - at % DAY / 3600) % HOURS
    soon = np.exp(-ahead / _SOON_HOURS)
    even = soon.mean()
    here = (soon @ activity.by_hour[:, people] * faded + _PRIOR_DEEDS * even) / (
        lately + _PRIOR_DEEDS
    )
    return np.column_stack([np.log1p(hours), np.log1p(week), quick, np.log(here / even)])


def chance_of_answer(
    activity: Activity, *, at: float, people: Ints, model: Response | None = None
) -> Floats:
    """Return for each of ``people`` the probability that they answer within a day."""
    return (model or default_response()).chance(signals(activity, at=at, people=people))


def usually_within_a_day(activity: Activity, *, at: float, people: Ints) -> Flags:
    """Return for each of ``people`` whether three in four of their answers came within a day.

    Counted with 30 days' half-life, and only where two answers at least remain of it. This is what
    may be said of somebody in words. The probability is not: it also holds all needs they left to
    others, and is below 0.3 for nearly everybody.
    """
    month = activity.deeds[DEED_HALF_LIVES.index(SPECIAL_HALF_LIFE)][people]
    enough = month * activity.faded(at, SPECIAL_HALF_LIFE) >= _LEAST_DEEDS
    return np.asarray(enough & (activity.quick[people] >= _USUALLY * month))


def fit_response(
    matrix: Floats,
    answered: Flags,
    *,
    strength: float = 1.0,
    importance: Sequence[float] | None = None,
) -> Response:
    """Return the likeliest model of rows [n x SIGNALS]: logistic regression by Newton's method.

    A ridge of ``strength`` draws the weights, not the constant, to 0. Deterministic.
    """
    rows = np.column_stack([np.ones(len(matrix)), matrix])
    weight = np.ones(len(rows)) if importance is None else np.asarray(importance, dtype=float)
    ridge = np.diag([0.0, *np.full(len(SIGNALS), strength)])
    at = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = _logistic(rows @ at)
        gradient = rows.T @ (weight * (chance - answered)) + ridge @ at
        curvature = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + ridge
        step = np.linalg.solve(curvature + 1e-9 * np.eye(len(at)), gradient)
        at = at - step
        if np.abs(step).max() < _ENOUGH:
            break
    return Response(float(f"{at[0]:.6g}"), tuple(float(f"{value:.6g}") for value in at[1:]))


def _logistic(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
