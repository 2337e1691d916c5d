"""The object part alone: our index beside PostgreSQL full text and SQLite FTS5."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tqdm import tqdm

from bench import aims
from bench.peers import Engine, Ours, PostgreSQL, SQLite
from bench.report import megabytes, percentile, table
from bench.text import SEED, Corpus, Made, corpus
from bench.vectors import nearest_ms
from whoknows.search.documents import Document

REFERENCE_DOCUMENTS = 100_000
_OWNERS = 10_000
_UNITS = 40
READER = ["public", "owner:1:1", "unit:1", "organisation:1", "partners:1"]
# Who may find a document, and in how many of a hundred cases.
_SHARED_WITH = [("organisation:1", 75), ("public", 5), ("partners:1", 5), ("unit", 10), ("", 5)]
_AT = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine on one number of documents."""

    engine: str
    documents: int
    build_s: float
    size: int
    times_ms: list[float]
    precision: float
    mrr: float

    def p(self, percent: float) -> float:
        return percentile(self.times_ms, percent)


class _Feed:
    """Documents, and how long making them took: that is nobody's indexing."""

    def __init__(self, text: Corpus, count: int, what: str) -> None:
        self.own_s = 0.0
        self._made = text.documents(count)
        self._count = count
        self._what = what

    def __iter__(self) -> Iterator[Document]:
        bar = tqdm(total=self._count, desc=self._what, unit=" documents", leave=False, disable=None)
        with bar:
            while True:
                began = perf_counter()
                made = next(self._made, None)
                document = as_document(made) if made else None
                self.own_s += perf_counter() - began
                if document is None:
                    return
                yield document
                bar.update()


def audience_of(number: int) -> list[str]:
    """Return who may find the document of this number, as the product would say it."""
    chance = random.Random(SEED * 7_368_787 + number)
    names, weights = zip(*_SHARED_WITH, strict=True)
    [shared] = chance.choices(names, weights)
    if shared == "unit":
        shared = f"unit:{chance.randint(1, _UNITS)}"
    owner = f"owner:{chance.randint(1, _OWNERS)}:1"
    return [shared, owner] if shared else [owner]


def as_document(made: Made) -> Document:
    return Document(
        id=made.number + 1,
        audience=audience_of(made.number),
        title=made.title,
        body=" ".join(made.body),
        more=" ".join(made.more),
    )


def measure(engine: Engine, *, documents: int, needs: int) -> Measured:
    """Build the index of ``engine`` and look for every need once."""
    text = corpus()
    feed = _Feed(text, documents, engine.name)
    began = perf_counter()
    engine.build(feed)
    build_s = perf_counter() - began - feed.own_s
    thread_of = [made.thread for made in text.documents(documents)]
    visible = [bool(set(audience_of(n)) & set(READER)) for n in range(documents)]
    times, precisions, firsts = [], [], []
    wanted = text.needs[:needs]
    for need in wanted[:10]:
        engine.find(need.words, READER)
    for need in tqdm(wanted, desc=f"{engine.name}, looking", leave=False, disable=None):
        began = perf_counter()
        found = engine.find(need.words, READER)
        times.append((perf_counter() - began) * 1000)
        assert all(visible[i - 1] for i in found), f"{engine.name} shows what is not for the reader"
        right = [thread_of[i - 1] == need.thread for i in found]
        precisions.append(sum(right[:_AT]) / _AT)
        firsts.append(1 / (right.index(True) + 1) if any(right) else 0.0)
    size = engine.size()
    engine.close()
    return Measured(engine.name, documents, build_s, size, times, _mean(precisions), _mean(firsts))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def run(*, documents: int, needs: int, peers: bool, database_url: str, folder: Path) -> str:
    """Measure and return what to read."""
    with tempfile.TemporaryDirectory(dir=folder) as room:
        here = Path(room)
        smaller = (
            measure(Ours(here / "smaller"), documents=REFERENCE_DOCUMENTS, needs=needs)
            if documents > REFERENCE_DOCUMENTS
            else None
        )
        engines: list[Engine] = [Ours(here / "ours")]
        if peers:
            engines += [PostgreSQL(database_url), SQLite(here / "fts5.sqlite")]
        found = [measure(engine, documents=documents, needs=needs) for engine in engines]
    lines = [_table(found, needs=min(needs, len(corpus().needs)))]
    if smaller:
        lines.append(_table([smaller], needs=min(needs, len(corpus().needs))))
        lines.append(_growth(documents, smaller, found[0]))
    return "\n".join(lines)


def _growth(documents: int, smaller: Measured, larger: Measured) -> str:
    """Return how much longer finding takes: by words and, beside it, by meaning."""
    sizes = {REFERENCE_DOCUMENTS: smaller, documents: larger}
    near = {size: nearest_ms(size) for size in sizes}
    rows = [
        [f"{size:,}", f"{m.p(95):,.1f}", f"{near[size]:,.1f}", f"{max(m.p(95), near[size]):,.1f}"]
        for size, m in sizes.items()
    ]
    aim = (aims.GROWTH_OF_P95 - 1) * aims.SUGGESTION_P95_MS
    head = ["documents", "by words, p95 ms", "by meaning, p95 ms", "the longer of both"]
    told = table("Finding as there are more documents", head, rows)
    return (
        f"{told}\n\nThe last row may be {aim:g} ms above the first for a suggestion to stay below"
        f" {aims.GROWTH_OF_P95:g} times the aim."
    )


def _table(found: Sequence[Measured], *, needs: int) -> str:
    ours = found[0]
    rows = [
        [
            m.engine,
            f"{m.build_s:,.1f} s",
            megabytes(m.size),
            f"{m.p(50):,.2f}",
            f"{m.p(95):,.2f}",
            f"{m.p(99):,.2f}",
            f"{m.p(50) / ours.p(50):,.1f}",
            f"{m.p(95) / ours.p(95):,.1f}",
            f"{m.precision:.3f}",
            f"{m.mrr:.3f}",
        ]
        for m in found
    ]
    head = ["", "build", "on disk", "p50 ms", "p95 ms", "p99 ms", "p50 / ours", "p95 / ours"]
    title = f"Search: {ours.documents:,} documents, {needs} needs, the best 100 for one reader"
    return table(title, [*head, "precision@10", "MRR"], rows)
