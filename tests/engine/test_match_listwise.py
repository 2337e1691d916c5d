"""The fit against finite differences and against data made from known weights."""

import numpy as np
import pytest

from whoknows.engine.match import listwise
from whoknows.engine.match.listwise import (
    Answered,
    Weights,
    fit,
    log_chances,
    reciprocal_ranks,
    refit,
    weights_from_json,
)

NAMES = ("one", "two", "three")


def drawn(
    truth: tuple[float, ...], needs: int, *, seed: int = 1, candidates: int = 12
) -> list[Answered]:
    random = np.random.default_rng(seed)
    made = []
    for size in random.integers(2, candidates, needs):
        matrix = random.normal(size=(size, len(truth))) * [1.0, 3.0, 0.2]
        chances = np.exp(matrix @ np.array(truth))
        answered = np.zeros(size, dtype=np.bool_)
        answered[random.choice(size, p=chances / chances.sum())] = True
        made.append(Answered(matrix, answered))
    return made


def weights(*values: float) -> Weights:
    return Weights(NAMES, values, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))


def test_gradient_and_curvature_are_those_of_the_loss() -> None:
    needs = drawn((1.0, -0.5, 2.0), 30)
    needs[0].answered[:2] = True
    stack = listwise._stack(needs, np.linspace(0.5, 2, 30), np.ones(3))  # noqa: SLF001
    at, aim = np.array([0.3, -0.1, 0.7]), np.array([0.1, 0.2, 0.3])
    _, gradient, curvature = listwise._loss(stack, at, aim, 2.0)  # noqa: SLF001
    step = 1e-5
    for row in range(3):
        move = step * np.eye(3)[row]
        above = listwise._loss(stack, at + move, aim, 2.0)  # noqa: SLF001
        below = listwise._loss(stack, at - move, aim, 2.0)  # noqa: SLF001
        assert gradient[row] == pytest.approx((above[0] - below[0]) / 2 / step, rel=1e-6)
        assert curvature[row] == pytest.approx((above[1] - below[1]) / 2 / step, rel=1e-5)


def test_fit_finds_the_weights_the_data_were_made_with_within_its_standard_errors() -> None:
    truth = (1.0, -0.5, 2.0)
    found = fit(drawn(truth, 3000), names=NAMES, strength=0.01)
    for value, error, true in zip(found.values, found.errors, truth, strict=True):
        assert 0 < error < 0.4
        assert abs(value - true) < 3.5 * error


def test_a_strong_ridge_keeps_the_prior() -> None:
    prior = weights(5.0, 5.0, 5.0)
    kept = fit(drawn((1, 0, 0), 50), names=NAMES, prior=prior, strength=1e9)
    assert kept.values == pytest.approx(prior.values, abs=1e-3)


def test_fit_does_not_depend_on_the_order_of_candidates() -> None:
    needs = drawn((1.0, -0.5, 2.0), 40)
    turned = [Answered(n.matrix[::-1], n.answered[::-1]) for n in needs]
    one, other = (fit(n, names=NAMES, strength=1.0) for n in (needs, turned))
    assert one.values == pytest.approx(other.values, rel=1e-5)


def test_needs_that_nobody_answered_teach_nothing() -> None:
    needs = drawn((1.0, 0.0, 0.0), 40)
    silent = Answered(np.ones((4, 3)), np.zeros(4, dtype=np.bool_))
    scale = weights(0, 0, 0)
    one = fit(needs, names=NAMES, prior=scale, strength=1.0)
    assert one == fit([*needs, silent], names=NAMES, prior=scale, strength=1.0)
    assert fit([silent], names=NAMES, prior=scale, strength=1.0).values == (0, 0, 0)


def test_refit_keeps_a_default_that_is_right_and_needs_forty_needs() -> None:
    good = weights(1.0, -0.5, 2.0)
    assert refit(drawn(good.values, 400), good).values == pytest.approx(good.values, abs=0.1)
    wrong = weights(-1.0, 0.5, -2.0)
    assert refit(drawn(good.values, 39), wrong) is wrong
    assert refit(drawn(good.values, 40), wrong) is not wrong


def test_refit_leaves_the_default_where_later_needs_gainsay_earlier_ones() -> None:
    good = weights(1.0, -0.5, 2.0)
    turned = [*drawn((-1.0, 0.5, -2.0), 60), *drawn(good.values, 240)]
    assert refit(turned, good) is good


@pytest.mark.parametrize(
    ("seed", "truth", "is_taken"),
    [
        pytest.param(4, 0.1, True, id="likelier beyond chance, lower on the mean"),
        pytest.param(8, 0.15, True, id="likelier by chance perhaps, higher on the mean"),
        pytest.param(7, 0.1, False, id="likelier by chance perhaps, lower on the mean"),
    ],
)
def test_refit_takes_what_is_likelier_beyond_chance_or_ranks_higher(
    *, seed: int, truth: float, is_taken: bool
) -> None:
    default = weights(0.3, -0.2, 0.2)
    fitted = refit(drawn((truth, 0.0, 0.0), 100, seed=seed), default)
    assert (fitted is not default) == is_taken


def test_the_first_who_answered_counts_for_the_place() -> None:
    matrix = np.array([[3.0, 0, 0], [2.0, 0, 0], [2.0, 0, 0], [1.0, 0, 0]])
    needs = [
        Answered(matrix, np.array(answered, dtype=np.bool_))
        for answered in ([1, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1])
    ]
    assert reciprocal_ranks(needs, weights(1.0, 0.0, 0.0)).tolist() == [1.0, 0.5, 0.25]
    assert reciprocal_ranks(needs, weights(-1.0, 0.0, 0.0)).tolist() == [0.25, 1.0, 1.0]


def test_few_needs_move_the_default_less_than_many() -> None:
    wrong = weights(0.0, 0.0, 0.0)
    few, many = (refit(drawn((1.0, -0.5, 2.0), n), wrong).values[2] for n in (300, 1200))
    assert 0 < few < many < 2


def test_what_is_left_out_of_a_signed_fit_gets_no_weight_but_its_scale() -> None:
    needs, signs = drawn((1.0, -0.5, 2.0), 200), (1, -1, 1)
    whole = listwise.fit_signed(needs, names=NAMES, signs=signs, strength=1.0)
    fitted = listwise.fit_signed(needs, names=NAMES, signs=signs, strength=1.0, left_out=NAMES[2:])
    assert whole.values[2] > 0
    assert fitted.values[2] == 0
    assert fitted.scale == whole.scale
    assert fitted.values[0] > 0


def test_refit_learns_what_the_default_gets_wrong() -> None:
    wrong = weights(-1.0, 0.5, -2.0)
    needs = drawn((1.0, -0.5, 2.0), 600)
    better = refit(needs, wrong)
    after = drawn((1.0, -0.5, 2.0), 200, seed=9)
    gained = log_chances(after, better) - log_chances(after, wrong)
    assert gained.mean() > 1


def test_weights_survive_json_and_refuse_other_features() -> None:
    kept = Weights(NAMES, (1.5, -2.0, 0.0), (1.0, 2.0, 3.0), (0.1, 0.2, 0.0))
    assert weights_from_json(kept.to_json(), names=NAMES) == kept
    with pytest.raises(ValueError, match="three"):
        weights_from_json(kept.to_json(), names=NAMES[:2])
