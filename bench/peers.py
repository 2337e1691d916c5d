"""The engines that are compared: ours, PostgreSQL full text and SQLite FTS5.

Ours looks for words alone, as the others do.
Each keeps what searching takes and no text, weighs title, body and the rest as ours does, and keeps
away from the reader what is not for them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import psycopg
from django.conf import settings
from django.utils import timezone

from bench.text import content_words
from whoknows.search.documents import Document
from whoknows.search.index import IndexFolder, Position, Writer
from whoknows.search.lexical import WEIGHTS
from whoknows.search.queries import find

KIND, CODE = "need", 1
MOST = 100
_BATCH = 2_000


class Engine(Protocol):
    """Something that builds an index once and then finds."""

    name: str

    def build(self, documents: Iterable[Document]) -> None: ...

    def size(self) -> int:
        """Return the bytes on disk."""

    def find(self, words: str, audiences: Sequence[str]) -> list[int]:
        """Return the ids of the best documents that a reader with ``audiences`` may see."""

    def close(self) -> None: ...


class Ours:
    """Our index as the worker writes it and every request reads it."""

    name = "Whoknows"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = IndexFolder(folder)

    def build(self, documents: Iterable[Document]) -> None:
        generation = self._index.new_generation()
        writer = Writer(generation)
        writer.put(KIND, CODE, documents)
        writer.commit(Position("bench", 1, timezone.now().isoformat()))
        writer.close()
        self._index.switch_to(generation)
        settings.INDEX_FOLDER, settings.MODEL_FOLDER = self._folder, None

    def size(self) -> int:
        return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())

    def find(self, words: str, audiences: Sequence[str]) -> list[int]:
        found = find(words, audiences=audiences, kinds=(KIND,), limit=MOST)
        return [hit.id for hit in found.hits]

    def close(self) -> None:
        pass


class PostgreSQL:
    """A table of ``tsvector`` with a GIN index; any of the words, ``ts_rank_cd``."""

    name = "PostgreSQL full text"

    def __init__(self, url: str) -> None:
        scaled = [WEIGHTS[part] / max(WEIGHTS.values()) for part in ("more", "body", "title")]
        self._weights = [0.0, *scaled]  # for D, C, B and A
        self._connection = psycopg.connect(
            url, autocommit=True, cursor_factory=psycopg.ClientCursor
        )
        self._execute("SET maintenance_work_mem = '256MB'; SET work_mem = '64MB'")
        self._forget()

    def _execute(self, query: str) -> None:
        self._connection.execute(query.encode())

    def _forget(self) -> None:
        self._execute("DROP TABLE IF EXISTS bench_document, bench_text")

    def build(self, documents: Iterable[Document]) -> None:
        self._execute(
            "CREATE UNLOGGED TABLE bench_text (id int, who text[], a text, b text, c text)"
        )
        with self._connection.cursor().copy("COPY bench_text FROM STDIN") as copy:
            for d in documents:
                copy.write_row((d.id, list(d.audience), d.title, d.body, d.more))
        self._execute(
            "CREATE UNLOGGED TABLE bench_document AS SELECT id, who,"
            " setweight(to_tsvector('english', a), 'A') ||"
            " setweight(to_tsvector('english', b), 'B') ||"
            " setweight(to_tsvector('english', c), 'C') AS words FROM bench_text"
        )
        self._execute("DROP TABLE bench_text")
        self._execute("CREATE INDEX ON bench_document USING gin (words)")
        self._execute("VACUUM ANALYZE bench_document")

    def size(self) -> int:
        query = "SELECT pg_total_relation_size('bench_document')"
        row = self._connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    def find(self, words: str, audiences: Sequence[str]) -> list[int]:
        # In two steps, so that the planner knows the words.
        any_word = self._connection.execute(
            "SELECT string_agg(quote_literal(lexeme), ' | ')"
            " FROM unnest(to_tsvector('english', %s))",
            [words],
        ).fetchone()
        if any_word is None or any_word[0] is None:
            return []
        rows = self._connection.execute(
            "SELECT id FROM bench_document WHERE words @@ %(words)s::tsquery AND who && %(who)s"
            " ORDER BY ts_rank_cd(%(weights)s::float4[], words, %(words)s::tsquery) DESC"
            " LIMIT %(most)s",
            {
                "words": any_word[0],
                "who": list(audiences),
                "weights": self._weights,
                "most": MOST,
            },
        )
        return [int(row[0]) for row in rows]

    def close(self) -> None:
        self._forget()
        self._connection.close()


class SQLite:
    """FTS5 without content, ``porter unicode61``; any of the content words, ``bm25``."""

    name = "SQLite FTS5"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path)

    def build(self, documents: Iterable[Document]) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode = OFF")
        run("PRAGMA synchronous = OFF")
        run("PRAGMA cache_size = -256000")
        run("CREATE TABLE who (id INTEGER PRIMARY KEY, one TEXT, two TEXT)")
        run(
            "CREATE VIRTUAL TABLE words USING fts5(title, body, more, content = '',"
            " tokenize = 'porter unicode61')"
        )
        weights = ", ".join(str(WEIGHTS[part]) for part in ("title", "body", "more"))
        run("INSERT INTO words (words, rank) VALUES ('rank', ?)", [f"bm25({weights})"])
        for batch in _batches(documents):
            self._connection.executemany(
                "INSERT INTO who VALUES (?, ?, ?)",
                [(d.id, d.audience[0], d.audience[-1]) for d in batch],
            )
            self._connection.executemany(
                "INSERT INTO words (rowid, title, body, more) VALUES (?, ?, ?, ?)",
                [(d.id, d.title, d.body, d.more) for d in batch],
            )
        run("INSERT INTO words (words) VALUES ('optimize')")
        self._connection.commit()

    def size(self) -> int:
        return self._path.stat().st_size

    def find(self, words: str, audiences: Sequence[str]) -> list[int]:
        any_word = " OR ".join(f'"{word}"' for word in dict.fromkeys(content_words(words)))
        marks = ", ".join("?" * len(audiences))
        rows = self._connection.execute(
            "SELECT words.rowid FROM words CROSS JOIN who ON who.id = words.rowid"  # noqa: S608
            f" WHERE words MATCH ? AND (one IN ({marks}) OR two IN ({marks}))"
            f" ORDER BY rank LIMIT {MOST}",
            [any_word, *audiences, *audiences],
        )
        return [int(row[0]) for row in rows]

    def close(self) -> None:
        self._connection.close()


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
