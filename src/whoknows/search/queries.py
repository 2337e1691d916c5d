"""Finding things by their words and by what they mean."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tantivy
from django.conf import settings

from whoknows.engine.match.blend import blend
from whoknows.engine.text.condense import condensed
from whoknows.search.documents import Source, sources
from whoknows.search.embedding import Embedder, TextUnreadable, Vectors, embedder
from whoknows.search.index import IndexUnreadable, audience_number, split_key
from whoknows.search.lexical import Wanted, Words
from whoknows.search.meaning import vector_folder
from whoknows.search.vectors import VectorReader

logger = logging.getLogger("whoknows.search")

# Questions that are looked at for their meaning at the same time.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found.

    Attributes:
        score: Of words and meaning together; orders the hits of one answer.
        words: Score of its words alone (BM25); compares within one answer only. 0 for none.
        fit: That as a share of what the rarest words looked for would give if each stood once in
            a text of usual length. About 1 and more for texts on the same thing; below 0.6 it is
            most often by chance. 1 for any word where there are too few documents to tell.
        likeness: Of what is meant, a cosine; None without a model or before its vectors are made.
    """

    kind: str
    id: int
    score: float
    words: float = 0.0
    fit: float = 1.0
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found and what was looked for.

    Attributes:
        terms: The terms looked for, for showing where they stand in a text.
    """

    hits: list[Hit]
    terms: list[str]


class Index:
    """One copy of the index: the words of all documents and, with a model, their meaning."""

    def __init__(
        self,
        folder: Path,
        *,
        kinds: Mapping[str, Source],
        model: Callable[[], Embedder | None] = lambda: None,
    ) -> None:
        self._folder, self._kinds, self._model = folder, kinds, model
        self._words = Words(folder)
        self._near: VectorReader | None = None
        self._opening = threading.Lock()
        # Begun with the first question: a process that was forked has no threads of its parent's.
        self._beside = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="meaning")

    def find(
        self,
        words: str,
        *,
        audiences: Sequence[str],
        kinds: Collection[str],
        limit: int = 100,
        also: Collection[str] = (),
    ) -> Found:
        """Return what fits ``words`` best among what a reader with ``audiences`` may see.

        What is near in meaning alone, and not among the best 300 by words, counts for its meaning.
        Words that nobody ever wrote are taken for mistyped ones and found within one or two
        letters. Terms in ``also`` stand for what means the same. Long texts are condensed to what
        they ask.

        Raises:
            IndexUnreadable: There is no index yet, or its files are damaged.
        """
        looking = self.begin(words, audiences=audiences, kinds=kinds, limit=limit)
        return looking.found(also=also)

    def begin(
        self, words: str, *, audiences: Sequence[str], kinds: Collection[str], limit: int = 100
    ) -> "Looking":
        """Let the model read ``words`` while the caller does something else; see :meth:`find`."""
        words = condensed(words)
        asked = {source.code: source for kind, source in self._kinds.items() if kind in kinds}
        near = None
        if words.strip() and any(source.by_meaning for source in asked.values()):
            near = self._beside.submit(self._near_to, words, audiences, asked.values(), limit)
        return Looking(self, words, audiences, asked, limit, near)

    def meaning_of(self, words: str) -> Vectors | None:
        """Return the vector of ``words``, None without a model."""
        model = self._model()
        return None if model is None else model.vector_of(condensed(words))

    def _near_to(
        self, words: str, audiences: Sequence[str], asked: Collection[Source], limit: int
    ) -> dict[int, float] | None:
        """Return the likeness of the documents nearest in meaning, None without a model."""
        reader, model = self.vectors(), self._model()
        if reader is None or model is None:
            return None
        try:
            reader.rows()
        except (OSError, ValueError) as error:  # a file that went, or is shorter than it says
            logger.warning("Needs are found by their words only: %s", error)
            return None
        numbers = [audience_number(audience) for audience in audiences]
        try:
            vector = model.vector_of(words)
        except TextUnreadable as error:
            logger.warning("This need is found by its words only: %s", error)
            return None
        return reader.nearest(
            vector,
            audiences=numbers,
            codes=[source.code for source in asked if source.by_meaning],
            limit=limit,
            are_few=all(source.are_few for source in asked),
        )

    def likeness(
        self, words: str, near: dict[int, float] | None, keys: Sequence[int]
    ) -> dict[int, float]:
        """Return the likeness of the nearest documents, and of those with these keys."""
        reader, model = self.vectors(), self._model()
        if near is None or reader is None or model is None:
            return {}
        others = [key for key in keys if key not in near]
        return near | reader.likeness(model.vector_of(words), others)

    def vectors(self) -> VectorReader | None:
        """Return the vectors of all documents, None without a model."""
        if self._near is None and (model := self._model()) is not None:
            with self._opening:
                self._near = VectorReader(vector_folder(self._folder, model), model.dimensions)
        return self._near

    def searcher(self) -> tantivy.Searcher | None:
        """Return the words of all documents, None before the index is built."""
        return self._words.searcher()


@dataclass(frozen=True, slots=True)
class Looking:
    """A search that has begun: what is near in meaning is looked for beside other work."""

    index: Index
    words: str
    audiences: Sequence[str]
    asked: Mapping[int, Source]
    limit: int
    near: "Future[dict[int, float] | None] | None"

    def found(self, *, also: Collection[str] = ()) -> Found:
        """Return what was found, as :meth:`Index.find` does, once all of it is known."""
        if not self.words.strip():
            return Found([], [])
        searcher = self.index.searcher()
        if searcher is None:
            raise IndexUnreadable
        wanted = Wanted(searcher, self.words, audiences=self.audiences, also=also)
        codes = {code: source.kind for code, source in self.asked.items()}
        scores = wanted.best(
            codes=codes,
            are_few=all(source.are_few for source in self.asked.values()),
            limit=self.limit,
        )
        near_to = self.near.result() if self.near else None
        likeness = self.index.likeness(self.words, near_to, list(scores))
        best = max(scores.values(), default=0.0)
        hits = []
        for key in scores | likeness:
            code, object_id = split_key(key)
            score, near = scores.get(key, 0.0), likeness.get(key)
            share = score / (wanted.expected or best or 1.0)
            fit = share if wanted.expected else float(score > 0)
            hits.append(Hit(codes[code], object_id, blend(share, near), score, fit, near))
        hits.sort(key=lambda hit: (-hit.score, hit.kind, hit.id))
        return Found(hits[: self.limit], wanted.terms)


@cache
def _index(folder: Path) -> Index:
    return Index(folder, kinds=sources(), model=embedder)


def find(
    words: str,
    *,
    audiences: Sequence[str],
    kinds: Collection[str],
    limit: int = 100,
    also: Collection[str] = (),
) -> Found:
    """Look in this installation's index; see :meth:`Index.find`."""
    return _index(settings.INDEX_FOLDER).find(
        words, audiences=audiences, kinds=kinds, limit=limit, also=also
    )


def begin_to_find(
    words: str, *, audiences: Sequence[str], kinds: Collection[str], limit: int = 100
) -> Looking:
    """Begin to look in this installation's index; see :meth:`Index.begin`."""
    return _index(settings.INDEX_FOLDER).begin(words, audiences=audiences, kinds=kinds, limit=limit)
