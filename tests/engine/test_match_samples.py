"""What a need teaches."""

import numpy as np

from tests.engine.histories import active, need_like, told
from whoknows.engine.match.describe import describe
from whoknows.engine.match.ranking import default_weights
from whoknows.engine.match.samples import LEARNED_FROM, known_samples, sample

PEOPLE = 90
KNOWN = told(
    needs=[(day, 0, (0,)) for day in range(PEOPLE)],
    deeds=[(1 + day, day, day + 0.5) for day in range(PEOPLE)],
    people=1 + PEOPLE,
)
NEED = need_like([0], [0.5], day=PEOPLE, topics=[0], asker=0)


def test_the_sixty_likeliest_are_learned_from_whoever_answered() -> None:
    activity = active(KNOWN, PEOPLE)
    described = describe(NEED, activity)
    score = default_weights().score(described.matrix)
    order = described.people[np.argsort(-score, kind="stable")].tolist()
    outside, inside = order[-1], order[5]

    taught = sample(NEED, activity, {inside: NEED.at + 5, outside: NEED.at + 1})

    assert sorted(taught.people.tolist()) == sorted(order[:LEARNED_FROM])
    known = taught.known_at(NEED.at + 9)
    assert taught.people[known.answered].tolist() == [inside]
    assert np.array_equal(known.matrix[known.answered][0],
                          described.matrix[described.people == inside][0])  # fmt: skip


def test_a_need_that_only_an_unlikely_person_answered_teaches_nothing() -> None:
    activity = active(KNOWN, PEOPLE)
    described = describe(NEED, activity)
    score = default_weights().score(described.matrix)
    outside = int(described.people[np.argsort(-score, kind="stable")[-1]])
    assert known_samples([sample(NEED, activity, {outside: NEED.at + 1})], np.inf) == []
