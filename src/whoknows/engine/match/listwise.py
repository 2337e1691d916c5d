"""A linear model that learns from who answered which need."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from whoknows.engine.match.history import Flags, Floats
from whoknows.engine.match.measures import mean_with_error

_STEPS = 40
_SMALLEST_STEP = 1e-3
_ENOUGH = 1e-6


@dataclass(frozen=True, slots=True)
class Answered:
    """A need that got an answer: the candidates' features [candidates x features], and who did."""

    matrix: Floats
    answered: Flags


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature counts for.

    Attributes:
        names: Of the features, in the order of the columns.
        values: The weights; a person's score is their sum times the features.
        scale: How much each feature varies among the candidates of a need; 1 if it never did.
        errors: Standard errors of ``values``; 0 where nothing was learned. Of those
            set by hand, what it was before: the pull towards 0 alone leaves such an error, too.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    scale: tuple[float, ...]
    errors: tuple[float, ...]

    def score(self, matrix: Floats) -> Floats:
        """Return the score of each row of ``matrix``."""
        return np.asarray(matrix @ np.asarray(self.values))

    def to_json(self) -> str:
        """Return the weights as JSON, one line for each feature."""
        rows = {
            name: {"weight": weight, "error": error, "scale": scale}
            for name, weight, error, scale in zip(
                self.names, self.values, self.errors, self.scale, strict=True
            )
        }
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
        return "{\n" + lines + "\n}\n"


def weights_from_json(text: str, *, names: Sequence[str]) -> Weights:
    """Return weights for exactly these features, in this order.

    Raises:
        ValueError: The text has other features.
    """
    rows: dict[str, dict[str, float]] = json.loads(text)
    if set(rows) != set(names):
        other = ", ".join(sorted(set(rows) ^ set(names)))
        raise ValueError(f"These weights are for other features: {other}. Fit them again.")
    kept = [rows[name] for name in names]
    return Weights(
        tuple(names),
        tuple(row["weight"] for row in kept),
        tuple(row["scale"] for row in kept),
        tuple(row["error"] for row in kept),
    )


@dataclass(frozen=True, slots=True)
class _Stack:
    """Needs of equal shape: features [needs x candidates x features], centred and scaled."""

    x: Floats
    real: Flags
    target: Floats
    weight: Floats


def fit(
    needs: Sequence[Answered],
    *,
    names: Sequence[str],
    prior: Weights | None = None,
    strength: float,
    importance: Sequence[float] | None = None,
) -> Weights:
    """Return the weights under which those who answered are the likeliest to have done so.

    The likelihood is that of a conditional logit: the probability of a candidate is the softmax of
    the scores, and the aim of a need is spread evenly over those who answered (ListNet's top-one
    cross entropy). A ridge of ``strength`` draws the weights, in units of the features' scale, to
    ``prior``, or to 0. It is convex: Newton's method finds the one minimum. Deterministic.

    Source: D. McFadden 1974; Z. Cao and others, ICML 2007.

    Args:
        needs: Those that nobody among the candidates answered are ignored.
        importance: Weight of each need, 1 by default.
    """
    weight = np.ones(len(needs)) if importance is None else np.asarray(importance, dtype=float)
    start = np.zeros(len(names)) if prior is None else np.asarray(prior.values)
    scale = _scale(needs, weight, len(names)) if prior is None else np.asarray(prior.scale)
    stack = _stack(needs, weight, scale)
    aim = start * scale
    found = _minimum(stack, aim, strength)
    _, _, curvature = _loss(stack, found, aim, strength)
    errors = np.sqrt(np.diag(np.linalg.inv(curvature))) / scale
    values = found / scale
    return Weights(tuple(names), _plain(values), _plain(scale), _plain(errors))


def fit_signed(
    needs: Sequence[Answered],
    *,
    names: Sequence[str],
    signs: Sequence[int],
    strength: float,
    importance: Sequence[float] | None = None,
    left_out: Collection[str] = (),
) -> Weights:
    """Return weights of which each has the sign it is known to have: 1, -1, or 0 for either.

    Where the data want the other sign they tell of other features that go with it, which need not
    be so in the next community; such features get the weight 0, and the others are fitted again.
    Signed weights carried over to other communities as well as free ones, and explain themselves.
    Those ``left_out`` get the weight 0 and their scale, for others to start from.
    """
    weight = np.ones(len(needs)) if importance is None else np.asarray(importance, dtype=float)
    scale = _scale(needs, weight, len(names))
    kept = [k for k, name in enumerate(names) if name not in left_out]
    while True:
        some = [Answered(need.matrix[:, kept], need.answered) for need in needs]
        fitted = fit(some, names=[names[k] for k in kept], strength=strength, importance=importance)
        wrong = {k for k, value in zip(kept, fitted.values, strict=True) if value * signs[k] < 0}
        if not wrong:
            break
        kept = [k for k in kept if k not in wrong]
    values, errors = np.zeros(len(names)), np.zeros(len(names))
    values[kept], errors[kept] = fitted.values, fitted.errors
    return Weights(tuple(names), _plain(values), _plain(scale), _plain(errors))


def _plain(numbers: Floats) -> tuple[float, ...]:
    return tuple(float(f"{number:.6g}") for number in numbers)


