"""An index of its own for one measurement, made and asked as the installation's is."""

from collections.abc import Callable, Sequence
from pathlib import Path

from whoknows.search.documents import Document, Source
from whoknows.search.embedding import Embedder
from whoknows.search.index import IndexFolder, Position, Writer
from whoknows.search.meaning import rows_of, vector_folder
from whoknows.search.queries import Index
from whoknows.search.vectors import Row, VectorWriter

KIND, CODE, AUDIENCE = "need", 1, "public"
_AT_ONCE = 32


class OwnIndex:
    """Documents of one kind, open to all, in a folder that the caller removes.

    Nothing is found before :meth:`commit`.
    """

    def __init__(self, folder: Path, model: Embedder | None) -> None:
        self._model = model
        place = IndexFolder(folder)
        self._generation = place.new_generation()
        self._writer = Writer(self._generation)
        self._vectors = None
        if model is not None:
            self._vectors = VectorWriter(vector_folder(folder, model), model.dimensions)
        self._writer.commit(_POSITION)
        place.switch_to(self._generation)
        source = Source(KIND, CODE, fetch=lambda _: (), every_id=lambda: ())
        self.index = Index(folder, kinds={KIND: source}, model=lambda: model)

    def put_words(self, documents: Sequence[Document]) -> None:
        """Put ``documents`` in place of what they were; their vectors stay as they are.

        What is said to a need later adds to its words. Reading each anew would take most of the
        time and move its vectors little.
        """
        self._writer.remove(CODE, [document.id for document in documents])
        self._writer.put(KIND, CODE, documents)

    def put(
        self, documents: Sequence[Document], *, progress: Callable[[int], None] = lambda _: None
    ) -> None:
        """Add ``documents`` that were not there before."""
        for start in range(0, len(documents), _AT_ONCE):
            batch = documents[start : start + _AT_ONCE]
            self.put_read(batch, rows_of(batch, CODE, self._model) if self._model else ())
            progress(len(batch))

    def put_read(self, documents: Sequence[Document], rows: Sequence[Row]) -> None:
        """Add ``documents`` that were not there before, and the rows of their vectors."""
        self._writer.put(KIND, CODE, documents)
        if self._vectors is not None:
            self._vectors.put(rows)

    def commit(self) -> None:
        """Let everything so far be found.

        What was replaced counts for how rare words are until its segment is merged. That is waited
        for: else a score would hang on how far a thread had come, and two runs would differ.
        """
        self._writer.commit(_POSITION)
        self._writer.close()
        self._writer = Writer(self._generation)

    def close(self) -> None:
        self._writer.close()


_POSITION = Position(installation="a measurement", horizon=0, at="")
