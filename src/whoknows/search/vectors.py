"""The vectors of this machine: a file that grows, one writer, any number of readers.

A *row* is one vector of one document: its title mixed with one passage. Rows are appended; a row
that no longer holds has its key set to zero in place, and readers, who map the same file into
memory, skip it from then on. ``count`` says how many rows are whole; whatever lies behind was being
written when somebody died, and is written over.

To look at all rows quickly each is kept twice: as signs, one bit a dimension, and rounded to 8 bits
with a scale of its own. The nearest by signs are looked at again by the rounded numbers.

Source: two steps as in H. Jégou et al., IEEE TPAMI 33 (2011); signs as a first look, M. Charikar,
STOC 2002.
"""

import os
import shutil
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Keys = NDArray[np.uint64]

BLOCK = 4096
_WORD_BITS = 64
_LOOK_AGAIN_AT = 1024
_UNSORTED_ROWS = 8192
# Blocks looked at in one go, so that they stay near the processor.
_STRIDE = 8
_BLOCKS_WORTH_A_THREAD = 64
# Where there are more rows, the distance to keep is told from every sixteenth.
_MANY_ROWS = 1_000_000
# Threads begin with the first large look: a process that was forked has none of its parent's.
_helpers = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="distances")
_DEAD = np.uint64(0)
_KIND_SHIFT = np.uint64(48)


@dataclass(frozen=True, slots=True)
class Row:
    """One vector of a document.

    Attributes:
        audience: The numbers of up to two audiences that may find it; 0 for none.
        digest: Of the texts it was made of, to know whether it still holds.
    """

    key: int
    audience: tuple[int, int]
    digest: int
    vector: Vectors


