"""CSV files as people save them: with a byte-order mark, semicolons, headers in any case."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from whoknows.interop.importers.reading import (
    Line,
    open_text_file,
    read_lines,
    require_utf8_start,
)
from whoknows.interop.importers.records import Meter, Refused, UnusableSource

_UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row by column name; ``line`` is where it ends, since a cell may hold line ends."""

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
        """Yield the rows below the header; one with too many cells or broken text is refused."""
        broken: list[Refused] = []
        reader = csv.reader(self._texts(broken), delimiter=self._delimiter)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error:
                why = "The row is not CSV; check its quotation marks."
                yield Refused(self.path.name, reader.line_num, why)
                continue
            if reader.line_num > 1 and any(cell.strip() for cell in cells):
                yield self._row(reader.line_num, cells)
            yield from broken
            broken.clear()
        yield from broken

    def _row(self, line: int, cells: list[str]) -> TableRow | Refused:
        if len(cells) > len(self.columns):
            why = f"The row has {len(cells)} cells and the header {len(self.columns)}; correct it."
            return Refused(self.path.name, line, why)
        if any(_UNDECODED.search(cell) for cell in cells):
            return Refused(self.path.name, line, "The row is not UTF-8; save the file as UTF-8.")
        return TableRow(line, dict(zip(self.columns, cells, strict=False)))

    def _texts(self, broken: list[Refused]) -> Iterator[str]:
        for line in read_lines(self.path, self.meter):
            if isinstance(line, Refused):
                broken.append(line)
                yield "\n"
            else:
                yield line.raw.decode(errors="surrogateescape") + "\n"


def _column(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())
