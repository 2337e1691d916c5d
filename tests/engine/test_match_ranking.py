"""Who comes first in histories small enough to judge by hand, with the weights we ship."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.histories import Told, active, need_like, told
from tests.engine.test_match_activity import happenings
from whoknows.engine.match.baselines import BASELINES
from whoknows.engine.match.describe import describe
from whoknows.engine.match.features import NAMES, OWN_ONLY
from whoknows.engine.match.history import DAY, History
from whoknows.engine.match.ranking import (
    Ranked,
    comparable_outsider,
    default_weights,
    explore,
    rank,
    with_room,
)
from whoknows.engine.match.reasons import reasons

WEIGHTS = default_weights()
SPECIALIST, GENERALIST, OTHER = 1, 2, 3


def order(known: History, day: float, **need: object) -> list[int]:
    asked = need_like(day=day, **need)  # type: ignore[arg-type]
    return [ranked.person for ranked in rank(asked, active(known, day), WEIGHTS)]


def test_who_answered_all_matters_of_a_need_beats_who_answered_as_much_of_everything() -> None:
    needs = [(day, 0, (day % 4,)) for day in range(40)]
    deeds = []
    for day in range(40):
        deeds.append((SPECIALIST if day % 4 < 2 else OTHER, day, day + 0.1))
        if day % 2 == 0:
            deeds.append((GENERALIST, day, day + 0.05))
    known = told(needs=needs, deeds=deeds)
    like = [day for day in range(40) if day % 4 < 2]
    found = order(known, 41, documents=like, likeness=[0.8] * len(like), topics=[0, 1])
    assert found[0] == SPECIALIST


def test_what_helped_raises_who_did_it() -> None:
    def lead(*proof: float) -> float:
        last = (2, 2, 3, *proof)
        deeds: list[Told] = [(1, 1, 1), (2, 0, 1), (1, 3, 3), last]  # type: ignore[list-item]
        needs = [(0, 0, (0,)), (0, 0, (0,)), (2, 0, (0,)), (2, 0, (0,))]
        asked = need_like(range(4), [0.6, 0.6, 0.6, 0.6], day=6, topics=[0])
        ranked = rank(asked, active(told(needs=needs, deeds=deeds), 6), WEIGHTS)
        scores = {one.person: one.score for one in ranked}
        return scores[2] - scores[1]

    assert lead(4.0) > lead() + 0.01
    assert lead(7.0) == lead(), "a proof still to come must not count"


@pytest.mark.parametrize(("proved", "first"), [(False, 2), (True, 1)])
def test_whose_answers_helped_comes_before_who_answered_more(*, proved: bool, first: int) -> None:
    # Both answer in turn, two once more at the end.
    needs = [(day, 0, (0,)) for day in range(25)]
    deeds: list[Told] = []
    for day in range(25):
        deed = (1 if day % 2 and day < 24 else 2, day, day + 0.5)
        deeds.append((*deed, day + 0.6) if proved and deed[0] == 1 else deed)
    asked = need_like(range(25), [0.6] * 25, day=26, topics=[0])
    assert rank(asked, active(told(needs=needs, deeds=deeds), 26), WEIGHTS)[0].person == first


def test_a_declared_topic_counts_for_nothing_until_something_shows_it() -> None:
    needs = [(0, 0, (0,)), (0, 0, (1,))]
    deeds = [(1, 1, 1), (2, 1, 1)]
    known = told(needs=needs, deeds=deeds)
    without = order(known, 3, documents=[0], likeness=[0.4], topics=[0])
    pending = order(known, 3, documents=[0], likeness=[0.4], topics=[0], declared={0: [2]})
    assert pending == without
    shown = order(known, 3, documents=[1], likeness=[0.4], topics=[1], declared={1: [2]})
    assert without.index(1) < without.index(2)
    assert shown.index(2) < shown.index(1)


def test_what_shows_one_topic_leaves_another_pending() -> None:
    known = told(needs=[(0, 0, (0,)), (0, 0, (1,))], deeds=[(1, 0, 1), (2, 1, 1)])

    def score_and_reasons(declared: dict[int, Sequence[int]]) -> tuple[float, set[str]]:
        need = need_like([0, 1], [0.4, 0.4], day=3, topics=[0, 1], declared=declared)
        activity = active(known, 3)
        (mine,) = (one for one in rank(need, activity, WEIGHTS) if one.person == 2)
        told_of = reasons(mine, need, activity, WEIGHTS, most=9)
        return mine.score, {why.family for why in told_of}

    without, families = score_and_reasons({})
    pending, still = score_and_reasons({0: [2]})
    shown, then = score_and_reasons({1: [2]})
    assert pending == without, "what they did was on the other topic"
    assert shown > without
    assert (still - families, then - families) == (set(), {"declared"})


def test_without_the_evidence_named_as_a_reason_the_person_falls() -> None:
    needs = [(day, 0, (day % 2,)) for day in range(20)]
    deeds = [(1 + day % 2, day, day + 0.5) for day in range(20)]
    known = told(needs=needs, deeds=deeds)
    like = list(range(0, 20, 2))
    asked = need_like(like, [0.7] * 10, day=21, topics=[0])
    before = rank(asked, active(known, 21), WEIGHTS)
    assert before[0].person == 1
    assert before[0].evidence
    assert set(known.person[list(before[0].evidence)]) == {1}
    kept = np.ones(len(known.at), dtype=np.bool_)
    kept[list(before[0].evidence)] = False
    after = rank(asked, active(known, 21, visible=kept), WEIGHTS)
    assert 1 not in [r.person for r in after] or after[0].person != 1


def test_evidence_is_named_weightiest_first() -> None:
    known = told(needs=[(0, 0, ()), (1, 0, ())], deeds=[(1, 0, 2), (1, 1, 2.5), (2, 0, 3)])
    first = rank(need_like([0, 1], [0.3, 0.9], day=4), active(known, 4), WEIGHTS)
    evidence = {r.person: r.evidence for r in first}
    assert evidence[1] == (1, 0)
    assert evidence[2] == (2,)


def test_parts_add_up_to_the_differences_between_scores() -> None:
    known = told(needs=[(0, 0, (0,)), (1, 0, ())], deeds=[(1, 0, 2), (2, 1, 2), (3, 1, 3)])
    ranked = rank(need_like([0, 1], [0.9, 0.4], day=5, topics=[0]), active(known, 5), WEIGHTS)
    for one, other in pairwise(ranked):
        assert sum(one.parts) - sum(other.parts) == pytest.approx(one.score - other.score)
        assert one.score >= other.score


def test_answers_above_the_usual_are_named_as_reasons_where_these_alone_count() -> None:
    # Two answers whatever is asked; one answers the matter of the need, and nothing else.
    needs = [(day, 0, (day % 2,)) for day in range(40)]
    deeds = [(1 if day % 2 else 2, day, day + 0.5) for day in range(40)]
    deeds += [(2, day, day + 0.6) for day in range(1, 40, 2)]
    like = range(1, 40, 2)
    alone = replace(WEIGHTS, values=tuple(float(name == "above_usual") for name in NAMES))
    known = told(needs=needs, deeds=deeds)

    ranked = rank(need_like(like, [0.7] * 20, day=42), active(known, 42), alone)

    assert ranked[0].person == 1
    named = known.document[list(ranked[0].evidence)]
    assert sorted(named.tolist()) == list(like)


def test_a_rare_topic_of_a_need_counts_more_than_one_that_all_have() -> None:
    needs = [(day, 0, (0, 1) if day == 9 else (0,)) for day in range(10)]
    known = told(needs=[*needs, (0, 0, (1,))], deeds=[(1, 0, 1), (2, 10, 1)])
    need = need_like([0, 10], [0.5, 0.5], day=12, topics=[0, 1])

    described = describe(need, active(known, 12))

    share = np.exp(described.matrix[:, NAMES.index("topics_ever")]) - 0.003
    # Of eleven needs ten have the one topic and two the other.
    common, rare = np.log(1 + 11 / 11), np.log(1 + 11 / 3)
    both = np.array([common, rare]) / (common + rare)
    told_of = dict(zip(described.people.tolist(), share, strict=True))
    assert [told_of[1], told_of[2]] == pytest.approx(both)


def test_to_know_the_matter_and_be_active_together_is_more_than_either() -> None:
    known = told(
        needs=[(0, 0, (0,)), (1, 0, (1,)), (2, 0, (0,)), (300, 0, (1,)), (301, 0, (0,))],
        deeds=[(1, 0, 1), (1, 2, 3), (2, 3, 301), (3, 1, 2), (3, 4, 302)],
    )
    need = need_like([0, 2, 4], [0.9, 0.9, 0.9], day=303, topics=[0])
    described = describe(need, active(known, 303))
    row = {int(person): n for n, person in enumerate(described.people)}
    for name in OWN_ONLY:
        together = described.matrix[:, NAMES.index(name)]
        assert together[row[3]] > 10 * together[row[1]]
        assert together[row[2]] == pytest.approx(0), "is active, and knows nothing of it"
        assert WEIGHTS.values[NAMES.index(name)] == 0


def test_the_latest_of_the_most_alike_count_most_however_long_ago_they_were() -> None:
    # Forty needs on the matter, then sixty on another one; a year of silence.
    needs = [(day, 0, ()) for day in range(100)]
    deeds = [(1 if day < 20 else 2, day, day + 0.5) for day in range(40)]
    deeds += [(3, day, day + 0.5) for day in range(40, 100)]
    known, like = told(needs=needs, deeds=deeds), range(40)
    described = describe(need_like(like, [0.7] * 40, day=465), active(known, 465))

    latest = described.matrix[:, NAMES.index("latest_50")]

    weights = 0.5 ** (np.arange(40) / 10)
    shares = [weights[20:].sum(), weights[:20].sum(), 0] / weights.sum()
    assert described.people.tolist() == [0, 1, 2, 3]
    assert np.exp(latest[1:]) - 0.003 == pytest.approx(shares)


def test_without_a_model_the_most_alike_are_those_with_the_same_words() -> None:
    known = told(needs=[(0, 0, ()), (1, 0, ())], deeds=[(1, 0, 2), (2, 1, 3)])
    asked = need_like([0, 1], [0.9, 0.9], day=4)
    nothing = asked.similar.sense[:0]
    by_words = replace(
        asked, similar=replace(asked.similar, by_sense=asked.similar.by_sense[:0], sense=nothing)
    )

    with_model, without = (
        describe(need, active(known, 4)).matrix[:, NAMES.index("latest_50")]
        for need in (asked, by_words)
    )

    assert without.tolist() == with_model.tolist()
    assert without[2] > without[1] > without[0]


def test_answering_more_of_a_matter_than_of_all_is_told_from_answering_much() -> None:
    """Needs 1 and 2 are like the new one; 3 is, but it is too fresh to tell."""
    known = told(
        needs=[(0, 0, ()), (1, 0, ()), (2, 0, ()), (3.5, 0, ())],
        deeds=[(1, 0, 0.5), (1, 1, 1.5), (2, 1, 1.6), (2, 2, 2.5), (1, 3, 3.6)],
    )

    described = describe(need_like([1, 2, 3], [0.9, 0.8, 0.7], day=4), active(known, 4))

    earlier = 0.5 ** (1 / 40)
    busy = (earlier / 2 + 1) / (earlier + 0.75 + 1)  # one before need 1, 1.5 of 2 before need 2
    fitting = (earlier / 2 + 1 + 1) / (0.25 + 1)
    column = described.matrix[:, NAMES.index("above_usual")]
    told_of = dict(zip(described.people.tolist(), column, strict=True))
    assert told_of[1] == pytest.approx(np.log(busy))
    assert told_of[2] == pytest.approx(np.log(fitting))


def test_askers_are_not_expected_to_answer_themselves() -> None:
    """Person 2 answers everybody else, and person 1 what person 2 asks: as much as could be."""
    known = told(
        needs=[(day, 2 if day % 2 else 0, ()) for day in range(80)],
        deeds=[(1 if day % 2 else 2, day, day + 0.5) for day in range(80)],
    )
    asked_by_2 = list(range(41, 80, 2))

    described = describe(need_like(asked_by_2, [0.7] * 20, day=82), active(known, 82))

    column = described.matrix[:, NAMES.index("above_usual")]
    assert column[described.people == 1] == pytest.approx(0.0)
    assert column[described.people == 2] == pytest.approx(0.0)


def test_the_asker_and_the_unknown_are_not_ranked_and_everybody_seen_is() -> None:
    known = told(needs=[(0, 0, ()), (1, 4, ())], deeds=[(1, 0, 2), (5, 0, 9)])
    found = order(known, 3, documents=[0], likeness=[0.5], asker=0)
    assert sorted(found) == [1, 4]
    assert order(told(needs=[], deeds=[]), 3, documents=[], likeness=[]) == []


@given(happenings(), st.floats(1, 300), st.integers(0, 5))
@settings(deadline=None, max_examples=60)
def test_nothing_after_the_need_changes_its_ranking(
    history: History, day: float, asker: int
) -> None:
    """The features of the whole archive at t are those of the archive cut off at t."""
    past = np.flatnonzero(history.asked_at < day * DAY)
    asked = need_like(past.tolist(), [0.5] * len(past), day=day, topics=[0], asker=asker)
    before = history.at < day * DAY
    deeds = [
        (int(p), int(d), a / DAY, pr / DAY)
        for p, d, a, pr in zip(
            history.person[before], history.document[before], history.at[before],
            np.where(history.proven_at < day * DAY, history.proven_at, np.inf)[before],
            strict=True,
        )
        if d in past
    ]  # fmt: skip
    topics = [tuple(int(history.topic_of[r]) for r in history.topics_in.of(int(d))) for d in past]
    needs = [
        (history.asked_at[d] / DAY, int(history.asker[d]), topic)
        for d, topic in zip(past, topics, strict=True)
    ]
    renamed = {int(d): row for row, d in enumerate(past)}
    cut = told(needs=needs, deeds=[(p, renamed[d], a, pr) for p, d, a, pr in deeds])
    all_known = all(d in past for d in history.document[before])
    if all_known:
        short = need_like(range(len(past)), [0.5] * len(past), day=day, topics=[0], asker=asker)
        whole, part = describe(asked, active(history, day)), describe(short, active(cut, day))
        assert np.array_equal(whole.people, part.people)
        assert np.allclose(whole.matrix, part.matrix), NAMES


def test_activity_newer_than_the_need_is_refused() -> None:
    known = told(needs=[(0, 0, ())], deeds=[(1, 0, 1)])
    with pytest.raises(ValueError, match="looking ahead"):
        describe(need_like([0], [0.5], day=2), active(known, 3))


def test_baselines_rank_by_what_they_say() -> None:
    known = told(
        needs=[(0, 0, ()), (1, 0, ()), (90, 0, ())],
        deeds=[(1, 0, 1), (1, 1, 2), (2, 2, 95), (3, 1, 91)],
    )
    need, activity = need_like([0, 1], [0.9, 0.5], day=100), active(known, 100)
    best = {name: int(score(need, activity).argmax()) for name, score in BASELINES.items()}
    assert best["all-time popularity"] == 1
    assert best["decayed activity, 7 d"] == 2
    assert best["BM25 votes"] == 1
    assert best["BM25 votes, 30 d"] == 3
    assert best["dense votes, 30 d"] == 3


def person(number: int, score: float = 0.0) -> Ranked:
    return Ranked(number, score, (), ())


def test_nobody_is_asked_beyond_what_they_take() -> None:
    ranked = [person(1), person(2), person(3)]
    free = with_room(ranked, answered={1: 5, 2: 1, 3: 4}, most={2: 1, 3: 5})
    assert [r.person for r in free] == [1, 3]


def test_exploring_happens_as_often_as_it_says_and_logs_its_propensity() -> None:
    often, seldom = (replace(person(n), answers_soon=p) for n, p in ((3, 0.3), (4, 0.1)))
    chosen, others = [person(1), person(2)], [person(2), often, seldom]
    last = [explore(chosen, others, seed=seed, rate=0.2)[-1] for seed in range(4000)]
    by_chance = [shown for shown in last if shown.ranked.person != 2]
    assert len(by_chance) / 4000 == pytest.approx(0.2, abs=0.02)
    assert {shown.ranked.person: round(shown.propensity, 9) for shown in by_chance} == {
        3: 0.15,
        4: 0.05,
    }, "who answers thrice as often is tried thrice as often"
    worth = sum(1 / shown.propensity for shown in last if shown.ranked.person == 3)
    assert worth / 4000 == pytest.approx(1, abs=0.15), "inverse propensities are unbiased"
    assert explore(chosen, others, seed=7) == explore(chosen, others, seed=7)
    assert explore(chosen, [], seed=7, rate=1.0)[-1].propensity == 1.0


def test_somebody_outside_the_usual_few_gets_the_last_place_only_if_comparable() -> None:
    usual = [person(1, 3), person(2, 2), person(3, 1)]
    near, far = person(4, 0.5), person(5, -4)
    picked = comparable_outsider([*usual, near, far], usual={1, 2, 3})
    assert [r.person for r in picked] == [1, 2, 4]
    kept = comparable_outsider([*usual, far], usual={1, 2, 3})
    assert [r.person for r in kept] == [1, 2, 3]


@given(happenings(), st.floats(1, 300), st.sets(st.integers(0, 5)))
@settings(deadline=None, max_examples=60)
def test_whoever_else_is_ranked_changes_nobodys_score(
    history: History, day: float, chosen: set[int]
) -> None:
    past = np.flatnonzero(history.asked_at < day * DAY)
    asked = need_like(past.tolist(), [0.5] * len(past), day=day, topics=[0], asker=0)
    everybody = {one.person: one.score for one in rank(asked, active(history, day), WEIGHTS)}
    among = np.array(sorted(chosen & set(range(history.people))), dtype=np.int64)
    some = {
        one.person: one.score for one in rank(asked, active(history, day), WEIGHTS, among=among)
    }
    assert some == {person: everybody[person] for person in chosen if person in everybody}
