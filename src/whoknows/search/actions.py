"""Keeping the index true to the database."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeGuard

from django.db import connection

from whoknows.base.models import Installation
from whoknows.search.documents import Source, sources
from whoknows.search.index import IndexFolder, Position, Writer
from whoknows.search.meaning import Meaning
from whoknows.search.models import Change

CHANNEL = "whoknows_search"
KEEP_CHANGES_FOR = timedelta(days=7)
_BATCH = 500
_NOTE_POSITION_EVERY = timedelta(hours=1)


def note_changed(kind: str, ids: Iterable[int]) -> None:
    """Note, in the transaction that changed them, that documents need to be looked up again.

    They are found as changed within a second of its commit.
    """
    rows = [Change(kind=kind, object_id=object_id) for object_id in dict.fromkeys(ids)]
    if not rows:
        return
    Change.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def reindex(
    folder: IndexFolder, *, now: datetime, progress: Callable[[int], object] = lambda _: None
) -> int:
    """Build the index anew from the database and put it in use; returns how many documents.

    Readers go on with the old one meanwhile. What changes during the build is caught up with by
    whoever follows, because the position was taken before the first document was read. ``progress``
    is told how many documents are done since it was last told.
    """
    position = Position(installation=_installation(), horizon=_horizon(), at=now.isoformat())
    generation = folder.new_generation()
    writer = Writer(generation)
    count = 0
    for source in sources().values():
        for ids in _batches(source.every_id()):
            done = writer.put(source.kind, source.code, source.fetch(ids))
            count += done
            progress(done)
    writer.commit(position)
    writer.close()
    folder.switch_to(generation)
    return count


class Follower:
    """Applies changes to the generation in use; there is one per machine, in the worker."""

    def __init__(self, folder: IndexFolder, meaning: Meaning | None = None) -> None:
        self.folder, self.meaning = folder, meaning
        self._generation: Path | None = None
        self._writer: Writer | None = None
        self._done: dict[int, int] = {}  # change id -> transaction, for those past the horizon

    def catch_up(self, *, now: datetime) -> int:
        """Apply every change committed by now; returns how many. Builds the index if there is none.

        Transactions commit in another order than they begin, so a change may appear behind ones
        already seen. Hence the horizon: the oldest transaction that was still running when we last
        looked; everything it or a later one wrote is looked at again, less what is known as done.
        """
        position = self._position(now=now)
        horizon = _horizon()
        reached = Position(position.installation, horizon, now.isoformat())
        changes = [c for c in _changes_since(position.horizon) if c[0] not in self._done]
        if changes:
            self._apply(changes, reached)
        elif now - datetime.fromisoformat(position.at) > _NOTE_POSITION_EVERY:
            # Nothing happened for long: say so, lest it look as if we had not listened.
            self._writer_in_use().commit(reached)
        self._done |= {change: xid for change, xid, _, _ in changes}
        # What the position on disk asks for again the next time.
        again_from = horizon if changes else position.horizon
        self._done = {c: xid for c, xid in self._done.items() if xid >= again_from}
        return len(changes)

    def _apply(self, changes: list[tuple[int, int, str, int]], position: Position) -> None:
        writer = self._writer_in_use()
        for source in sources().values():
            ids = {object_id for _, _, kind, object_id in changes if kind == source.kind}
            for batch in _batches(ids):
                _replace(writer, source, batch)
                if self.meaning is not None:
                    self.meaning.changed(source, batch)
        writer.commit(position)

    def _position(self, *, now: datetime) -> Position:
        """Return how far the generation in use has come, after building one if need be."""
        if not _usable(self.folder.position(), now=now):
            self.close()
            reindex(self.folder, now=now)
        generation = self.folder.current()
        if generation != self._generation:
            # Built beside us, from an earlier state perhaps: what we did was done to another one.
            self.close()
            if self._generation is not None and self.meaning is not None:
                self.meaning.look_at_everything()
            self._generation, self._done = generation, {}
        position = self.folder.position()
        assert position is not None  # noqa: S101 - usable, or just built
        return position

    def _writer_in_use(self) -> Writer:
        assert self._generation is not None  # noqa: S101 - a position was read from it
        if self._writer is None:
            self._writer = Writer(self._generation)
        return self._writer

    def close(self) -> None:
        # Let go of it first: one that fails to close is of no use either.
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()


def _replace(writer: Writer, source: Source, ids: list[int]) -> None:
    writer.remove(source.code, ids)
    writer.put(source.kind, source.code, source.fetch(ids))


def prune_changes(*, now: datetime) -> int:
    """Forget changes that every copy has followed long ago; returns how many."""
    deleted, _ = Change.objects.filter(at__lt=now - KEEP_CHANGES_FOR).delete()
    return deleted


def _installation() -> str:
    return str(Installation.objects.get_or_create(pk=1)[0].uid)


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _usable(position: Position | None, *, now: datetime) -> TypeGuard[Position]:
    """Whether the generation can be continued: ours, not ahead of the database, nothing pruned."""
    return (
        position is not None
        and position.installation == _installation()
        and position.horizon <= _horizon()
        and now - datetime.fromisoformat(position.at) < KEEP_CHANGES_FOR - timedelta(days=1)
    )


def _changes_since(horizon: int) -> list[tuple[int, int, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, written_by::text::bigint, kind, object_id FROM search_change"
            " WHERE written_by >= %s::xid8 ORDER BY id",
            [str(horizon)],
        )
        return list(cursor.fetchall())


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