def _scale(needs: Sequence[Answered], weight: Floats, features: int) -> Floats:
    squares, rows = np.zeros(features), 0.0
    for need, importance in zip(needs, weight, strict=True):
        centred = need.matrix - need.matrix.mean(axis=0)
        squares += importance * (centred**2).sum(axis=0)
        rows += importance * len(centred)
    scale = np.sqrt(squares / max(rows, 1e-9))
    return np.where(scale > 1e-6, scale, 1.0)  # noqa: PLR2004 - a feature that never varied


def _stack(needs: Sequence[Answered], weight: Floats, scale: Floats) -> _Stack:
    kept = [(n, w) for n, w in zip(needs, weight, strict=True) if n.answered.any()]
    widest = max((len(need.matrix) for need, _ in kept), default=0)
    x = np.zeros((len(kept), widest, len(scale)))
    real = np.zeros((len(kept), widest), dtype=np.bool_)
    target = np.zeros((len(kept), widest))
    for row, (need, _) in enumerate(kept):
        size = len(need.matrix)
        x[row, :size] = (need.matrix - need.matrix.mean(axis=0)) / scale
        real[row, :size] = True
        target[row, :size] = need.answered / need.answered.sum()
    return _Stack(x, real, target, np.asarray([w for _, w in kept]))


def _loss(stack: _Stack, at: Floats, aim: Floats, strength: float) -> tuple[float, Floats, Floats]:
    """Return the loss, its gradient and its curvature at scaled weights."""
    away = at - aim
    scores = np.where(stack.real, stack.x @ at, -np.inf)
    if not len(scores):
        return float(strength / 2 * away @ away), strength * away, strength * np.eye(len(at))
    scores = scores - scores.max(axis=1, keepdims=True)
    raised = np.exp(scores)
    total = raised.sum(axis=1, keepdims=True)
    likely = raised / total
    logs = np.where(stack.real, scores, 0.0) - np.log(total)
    loss = -float((stack.weight[:, None] * stack.target * logs).sum())
    loss += float(strength / 2 * away @ away)
    surplus = stack.weight[:, None] * (likely - stack.target)
    gradient = np.einsum("nc,ncf->f", surplus, stack.x) + strength * away
    mean = np.einsum("nc,ncf->nf", likely, stack.x)
    flat = stack.x.reshape(-1, len(at))
    spread = flat.T @ (flat * (stack.weight[:, None] * likely).reshape(-1, 1))
    curvature = spread - mean.T @ (mean * stack.weight[:, None]) + strength * np.eye(len(at))
    return loss, gradient, curvature


def _minimum(stack: _Stack, aim: Floats, strength: float) -> Floats:
    """Return where the loss is least: Newton's method with halved steps."""
    at = aim.copy()
    loss, gradient, curvature = _loss(stack, at, aim, strength)
    for _ in range(_STEPS):
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        new = _loss(stack, at - step, aim, strength)
        while new[0] > loss and size > _SMALLEST_STEP:
            size /= 2
            new = _loss(stack, at - size * step, aim, strength)
        if new[0] >= loss:
            break
        gained = loss - new[0]
        at = at - size * step
        loss, gradient, curvature = new
        if gained < _ENOUGH * max(1.0, abs(loss)):
            break
    return at


LEAST_NEEDS = 40
# How strongly the default weights pull: few needs move them little, and many decide.
_PULL = 30.0
_PARTS = 5


def refit(needs: Sequence[Answered], default: Weights) -> Weights:
    """Return weights fitted to one's own needs, or ``default`` if these do no better.

    ``needs`` stand in the order of time, in five parts. Each part but the first is ranked by the
    weights fitted to all before it, and by ``default``. Where the former make those who answered
    likelier by more than the standard error of that difference, or rank them higher on the mean,
    weights fitted to all parts are returned. Fewer than 40 answered needs change nothing.
    Deterministic; five fits.

    How soon, and by what rule, was measured on communities that the default weights had not seen:
    docs/decisions/0011-learning-from-forty-needs-on.md.
    """
    answered = [need for need in needs if need.answered.any()]
    if len(answered) < LEAST_NEEDS:
        return default
    ends = [len(answered) * part // _PARTS for part in range(1, _PARTS + 1)]
    likelier: list[float] = []
    higher: list[float] = []
    for end, later in pairwise(ends):
        fitted, tested = _drawn_to(default, answered[:end]), answered[end:later]
        likelier += (log_chances(tested, fitted) - log_chances(tested, default)).tolist()
        higher += (reciprocal_ranks(tested, fitted) - reciprocal_ranks(tested, default)).tolist()
    gained, error = mean_with_error(likelier)
    return _drawn_to(default, answered) if gained > error or sum(higher) > 0 else default


def _drawn_to(default: Weights, needs: Sequence[Answered]) -> Weights:
    return fit(needs, names=default.names, prior=default, strength=_PULL)


def log_chances(needs: Sequence[Answered], weights: Weights) -> Floats:
    """Return for each need the mean logarithm of the chance given to those who answered."""
    found = np.zeros(len(needs))
    for row, need in enumerate(needs):
        scores = weights.score(need.matrix)
        logs = scores - scores.max()
        found[row] = (logs - np.log(np.exp(logs).sum()))[need.answered].mean()
    return found


def reciprocal_ranks(needs: Sequence[Answered], weights: Weights) -> Floats:
    """Return for each need 1 / the place of the first of those who answered.

    Of equal scores, the one who answered comes first.
    """
    found = np.zeros(len(needs))
    for row, need in enumerate(needs):
        scores = weights.score(need.matrix)
        found[row] = 1 / (1 + int((scores > scores[need.answered].max()).sum()))
    return found
