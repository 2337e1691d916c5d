"""What everybody did, read from the database in columns, once for many requests.

Rows name each other by place, not by id: to look an id up takes longer than all that is done with
it for one kind of reader, and many kinds share the columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from whoknows.engine.match.history import NOBODY
from whoknows.engine.text.names import Names, Phrases
from whoknows.people.models import CLASSES, SharedColumns

Flags = NDArray[np.bool_]
Ids = NDArray[np.int64]
Seconds = NDArray[np.float64]

KINDS = ("need", "aid")
_CLASS = {str(sharing.value): place for place, sharing in enumerate(CLASSES)}


@dataclass(frozen=True, slots=True)
class NeedColumns:
    """One row for each need, by id; ``owner`` is a place in ``Columns.persons``."""

    id: Ids
    owner: Ids
    at: Seconds
    shared: SharedColumns


@dataclass(frozen=True, slots=True)
class EvidenceColumns:
    """One row for each piece of evidence that stands, in the order of time.

    Left out is what its person removed, and what is about a topic they refused to be known for.

    Attributes:
        owner: A place in ``Columns.persons``.
        is_need: It is about a need; else about an aid.
        document: The row of the need, or a place in ``Columns.aids``.
        proven_at: When whoever asked said that it helped or solved; inf where they did not.
    """

    id: Ids
    owner: Ids
    at: Seconds
    is_need: Flags
    document: Ids
    proven_at: Seconds
    shared: SharedColumns


@dataclass(frozen=True, slots=True)
class TopicColumns:
    """One row for each topic of a document: those of needs first, then those of aids.

    Attributes:
        is_need, document: Which one, as in :class:`EvidenceColumns`.
        topic: A place in ``Columns.topic_ids``.
    """

    is_need: Flags
    document: Ids
    topic: Ids


@dataclass(frozen=True, slots=True)
class DeclaredColumns:
    """One row for each topic that somebody says to know, by their numbers."""

    person: Ids
    topic: Ids


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """One row for each membership in force: whose, and in which unit and at which site it is.

    Attributes:
        owner: The id of its person.
        person: Their place in ``Columns.persons``, ``NOBODY`` if they never asked or did anything.
        since: When it began.
        site: A number for each name of a site in an organisation; 0 for none.
        language: What its person writes, a place in ``Columns.languages``.
    """

    owner: Ids
    person: Ids
    since: Seconds
    site: Ids
    language: Ids
    shared: SharedColumns


@dataclass(frozen=True, slots=True)
class Columns:
    """What everybody did that anybody may know of, and where they are, as of one moment.

    Attributes:
        persons: Ids of those who asked or did something, ascending.
        called: Their names, by id.
        aids: Ids of the aids about which there is evidence, ascending.
        topic_ids: Ids of the topics of needs and of these aids, ascending.
        topics_called: Their names, by id.
        declared: By places in ``persons`` and ``topic_ids``; who or what is not in these is left
            out.
    """

    persons: Ids
    called: Names
    aids: Ids
    topic_ids: Ids
    topics_called: Phrases
    needs: NeedColumns
    evidence: EvidenceColumns
    topics: TopicColumns
    declared: DeclaredColumns
    places: PlaceColumns
    languages: tuple[str, ...]

    def units(self) -> frozenset[int]:
        """Return the units on which it hangs who may know of some row."""
        return frozenset().union(
            *(rows.shared.units() for rows in (self.needs, self.evidence, self.places))
        )


def places_in(ascending: Ids, wanted: Ids) -> Ids:
    """Return where each of ``wanted`` stands in ``ascending``, ``NOBODY`` where it does not."""
    place = np.searchsorted(ascending, wanted)
    stands = np.append(ascending, NOBODY)[place] == wanted
    return np.where(stands, place, NOBODY)


_NEEDS = (
    "SELECT id, owner_id, extract(epoch FROM raised_at)::float8, sharing, organisation_id,"
    " coalesce(unit_id, 0) FROM needs_need ORDER BY id"
)
_EVIDENCE = (
    "SELECT e.id, e.owner_id, extract(epoch FROM e.at)::float8, e.document_kind, e.document_id,"
    " CASE WHEN e.kind IN ('helped', 'solved') THEN"
    " (SELECT extract(epoch FROM a.judged_at)::float8 FROM needs_answer a"
    " WHERE a.id = split_part(e.source, ':', 2)::bigint) END,"
    " e.sharing, e.organisation_id, coalesce(e.unit_id, 0) FROM expertise_evidence e"
    " WHERE e.removed_at IS NULL AND NOT EXISTS (SELECT FROM expertise_refusedtopic r"
    " JOIN expertise_evidence_topics t ON t.topic_id = r.topic_id"
    " WHERE t.evidence_id = e.id AND r.person_id = e.owner_id) ORDER BY e.at, e.id"
)
_TOPICS = (
    "SELECT 'need', need_id, topic_id FROM needs_need_topics UNION ALL"
    " SELECT 'aid', aid_id, topic_id FROM aids_aid_topics ORDER BY 1 DESC, 2, 3"
)
_NAMES = "SELECT id, name FROM people_person"
_TOPIC_NAMES = "SELECT id, name FROM expertise_topic"
_DECLARED = "SELECT person_id, topic_id FROM expertise_declaredtopic ORDER BY 1, 2"


def read_columns(on: date) -> Columns:
    """Read needs, evidence, topics, names, places as of ``on``. Seven queries of whole tables."""
    of_needs, of_evidence = _columns(_rows(_NEEDS), 6), _columns(_rows(_EVIDENCE), 9)
    persons = np.union1d(_ids(of_needs[1]), _ids(of_evidence[1]))
    needs = _needs(of_needs, persons)
    evidence, aids = _evidence(of_evidence, persons, needs.id)
    topics, topic_ids = _topics(needs.id, aids)
    declared = _declared(persons, topic_ids)
    places, languages = _places(on, persons)
    return Columns(
        persons,
        Names(_called(_NAMES, persons)),
        aids,
        topic_ids,
        Phrases(_called(_TOPIC_NAMES, topic_ids)),
        needs,
        evidence,
        topics,
        declared,
        places,
        languages,
    )


def _called(sql: str, wanted: Ids) -> Iterable[tuple[int, str]]:
    """Return the ids and names that the query tells of those ``wanted``."""
    ids, names = _columns(_rows(sql), 2)
    known = places_in(wanted, _ids(ids)) != NOBODY
    return compress(zip(_ids(ids).tolist(), map(str, names), strict=True), known)


def _needs(columns: Sequence[Sequence[object]], persons: Ids) -> NeedColumns:
    ids, owners, at, *shared = columns
    return NeedColumns(_ids(ids), places_in(persons, _ids(owners)), _seconds(at), _shared(shared))


def _evidence(
    columns: Sequence[Sequence[object]], persons: Ids, need_ids: Ids
) -> tuple[EvidenceColumns, Ids]:
    """Return evidence, and the ids of the aids it is about."""
    ids, owners, at, kinds, documents, proven, *shared = columns
    is_need = _is_need(kinds)
    aids = np.unique(_ids(documents)[~is_need])
    document = _documents(is_need, _ids(documents), need_ids, aids)
    # Needs were read before: one raised since then is none of them.
    kept = document != NOBODY
    made = EvidenceColumns(
        _ids(ids)[kept],
        places_in(persons, _ids(owners))[kept],
        _seconds(at)[kept],
        is_need[kept],
        document[kept],
        _seconds(np.inf if judged is None else judged for judged in proven)[kept],
        _shared(shared, kept),
    )
    return made, aids


def _topics(need_ids: Ids, aids: Ids) -> tuple[TopicColumns, Ids]:
    """Return the topics of documents, and the ids of these topics."""
    kinds, documents, topics = _columns(_rows(_TOPICS), 3)
    is_need, named = _is_need(kinds), _ids(topics)
    document = _documents(is_need, _ids(documents), need_ids, aids)
    kept = document != NOBODY
    topic_ids = np.unique(named[kept])
    return TopicColumns(is_need[kept], document[kept], places_in(topic_ids, named[kept])), topic_ids


def _documents(is_need: Flags, ids: Ids, need_ids: Ids, aids: Ids) -> Ids:
    """Return where each document stands among the needs or the aids; ``NOBODY`` if nowhere."""
    return np.where(is_need, places_in(need_ids, ids), places_in(aids, ids))


def _declared(persons: Ids, topic_ids: Ids) -> DeclaredColumns:
    owners, topics = _columns(_rows(_DECLARED), 2)
    person, topic = places_in(persons, _ids(owners)), places_in(topic_ids, _ids(topics))
    kept = (person != NOBODY) & (topic != NOBODY)
    return DeclaredColumns(person[kept], topic[kept])


def _places(on: date, persons: Ids) -> tuple[PlaceColumns, tuple[str, ...]]:
    rows = _rows(
        "SELECT m.owner_id, extract(epoch FROM m.started_on)::float8, lower(m.site), p.language,"
        " m.sharing, m.organisation_id,"
        " coalesce(m.unit_id, 0) FROM people_membership m JOIN people_person p ON p.id = m.owner_id"
        " WHERE m.started_on <= %s AND (m.ended_on IS NULL OR m.ended_on > %s) ORDER BY m.id",
        on,
        on,
    )
    owners, since, sites, languages, *shared = _columns(rows, 7)
    named = [(org, site) if site else None for org, site in zip(shared[1], sites, strict=True)]
    numbers: dict[object, int] = {None: 0}
    known = tuple(sorted({str(language) for language in languages}))
    made = PlaceColumns(
        _ids(owners),
        places_in(persons, _ids(owners)),
        _seconds(since),
        _ids(numbers.setdefault(name, len(numbers)) for name in named),
        _ids(known.index(str(language)) for language in languages),
        _shared(shared),
    )
    return made, known


def _rows(sql: str, *values: date) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _columns(rows: list[tuple[object, ...]], width: int) -> list[Sequence[object]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _is_need(kinds: Sequence[object]) -> Flags:
    return np.array([kind == KINDS[0] for kind in kinds], np.bool_)


def _ids(values: Iterable[object]) -> Ids:
    return np.array(list(values), np.int64)


def _seconds(values: Iterable[object]) -> Seconds:
    return np.array(list(values), np.float64)


def _shared(
    columns: Sequence[Sequence[object]], kept: Flags | slice = slice(None)
) -> SharedColumns:
    sharing, organisation, unit = columns
    classes = np.array([_CLASS[str(name)] for name in sharing], np.int8)
    return SharedColumns(classes[kept], _ids(organisation)[kept], _ids(unit)[kept])
