"""Decayed counts against the same sums done one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.histories import active, need_like, told
from whoknows.engine.match.activity import (
    DEED_HALF_LIVES,
    DOCUMENT_HALF_LIVES,
    SPECIAL_HALF_LIFE,
    Activity,
)
from whoknows.engine.match.describe import describe
from whoknows.engine.match.history import DAY, Deed, History

days = st.floats(min_value=0.0, max_value=400.0, allow_nan=False)


World = tuple[list[tuple[float, int, tuple[int, ...]]], list[tuple[int, int, float, float]]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    needs = draw(
        st.lists(
            st.tuples(
                days, st.integers(-1, 5), st.lists(st.integers(0, 3), unique=True).map(tuple)
            ),
            min_size=1,
            max_size=8,
        )
    )
    deeds = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, len(needs) - 1), days, days), max_size=25
        )
    )
    return needs, deeds


def happenings() -> st.SearchStrategy[History]:
    return worlds().map(lambda world: told(needs=world[0], deeds=world[1]))


def counted(history: History, day: float) -> list[int]:
    rows = range(len(history.at))
    return [r for r in rows if history.at[r] < day * DAY and history.kind[r] != Deed.PRESENT]


@given(happenings(), days)
@settings(deadline=None)
def test_sums_are_those_of_adding_one_deed_after_another(history: History, day: float) -> None:
    activity = active(history, day)
    for row, half_life in enumerate(DEED_HALF_LIVES):
        expected = np.zeros(history.people)
        for deed in counted(history, day):
            age = (day * DAY - history.at[deed]) / DAY
            expected[history.person[deed]] += 0.5 ** (age / half_life)
        assert np.allclose(activity.deeds[row], expected)
    order = np.argsort(history.asked_at, kind="stable").tolist()
    for row, half_life in enumerate(DOCUMENT_HALF_LIVES):
        expected = np.zeros(history.people)
        for deed in counted(history, day):
            since = sum(history.asked_at < day * DAY) - order.index(history.document[deed])
            expected[history.person[deed]] += 0.5 ** (since / half_life)
        assert np.allclose(activity.by_documents[row], expected)
    proven = np.zeros(history.people)
    for deed in range(len(history.at)):
        proven[history.person[deed]] += history.proven_at[deed] < day * DAY
    assert np.array_equal(activity.proven, proven)
    assert activity.documents == sum(history.asked_at < day * DAY)


@given(happenings(), days)
@settings(deadline=None)
def test_topic_sums_are_those_of_adding_one_deed_after_another(
    history: History, day: float
) -> None:
    activity = active(history, day)
    now: dict[int, float] = {}
    for deed in counted(history, day):
        age = (day * DAY - history.at[deed]) / DAY
        for row in history.topics_in.of(int(history.document[deed])):
            pair = int(history.topic_of[row]) * history.people + int(history.person[deed])
            now[pair] = now.get(pair, 0.0) + 0.5 ** (age / SPECIAL_HALF_LIFE)
    for pair, amount in zip(history.topics_of_people, activity.topic_now, strict=True):
        assert amount == pytest.approx(now.pop(int(pair), 0.0))
    assert not now


@given(happenings(), st.lists(days, min_size=1, max_size=5).map(sorted))
@settings(deadline=None)
def test_many_small_steps_arrive_where_one_step_does(history: History, steps: list[float]) -> None:
    stepped = Activity(history)
    for day in steps:
        stepped.advance(day * DAY)
    at_once = active(history, steps[-1])
    for name in ("deeds", "by_documents", "present", "quick", "first", "newcomers", "by_hour",
                 "last_seen", "since", "topic_now", "topic_ever", "proven",
                 "deeds_in"):  # fmt: skip
        assert np.allclose(getattr(stepped, name), getattr(at_once, name)), name


def test_a_snapshot_serves_a_later_time_by_one_factor() -> None:
    history = told(needs=[(0, 0, ())], deeds=[(1, 0, 1), (2, 0, 2)])
    early, late = active(history, 3), active(history, 10)
    for row, half_life in enumerate(DEED_HALF_LIVES):
        assert np.allclose(early.deeds[row] * early.faded(10 * DAY, half_life), late.deeds[row])


@given(worlds(), st.sets(st.integers(0, 7)), days)
@settings(deadline=None)
def test_what_is_not_known_is_as_if_it_had_never_happened(
    world: World, hidden: set[int], day: float
) -> None:
    needs, deeds = world
    shown = [place for place in range(len(needs)) if place not in hidden]
    number = {place: n for n, place in enumerate(shown)}
    everything = told(needs=needs, deeds=deeds)
    known = np.isin(np.arange(len(needs)), shown)
    only = told(
        needs=[needs[place] for place in shown],
        deeds=[(who, number[at], day, proven) for who, at, day, proven in deeds if at in number],
    )

    masked = active(everything, day, visible=known[everything.document], known=known)
    alone = active(only, day)

    for name in ("deeds", "by_documents", "present", "quick", "first", "newcomers", "by_hour",
                 "last_seen", "since", "total", "proven", "topic_documents",
                 "documents"):  # fmt: skip
        assert np.allclose(getattr(masked, name), getattr(alone, name)), name
    assert np.array_equal(masked.deeds_in[shown], alone.deeds_in)
    assert by_pair(masked) == pytest.approx(by_pair(alone))
    likeness = [0.9 - place / 20 for place in shown]
    like_all = need_like(shown, likeness, day=400, topics=[0, 1], asker=1)
    like_alone = need_like(list(number.values()), likeness, day=400, topics=[0, 1], asker=1)
    there, here = describe(like_all, masked), describe(like_alone, alone)
    assert np.array_equal(there.people, here.people)
    assert np.allclose(there.matrix, here.matrix)


def by_pair(activity: Activity) -> dict[int, float]:
    """Return the counts of deeds by topic and person, of those who did any."""
    pairs = zip(activity.history.topics_of_people.tolist(), activity.topic_ever, strict=True)
    return {pair: count for pair, count in pairs if count}


def test_what_a_reader_may_not_see_counts_for_nothing() -> None:
    history = told(needs=[(0, 0, (1,))], deeds=[(1, 0, 1, 1.5), (2, 0, 2)])
    activity = active(history, 3, visible=history.person != 1)
    assert activity.deeds[:, 1].sum() == 0
    assert activity.proven[1] == 0
    assert not np.isfinite(activity.last_seen[1])
    assert activity.deeds[:, 2].sum() > 0
    assert history.person[activity.answers].tolist() == [2]
    assert activity.deeds_in.tolist() == [1]


def test_going_back_in_time_is_refused() -> None:
    activity = active(told(needs=[(0, 0, ())], deeds=[]), 5)
    with pytest.raises(ValueError, match="forward"):
        activity.advance(4 * DAY)


def test_two_answers_to_one_need_are_one_help_and_keep_their_proof() -> None:
    history = told(needs=[(0, 0, ())], deeds=[(1, 0, 1), (1, 0, 2, 3), (0, 0, 2)])
    activity = active(history, 4)
    assert activity.total.tolist() == [0, 1, 0, 0, 0, 0]
    assert activity.proven[1] == 1
    assert activity.last_seen[0] == 2 * DAY


def test_an_answer_from_before_its_need_counts_as_given_with_it() -> None:
    # Two clocks that differ: an import may bring such a pair.
    history = told(needs=[(0, 0, ()), *((5, 0, ()) for _ in range(900)), (10, 0, ())],
                   deeds=[(1, 901, 1)])  # fmt: skip
    assert history.at.tolist() == [10 * DAY]
    assert active(history, 5).by_documents.sum() == 0
    assert active(history, 11).by_documents.max() <= 1
