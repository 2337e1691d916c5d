"""What happened: which needs were raised, and who did what about them."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# In the place of a person's number: nobody in particular; somebody who never did anything.
NOBODY, NEWCOMER = -1, -2
NEVER = np.inf
DAY = 86400.0
_BITS = 16


class Deed(IntEnum):
    """What somebody did about a document. ``PRESENT`` only shows that they were there."""

    PRESENT = 0
    ANSWERED = 1
    WROTE_AID = 2


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows of a table by what they belong to: those of ``g`` are ``order[start[g]:start[g+1]]``."""

    start: Ints
    order: Ints

    def of(self, group: int) -> Ints:
        """Return the rows of one group, in the order of the table."""
        return self.order[self.start[group] : self.start[group + 1]]

    def of_all(self, groups: Ints) -> tuple[Ints, Ints]:
        """Return the rows of several groups, and for each the place of its group in ``groups``.

        >>> rows, place = grouped(np.array([1, 0, 1]), 2).of_all(np.array([1, 0]))
        >>> rows.tolist(), place.tolist()
        ([0, 2, 1], [0, 0, 1])
        """
        sizes = self.start[groups + 1] - self.start[groups]
        place = np.repeat(np.arange(len(groups)), sizes)
        offset = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.order[self.start[groups][place] + offset], place


def grouped(belongs_to: Ints, groups: int) -> Groups:
    """Return rows by group; a row that belongs to none (-1) is left out. O(rows)."""
    rows = np.flatnonzero(belongs_to != NOBODY)
    sizes = np.bincount(belongs_to[rows], minlength=groups)
    return Groups(starts(sizes), rows[stable_order(belongs_to[rows])])


def starts(sizes: Ints) -> Ints:
    """Return where each of some groups starts that stand one after the other, and the end."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def stable_order(numbers: Ints) -> Ints:
    """Return the places of ``numbers``, none below 0, in ascending order, equal ones as they stand.

    Sixteen bits at a time: up to there numpy counts instead of comparing, in a fifth of the time.
    O(n).

    >>> stable_order(np.array([70000, 4, 70000, 65540, 0])).tolist()
    [4, 1, 3, 0, 2]
    """
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    for shift in range(_BITS, int(numbers.max(initial=0)).bit_length(), _BITS):
        higher = (numbers[order] >> shift).astype(np.uint16)
        order = order[np.argsort(higher, kind="stable")]
    return order


def distinct(numbers: Ints) -> tuple[Ints, Ints]:
    """Return the distinct ``numbers``, none below 0, ascending, and the place of each in these.

    >>> [part.tolist() for part in distinct(np.array([9, 2, 9, 5]))]
    [[2, 5, 9], [2, 0, 2, 1]]
    """
    order = stable_order(numbers)
    ascending = numbers[order]
    is_new = np.append(True, ascending[1:] != ascending[:-1])[: len(ascending)]
    place = np.empty(len(numbers), np.int64)
    place[order] = np.cumsum(is_new) - 1
    return ascending[is_new], place


def summed(belongs_to: Ints, amounts: Floats, groups: int) -> Floats:
    """Return the sum of the amounts that belong to each group.

    >>> summed(np.array([2, 0, 2]), np.array([1.0, 5.0, 2.0]), 3).tolist()
    [5.0, 0.0, 3.0]
    """
    return np.bincount(belongs_to, amounts, minlength=groups).astype(np.float64)


@dataclass(frozen=True, slots=True)
class History:
    """Everything known, in columns; times in seconds, people, documents and topics by number.

    Deeds stand in the order of time, and are named by their place in it. Only functions that are
    told a time read it, and they read nothing that happened at that time or later.

    Attributes:
        people: How many there are.
        topics: How many there are.
        asked_at, asker: When each document began and who asked, ``NOBODY`` for an aid.
        topic_of, topic_document: One row for each topic of a document.
        person, document, at, kind: One row for each deed.
        given: For each deed its place among those that were given.
        proven_at: When the deed was said to have helped or solved; ``NEVER`` if it was not.
        first: The deed was the first answer to its document.
        in_document, by_person, by_asker, topics_in: Deeds, deeds, documents and topic rows by what
            they belong to.
        documents_in_time, proofs_in_time: Documents by when they began; deeds that helped or
            solved by when that was said.
        topics_of_people: One row for each topic and person who did something on it: topic *
            people + person, ascending.
        topics_of_deed: Places in these of the topics of each deed.
    """

    people: int
    topics: int
    asked_at: Floats
    asker: Ints
    topic_of: Ints
    topic_document: Ints
    person: Ints
    document: Ints
    at: Floats
    kind: Ints
    given: Ints
    proven_at: Floats
    first: Flags
    in_document: Groups
    by_person: Groups
    by_asker: Groups
    topics_in: Groups
    documents_in_time: Ints
    proofs_in_time: Ints
    topics_of_people: Ints
    topics_of_deed: Groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Needs and aids as columns; ``topics`` are pairs (document, topic)."""

    at: Floats
    asker: Ints
    topics: tuple[Ints, Ints]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """What was done as columns, in any order."""

    person: Ints
    document: Ints
    at: Floats
    kind: Ints
    proven_at: Floats


