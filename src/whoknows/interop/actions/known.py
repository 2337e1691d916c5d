"""What became of the records of a source."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any
from uuid import UUID

from whoknows.interop.importers.records import Record
from whoknows.interop.models import Source, SourceRecord


@dataclass(frozen=True, slots=True)
class Known:
    """A record taken in before."""

    object_id: int
    digest: str


def digest_of(record: Record) -> str:
    """Return the digest of what ``record`` says, wherever it was read.

    What it does not say is left out, so that records keep their digest when one can say more.
    """
    told = [(f.name, getattr(record, f.name)) for f in fields(record) if f.compare]
    said = [(name, repr(value)) for name, value in told if value is not None]
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()


def known_records(source: Source, kind: str, keys: Collection[str]) -> dict[str, Known]:
    """Return what is known of these keys, in one query."""
    rows = SourceRecord.objects.filter(source=source, kind=kind, key__in=keys)
    return {
        key: Known(object_id, digest)
        for key, object_id, digest in rows.values_list("key", "object_id", "digest")
    }


def ids_by_key(source: Source, kind: str, keys: Collection[str]) -> dict[str, int]:
    """Return our ids for these keys of ``source``, in one query."""
    return {key: known.object_id for key, known in known_records(source, kind, keys).items()}


def remember(source: Source, kind: str, taken: Mapping[str, tuple[int, str]]) -> None:
    """Note for each key which object it became and what it said."""
    SourceRecord.objects.bulk_create(
        [
            SourceRecord(source=source, kind=kind, key=key, object_id=object_id, digest=digest)
            for key, (object_id, digest) in taken.items()
        ],
        update_conflicts=True,
        unique_fields=["source", "kind", "key"],
        update_fields=["object_id", "digest"],
    )


def says_nothing_new(told: Record, ours: Record) -> bool:
    """Whether every field that ``told`` fills says what ``ours`` says already."""
    return all(
        _same(getattr(told, f.name), getattr(ours, f.name)) for f in fields(told) if f.compare
    )


def _same(told: Any, ours: Any) -> bool:
    if isinstance(told, tuple):
        return sorted(told) == sorted(ours)
    return told is None or told == ours


def uids(keys: Iterable[str]) -> dict[str, UUID]:
    """Return those keys that are ids this software gave itself, as it writes them in exports."""
    found = {}
    for key in keys:
        try:
            found[key] = UUID(key)
        except ValueError:
            continue
    return found
