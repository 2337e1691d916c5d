"""How the first place is shared out, against what it is for and what it may cost."""

from collections import Counter

import numpy as np
import pytest

from whoknows.engine.match.history import Floats
from whoknows.engine.match.measures import concentration
from whoknows.engine.match.ranking import Ranked
from whoknows.engine.match.spread import AT_ANY_COST, FEW, drawn, fair_first

PEOPLE = 40
ANSWERS = 10.0 / (1 + np.arange(PEOPLE))
BOUND = ANSWERS[:FEW].sum() / ANSWERS.sum()


def ranked(scores: dict[int, float]) -> list[Ranked]:
    order = sorted(scores, key=lambda person: -scores[person])
    return [Ranked(person, scores[person], (), ()) for person in order]


EVERYBODY = ranked({person: -0.1 * person for person in range(PEOPLE)})


def people(shown: list[Ranked]) -> list[int]:
    return [one.person for one in shown]


def needs(count: int) -> list[list[Ranked]]:
    """Return rankings in which a few are nearly always the likeliest, by more or by less."""
    random = np.random.default_rng(4)
    usual = np.linspace(2, -2, PEOPLE)
    return [ranked(dict(enumerate(usual + random.normal(0, 0.8, PEOPLE)))) for _ in range(count)]


def shared(rankings: list[list[Ranked]], odds: float) -> tuple[list[int], float]:
    """Return who was first for each need, and how much score was given up for it in all."""
    firsts: Counter[int] = Counter()
    chosen, lost = [], 0.0
    for one in rankings:
        first = fair_first(one, firsts=firsts, answers=ANSWERS, odds=odds)[0]
        firsts[first.person] += 1
        chosen.append(first.person)
        lost += one[0].score - first.score
    return chosen, lost


def test_the_few_just_meet_their_share_of_the_answers_where_it_may_cost_anything() -> None:
    rankings = needs(1500)
    plain = concentration(people(one)[0] for one in rankings)
    chosen, _ = shared(rankings, AT_ANY_COST)
    assert plain.top_ten > BOUND + 0.2
    assert concentration(chosen).top_ten == pytest.approx(BOUND, abs=0.04)


def test_who_makes_room_does_so_where_little_is_lost() -> None:
    rankings = needs(1500)
    chosen, lost = shared(rankings, AT_ANY_COST)
    few = {person for person, _ in Counter(chosen).most_common(FEW)}
    moved = sum(one[0].person != person for one, person in zip(rankings, chosen, strict=True))
    gaps = [
        one[0].score - next(other for other in one if other.person not in few).score
        for one in rankings
        if one[0].person in few
    ]
    blindly = moved * float(np.mean(gaps))
    assert lost < 0.6 * blindly


def test_nobody_much_less_likely_is_shown_first_by_default() -> None:
    near = ranked({0: 0.0, 20: -0.15, 21: -0.2})
    few = dict.fromkeys(range(FEW), 100.0)
    assert people(fair_first(near, firsts=few, answers=ANSWERS)) == [20, 0, 21]
    far = ranked({0: 0.0, 20: -0.2})
    assert people(fair_first(far, firsts=few, answers=ANSWERS)) == [0, 20]
    assert people(fair_first(far, firsts=few, answers=ANSWERS, odds=AT_ANY_COST)) == [20, 0]


def test_odds_of_one_change_nothing() -> None:
    few = dict.fromkeys(range(FEW), 100.0)
    assert fair_first(EVERYBODY, firsts=few, answers=ANSWERS, odds=1.0) == EVERYBODY


def test_the_order_stands_where_the_few_had_less_than_they_answer() -> None:
    firsts = dict.fromkeys(range(PEOPLE), 5.0)
    assert fair_first(EVERYBODY, firsts=firsts, answers=ANSWERS, odds=AT_ANY_COST) == EVERYBODY


@pytest.mark.parametrize("answers", [np.zeros(0), np.zeros(PEOPLE)])
def test_nothing_known_of_answers_changes_nothing(answers: Floats) -> None:
    few = dict.fromkeys(range(FEW), 100.0)
    assert fair_first(EVERYBODY, firsts=few, answers=answers) == EVERYBODY


def test_nobody_outside_the_few_leaves_the_order() -> None:
    two = ranked({0: 1.0, 1: 0.5})
    assert people(fair_first(two, firsts={0: 99.0, 1: 99.0}, answers=np.ones(2))) == [0, 1]
    assert fair_first([], firsts={}, answers=ANSWERS) == []


def test_people_are_drawn_by_the_chances_that_scores_give() -> None:
    chances = {0: 0.6, 1: 0.3, 2: 0.1}
    logs = ranked({person: float(np.log(chance)) + 50 for person, chance in chances.items()})
    counts = Counter(drawn(logs, times=20_000, seed=7))
    for person, chance in chances.items():
        assert counts[person] / 20_000 == pytest.approx(chance, abs=0.015)
    assert drawn(logs, times=9, seed=7) == drawn(logs, times=9, seed=7)
    assert drawn([], times=9, seed=7) == []


def test_to_name_the_likeliest_concentrates_more_than_answers_that_fall_as_foretold() -> None:
    rankings = needs(1500)
    named = concentration(people(one)[0] for one in rankings)
    fell = concentration(drawn(one, times=1, seed=n)[0] for n, one in enumerate(rankings))
    assert named.top_ten > fell.top_ten + 0.1
