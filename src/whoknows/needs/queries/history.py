"""What everybody did, ready for ranking people, kept in memory from request to request.

Reading it takes longer than all else. What was removed, or is to be seen by fewer, is gone with the
next request; in a large installation what is new may take some seconds until it counts.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Generic, TypeVar

from django.db import connection

from whoknows.needs.queries.columns import Columns, read_columns
from whoknows.needs.queries.seen import Common, Seen, common_to
from whoknows.people.models import Reach

_ORGANISATIONS_KEPT = 8
_READERS_KEPT = 16
_QUICK_S = 0.1
_PAUSE_S = 3.0

_T = TypeVar("_T")


class _Kept(Generic[_T]):
    """The last few things that were asked for, by key. Threads share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[object, _T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> _T | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: object, made: _T) -> None:
        """Keep it in the place of what was not asked for longest."""
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


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
    commons: "_Kept[Common]" = field(default_factory=lambda: _Kept(_ORGANISATIONS_KEPT))
    seen: "_Kept[Seen]" = field(default_factory=lambda: _Kept(_READERS_KEPT))
    making: threading.Lock = field(default_factory=threading.Lock)

    def seen_by(self, reach: Reach) -> Seen:
        """Return what ``reach`` may know, made anew if it was not asked for lately."""
        organisations = (reach.organisations, reach.partners)
        # Most units keep nothing to themselves, and their readers share what is kept of it.
        key = (*organisations, reach.units & self.units)
        if found := self.seen.get(key):
            return found
        # One at a time: those who come together most often want the same.
        with self.making:
            if found := self.seen.get(key):
                return found
            common = self.commons.get(organisations)
            if common is None:
                common = common_to(reach, self.columns)
                self.commons.keep(organisations, common)
            made = common.seen_by(reach)
            self.seen.keep(key, made)
            return made


class Histories:
    """The newest snapshot of this process. Threads share it."""

    def __init__(self) -> None:
        self._snapshot: _Snapshot | None = None
        self._refreshing = threading.Lock()

    def seen_by(self, reach: Reach, *, on: date) -> Seen:
        """Return what ``reach`` may know. One query, unless there is something new to read."""
        return self._newest(on).seen_by(reach)

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
