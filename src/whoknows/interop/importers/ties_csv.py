"""Who turns to whom, from a CSV file: ``source,target[,weight][,kind][,at]``."""

import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField
from whoknows.interop.importers.records import Description, Item, Refused, TieRecord
from whoknows.interop.importers.tables import Table, TableRow

COLUMNS = ("source", "target", "weight", "kind", "at")


class TiesCsvSource:
    """The ties listed in the CSV file at ``path``; one after ``now`` is refused.

    Without a weight a tie weighs 1, without a kind it is ``advice``. Whether both ends are people
    is for the later stage to say, which knows the people.

    Raises:
        UnusableSource: As for ``Table``; the columns ``source`` and ``target`` are needed.
    """

    def __init__(self, path: Path, *, now: datetime) -> None:
        self._table = Table(path, needs=("source", "target"))
        self._now = now
        self.name = path.name
        self.meter = self._table.meter

    def describe(self) -> Description:
        return Description(name=self.name, warnings=self._table.unread(COLUMNS))

    def records(self) -> Iterator[Item]:
        for row in self._table.rows():
            if isinstance(row, Refused):
                yield row
                continue
            try:
                yield self._tie(row)
            except BadField as problem:
                yield Refused(self.name, row.line, str(problem))

    def _tie(self, row: TableRow) -> TieRecord:
        source = fields.required_text(row.cells, "source")
        target = fields.required_text(row.cells, "target")
        if source == target:
            raise BadField(f"{fields.shown(source)} is tied to itself; remove the row.")
        return TieRecord(
            file=self.name,
            line=row.line,
            source=source,
            target=target,
            weight=_weight(fields.optional_text(row.cells, "weight")),
            kind=fields.optional_text(row.cells, "kind") or "advice",
            at=fields.optional_moment(row.cells, "at", now=self._now),
        )


def _weight(written: str | None) -> float:
    if written is None:
        return 1.0
    try:
        weight = float(written)
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight > 0):
        raise BadField(f'"weight" is {fields.shown(written)}; write a number above 0.')
    return weight
