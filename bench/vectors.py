"""Vectors for a hundred thousand documents in minutes instead of an hour.

The documents are made of a few thousand sentences: each sentence is read once, a passage gets the
mean of its sentences' vectors and a title that of its passages. The worker, which compares digests,
takes them for its own. How fast it really reads is measured apart.
"""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np
from django.conf import settings
from tqdm import tqdm

from bench.report import percentile, table
from whoknows.search.documents import Document, sources
from whoknows.search.embedding import Embedder, Vectors, embedder
from whoknows.search.index import audience_number, key_of
from whoknows.search.meaning import digest_of, mixed, vector_folder
from whoknows.search.vectors import Row, VectorReader, VectorWriter

_AT_ONCE = 2_000
_IN_ONE_PUT = 500
_A_PASSAGE = 3
_DIMENSIONS, _CENTRES = 384, 1_000
_MADE_AT_ONCE = 10_000
_READ = 400


def write_vectors() -> None:
    """Write the vectors of all documents in the database that have none."""
    model = embedder(threads=2)
    if model is None:
        return
    writer = VectorWriter(vector_folder(settings.INDEX_FOLDER, model), model.dimensions)
    have = writer.known()
    known: dict[str, Vectors] = {}
    for source in sources().values():
        every = source.every_id() if source.by_meaning else []
        ids = iter([n for n in every if key_of(source.code, n) not in have])
        with tqdm(desc=f"Vectors: {source.kind}", disable=None) as bar:
            while batch := list(islice(ids, _AT_ONCE)):
                documents = list(source.fetch(batch))
                _read_new(documents, known, model)
                for start in range(0, len(documents), _IN_ONE_PUT):
                    part = documents[start : start + _IN_ONE_PUT]
                    writer.put([row for d in part for row in _rows(d, source.code, known)])
                bar.update(len(batch))


def _passages(document: Document) -> list[list[str]]:
    """Return the sentences of ``document``, three a passage: about where the product cuts."""
    told = f"{document.body} {document.more}".strip() or document.title
    sentences = [sentence for sentence in told.split(". ") if sentence]
    return [sentences[at : at + _A_PASSAGE] for at in range(0, len(sentences), _A_PASSAGE)]


def _read_new(documents: Sequence[Document], known: dict[str, Vectors], model: Embedder) -> None:
    every = {sentence for d in documents for passage in _passages(d) for sentence in passage}
    new = sorted(every - known.keys())
    if new:
        known |= dict(zip(new, model.embed(new), strict=True))


def _rows(document: Document, code: int, known: dict[str, Vectors]) -> Iterator[Row]:
    read = [_mean([known[s] for s in passage]) for passage in _passages(document)]
    numbers = [audience_number(a) for a in document.audience] + [0, 0]
    for vector in mixed(np.mean(read, axis=0, dtype=np.float32), read):
        key = key_of(code, document.id)
        yield Row(key, (numbers[0], numbers[1]), digest_of(document), vector)


def _mean(vectors: Sequence[Vectors]) -> Vectors:
    mean = np.mean(vectors, axis=0)
    unit: Vectors = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
    return unit


def nearest_ms(documents: int, *, questions: int = 100) -> float:
    """Return the 95th percentile of looking for the nearest among three vectors a document.

    The vectors lie around a thousand centres at the likeness that sentences of one thread have.
    """
    chance = np.random.default_rng(documents)
    centres = chance.standard_normal((_CENTRES, _DIMENSIONS)).astype(np.float32)
    with tempfile.TemporaryDirectory(dir=settings.HOME) as room:
        writer = VectorWriter(Path(room), _DIMENSIONS)
        for start in range(0, documents, _MADE_AT_ONCE):
            near = centres[chance.integers(_CENTRES, size=_MADE_AT_ONCE * 3)]
            made = near + chance.standard_normal(near.shape).astype(np.float32)
            made /= np.linalg.norm(made, axis=1, keepdims=True)
            keys = [key_of(1, start + number // 3 + 1) for number in range(len(made))]
            audiences = chance.choice([1, 2], size=len(made), p=[0.85, 0.15]).tolist()
            # No digests: nobody asks whether these still hold.
            writer.put(
                [Row(k, (a, 0), 0, v) for k, a, v in zip(keys, audiences, made, strict=True)]
            )
        reader, times = VectorReader(Path(room), _DIMENSIONS), []
        for _ in range(questions + 10):
            asked = centres[chance.integers(_CENTRES)] + chance.standard_normal(_DIMENSIONS)
            asked = (asked / np.linalg.norm(asked)).astype(np.float32)
            began = perf_counter()
            reader.nearest(asked, audiences=[1], codes=[1], limit=200)
            times.append((perf_counter() - began) * 1000)
    return percentile(times[10:], 95)


def reading_speed(texts: Sequence[str]) -> str:
    """Measure how fast texts become vectors, as the worker does it."""
    model = embedder(threads=2)
    if model is None:
        return "There is no model: nothing is found by its meaning."
    some = list(texts[:_READ])
    began = perf_counter()
    model.embed(some)
    took = perf_counter() - began
    words = sum(len(text.split()) for text in some) / len(some)
    row = [f"{len(some)}", f"{words:.0f}", f"{took / len(some) * 1000:.1f}"]
    minutes = f"{took / len(some) * 100_000 / 60:.0f}"
    head = ["", "texts", "words each", "ms a text", "minutes for 100,000", "aim"]
    return table("Reading texts", head, [["two threads", *row, minutes, "20"]])
