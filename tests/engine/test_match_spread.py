"""How the first place is shared out, against what the rule says and what it is for."""

from collections import Counter

import pytest

from whoknows.engine.match.measures import concentration
from whoknows.engine.match.ranking import Ranked
from whoknows.engine.match.spread import fair_first


def ranked(*scores: tuple[int, float]) -> list[Ranked]:
    return [Ranked(person, score, (), ()) for person, score in scores]


EVERYBODY = ranked(*((person, -0.1 * person) for person in range(40)))
ANSWERS = {person: 10.0 / (1 + person) for person in range(40)}


def people(shown: list[Ranked]) -> list[int]:
    return [one.person for one in shown]


def test_whose_turn_it_is_comes_first_and_only_the_last_place_is_lost() -> None:
    shown = fair_first(EVERYBODY, firsts={0: 50.0}, answers=ANSWERS)
    assert people(shown)[1:] == [0, 1]
    assert people(shown)[0] >= 9


def test_the_order_stands_where_the_few_had_less_than_they_answer() -> None:
    firsts = dict.fromkeys(range(10, 40), 5.0)
    assert people(fair_first(EVERYBODY, firsts=firsts, answers=ANSWERS)) == [0, 1, 2]


def test_over_many_needs_the_few_get_no_more_first_places_than_answers() -> None:
    firsts: Counter[int] = Counter()
    for _ in range(400):
        firsts[fair_first(EVERYBODY, firsts=firsts, answers=ANSWERS)[0].person] += 1
    given = concentration(p for p, amount in ANSWERS.items() for _ in range(round(100 * amount)))
    assert concentration(firsts.elements()).top_ten <= given.top_ten
    assert firsts[0] == max(firsts.values()), "the likeliest still comes first most often"


@pytest.mark.parametrize("answers", [{}, {1: 0.0}])
def test_nothing_known_of_answers_changes_nothing(answers: dict[int, float]) -> None:
    assert people(fair_first(EVERYBODY, firsts={0: 9.0}, answers=answers)) == [0, 1, 2]


def test_nobody_outside_the_few_leaves_the_order() -> None:
    few = ranked((0, 1.0), (1, 0.5))
    assert people(fair_first(few, firsts={0: 99.0, 1: 99.0}, answers={0: 1.0, 1: 1.0})) == [0, 1]
    assert fair_first([], firsts={}, answers=ANSWERS) == []


def test_of_two_outside_who_was_first_less_often_has_the_turn() -> None:
    near = ranked((0, 5.0), (20, 1.0), (21, 0.9))
    answers = {0: 1000.0, **dict.fromkeys(range(1, 40), 1.0)}
    heavy = {0: 500.0, **dict.fromkeys(range(1, 10), 30.0)}
    assert people(fair_first(near, firsts=heavy, answers=answers))[0] == 20
    assert people(fair_first(near, firsts={**heavy, 20: 5.0}, answers=answers))[0] == 21
