"""What everybody did, read from the database in columns, once for many requests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from whoknows.people.models import CLASSES, SharedColumns

Ids = NDArray[np.int64]
Seconds = NDArray[np.float64]

KINDS = ("need", "aid")
_CLASS = {str(sharing.value): place for place, sharing in enumerate(CLASSES)}


@dataclass(frozen=True, slots=True)
class NeedColumns:
    """One row for each need, by id."""

    id: Ids
    owner: Ids
    at: Seconds
    shared: SharedColumns


@dataclass(frozen=True, slots=True)
class EvidenceColumns:
    """One row for each piece of evidence that stands; ``kind`` is the document's, a place in KINDS.

    Left out is what its person removed, and what is about a topic they refused to be known for.
    ``proven_at`` is when whoever asked said that it helped or solved; inf where they did not.
    """

    id: Ids
    owner: Ids
    at: Seconds
    kind: Ids
    document: Ids
    proven_at: Seconds
    shared: SharedColumns


@dataclass(frozen=True, slots=True)
class TopicColumns:
    """One row for each topic of a document, by kind of document and its id."""

    kind: Ids
    document: Ids
    topic: Ids


@dataclass(frozen=True, slots=True)
class DeclaredColumns:
    """One row for each topic that somebody says to know."""

    person: Ids
    topic: Ids


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """One row for each membership in force: whose, and in which unit and at which site it is.

    Attributes:
        since: When it began.
        site: A number for each name of a site in an organisation; 0 for none.
        language: What its person writes, a place in ``Columns.languages``.
    """

    owner: Ids
    since: Seconds
    site: Ids
    language: Ids
    shared: SharedColumns


@dataclass(frozen=True, slots=True)
class Columns:
    """What everybody did that anybody may know of, and where they are, as of one moment."""

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


def read_columns(on: date) -> Columns:
    """Read needs, evidence, topics, and places as of ``on``. Five queries over whole tables."""
    places, languages = _places(on)
    return Columns(_needs(), _evidence(), _topics(), _declared(), places, languages)


def _needs() -> NeedColumns:
    rows = _rows(
        "SELECT id, owner_id, extract(epoch FROM raised_at)::float8, sharing, organisation_id,"
        " coalesce(unit_id, 0) FROM needs_need ORDER BY id"
    )
    ids, owners, at, *shared = _columns(rows, 6)
    return NeedColumns(_ids(ids), _ids(owners), _seconds(at), _shared(shared))


def _evidence() -> EvidenceColumns:
    rows = _rows(
        "SELECT e.id, e.owner_id, extract(epoch FROM e.at)::float8, e.document_kind, e.document_id,"
        " CASE WHEN e.kind IN ('helped', 'solved') THEN"
        " (SELECT extract(epoch FROM a.judged_at)::float8 FROM needs_answer a"
        " WHERE a.id = split_part(e.source, ':', 2)::bigint) END,"
        " e.sharing, e.organisation_id, coalesce(e.unit_id, 0) FROM expertise_evidence e"
        " WHERE e.removed_at IS NULL AND NOT EXISTS (SELECT FROM expertise_refusedtopic r"
        " JOIN expertise_evidence_topics t ON t.topic_id = r.topic_id"
        " WHERE t.evidence_id = e.id AND r.person_id = e.owner_id) ORDER BY e.at, e.id"
    )
    ids, owners, at, kinds, documents, proven, *shared = _columns(rows, 9)
    return EvidenceColumns(
        _ids(ids),
        _ids(owners),
        _seconds(at),
        _ids(KINDS.index(kind) for kind in kinds),
        _ids(documents),
        _seconds(np.inf if judged is None else judged for judged in proven),
        _shared(shared),
    )


def _topics() -> TopicColumns:
    rows = _rows(
        "SELECT 0, need_id, topic_id FROM needs_need_topics UNION ALL"
        " SELECT 1, aid_id, topic_id FROM aids_aid_topics ORDER BY 1, 2, 3"
    )
    kinds, documents, topics = _columns(rows, 3)
    return TopicColumns(_ids(kinds), _ids(documents), _ids(topics))


def _declared() -> DeclaredColumns:
    rows = _rows("SELECT person_id, topic_id FROM expertise_declaredtopic ORDER BY 1, 2")
    persons, topics = _columns(rows, 2)
    return DeclaredColumns(_ids(persons), _ids(topics))


def _places(on: date) -> tuple[PlaceColumns, tuple[str, ...]]:
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


def _ids(values: Iterable[object]) -> Ids:
    return np.array(list(values), np.int64)


def _seconds(values: Iterable[object]) -> Seconds:
    return np.array(list(values), np.float64)


def _shared(columns: Sequence[Sequence[object]]) -> SharedColumns:
    sharing, organisation, unit = columns
    classes = np.array([_CLASS[str(name)] for name in sharing], np.int8)
    return SharedColumns(classes, _ids(organisation), _ids(unit))
