"""What documents mean: their vectors, made in the worker, a few at a time."""

import logging
import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from django.db import close_old_connections
from django.db.utils import InterfaceError, OperationalError

from whoknows.embedded import Lock
from whoknows.engine.text.condense import passages
from whoknows.search.documents import Document, Source, sources
from whoknows.search.embedding import Embedder, TextUnreadable, Vectors
from whoknows.search.index import audience_number, key_of, split_key
from whoknows.search.vectors import Row, VectorReader, VectorWriter

logger = logging.getLogger("whoknows.search")

# Chosen on the Cranfield collection and on 296 questions that their readers linked to others.
_TITLE_ALONE = 0.85
_TITLE_SHARE = 0.3
_MOST_PASSAGES = 3
_AT_ONCE = 24
_MOST_AUDIENCES = 2
_COMPACT_FROM = 0.5
_FEWEST_TO_COMPACT = 10_000
_RETRY_AFTER_S = 1.0


def vector_folder(index: Path, model: Embedder) -> Path:
    """Return where the vectors of ``model`` lie, beside the generations of the index."""
    return index / "vectors" / model.name


def texts_of(document: Document) -> tuple[str, list[str]]:
    """Return the title and the passages of ``document`` by which it is found."""
    title = " ".join(document.title.split())
    cut = passages(document.body, most=_MOST_PASSAGES)
    if cut == [title]:
        cut = []
    return title, cut + passages(document.more, most=1)


def rows_of(documents: Sequence[Document], code: int, model: Embedder) -> list[Row]:
    """Return the rows of ``documents``: the title alone, and the title mixed with each passage.

    Mixing before comparing is the same as mixing after, for cosines are sums.
    """
    texts = [texts_of(document) for document in documents]
    flat = [text for title, cut in texts for text in ([title] if title else []) + cut]
    vectors = iter(model.embed(flat)) if flat else iter(())
    rows = []
    for document, (title, cut) in zip(documents, texts, strict=True):
        numbers = [audience_number(a) for a in document.audience] + [0, 0]
        head = next(vectors) if title else None
        for vector in mixed(head, [next(vectors) for _ in cut]):
            key = key_of(code, document.id)
            rows.append(Row(key, (numbers[0], numbers[1]), digest_of(document), vector))
    return rows


def mixed(head: Vectors | None, cut: Sequence[Vectors]) -> Iterable[Vectors]:
    """Return the vectors of a document's rows from that of its title and those of its passages."""
    if head is None:
        return cut
    if not cut:
        return [head]
    mixed = [_TITLE_SHARE * head + (1 - _TITLE_SHARE) * passage for passage in cut]
    return [np.float32(_TITLE_ALONE) * head, *mixed]


def digest_of(document: Document) -> int:
    """Return a number that changes with what the rows of ``document`` are made of."""
    title, cut = texts_of(document)
    told = "\x00".join([title, *cut, *document.audience])
    return int.from_bytes(blake2b(told.encode(), digest_size=8).digest(), "big")


def without_vectors(index: Path, model: Embedder) -> int:
    """Return how many documents on this machine still wait for their vectors."""
    rows = VectorReader(vector_folder(index, model), model.dimensions).rows()
    have = set(np.unique(rows.key).tolist()) if rows is not None else set()
    return len(_every_key().keys() - have)


def _every_key() -> dict[int, None]:
    # What was registered last first: of aids there are few, and they are what one uses.
    return {
        key_of(source.code, object_id): None
        for source in reversed(sources().values())
        if source.by_meaning
        for object_id in source.every_id()
    }


