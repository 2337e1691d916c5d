"""Reading what a community's needs mean, ahead of whoever walks through its past."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from whoknows.interop.backtest.own_index import CODE
from whoknows.search.documents import Document
from whoknows.search.embedding import Embedder
from whoknows.search.meaning import rows_of
from whoknows.search.vectors import Row

_READERS = 2
# Less than the model keeps of what it was asked last.
_AHEAD = 256


class Reading:
    """The vectors of documents by their place, and of some as needs, made side by side.

    A vector hangs on its text alone, so reading ahead looks into nobody's future.
    """

    def __init__(
        self,
        model: Embedder,
        *,
        document: Callable[[int], Document],
        words: Callable[[int], str],
        wanted: Collection[int],
    ) -> None:
        """Read up to the last place that is ``wanted`` as a need.

        Args:
            document: The document at a place, as it was when it came.
            words: What is looked for when the need at a place is raised.
        """
        self._model, self._document, self._words = model, document, words
        self._wanted, self._end = set(wanted), max(wanted, default=-1) + 1
        self._rows: dict[int, Future[list[Row]]] = {}
        self._begun = 0
        self._readers = ThreadPoolExecutor(_READERS, "reading")

    def rows(self, places: Sequence[int]) -> list[Row]:
        """Return the rows of the documents at ``places``, and read on beyond them."""
        last = max(places, default=0)
        self._begin(until=max(last + 1, min(last + _AHEAD, self._end)))
        return [row for place in places for row in self._rows.pop(place).result()]

    def _begin(self, *, until: int) -> None:
        for place in range(self._begun, until):
            self._rows[place] = self._readers.submit(self._read, place)
        self._begun = max(self._begun, until)

    def _read(self, place: int) -> list[Row]:
        if place in self._wanted:
            self._model.vector_of(self._words(place))
        return rows_of([self._document(place)], CODE, self._model)

    def close(self) -> None:
        """Stop reading."""
        self._readers.shutdown(cancel_futures=True)
