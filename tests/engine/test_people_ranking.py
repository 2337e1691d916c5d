"""Ranking people by what they did, held against the formula written out the slow way."""

from collections.abc import Sequence
from math import isclose, log

from hypothesis import given
from hypothesis import strategies as st

from whoknows.engine.match.people import Candidate, Vote, rank_people, spread

VOTES = st.lists(
    st.builds(
        Vote,
        person=st.integers(1, 5),
        likeness=st.floats(0.01, 1.0),
        age_days=st.floats(0, 2000),
        worth=st.sampled_from([1.0, 1.3, 1.5]),
        evidence=st.integers(1, 100),
    ),
    max_size=25,
)
RECENT = st.dictionaries(st.integers(1, 6), st.integers(0, 50))


def oracle(votes: Sequence[Vote], recent: dict[int, int], half_life: float) -> dict[int, float]:
    """Return each person's score as the docstring of the ranking tells it."""
    scores = {}
    for person in {vote.person for vote in votes}:
        total = 0.0
        for vote in votes:
            if vote.person == person:
                ever = vote.likeness * vote.likeness * vote.worth
                total += ever / 2 + ever / 2 * 2 ** (-vote.age_days / half_life)
        most = max([*recent.values(), 0])
        activity = log(1 + recent.get(person, 0)) / log(1 + most) if most else 0.0
        scores[person] = log(1 + total) + 0.15 * activity
    return scores


@given(votes=VOTES, recent=RECENT, half_life=st.sampled_from([1.0, 30.0, 365.0]))
def test_everybody_with_a_vote_is_ranked_once_by_the_formula(
    votes: list[Vote], recent: dict[int, int], half_life: float
) -> None:
    ranked = rank_people(votes, recent=recent, half_life_days=half_life)

    expected = oracle(votes, recent, half_life)
    assert {c.person for c in ranked} == set(expected)
    assert len(ranked) == len(expected)
    assert all(isclose(c.score, expected[c.person], abs_tol=1e-9) for c in ranked)
    assert ranked == sorted(ranked, key=lambda c: (-c.score, c.person))
    for candidate in ranked:
        mine = sorted(v.evidence for v in votes if v.person == candidate.person)
        assert sorted(candidate.evidence) == mine


@given(votes=VOTES, recent=RECENT)
def test_the_order_of_the_votes_changes_nothing(votes: list[Vote], recent: dict[int, int]) -> None:
    forwards = rank_people(votes, recent=recent)
    backwards = rank_people(votes[::-1], recent=recent)

    assert [c.person for c in forwards] == [c.person for c in backwards] or all(
        isclose(a.score, b.score) for a, b in zip(forwards, backwards, strict=True)
    )


def test_nobody_voted_for_is_nobody_ranked() -> None:
    assert rank_people([], recent={}) == []
    assert rank_people([], recent={1: 5}) == []
    assert spread([], usual={1}) == []


def vote(person: int, *, age: float = 0.0, likeness: float = 1.0, evidence: int = 1) -> Vote:
    return Vote(person, likeness, age, 1.0, evidence)


def test_equal_scores_are_ordered_by_person() -> None:
    ranked = rank_people([vote(3), vote(1), vote(2)], recent={})

    assert [c.person for c in ranked] == [1, 2, 3]


def test_half_of_the_score_halves_with_every_half_life_and_half_stays_for_ever() -> None:
    [now], [later], [long_ago] = (
        rank_people([vote(1, age=age)], recent={}) for age in (0, 30, 1_000_000)
    )

    assert isclose(now.score, log(2))
    assert isclose(later.score, log(1.75))
    assert isclose(long_ago.score, log(1.5))


def test_the_weightiest_evidence_stands_first_and_the_lower_number_of_equals() -> None:
    votes = [
        vote(1, likeness=0.2, evidence=7),
        vote(1, likeness=0.9, evidence=9),
        vote(1, likeness=0.9, evidence=8),
    ]

    assert rank_people(votes, recent={})[0].evidence == (8, 9, 7)


def test_whoever_was_active_lately_comes_before_an_equal_who_was_not() -> None:
    ranked = rank_people([vote(1), vote(2)], recent={2: 1, 9: 40})

    assert [c.person for c in ranked] == [2, 1]


def ranked(*scores: float) -> list[Candidate]:
    return [Candidate(person, score, ()) for person, score in enumerate(scores, start=1)]


def people(candidates: Sequence[Candidate]) -> list[int]:
    return [c.person for c in candidates]


def test_the_last_place_goes_to_somebody_else_down_to_six_tenths_and_no_further() -> None:
    usual = {1, 2, 3}

    assert people(spread(ranked(3, 2, 1, 0.6), usual=usual)) == [1, 2, 4]
    assert people(spread(ranked(3, 2, 1, 0.5999), usual=usual)) == [1, 2, 3]


def test_the_first_comparable_one_gets_it_even_behind_more_of_the_usual() -> None:
    usual = {1, 2, 3, 4}

    assert people(spread(ranked(3, 2, 1, 0.9, 0.8, 0.7), usual=usual)) == [1, 2, 5]


def test_nobody_makes_room_when_somebody_else_is_among_them_or_places_are_free() -> None:
    assert people(spread(ranked(3, 2, 1, 0.9), usual={1, 2})) == [1, 2, 3]
    assert people(spread(ranked(3, 2), usual={1, 2})) == [1, 2]
    assert people(spread(ranked(3, 2, 1), usual={1, 2, 3})) == [1, 2, 3]


@given(
    scores=st.lists(st.floats(0.01, 10), max_size=12),
    usual=st.sets(st.integers(1, 12)),
    places=st.integers(1, 5),
)
def test_only_the_last_place_ever_changes(
    scores: list[float], usual: set[int], places: int
) -> None:
    given_order = ranked(*sorted(scores, reverse=True))

    chosen = spread(given_order, usual=usual, places=places)

    assert len(chosen) == min(places, len(given_order))
    assert len(set(people(chosen))) == len(chosen)
    assert chosen[:-1] == given_order[:places][:-1]
    if chosen and chosen[-1] != given_order[:places][-1]:
        assert {c.person for c in given_order[:places]} <= usual
        assert chosen[-1].person not in usual
        assert chosen[-1].score >= 0.6 * given_order[places - 1].score
