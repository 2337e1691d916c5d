"""Documents for tests of the index: a source of the tests' own, beside those of the rooms."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from whoknows.search.documents import Document, Source, register, sources
from whoknows.search.index import IndexFolder, Position, Writer

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
CODE = 90


class Shelf:
    """Documents that a test puts there, as a room's table would hold them."""

    def __init__(self) -> None:
        self.documents: dict[int, Document] = {}

    def put(self, *documents: Document) -> None:
        self.documents |= {document.id: document for document in documents}

    def fetch(self, ids: Sequence[int]) -> Iterable[Document]:
        return [self.documents[i] for i in ids if i in self.documents]

    def every_id(self) -> Iterable[int]:
        return sorted(self.documents)


@contextmanager
def only(shelf: Shelf) -> Iterator[None]:
    """Have ``shelf`` as the only source, of the kind ``note``."""
    others = dict(sources())
    sources().clear()
    register(Source("note", CODE, fetch=shelf.fetch, every_id=shelf.every_id))
    try:
        yield
    finally:
        sources().clear()
        sources().update(others)


def a_document(
    number: int,
    title: str,
    *,
    body: str = "",
    more: str = "",
    audience: Sequence[str] = ("public",),
    language: str = "en",
) -> Document:
    return Document(
        id=number, audience=audience, title=title, body=body, more=more, language=language
    )


def a_position(horizon: int = 0) -> Position:
    return Position(installation="here", horizon=horizon, at=NOW.isoformat())


def write(folder: Path, documents: Iterable[Document]) -> None:
    """Make an index of ``documents`` in ``folder``, and put it in use."""
    place = IndexFolder(folder)
    generation = place.new_generation()
    writer = Writer(generation)
    writer.put("note", CODE, documents)
    writer.commit(a_position())
    writer.close()
    place.switch_to(generation)


def a_damaged_copy(model_folder: Path, folder: Path) -> Path:
    """Copy a model to ``folder`` with 2,000 bytes lost in the middle, and return the folder."""
    shutil.copytree(model_folder, folder)
    with (folder / "model.onnx").open("r+b") as file:
        file.seek((folder / "model.onnx").stat().st_size // 2)
        file.write(bytes(2_000))
    return folder
