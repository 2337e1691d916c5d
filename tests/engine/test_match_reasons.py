"""What is said for somebody is what made their score, and is true."""

from collections.abc import Collection
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from tests.engine.histories import active, need_like, told
from whoknows.engine.match.activity import Activity
from whoknows.engine.match.describe import Need
from whoknows.engine.match.features import FEATURES, NAMES
from whoknows.engine.match.history import DAY, Deed, History
from whoknows.engine.match.listwise import Weights
from whoknows.engine.match.ranking import Ranked, default_weights, rank
from whoknows.engine.match.reasons import FAMILIES, reasons

WEIGHTS = default_weights()
DAYS = 20
# One answers all needs of a topic, two and three share those of another; four was here once.
KNOWN = told(
    needs=[(day, 0, (day % 2,)) for day in range(DAYS)],
    deeds=[
        (4, 0, 0.6),
        *((1 if day % 2 == 0 else 2 + day % 4 // 2, day, day + 0.5) for day in range(DAYS)),
    ],
)
LIKE = list(range(0, DAYS, 2))
ASKED = need_like(LIKE, [0.7] * len(LIKE), day=21, topics=[0], asker=0)


def weighing(**values: float) -> Weights:
    return replace(WEIGHTS, values=tuple(values.get(name, 0.0) for name in NAMES))


def ranked(
    weights: Weights, known: History = KNOWN, need: Need = ASKED
) -> tuple[dict[int, Ranked], Activity]:
    activity = active(known, need.at / DAY)
    return {one.person: one for one in rank(need, activity, weights)}, activity


def test_every_family_of_a_feature_can_be_told() -> None:
    assert {feature.family for feature in FEATURES} - {""} == set(FAMILIES)


def test_the_largest_parts_come_first_and_only_what_raises_the_score() -> None:
    found, activity = ranked(WEIGHTS)
    why = reasons(found[1], ASKED, activity, WEIGHTS, most=99)
    assert why[0].family in {"alike", "topics"}
    assert [one.added for one in why] == sorted((one.added for one in why), reverse=True)
    assert all(one.added > 0 for one in why)
    assert len({one.family for one in why}) == len(why)


def test_features_that_show_the_same_are_one_reason_with_the_sum_of_their_parts() -> None:
    weights = weighing(words_ever=0.5, sense_ever=1.0, sense_30d=0.25)
    found, activity = ranked(weights)
    (why,) = reasons(found[1], ASKED, activity, weights)
    assert why.family == "alike"
    assert why.added == pytest.approx(sum(found[1].parts))


def test_numbers_are_those_of_the_history() -> None:
    weights = weighing(sense_ever=1.0, topics_ever=1.0, deeds_30d=1.0, helped_asker=1.0, away=-1.0)
    found, activity = ranked(weights)
    why = {w.family: w.numbers for w in reasons(found[1], ASKED, activity, weights, most=9)}
    assert why["topics"] == {"needs": 10.0, "last_at": 18.5 * DAY}
    assert why["active"] == {"deeds": 10.0}
    assert why["helped_you"] == {"deeds": 10.0}


def test_a_weight_that_turned_negative_says_nothing() -> None:
    weights = weighing(deeds_30d=-1.0)
    found, activity = ranked(weights)
    idle = found[4]
    assert sum(idle.parts) > 0, "who did less gains by it"
    assert reasons(idle, ASKED, activity, weights) == []
    away = weighing(away=1.0)
    found, activity = ranked(away)
    assert reasons(found[4], ASKED, activity, away) == [], "a long absence is not presence"


def test_what_lowers_a_family_is_taken_off_in_full() -> None:
    weights = weighing(deeds_30d=1.0, deeds_180d=-2.0)
    found, activity = ranked(weights)
    assert found[1].parts[NAMES.index("deeds_30d")] > 0
    assert sum(found[1].parts) < 0
    assert reasons(found[1], ASKED, activity, weights) == []


def test_nothing_is_said_that_the_numbers_do_not_bear_out() -> None:
    weights = weighing(sense_ever=1.0)
    known = told(needs=[(0, 0, ()), (1, 0, ())], deeds=[(1, 0, 2), (2, 1, 2)])
    need = need_like([0], [0.9], day=5)
    found, activity = ranked(weights, known, need)
    assert [why.family for why in reasons(found[1], need, activity, weights)] == ["alike"]
    assert reasons(found[2], need, activity, weights) == []


def without(deeds: Collection[int], known: History, need: Need) -> list[Ranked]:
    """Return the ranking as if these deeds had never been done."""
    kept = np.ones(len(known.at), dtype=np.bool_)
    kept[list(deeds)] = False
    day = need.at / DAY
    return rank(need, active(known, day, visible=kept), WEIGHTS)


def test_no_three_pieces_carry_more_than_those_that_are_named() -> None:
    found, _ = ranked(WEIGHTS)
    named = set(found[1].evidence[:3])
    assert len(named) == 3
    left = {}
    for three in combinations(np.flatnonzero(KNOWN.person == 1).tolist(), 3):
        scores = {one.person: one.score for one in without(three, KNOWN, ASKED)}
        mine = scores.pop(1)
        left[frozenset(three)] = mine - max(scores.values())
    assert len(left) == 120
    assert min(left.values()) == left[frozenset(named)]


def test_without_the_pieces_that_are_named_somebody_comes_later() -> None:
    alike, less, hardly = [0, 2, 4], [1, 3, 5, 6], [7]
    known = told(
        needs=[(day, 0, ()) for day in range(8)],
        deeds=[*((1, place, place + 0.5) for place in [*alike, *hardly]),
               *((2, place, place + 0.6) for place in less)],
    )  # fmt: skip
    need = need_like([*alike, *less, *hardly], [0.9] * 3 + [0.7] * 4 + [0.3], day=9)
    first, second = rank(need, active(known, 9), WEIGHTS)[:2]
    assert (first.person, second.person) == (1, 2)
    named = first.evidence[:3]
    assert {int(known.document[deed]) for deed in named} == set(alike)
    assert without(named, known, need)[0].person == 2


def test_whoever_wrote_aids_is_not_said_to_have_answered() -> None:
    names = ("deeds_30d", "topics_ever", "hour_around", "beside_asker")
    weights = weighing(**dict.fromkeys(names, 1.0))
    need = replace(ASKED, asker=2)
    aids = replace(KNOWN, kind=np.where(KNOWN.person == 1, int(Deed.WROTE_AID), KNOWN.kind))
    families = []
    for known in (KNOWN, aids):
        found, activity = ranked(weights, known, need)
        families.append({why.family for why in reasons(found[1], need, activity, weights)})
    assert families == [{"active", "topics"}, set()]


@pytest.mark.parametrize(("last_day", "is_told"), [(18.5, True), (17.5, False)])
def test_somebody_is_here_for_three_days_and_not_to_the_hour(
    last_day: float,
    is_told: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    weights = weighing(away=-1.0)
    known = told(needs=[(0, 0, ()), (0, 0, ())], deeds=[(1, 0, last_day), (2, 1, 1)])
    need = need_like([0], [0.9], day=21)
    found, activity = ranked(weights, known, need)
    why = reasons(found[1], need, activity, weights)
    assert [(w.family, dict(w.numbers)) for w in why] == ([("here", {})] if is_told else [])


def test_an_hour_of_day_is_told_from_three_answers_and_a_quarter_of_all_on() -> None:
    weights = weighing(hour_around=1.0)
    need = need_like([0], [0.9], day=15)
    for near, far, is_told in ((2, 0, False), (3, 0, True), (3, 9, True), (3, 10, False)):
        days = [day + 0.02 for day in range(near)] + [day + 0.5 for day in range(far)]
        known = told(
            needs=[(-1, 0, ()) for _ in range(len(days) + 1)],
            deeds=[*((1, row, day) for row, day in enumerate(days)), (2, len(days), 10.5)],
        )
        found, activity = ranked(weights, known, need)
        gained = replace(found[1], parts=tuple(abs(part) for part in found[1].parts))
        assert bool(reasons(gained, need, activity, weights)) == is_told


def test_of_very_many_answers_the_latest_thousand_that_may_be_seen_are_told() -> None:
    weights = weighing(topics_ever=1.0)
    known = told(
        needs=[(0, 0, (0,)) for _ in range(1201)],
        deeds=[*((1, row, 1 + row / 100) for row in range(1200)), (2, 1200, 1.0)],
    )
    need = need_like([0], [0.9], day=20, topics=[0])
    found, activity = ranked(weights, known, need)
    (why,) = reasons(found[1], need, activity, weights)
    assert why.numbers == {"needs": 1000.0, "last_at": pytest.approx(12.99 * DAY)}

    shown = np.ones(len(known.at), dtype=np.bool_)
    shown[-600:] = False
    less = active(known, 20, visible=shown)
    (one,) = [r for r in rank(need, less, weights) if r.person == 1]
    (why,) = reasons(one, need, less, weights)
    assert why.numbers["needs"] == 600.0
    assert why.numbers["last_at"] == pytest.approx(6.99 * DAY)