class Rows:
    """All rows as of one count, mapped into memory; with ``room`` for any, to be written to."""

    def __init__(self, folder: Path, dimensions: int, *, room: int = 0) -> None:
        self.words = -(-dimensions // _WORD_BITS)
        self.count = _read_count(folder)
        blocks = -(-max(self.count, room, 1) // BLOCK)
        shapes: Mapping[str, tuple[type[np.generic], tuple[int, ...]]] = {
            "key": (np.uint64, (BLOCK,)),
            "audience_1": (np.uint64, (BLOCK,)),
            "audience_2": (np.uint64, (BLOCK,)),
            "digest": (np.uint64, (BLOCK,)),
            "scale": (np.float32, (BLOCK,)),
            "signs": (np.uint64, (self.words, BLOCK)),
            "rounded": (np.int8, (BLOCK, dimensions)),
        }
        self._maps = {
            name: _mapped(folder / name, kind, (blocks, *shape), writable=room > 0)
            for name, (kind, shape) in shapes.items()
        }
        self.key = self._flat("key")
        self.audience_1 = self._flat("audience_1")
        self.audience_2 = self._flat("audience_2")
        self.digest = self._flat("digest")
        self.scale: Vectors = np.asarray(self._maps["scale"]).reshape(-1)[: self.count]
        self.signs: Keys = np.asarray(self._maps["signs"])
        self.rounded: NDArray[np.int8] = np.asarray(self._maps["rounded"]).reshape(-1, dimensions)[
            : self.count
        ]

    def _flat(self, name: str) -> Keys:
        return np.asarray(self._maps[name]).reshape(-1)[: self.count]

    def write(self, start: int, rows: Sequence[Row]) -> None:
        """Write ``rows`` from row ``start`` on; the files are long enough."""
        vectors = np.stack([row.vector for row in rows])
        peak = np.maximum(np.abs(vectors).max(axis=1), 1e-9)
        end = start + len(rows)
        for name, values in (
            ("audience_1", [row.audience[0] for row in rows]),
            ("audience_2", [row.audience[1] for row in rows]),
            ("digest", [row.digest for row in rows]),
            ("key", [row.key for row in rows]),
        ):
            self._maps[name].reshape(-1)[start:end] = np.array(values, np.uint64)
        self._maps["scale"].reshape(-1)[start:end] = peak / 127
        self._maps["rounded"].reshape(-1, vectors.shape[1])[start:end] = np.rint(
            vectors / peak[:, None] * 127
        )
        signs = signs_of(vectors, self.words)
        places = np.arange(start, end)
        self.signs[places // BLOCK, :, places % BLOCK] = signs

    def take(self, other: "Rows", places: NDArray[np.intp]) -> None:
        """Write the rows of ``other`` at ``places`` here, from the first row on."""
        end = len(places)
        for name in ("audience_1", "audience_2", "digest", "key", "scale"):
            self._maps[name].reshape(-1)[:end] = getattr(other, name)[places]
        rounded = self._maps["rounded"]
        rounded.reshape(-1, rounded.shape[-1])[:end] = other.rounded[places]
        here = np.arange(end)
        picked = other.signs[places // BLOCK, :, places % BLOCK]
        self.signs[here // BLOCK, :, here % BLOCK] = picked
        self.flush()

    def flush(self) -> None:
        for mapped in self._maps.values():
            mapped.flush()


def signs_of(vectors: Vectors, words: int) -> Keys:
    """Return the signs of ``vectors`` as bits, shape ``[len(vectors), words]``."""
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.zeros((len(vectors), words * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)


def _mapped(
    path: Path, kind: type[np.generic], shape: tuple[int, ...], *, writable: bool
) -> "np.memmap[tuple[int, ...], np.dtype[np.generic]]":
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    if writable:
        with path.open("ab") as file:
            if file.tell() < size:
                file.truncate(size)
    return np.memmap(path, dtype=kind, mode="r+" if writable else "r", shape=shape)


def _read_count(folder: Path) -> int:
    try:
        return int((folder / "count").read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0


class _Places:
    """Where the rows of a key are. Rows never move, so what was sorted once stays right."""

    def __init__(self) -> None:
        self._order: NDArray[np.intp] = np.zeros(0, np.intp)
        self._sorted: Keys = np.zeros(0, np.uint64)

    def of(self, wanted: Keys, key: Keys) -> NDArray[np.intp]:
        """Return the rows of ``key`` that hold one of ``wanted``, in ascending order."""
        if len(key) - len(self._order) > _UNSORTED_ROWS:
            self._order = np.argsort(key, kind="stable")
            self._sorted = key[self._order]
        wanted = np.unique(wanted)
        first = np.searchsorted(self._sorted, wanted, "left")
        last = np.searchsorted(self._sorted, wanted, "right")
        runs = [self._order[a:b] for a, b in zip(first, last, strict=True) if a < b]
        tail = np.flatnonzero(np.isin(key[len(self._order) :], wanted)) + len(self._order)
        found = np.concatenate([*runs, tail]) if runs else tail
        # Some went since they were sorted.
        found = found[np.isin(key[found], wanted)]
        return np.sort(found)


class VectorReader:
    """Looks for what is near, in the newest state of a folder. Threads share it."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        self.folder, self.dimensions = folder, dimensions
        self._rows: Rows | None = None
        self._stamp: tuple[str, int] = ("", 0)
        self._places = _Places()
        self._opening = threading.Lock()
        self._last: tuple[Rows, bytes, NDArray[np.uint16]] | None = None

    def rows(self) -> Rows | None:
        """Return the newest rows, None before there are any. Costs two small reads."""
        stamp = _stamp_of(self.folder)
        if stamp is None:
            return None
        if self._rows is None or self._stamp != stamp:
            with self._opening:
                if self._stamp[0] != stamp[0]:
                    self._places = _Places()
                self._rows = Rows(self.folder / stamp[0], self.dimensions)
                self._stamp = stamp
        return self._rows

    def nearest(
        self,
        vector: Vectors,
        *,
        audiences: Collection[int],
        codes: Collection[int],
        limit: int,
        are_few: bool = False,
    ) -> dict[int, float]:
        """Return key and likeness of the documents nearest to ``vector``, nearest first.

        The likeness of a document is that of its nearest row: a cosine where the document has one
        text, less where title and passage point apart.

        Cost: 64 bytes read for each row, then about a thousand rows in full; where documents of
        these kinds ``are_few``, 8 bytes and all of them in full.
        """
        rows = self.rows()
        if rows is None or rows.count == 0:
            return {}
        if are_few:
            close = np.flatnonzero(_of_kinds(rows.key, codes))
            close = close[_open_to(rows, close, audiences, codes)]
            return _best_of_each(rows, close, vector, limit)
        far = self._distances(rows, vector)
        close = _lowest(far, _LOOK_AGAIN_AT * 4)
        close = close[_open_to(rows, close, audiences, codes)]
        if len(close) < min(limit * 2, rows.count // 4):
            # Much of it is not for this reader: leave that out first, then look.
            everything, far = np.arange(rows.count), far.copy()
            far[~_open_to(rows, everything, audiences, codes)] = np.iinfo(np.uint16).max
            close = _lowest(far, _LOOK_AGAIN_AT)
            close = close[far[close] != np.iinfo(np.uint16).max]
        elif len(close) > _LOOK_AGAIN_AT:
            close = close[np.argsort(far[close], kind="stable")[:_LOOK_AGAIN_AT]]
        return _best_of_each(rows, close, vector, limit)

    def _distances(self, rows: Rows, vector: Vectors) -> NDArray[np.uint16]:
        """Return in how many signs each row differs; a request asks for several kinds in turn."""
        last, asked = self._last, vector.tobytes()
        if last is None or last[0] is not rows or last[1] != asked:
            # Threads may take turns here: each at worst looks once more.
            last = self._last = (rows, asked, _distances(rows, vector))
        return last[2]

    def likeness(self, vector: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return the likeness of these documents; those without vectors are left out."""
        rows = self.rows()
        if rows is None or not keys:
            return {}
        found = self._places.of(np.array(keys, np.uint64), rows.key)
        return _best_of_each(rows, found, vector, len(keys))

    def mean(self, keys: Sequence[int]) -> Vectors | None:
        """Return the mean direction of these documents, None if none has vectors."""
        rows = self.rows()
        if rows is None or not keys:
            return None
        found = self._places.of(np.array(keys, np.uint64), rows.key)
        if not len(found):
            return None
        by_key: dict[int, list[Vectors]] = {}
        for key, vector in zip(rows.key[found].tolist(), _restored(rows, found), strict=True):
            by_key.setdefault(key, []).append(vector)
        means = [np.mean(vectors, axis=0) for vectors in by_key.values()]
        mean: Vectors = np.mean(means, axis=0, dtype=np.float32)
        return mean


def _distances(rows: Rows, vector: Vectors) -> NDArray[np.uint16]:
    """Return in how many signs each row differs; where there are many, by two threads."""
    wanted = signs_of(vector[None, :], rows.words)[0][None, :, None]
    blocks = len(rows.signs)
    far = np.empty(blocks * BLOCK, np.uint16)

    def look(start: int, end: int) -> None:
        for first in range(start, end, _STRIDE):
            last = min(first + _STRIDE, end)
            part = np.bitwise_count(np.asarray(rows.signs[first:last]) ^ wanted)
            far[first * BLOCK : last * BLOCK] = part.sum(axis=1, dtype=np.uint16).ravel()

    half = blocks // 2 if blocks >= 2 * _BLOCKS_WORTH_A_THREAD else 0
    other = _helpers.submit(look, 0, half) if half else None
    look(half, blocks)
    if other:
        other.result()
    return far[: rows.count]


def _lowest(far: NDArray[np.uint16], count: int) -> NDArray[np.intp]:
    """Return about ``count`` places with the lowest values: all up to the same value."""
    if len(far) <= count:
        return np.arange(len(far))
    every = 16 if len(far) > _MANY_ROWS else 1
    up_to = np.cumsum(np.bincount(far[::every]))
    return np.flatnonzero(far <= np.searchsorted(up_to, count // every))


def _of_kinds(key: Keys, codes: Collection[int]) -> NDArray[np.bool_]:
    kinds = key >> _KIND_SHIFT
    asked = np.zeros(len(key), np.bool_)
    for code in codes:
        asked |= kinds == np.uint64(code)
    return asked


def _open_to(
    rows: Rows, places: NDArray[np.intp], audiences: Collection[int], codes: Collection[int]
) -> NDArray[np.bool_]:
    one, two, key = rows.audience_1[places], rows.audience_2[places], rows.key[places]
    open_to = np.zeros(len(places), np.bool_)
    for audience in audiences:
        number = np.uint64(audience)
        open_to |= (one == number) | (two == number)
    asked = _of_kinds(key, codes)
    found: NDArray[np.bool_] = open_to & asked & (key != _DEAD)
    return found


def _restored(rows: Rows, places: NDArray[np.intp]) -> Vectors:
    restored: Vectors = rows.rounded[places].astype(np.float32) * rows.scale[places][:, None]
    return restored


def _best_of_each(
    rows: Rows, places: NDArray[np.intp], vector: Vectors, limit: int
) -> dict[int, float]:
    likeness = (rows.rounded[places].astype(np.float32) @ vector) * rows.scale[places]
    best: dict[int, float] = {}
    # Equal ones in the order of their rows: the same question always gets the same answer.
    for place in np.argsort(-likeness, kind="stable"):
        key = int(rows.key[places[place]])
        if key and key not in best:
            best[key] = float(likeness[place])
            if len(best) == limit:
                break
    return best


def _stamp_of(folder: Path) -> tuple[str, int] | None:
    try:
        name = (folder / "current").read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    return name, _read_count(folder / name)


class VectorWriter:
    """The one writer of a folder. Safe to call from several threads of that process."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        self.folder, self.dimensions = folder, dimensions
        self._lock = threading.Lock()
        self._places = _Places()
        self._generation = self._open_or_begin()
        self._rows = Rows(self._generation, dimensions, room=1)

    def _open_or_begin(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = _stamp_of(self.folder)
        if stamp is None:
            generation = self.folder / "1"
            _begin(generation, self.dimensions, room=1)
            _write_whole(self.folder / "current", generation.name)
            return generation
        return self.folder / stamp[0]

    @property
    def dead_share(self) -> float:
        """Share of the rows that hold no more."""
        key = self._rows.key
        return float((key == _DEAD).mean()) if len(key) else 0.0

    @property
    def count(self) -> int:
        """How many rows there are, those that hold no more among them."""
        return self._rows.count

    def known(self) -> set[int]:
        """Return the keys of all documents that have vectors."""
        with self._lock:
            return set(np.unique(self._rows.key).tolist()) - {0}

    def digests(self, keys: Sequence[int]) -> dict[int, int]:
        """Return what the vectors of these documents were made of; those without are left out."""
        with self._lock:
            rows = self._rows
            found = self._places.of(np.array(keys, np.uint64), rows.key)
            return dict(zip(rows.key[found].tolist(), rows.digest[found].tolist(), strict=True))

    def remove(self, keys: Collection[int]) -> None:
        """Let the vectors of these documents go; readers skip them at once."""
        with self._lock:
            self._remove(keys)

    def _remove(self, keys: Collection[int]) -> None:
        found = self._places.of(np.array(sorted(keys), np.uint64), self._rows.key)
        self._rows.key[found] = _DEAD

    def put(self, rows: Sequence[Row]) -> None:
        """Add the vectors of whole documents, in place of those they had before."""
        if not rows:
            return
        with self._lock:
            self._remove({row.key for row in rows})
            start, end = self._rows.count, self._rows.count + len(rows)
            longer = Rows(self._generation, self.dimensions, room=end)
            longer.write(start, rows)
            longer.flush()
            _write_whole(self._generation / "count", str(end))
            self._rows = Rows(self._generation, self.dimensions, room=end)

    def compact(self) -> None:
        """Write what still holds to new files, and change over to them."""
        with self._lock:
            alive = np.flatnonzero(self._rows.key != _DEAD)
            generation = self.folder / str(int(self._generation.name) + 1)
            room = max(1, len(alive))
            _begin(generation, self.dimensions, room=room).take(self._rows, alive)
            _write_whole(generation / "count", str(len(alive)))
            _write_whole(self.folder / "current", generation.name)
            shutil.rmtree(self._generation, ignore_errors=True)
            self._generation, self._places = generation, _Places()
            self._rows = Rows(generation, self.dimensions, room=room)


def _begin(generation: Path, dimensions: int, *, room: int) -> Rows:
    """Return a new generation without rows, all of its files there for whoever reads next."""
    shutil.rmtree(generation, ignore_errors=True)
    generation.mkdir()
    _write_whole(generation / "count", "0")
    return Rows(generation, dimensions, room=room)


def _write_whole(path: Path, text: str) -> None:
    pending = path.with_name(path.name + ".pending")
    pending.write_text(text, encoding="ascii")
    os.replace(pending, path)  # noqa: PTH105 - same either way
