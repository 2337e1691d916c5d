"""Small made-up histories for the tests of the ranking."""

from collections.abc import Mapping, Sequence

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.describe import Need, Similar
from whoknows.engine.match.history import (
    DAY,
    NEVER,
    NOBODY,
    Deed,
    Deeds,
    Documents,
    Flags,
    History,
    history,
)

Told = tuple[int, int, float] | tuple[int, int, float, float]


def told(
    *,
    needs: Sequence[tuple[float, int, tuple[int, ...]]],
    deeds: Sequence[Told],
    people: int = 6,
    topics: int = 4,
) -> History:
    """Return a history of ``needs`` (day, asker, topics) and ``deeds`` (person, need, day[, day
    on which it proved right])."""
    pairs = [(row, topic) for row, need in enumerate(needs) for topic in need[2]]
    return history(
        people=people,
        topics=topics,
        documents=Documents(
            at=np.array([day for day, _, _ in needs], dtype=float) * DAY,
            asker=np.array([asker for _, asker, _ in needs], dtype=np.int64),
            topics=(
                np.array([row for row, _ in pairs], dtype=np.int64),
                np.array([topic for _, topic in pairs], dtype=np.int64),
            ),
        ),
        deeds=Deeds(
            person=np.array([deed[0] for deed in deeds], dtype=np.int64),
            document=np.array([deed[1] for deed in deeds], dtype=np.int64),
            at=np.array([deed[2] for deed in deeds], dtype=float) * DAY,
            kind=np.full(len(deeds), int(Deed.ANSWERED), dtype=np.int64),
            proven_at=np.array([d[3] * DAY if len(d) > 3 else NEVER for d in deeds]),
        ),
    )


def active(
    history: History, day: float, visible: Flags | None = None, known: Flags | None = None
) -> Activity:
    """Return the activity just before ``day``."""
    activity = Activity(history, visible, known)
    activity.advance(day * DAY)
    return activity


def need_like(
    documents: Sequence[int],
    likeness: Sequence[float],
    *,
    day: float,
    topics: Sequence[int] = (),
    asker: int = NOBODY,
    declared: Mapping[int, Sequence[int]] | None = None,
) -> Need:
    """Return a need as like those documents, in words and in sense."""
    order = np.array(documents, dtype=np.int64)
    score = np.array(likeness, dtype=float)
    return Need(
        at=day * DAY,
        asker=asker,
        topics=np.array(topics, dtype=np.int64),
        similar=Similar(by_words=order, words=10 * score, by_sense=order, sense=score),
        declared={
            topic: np.array(people, dtype=np.int64) for topic, people in (declared or {}).items()
        },
    )
