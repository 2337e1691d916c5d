"""What a reader may know of what everybody did, ready for ranking people.

It is kept in memory from request to request: reading it takes longer than all else. What was
removed, or is to be seen by fewer, is gone with the next request; in a large installation what is
new may take some seconds until it counts.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
from django.db import connection

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.features import Similar
from whoknows.engine.match.history import NOBODY, Deed, Deeds, Documents, History, history
from whoknows.needs.queries.columns import (
    KINDS,
    Columns,
    DeclaredColumns,
    Flags,
    Ids,
    places_in,
    read_columns,
)
from whoknows.needs.queries.places import Places
from whoknows.people.models import Reach
from whoknows.search.queries import Hit

_READERS_KEPT = 8
_QUICK_S = 0.1
_PAUSE_S = 3.0
_NEAREST, _IN_COMMON = 6, 2


@dataclass(frozen=True, slots=True)
class Seen:
    """The history that one kind of reader may see, and who and what its numbers stand for.

    Attributes:
        persons: Their ids by number, ascending.
        needs, aids: Ids of documents: the first numbers are needs, those after them are aids.
        topics: Ids of topics by number, ascending.
        evidence: For each deed the id of the evidence it is.
        declared: Who says to know which topic, by number.
        places: Where they are.
    """

    history: History
    activity: Activity
    persons: Ids
    needs: Ids
    aids: Ids
    topics: Ids
    evidence: Ids
    declared: DeclaredColumns
    places: Places

    def person(self, person_id: int | None) -> int:
        """Return the number of a person, ``NOBODY`` if they never did anything."""
        if person_id is None:
            return NOBODY
        return int(places_in(self.persons, np.array([person_id]))[0])

    def people(self, person_ids: Collection[int]) -> Ids:
        """Return the numbers of those among these persons who ever did anything, ascending."""
        places = places_in(self.persons, np.array(sorted(person_ids), np.int64))
        known: Ids = places[places != NOBODY]
        return known

    def similar(self, hits: Sequence[Hit]) -> Similar:
        """Return ``hits`` as the engine takes them; documents nobody did anything about go."""
        number = self.numbers(hits)
        words = np.array([hit.words for hit in hits], np.float64)
        sense = np.array([np.nan if hit.likeness is None else hit.likeness for hit in hits])
        known = number != NOBODY
        by_words, by_sense = known & (words > 0), known & ~np.isnan(sense)
        return Similar(
            by_words=number[by_words],
            words=words[by_words],
            by_sense=number[by_sense],
            sense=sense[by_sense],
        )

    def documents(self, hits: Sequence[Hit]) -> list[int]:
        """Return the numbers of the documents in ``hits`` that anybody did anything about."""
        number = self.numbers(hits)
        found: list[int] = number[number != NOBODY].tolist()
        return found

    def all_of(self, similar: Similar) -> Ids:
        """Return the documents that are similar in words or in what they mean."""
        return np.union1d(similar.by_words, similar.by_sense)

    def likely_topics(self, similar: Similar) -> Ids:
        """Return the topics that the most similar documents have in common.

        Somebody who types a need names no topic; a third of the nearest six do it for them.
        """
        order = np.argsort(-similar.sense, kind="stable")[:_NEAREST]
        nearest = similar.by_sense[order] if len(order) else similar.by_words[:_NEAREST]
        rows, _ = self.history.topics_in.of_all(nearest)
        topics, counts = np.unique(self.history.topic_of[rows], return_counts=True)
        return topics[counts >= _IN_COMMON]

    def declared_on(self, topics: Ids) -> dict[int, Ids]:
        """Return for each of ``topics`` those who say to know it."""
        said = self.declared
        return {topic: said.person[said.topic == topic] for topic in topics.tolist()}

    def numbers(self, hits: Sequence[Hit]) -> Ids:
        """Return the number of each document, ``NOBODY`` where nobody did anything about it."""
        ids = np.array([hit.id for hit in hits], np.int64)
        kinds = np.array([hit.kind for hit in hits], object)
        need, aid = places_in(self.needs, ids), places_in(self.aids, ids)
        aid = np.where(aid == NOBODY, NOBODY, len(self.needs) + aid)
        return np.where(kinds == KINDS[0], need, np.where(kinds == KINDS[1], aid, NOBODY))


class _Kept:
    """Which of some rows a reader may know of, and what their numbers are among these.

    Attributes:
        rows: Their places, ascending.
        number: Of each row; ``NOBODY`` for the others.
    """

    def __init__(self, kept: Flags) -> None:
        self.rows: Ids = np.flatnonzero(kept)
        self.number: Ids = np.where(kept, np.cumsum(kept) - 1, NOBODY)


def _flags(places: Ids, count: int) -> Flags:
    """Return for each of ``count`` rows whether it is one of ``places``."""
    flags = np.zeros(count, np.bool_)
    flags[places] = True
    return flags


@dataclass(frozen=True, slots=True)
class _Documents:
    """The needs and aids that a reader may know of: the first numbers are needs."""

    needs: _Kept
    aids: _Kept

    def numbers(self, is_need: Flags, place: Ids) -> Ids:
        """Return the numbers of documents, ``NOBODY`` for those the reader may not know of."""
        number = np.empty(len(place), np.int64)
        number[is_need] = self.needs.number[place[is_need]]
        of_aids = self.aids.number[place[~is_need]]
        number[~is_need] = np.where(of_aids == NOBODY, NOBODY, len(self.needs.rows) + of_aids)
        return number


def seen_by(reach: Reach, columns: Columns) -> Seen:
    """Return what ``reach`` may know of ``columns``, with everybody's activity up to the last deed.

    Whatever counts for a reader comes from rows they may see: nothing else is even counted.
    O(rows).
    """
    needs, evidence = columns.needs, columns.evidence
    sees_need = needs.shared.visible_to(reach)
    sees = evidence.shared.visible_to(reach)
    of_needs = np.flatnonzero(evidence.is_need)
    sees[of_needs] &= sees_need[evidence.document[of_needs]]
    rows = np.flatnonzero(sees)
    of_aids = rows[~evidence.is_need[rows]]
    documents = _Documents(
        _Kept(sees_need), _Kept(_flags(evidence.document[of_aids], len(columns.aids)))
    )
    asked_by, done_by = needs.owner[documents.needs.rows], evidence.owner[rows]
    persons = _Kept(_flags(np.concatenate([asked_by, done_by]), len(columns.persons)))
    document = documents.numbers(evidence.is_need[rows], evidence.document[rows])
    began = np.full(len(documents.needs.rows) + len(documents.aids.rows), np.inf)
    np.minimum.at(began, document, evidence.at[rows])
    began[: len(asked_by)] = needs.at[documents.needs.rows]
    topics, pairs = _topics_of(columns, documents)
    made = history(
        people=len(persons.rows),
        topics=len(topics.rows),
        documents=Documents(
            at=began,
            asker=np.concatenate(
                [persons.number[asked_by], np.full(len(documents.aids.rows), NOBODY)]
            ),
            topics=pairs,
        ),
        deeds=Deeds(
            person=persons.number[done_by],
            document=document,
            at=evidence.at[rows],
            kind=np.where(evidence.is_need[rows], Deed.ANSWERED, Deed.WROTE_AID).astype(np.int64),
            proven_at=evidence.proven_at[rows],
        ),
    )
    return Seen(
        made,
        _up_to_the_last(made),
        columns.persons[persons.rows],
        needs.id[documents.needs.rows],
        columns.aids[documents.aids.rows],
        columns.topic_ids[topics.rows],
        evidence.id[rows],
        _declared(columns, persons, topics),
        _places(columns, persons, reach),
    )


def _up_to_the_last(made: History) -> Activity:
    activity = Activity(made)
    proofs = made.proven_at[np.isfinite(made.proven_at)]
    activity.advance(max(t.max(initial=0.0) for t in (made.at, made.asked_at, proofs)) + 1.0)
    return activity


def _topics_of(columns: Columns, documents: _Documents) -> tuple[_Kept, tuple[Ids, Ids]]:
    """Return the topics of these documents, and pairs of document and topic by number."""
    document = documents.numbers(columns.topics.is_need, columns.topics.document)
    known = document != NOBODY
    topic = columns.topics.topic[known]
    topics = _Kept(_flags(topic, len(columns.topic_ids)))
    return topics, (document[known], topics.number[topic])


def _declared(columns: Columns, persons: _Kept, topics: _Kept) -> DeclaredColumns:
    """Return by number what people say to know, of what the reader may know of at all."""
    person = persons.number[columns.declared.person]
    topic = topics.number[columns.declared.topic]
    known = (person != NOBODY) & (topic != NOBODY)
    return DeclaredColumns(person[known], topic[known])


def _places(columns: Columns, persons: _Kept, reach: Reach) -> Places:
    # The last one stands for who never did anything.
    number = np.append(persons.number, NOBODY)[columns.places.person]
    visible = columns.places.shared.visible_to(reach)
    theirs = visible & (number != NOBODY)
    speakers = {
        language: np.unique(number[theirs & (columns.places.language == place)])
        for place, language in enumerate(columns.languages)
    }
    return Places(columns.places, number, visible, speakers)


@dataclass(slots=True)
class _Snapshot:
    """Columns as of a moment, what readers make of them, and how the log of changes stood then.

    Places are those of the day ``on``: memberships end without anything being written. ``units``
    are those on which it hangs who may know of some row.
    """

    columns: Columns
    units: frozenset[int]
    on: date
    horizon: int
    additions: tuple[int, int]
    removals: tuple[int, int]
    took_s: float
    seen: "OrderedDict[object, Seen]" = field(default_factory=OrderedDict)
    making: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def kept(self, key: object) -> Seen | None:
        """Return what was made for such readers, if it is still kept."""
        with self._lock:
            if key in self.seen:
                self.seen.move_to_end(key)
            return self.seen.get(key)

    def keep(self, key: object, made: Seen) -> None:
        """Keep it for the next such reader, in the place of what was not asked for longest."""
        with self._lock:
            self.seen[key] = made
            while len(self.seen) > _READERS_KEPT:
                self.seen.popitem(last=False)


class Histories:
    """The newest snapshot of this process. Threads share it."""

    def __init__(self) -> None:
        self._snapshot: _Snapshot | None = None
        self._refreshing = threading.Lock()

    def seen_by(self, reach: Reach, *, on: date) -> Seen:
        """Return what ``reach`` may know. One query, unless there is something new to read."""
        snapshot = self._newest(on)
        # Most units keep nothing to themselves, and their readers share what is kept of it.
        key = (reach.organisations, reach.units & snapshot.units, reach.partners)
        if found := snapshot.kept(key):
            return found
        # One at a time: those who come together most often want the same.
        with snapshot.making:
            if found := snapshot.kept(key):
                return found
            made = seen_by(reach, snapshot.columns)
            snapshot.keep(key, made)
            return made

    def _newest(self, on: date) -> _Snapshot:
        before = self._snapshot
        if before is None or before.on != on:
            return self._read(on)
        state = _state_of_log(before.horizon)
        if state["removals"] != before.removals or (
            state["additions"] != before.additions and before.took_s < _QUICK_S
        ):
            return self._read(on)
        if state["additions"] != before.additions and self._refreshing.acquire(blocking=False):
            read_aside = partial(self._read_aside, on)
            threading.Thread(target=read_aside, name="history", daemon=True).start()
        return before

    def _read(self, on: date) -> _Snapshot:
        began = time.perf_counter()
        horizon = _horizon()
        state = _state_of_log(horizon)
        # Read after the log: what came in between is read again, never missed.
        columns = read_columns(on)
        took_s = time.perf_counter() - began
        units = columns.units()
        made = _Snapshot(columns, units, on, horizon, state["additions"], state["removals"], took_s)
        self._snapshot = made
        return made

    def _read_aside(self, on: date) -> None:
        try:
            try:
                self._read(on)
            finally:
                connection.close()
            time.sleep(_PAUSE_S)
        finally:
            self._refreshing.release()


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _state_of_log(horizon: int) -> Mapping[str, tuple[int, int]]:
    """Return count and highest number of what was noted since ``horizon``.

    A change that is committed late appears behind ones already seen; the count tells. What is noted
    of evidence or of where people are may narrow who may know it: that counts as a removal.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE narrows), coalesce(max(id) FILTER (WHERE narrows), 0),"
            " count(*), coalesce(max(id), 0) FROM (SELECT id, kind IN ('evidence', 'place')"
            " AS narrows FROM search_change WHERE written_by >= %s::text::xid8"
            " AND kind IN ('evidence', 'place', 'need', 'aid')) noted",
            [str(horizon)],
        )
        removed, last_removed, noted, last_noted = cursor.fetchone()
    return {"removals": (removed, last_removed), "additions": (noted, last_noted)}


histories = Histories()
