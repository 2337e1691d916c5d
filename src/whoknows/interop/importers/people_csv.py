"""People from a CSV file, such as staff lists are; its columns stand in ``PeopleCsvSource``."""

from collections.abc import Iterator
from pathlib import Path

from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField
from whoknows.interop.importers.records import (
    Description,
    Item,
    PersonRecord,
    Refused,
    UnusableSource,
)
from whoknows.interop.importers.tables import Table, TableRow

COLUMNS = (
    "id", "name", "email", "organisation", "organization", "unit", "site", "title", "manager",
    "timezone", "left_on", "url",
)  # fmt: skip


class PeopleCsvSource:
    """The people listed in the CSV file at ``path``.

    Its columns: ``id,name,email,organisation,unit,site,title,manager,timezone,left_on,url``.

    A row without ``id`` is known by its e-mail address. In a file without the column ``name``, as
    anonymised networks are, people are called by their id. Of two rows with one id or one e-mail
    address the second is refused.

    Raises:
        UnusableSource: As for ``Table``; one of the columns ``name`` and ``id`` is needed.
    """

    def __init__(self, path: Path) -> None:
        self._table = Table(path, needs=())
        self._name_column = "name" if "name" in self._table.columns else "id"
        if self._name_column not in self._table.columns:
            raise UnusableSource(
                f"{path.name} has no column “name”; its first line must name the columns."
            )
        self.name = path.name
        self.meter = self._table.meter

    def describe(self) -> Description:
        return Description(name=self.name, warnings=self._table.unread(COLUMNS))

    def records(self) -> Iterator[Item]:
        keys: dict[str, int] = {}
        addresses: dict[str, int] = {}
        for row in self._table.rows():
            if isinstance(row, Refused):
                yield row
                continue
            try:
                person = self._person(row)
                _refuse_second("id", person.key, keys)
                if person.email:
                    _refuse_second("e-mail", person.email.casefold(), addresses)
                    addresses[person.email.casefold()] = row.line
                keys[person.key] = row.line
            except BadField as problem:
                yield Refused(self.name, row.line, str(problem))
            else:
                yield person

    def _person(self, row: TableRow) -> PersonRecord:
        cells = row.cells
        email = fields.optional_email(cells, "email")
        key = fields.optional_text(cells, "id") or email
        if key is None:
            raise BadField("The row has neither id nor email; add one of them.")
        return PersonRecord(
            file=self.name,
            line=row.line,
            key=key,
            name=fields.required_text(cells, self._name_column),
            email=email,
            organisation=fields.optional_text(cells, "organisation")
            or fields.optional_text(cells, "organization"),
            unit=fields.optional_text(cells, "unit"),
            site=fields.optional_text(cells, "site"),
            title=fields.optional_text(cells, "title"),
            manager=fields.optional_text(cells, "manager"),
            timezone=fields.optional_timezone(cells, "timezone"),
            left_on=fields.optional_day(cells, "left_on"),
            url=fields.optional_link(cells, "url"),
        )


def _refuse_second(what: str, value: str, taken: dict[str, int]) -> None:
    if value in taken:
        raise BadField(
            f"The {what} {fields.shown(value)} is already on line {taken[value]}; keep one of them."
        )
