"""CSV files as people save them: with a byte-order mark, semicolons, headers in any case."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from whoknows.interop.importers.reading import (
    Line,
    open_text_file,
    read_lines,
    require_utf8_start,
)
from whoknows.interop.importers.records import Meter, Refused, UnusableSource

# A cell may hold line ends, but one of more lines is a quotation mark that nobody closed.
_MOST_LINES = 50
_UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row by column name; ``line`` is where it begins, since a cell may hold line ends."""

    line: int
    cells: dict[str, object]


class Table:
    """The CSV file at ``path``, gzipped or not.

    Column names are compared without case and with spaces for underscores; a column that nobody
    asks for is passed over. The delimiter is the one of comma, semicolon and tab that the header
    has most of.

    Raises:
        UnusableSource: The file is missing, empty, packed or not UTF-8, or a needed column is not
            there.
    """

    def __init__(self, path: Path, *, needs: tuple[str, ...]) -> None:
        require_utf8_start(open_text_file(path))
        self.path = path
        self.meter = Meter(path.stat().st_size)
        first = next((x for x in read_lines(path, Meter(0)) if isinstance(x, Line)), Line(1, b""))
        header = first.raw.decode(errors="replace")
        self._delimiter = max(",;\t", key=header.count)
        self.columns = self._header_columns(header)
        missing = [name for name in needs if name not in self.columns]
        if missing:
            raise UnusableSource(
                f"{path.name} has no column “{missing[0]}”; its first line must name the columns."
            )

    def _header_columns(self, header: str) -> list[str]:
        try:
            names = next(csv.reader([header], delimiter=self._delimiter))
        except csv.Error as error:
            raise UnusableSource(
                f"The first line of {self.path.name} is not CSV; save it again as “CSV UTF-8”."
            ) from error
        return [_column(name) for name in names]

    def unread(self, known: Sequence[str]) -> tuple[str, ...]:
        """Return a sentence about each column that is none of ``known``, with what it may mean."""
        sentences = []
        for column in self.columns:
            if column and column not in known:
                nearest = get_close_matches(column, known, 1)
                hint = f" Did you mean “{nearest[0]}”?" if nearest else ""
                sentences.append(f"{self.path.name}: the column “{column}” was not read.{hint}")
        return tuple(sentences)

    def rows(self) -> Iterator[TableRow | Refused]:
        """Yield the rows below the header.

        One with too many cells, broken text or a quotation mark out of place is refused, and
        reading goes on with the line after it.
        """
        lines = _Lines(read_lines(self.path, self.meter))
        for line in lines:
            if isinstance(line, Refused):
                yield line
            elif line.number > 1:
                yield from self._rows_at(line, lines)

    def _rows_at(self, line: Line, lines: _Lines) -> Iterator[TableRow | Refused]:
        texts = lines.texts_from(line)
        try:
            cells = next(csv.reader(texts, delimiter=self._delimiter, strict=True))
        except csv.Error:
            lines.give_back()
            why = "The row is not CSV; check that each quotation mark in it is closed."
            yield Refused(self.path.name, line.number, why)
        else:
            if any(cell.strip() for cell in cells):
                yield self._row(line.number, cells)

    def _row(self, line: int, cells: list[str]) -> TableRow | Refused:
        if len(cells) > len(self.columns):
            why = f"The row has {len(cells)} cells and the header {len(self.columns)}; correct it."
            return Refused(self.path.name, line, why)
        if any(_UNDECODED.search(cell) for cell in cells):
            return Refused(self.path.name, line, "The row is not UTF-8; save the file as UTF-8.")
        return TableRow(line, dict(zip(self.columns, cells, strict=False)))


class _Lines:
    """The lines of a file, of which those that one row took can be given back."""

    def __init__(self, lines: Iterator[Line | Refused]) -> None:
        self._lines = lines
        self._ahead: deque[Line | Refused] = deque()
        self._taken: list[Line | Refused] = []

    def __iter__(self) -> Iterator[Line | Refused]:
        return self

    def __next__(self) -> Line | Refused:
        return self._ahead.popleft() if self._ahead else next(self._lines)

    def texts_from(self, line: Line) -> Iterator[str]:
        """Yield the text of ``line``, and of those below it as far as a row is read on."""
        self._taken = []
        yield _text(line)
        for below in islice(self, _MOST_LINES):
            self._taken.append(below)
            if isinstance(below, Refused):
                return
            yield _text(below)

    def give_back(self) -> None:
        """Have the lines below the first be read again: they are rows of their own."""
        self._ahead.extendleft(reversed(self._taken))


def _text(line: Line) -> str:
    return line.raw.decode(errors="surrogateescape") + "\n"


def _column(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())
