"""One copy of the index on this machine: tantivy, one writer, any number of readers.

Layout below the folder: ``current`` names the generation in use; each generation is a tantivy index
with a ``position.json`` that says how far in the log of changes it has come. Building anew writes a
new generation beside the old and then changes the name, so readers never see a half-built one.
"""

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

import tantivy

from whoknows.base.errors import WhoknowsError
from whoknows.search.analysis import grams_of, stems
from whoknows.search.documents import Document

_SCHEMA_VERSION = 2
_WRITER_BYTES = 32_000_000
_ID_BITS = 48
UNDECIDED = 1  # in ``audience_1``: more audiences than the two that fit; ask the filter


class IndexUnreadable(WhoknowsError):
    """There is no index on this machine, or its files are damaged; the database is untouched."""

    code = "index_unreadable"
    status = 503

    def __init__(self) -> None:
        super().__init__(
            "What is here cannot be searched just now. Nothing is lost: try again in a few minutes."
        )


@dataclass(frozen=True, slots=True)
class Position:
    """How far a generation has come.

    Attributes:
        installation: Whose changes it followed; another installation's copy is of no use.
        horizon: Every change written by an earlier transaction is in it.
        at: When that was so, ISO 8601.
    """

    installation: str
    horizon: int
    at: str
    schema: int = _SCHEMA_VERSION


def build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    builder.add_unsigned_field("audience_1", fast=True)
    builder.add_unsigned_field("audience_2", fast=True)
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    for name in ("title", "body", "more"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


SCHEMA = build_schema()


def key_of(code: int, object_id: int) -> int:
    return code << _ID_BITS | object_id


def split_key(key: int) -> tuple[int, int]:
    return key >> _ID_BITS, key & ((1 << _ID_BITS) - 1)


def audience_number(audience: str) -> int:
    """Return the number that stands for an audience in the fast fields; never 0 or 1."""
    return int.from_bytes(blake2b(audience.encode(), digest_size=7).digest(), "big") + 2


class IndexFolder:
    """The generations of the index below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path | None:
        """Return the generation in use, None before the first is built."""
        name = self._name()
        while name is not None:
            path = self.folder / name
            if (path / "meta.json").exists():
                return path
            # Not there: damaged, unless it was replaced while we looked.
            name, tried = self._name(), name
            if name == tried:
                return None
        return None

    def _name(self) -> str | None:
        try:
            return (self.folder / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def position(self) -> Position | None:
        """Return how far the generation in use has come, None if it cannot be continued."""
        path = self.current()
        if path is None:
            return None
        try:
            position = Position(**json.loads((path / "position.json").read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        return position if position.schema == _SCHEMA_VERSION else None

    def new_generation(self) -> Path:
        """Return an empty folder beside the generation in use."""
        self.folder.mkdir(parents=True, exist_ok=True)
        taken = [int(p.name) for p in self.folder.iterdir() if p.name.isdigit()]
        path = self.folder / str(max(taken, default=0) + 1)
        path.mkdir()
        return path

    def switch_to(self, generation: Path) -> None:
        """Make ``generation`` the one in use, and remove those before it."""
        pending = self.folder / "current.pending"
        pending.write_text(generation.name, encoding="ascii")
        pending.replace(self.folder / "current")
        for old in self.folder.iterdir():
            if old.name.isdigit() and int(old.name) < int(generation.name):
                shutil.rmtree(old, ignore_errors=True)


class Writer:
    """The one writer of a generation; a second one is refused by tantivy's own lock."""

    def __init__(self, generation: Path) -> None:
        self.generation = generation
        if (generation / "meta.json").exists():
            self._index = tantivy.Index.open(str(generation))
        else:
            self._index = tantivy.Index(SCHEMA, str(generation))
        self._writer = self._index.writer(_WRITER_BYTES, 1)

    def put(self, kind: str, code: int, documents: Iterable[Document]) -> int:
        """Add ``documents``; the caller removed earlier versions. Returns how many."""
        added = 0
        for document in documents:
            self._writer.add_document(_tantivy_document(kind, code, document))
            added += 1
        return added

    def remove(self, code: int, ids: Iterable[int]) -> None:
        # Not delete_documents_by_term: it takes whole numbers for signed ones and removes nothing.
        keys = [key_of(code, object_id) for object_id in ids]
        self._writer.delete_documents_by_query(tantivy.Query.term_set_query(SCHEMA, "key", keys))

    def commit(self, position: Position) -> None:
        """Make everything so far visible to readers, and note how far it goes.

        In this order: killed in between, the same changes are applied once more, which changes
        nothing.
        """
        self._writer.commit()
        pending = self.generation / "position.pending"
        pending.write_text(json.dumps(asdict(position)), encoding="utf-8")
        os.replace(pending, self.generation / "position.json")  # noqa: PTH105 - same either way

    def close(self) -> None:
        """Wait for merges and let the lock go."""
        self._writer.wait_merging_threads()


def _tantivy_document(kind: str, code: int, document: Document) -> tantivy.Document:
    made = tantivy.Document()
    made.add_unsigned("key", key_of(code, document.id))
    made.add_text("kind", kind)
    for audience in document.audience:
        made.add_text("audience", audience)
    for number, name in zip(_numbers(document.audience), ("audience_1", "audience_2"), strict=True):
        made.add_unsigned(name, number)
    title = " ".join([document.title, *document.topics])
    for name, text in (("title", title), ("body", document.body), ("more", document.more)):
        made.add_text(name, " ".join(stems(text, language=document.language)))
    made.add_text("grams", " ".join(grams_of(title)))
    return made


def _numbers(audience: Sequence[str]) -> tuple[int, int]:
    if len(audience) > 2:  # noqa: PLR2004 - the two fast fields
        return UNDECIDED, 0
    numbers = [audience_number(a) for a in audience] + [0, 0]
    return numbers[0], numbers[1]
