"""The chance of an answer within a day: its signals by hand, its fit on data from known weights."""

import numpy as np
import pytest

from tests.engine.histories import active, told
from whoknows.engine.match.history import DAY
from whoknows.engine.match.respond import (
    SIGNALS,
    Response,
    chance_of_answer,
    default_response,
    fit_response,
    response_from_json,
    signals,
    usually_within_a_day,
)

PEOPLE = np.array([1, 2])


def test_signals_are_what_they_say() -> None:
    known = told(needs=[(0, 0, ()), (9, 0, ())], deeds=[(1, 0, 5), (1, 1, 9.5), (2, 0, 3)])
    found = dict(
        zip(SIGNALS, signals(active(known, 10), at=10 * DAY, people=PEOPLE).T, strict=True)
    )
    assert found["away"] == pytest.approx(np.log1p([12, 7 * 24]))
    week = [0.5 ** (5 / 7) + 0.5 ** (0.5 / 7), 0.5**1]
    assert found["rate"] == pytest.approx(np.log1p(week))
    assert found["quick"][0] > found["quick"][1], "one of two within a day, against none"


def test_who_is_here_at_this_hour_is_the_likelier_to_answer_soon() -> None:
    needs = [(day, 0, ()) for day in range(20)]
    deeds = [(1, day, day + 0.1) for day in range(20)] + [(2, day, day + 0.9) for day in range(20)]
    known = told(needs=needs, deeds=deeds)
    column = SIGNALS.index("hour_ahead")
    morning = signals(active(known, 20), at=20 * DAY, people=PEOPLE)[:, column]
    evening = signals(active(known, 20.8), at=20.8 * DAY, people=PEOPLE)[:, column]
    assert morning[0] > morning[1]
    assert evening[1] > evening[0]


def test_somebody_here_often_is_likelier_than_somebody_long_gone() -> None:
    needs = [(day, 0, ()) for day in range(60)]
    deeds = [(1, day, day + 0.2) for day in range(30, 60)] + [(2, 0, 0.2)]
    chance = chance_of_answer(
        active(told(needs=needs, deeds=deeds), 60), at=60 * DAY, people=PEOPLE
    )
    assert 1 > chance[0] > 2 * chance[1] > 0


def test_the_fit_finds_the_model_the_data_were_made_with() -> None:
    random = np.random.default_rng(3)
    truth = Response(-1.0, (-0.5, 0.8, 1.5, 0.3))
    matrix = random.normal(size=(20_000, len(SIGNALS)))
    answered = random.random(len(matrix)) < truth.chance(matrix)
    found = fit_response(matrix, answered)
    assert found.constant == pytest.approx(truth.constant, abs=0.08)
    assert found.weights == pytest.approx(truth.weights, abs=0.08)


def test_what_it_says_happens_as_often_where_it_was_fitted() -> None:
    random = np.random.default_rng(4)
    matrix = random.normal(size=(5_000, len(SIGNALS)))
    answered = random.random(len(matrix)) < Response(-2.0, (-0.3, 0.3, 1.0, 0.3)).chance(matrix)
    chance = fit_response(matrix, answered, strength=0.0).chance(matrix)
    assert chance.mean() == pytest.approx(answered.mean(), abs=1e-6)
    high = chance > np.median(chance)
    assert chance[high].mean() == pytest.approx(answered[high].mean(), abs=0.03)


def test_a_model_survives_json_and_refuses_other_signals() -> None:
    assert response_from_json(default_response().to_json()) == default_response()
    with pytest.raises(ValueError, match="other signals"):
        response_from_json('{"constant": 1, "away": 2}')


def test_looking_ahead_is_refused() -> None:
    known = told(needs=[(0, 0, ())], deeds=[(1, 0, 1)])
    with pytest.raises(ValueError, match="looking ahead"):
        signals(active(known, 3), at=2 * DAY, people=PEOPLE)


def test_usually_within_a_day_is_three_in_four_of_more_than_one_answer() -> None:
    needs = [(day, 0, ()) for day in range(8)]
    steady = [(1, day, day + (0.5 if day else 2)) for day in range(8)]
    slow = [(2, day, day + (0.5 if day % 2 else 2)) for day in range(8)]
    once = [(3, 7, 7.5)]
    known = told(needs=needs, deeds=[*steady, *slow, *once])
    people = np.array([1, 2, 3])
    soon = usually_within_a_day(active(known, 10), at=10 * DAY, people=people)
    assert soon.tolist() == [True, False, False]
    much_later = usually_within_a_day(active(known, 10), at=200 * DAY, people=people)
    assert not much_later.any(), "what was long ago says nothing of now"
