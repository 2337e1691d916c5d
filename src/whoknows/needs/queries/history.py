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
from whoknows.needs.queries.columns import KINDS, Columns, DeclaredColumns, Ids, read_columns
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
        return int(_places_in(self.persons, np.array([person_id]))[0])

    def people(self, person_ids: Collection[int]) -> Ids:
        """Return the numbers of those among these persons who ever did anything, ascending."""
        places = _places_in(self.persons, np.array(sorted(person_ids), np.int64))
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
        need, aid = _places_in(self.needs, ids), _places_in(self.aids, ids)
        aid = np.where(aid == NOBODY, NOBODY, len(self.needs) + aid)
        return np.where(kinds == KINDS[0], need, np.where(kinds == KINDS[1], aid, NOBODY))


def _places_in(ascending: Ids, wanted: Ids) -> Ids:
    """Return where each of ``wanted`` stands in ``ascending``, ``NOBODY`` where it does not."""
    place = np.searchsorted(ascending, wanted)
    stands = np.append(ascending, NOBODY)[place] == wanted
    return np.where(stands, place, NOBODY)


def seen_by(reach: Reach, columns: Columns) -> Seen:
    """Return what ``reach`` may know of ``columns``, with everybody's activity up to the last deed.

    Whatever counts for a reader comes from rows they may see: nothing else is even counted.
    """
    needs, evidence = columns.needs, columns.evidence
    need_rows = np.flatnonzero(needs.shared.visible_to(reach))
    rows = np.flatnonzero(evidence.shared.visible_to(reach))
    rows = rows[np.lexsort((evidence.id[rows], evidence.at[rows]))]
    need_ids = needs.id[need_rows]
    is_need = evidence.kind[rows] == 0
    rows = rows[~is_need | np.isin(evidence.document[rows], need_ids)]
    is_need = evidence.kind[rows] == 0
    aid_ids, first_of_aid = np.unique(evidence.document[rows[~is_need]], return_index=True)
    persons = np.unique(np.concatenate([needs.owner[need_rows], evidence.owner[rows]]))
    document = np.where(
        is_need,
        np.searchsorted(need_ids, evidence.document[rows]),
        len(need_ids) + np.searchsorted(aid_ids, evidence.document[rows]),
    ).astype(np.int64)
    began_aids = evidence.at[rows[~is_need]][first_of_aid]
    topics, pairs = _topics_of(columns, need_ids, aid_ids)
    made = history(
        people=len(persons),
        topics=len(topics),
        documents=Documents(
            at=np.concatenate([needs.at[need_rows], began_aids]),
            asker=np.concatenate(
                [
                    np.searchsorted(persons, needs.owner[need_rows]),
                    np.full(len(aid_ids), NOBODY),
                ]
            ).astype(np.int64),
            topics=pairs,
        ),
        deeds=Deeds(
            person=np.searchsorted(persons, evidence.owner[rows]).astype(np.int64),
            document=document,
            at=evidence.at[rows],
            kind=np.where(is_need, Deed.ANSWERED, Deed.WROTE_AID).astype(np.int64),
            proven_at=evidence.proven_at[rows],
        ),
    )
    activity = Activity(made)
    proofs = made.proven_at[np.isfinite(made.proven_at)]
    activity.advance(max(t.max(initial=0.0) for t in (made.at, made.asked_at, proofs)) + 1.0)
    return Seen(
        made,
        activity,
        persons,
        need_ids,
        aid_ids,
        topics,
        evidence.id[rows],
        _declared(columns, persons, topics),
        _places(columns, persons, reach),
    )


def _declared(columns: Columns, persons: Ids, topics: Ids) -> DeclaredColumns:
    """Return by number what people say to know, of what the reader may know of at all."""
    person, topic = columns.declared.person, columns.declared.topic
    known = np.isin(person, persons) & np.isin(topic, topics)
    return DeclaredColumns(
        np.searchsorted(persons, person[known]), np.searchsorted(topics, topic[known])
    )


def _places(columns: Columns, persons: Ids, reach: Reach) -> Places:
    owner = columns.places.owner
    number = np.searchsorted(persons, owner)
    number[~np.isin(owner, persons)] = NOBODY
    visible = columns.places.shared.visible_to(reach)
    theirs = visible & (number >= 0)
    speakers = {
        language: np.unique(number[theirs & (columns.places.language == place)])
        for place, language in enumerate(columns.languages)
    }
    return Places(columns.places, number, visible, speakers)


def _topics_of(columns: Columns, needs: Ids, aids: Ids) -> tuple[Ids, tuple[Ids, Ids]]:
    """Return the topics of these documents, and pairs of document and topic by number."""
    rows = columns.topics
    is_need = (rows.kind == 0) & np.isin(rows.document, needs)
    is_aid = (rows.kind == 1) & np.isin(rows.document, aids)
    topics = np.unique(rows.topic[is_need | is_aid])
    document = np.concatenate(
        [
            np.searchsorted(needs, rows.document[is_need]),
            len(needs) + np.searchsorted(aids, rows.document[is_aid]),
        ]
    )
    topic = np.searchsorted(topics, np.concatenate([rows.topic[is_need], rows.topic[is_aid]]))
    return topics, (document.astype(np.int64), topic.astype(np.int64))


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