def history(*, people: int, topics: int, documents: Documents, deeds: Deeds) -> History:
    """Return the history of these documents and deeds.

    A deed older than its document is taken to be as old. The second answer of a person to one
    document counts as being present: two answers to one need are one help. So does whatever the
    asker says below it. O(n), and O(n log n) where deeds are in no order.
    """
    done_at = np.maximum(deeds.at, documents.at[deeds.document])
    order = np.argsort(done_at, kind="stable")
    person, document, at = deeds.person[order], deeds.document[order], done_at[order]
    kind, proven_at = deeds.kind[order].copy(), deeds.proven_at[order]
    kind[documents.asker[document] == person] = Deed.PRESENT
    # Nothing proves what only shows that somebody was there, and nothing before it was done.
    proven_at = np.where(kind == Deed.PRESENT, NEVER, np.maximum(proven_at, at))
    _count_once(person, document, kind, proven_at)
    counts = np.flatnonzero(kind != Deed.PRESENT)
    earliest = np.full(len(documents.at), len(order))
    np.minimum.at(earliest, document[counts], counts)
    first = np.zeros(len(order), dtype=np.bool_)
    first[earliest[earliest < len(order)]] = True
    proofs = np.flatnonzero(np.isfinite(proven_at))
    topics_in = grouped(documents.topics[0], len(documents.at))
    rows, place = topics_in.of_all(document[counts])
    of_deed = counts[place]
    topics_of_people, row = distinct(documents.topics[1][rows] * people + person[of_deed])
    return History(
        people=people,
        topics=topics,
        asked_at=documents.at,
        asker=documents.asker,
        topic_document=documents.topics[0],
        topic_of=documents.topics[1],
        person=person,
        document=document,
        at=at,
        kind=kind,
        given=order,
        proven_at=proven_at,
        first=first,
        in_document=grouped(document, len(documents.at)),
        by_person=grouped(person, people),
        by_asker=grouped(documents.asker, people),
        topics_in=topics_in,
        documents_in_time=np.argsort(documents.at, kind="stable"),
        proofs_in_time=proofs[np.argsort(proven_at[proofs], kind="stable")],
        topics_of_people=topics_of_people,
        topics_of_deed=Groups(starts(np.bincount(of_deed, minlength=len(order))), row),
    )


def _count_once(person: Ints, document: Ints, kind: Ints, proven_at: Floats) -> None:
    """Turn all but the first counting deed of a person in a document into presence, in place.

    What proves a later one proves the first: it is the same help.
    """
    counts = np.flatnonzero(kind != Deed.PRESENT)
    pair, which = distinct(document[counts] * (int(person.max(initial=0)) + 1) + person[counts])
    first = np.full(len(pair), len(kind))
    np.minimum.at(first, which, counts)
    proof = np.full(len(pair), np.inf)
    np.minimum.at(proof, which, proven_at[counts])
    done = kind[first]
    kind[counts], proven_at[counts] = Deed.PRESENT, np.inf
    kind[first], proven_at[first] = done, proof