class Meaning:
    """Keeps the vectors of this machine up with its documents; lives in the worker.

    What is not done when the worker stops is found missing, and done, when it starts again.
    """

    def __init__(self, index: Path, model: Embedder) -> None:
        self.model = model
        self.folder = vector_folder(index, model)
        self.folder.mkdir(parents=True, exist_ok=True)
        for other in self.folder.parent.iterdir():
            if other != self.folder:
                shutil.rmtree(other, ignore_errors=True)
        self._lock = Lock(self.folder / "lock")
        self.writer: VectorWriter | None = None
        self._waiting: deque[int] = deque()
        self._news = threading.Event()

    @property
    def waiting(self) -> int:
        """How many documents wait for their vectors."""
        return len(self._waiting)

    def open(self) -> bool:
        """Become the writer of the vectors; False while another worker here is."""
        if self.writer is None and self._lock.try_exclusive():
            writer = VectorWriter(self.folder, self.model.dimensions)
            if writer.dead_share > _COMPACT_FROM and writer.count > _FEWEST_TO_COMPACT:
                writer.compact()
            self.writer = writer
        return self.writer is not None

    def close(self) -> None:
        """Let another worker write."""
        self.writer = None
        self._lock.release()

    def changed(self, source: Source, ids: Sequence[int]) -> None:
        """Let the vectors of changed documents go, and make them anew before anything else.

        At once, because who may see the documents may have changed.
        """
        if source.by_meaning and self.writer is not None:
            keys = [key_of(source.code, object_id) for object_id in ids]
            self.writer.remove(keys)
            self._waiting.extendleft(keys)
            self._news.set()

    def look_for_missing(self) -> None:
        """Make the vectors of documents that have none, and let those go whose document went."""
        if self.writer is not None:
            keys, known = _every_key(), self.writer.known()
            self.writer.remove(known - keys.keys())
            self._waiting.extend(key for key in keys if key not in known)
            self._news.set()

    def look_at_everything(self) -> None:
        """Look again at each document, for some may have changed unnoticed; that costs a digest."""
        if self.writer is not None:
            keys = _every_key()
            self.writer.remove(self.writer.known() - keys.keys())
            self._waiting.extend(keys)
            self._news.set()

    def step(self) -> int:
        """Make the vectors of a few waiting documents; returns how many were looked at."""
        batch: dict[int, None] = {}
        while self._waiting and len(batch) < _AT_ONCE:
            batch[self._waiting.popleft()] = None
        for source in sources().values():
            self._make(source, [i for code, i in map(split_key, batch) if code == source.code])
        return len(batch)

    def _make(self, source: Source, ids: list[int]) -> None:
        if not ids:
            return
        assert self.writer is not None  # noqa: S101 - nothing waits before it is open
        known = self.writer.digests([key_of(source.code, object_id) for object_id in ids])
        wanted = [
            document
            for document in source.fetch(ids)
            # Who may find it must be told in two numbers; more find it by its words.
            if len(document.audience) <= _MOST_AUDIENCES
            and known.get(key_of(source.code, document.id)) != digest_of(document)
        ]
        try:
            self.writer.put(rows_of(wanted, source.code, self.model))
        except TextUnreadable as error:
            if len(wanted) > 1:
                for document in wanted:
                    self._make(source, [document.id])
            else:
                told = "A document is found by its words only: %s %d: %s"
                logger.error(told, source.kind, wanted[0].id, error)  # noqa: TRY400 - it is known where

    def run(self, stop: threading.Event) -> None:
        """Make vectors as documents come, until ``stop`` is set."""
        # Whoever takes over from another worker does not know what that one missed.
        look: Callable[[], None] | None = self.look_for_missing
        if self.writer is None:
            look = self.look_at_everything
        while not stop.is_set():
            try:
                if look is not None and self.open():
                    look()
                    look = None
                if not self.step():
                    close_old_connections()
                    self._news.wait(_RETRY_AFTER_S)
                    self._news.clear()
            except (OperationalError, InterfaceError, OSError) as error:
                # The batch is lost from the list: look at everything once it works again.
                logger.warning("Vectors have to wait: %s", error)
                look = self.look_at_everything
                close_old_connections()
                stop.wait(_RETRY_AFTER_S)
