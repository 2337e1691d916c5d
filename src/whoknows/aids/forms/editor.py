"""The editor of an aid's content: one for each kind, made of grids, working without JavaScript.

A row's cells are posted as ``steps-2-action``; buttons named ``do`` post ``add:steps``,
``remove:steps:2``, ``up:steps:2`` or ``down:steps:2``. Whatever was typed comes back.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from whoknows.aids.forms.conversion import Rows, content_of, typed_from
from whoknows.aids.forms.grids import (
    AFTER,
    BEFORE,
    GRIDS,
    USUALLY_AFTER,
    Cell,
    Form,
    Grid,
)
from whoknows.engine.aids import Content, Kind, kind_of
from whoknows.engine.aids.plain import MOST_ROWS

_NAME = re.compile(r"([a-z]+)-(\d{1,4})-([a-z]+(?:-\d{1,2})?)")
_ANY: tuple[tuple[str, str | Promise], ...] = (("", _("any")),)


@dataclass(frozen=True, slots=True)
class BoundCell:
    """A cell as it stands on the page."""

    cell: Cell
    id: str
    value: str
    is_first: bool

    @property
    def form(self) -> str:
        return self.cell.form.value


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A row as it stands on the page: the usual cells, and those folded away while empty."""

    grid: Grid
    index: int
    cells: list[BoundCell]
    rare: list[BoundCell]
    is_new: bool

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def rare_is_open(self) -> bool:
        return any(cell.value for cell in self.rare)


@dataclass(frozen=True, slots=True)
class Editor:
    """What is typed into the editor of one kind.

    Attributes:
        rows: For each grid its rows, each the text typed into its cells by name.
        texts: What is typed outside the grids.
        new: Where the cursor belongs: a grid and a row.
    """

    kind: Kind
    rows: Rows
    texts: Mapping[str, str]
    new: tuple[str, int] | None = None

    @classmethod
    def blank(cls, kind: Kind) -> Self:
        """Return an editor with a few empty rows."""
        rows = {g.name: [dict(g.blanks) for _ in range(g.begin_with)] for g in GRIDS[kind]}
        return cls(kind, rows, {})

    @classmethod
    def of(cls, content: Content) -> Self:
        """Return an editor that holds ``content``."""
        rows, texts = typed_from(content)
        return cls(kind_of(content), rows, texts)

    @classmethod
    def typed(cls, kind: Kind, form: QueryDict) -> Self:
        """Return what was typed, rows in their order; what belongs to no grid is passed over."""
        found: dict[str, dict[int, dict[str, str]]] = {g.name: {} for g in GRIDS[kind]}
        for name, value in form.items():
            parts = _NAME.fullmatch(name)
            if parts and parts[1] in found and int(parts[2]) < MOST_ROWS:
                row = found[parts[1]].setdefault(int(parts[2]), {})
                row[parts[3]] = str(value).replace("\r\n", "\n")
        rows = {name: [row for _, row in sorted(each.items())] for name, each in found.items()}
        texts = {
            cell.name: form.get(cell.name, "").replace("\r\n", "\n") for cell in _outside(kind)
        }
        return cls(kind, rows, texts)

    def after(self, do: str) -> Self:
        """Return the editor after a button was pressed; an unknown one changes nothing."""
        verb, _, rest = do.partition(":")
        name, _, number = rest.partition(":")
        if name not in self.rows:
            return self
        rows = [dict(row) for row in self.rows[name]]
        is_number = number.isdecimal() and len(number) <= len(str(MOST_ROWS))
        at = min(int(number), len(rows)) if is_number else len(rows)
        if verb == "add" and len(rows) < MOST_ROWS:
            at = min(at + 1, len(rows)) if number else len(rows)
            rows.insert(at, dict(self._grid(name).blanks))
        elif at == len(rows):
            return self
        elif verb == "remove":
            del rows[at]
            at = max(0, at - 1)
        elif verb in {"up", "down"}:
            to = max(0, min(len(rows) - 1, at + (1 if verb == "down" else -1)))
            rows.insert(to, rows.pop(at))
            at = to
        return replace(self, rows={**self.rows, name: rows}, new=(name, at))

    def without_blanks(self) -> Self:
        """Return the editor without rows in which nothing was typed."""
        rows = {
            grid.name: [row for row in self.rows.get(grid.name, []) if _says(row, grid)]
            for grid in GRIDS[self.kind]
        }
        return replace(self, rows=rows)

    @property
    def says_anything(self) -> bool:
        """Whether anything was typed, into a row or around them."""
        rows = any(_says(row, grid) for grid in GRIDS[self.kind] for row in self.rows[grid.name])
        return rows or any(text.strip() for text in self.texts.values())

    def with_rows_to_fill(self) -> Self:
        """Return the editor with a few empty rows wherever it has none."""
        blank = Editor.blank(self.kind).rows
        return replace(self, rows={name: rows or blank[name] for name, rows in self.rows.items()})

    def first(self) -> str:
        """Return the id of the first cell that is to be filled in."""
        grid = GRIDS[self.kind][0]
        cell = next(cell for cell in grid.cells if not cell.is_rare)
        return f"{grid.name}-0-{cell.name}"

    def content(self) -> Content:
        """Return what is typed as content, blank rows counted.

        Raises:
            BadContent: Something is too long, or no number where one belongs.
        """
        return content_of(self.kind, self.rows, self.texts)

    def grids(self) -> list[tuple[Grid, list[BoundRow]]]:
        """Return the grids with their rows, for the page."""
        return [(grid, list(self._bound(grid))) for grid in GRIDS[self.kind]]

    def before(self) -> list[BoundCell]:
        """Return the texts above the grids."""
        return [self._text(cell) for cell in BEFORE.get(self.kind, ())]

    def below(self) -> list[BoundCell]:
        """Return the texts under the grids."""
        return [self._text(cell) for cell in AFTER.get(self.kind, USUALLY_AFTER)]

    def _text(self, cell: Cell) -> BoundCell:
        return BoundCell(cell, cell.name, self.texts.get(cell.name, ""), is_first=False)

    def _grid(self, name: str) -> Grid:
        return next(grid for grid in GRIDS[self.kind] if grid.name == name)

    def _bound(self, grid: Grid) -> Iterator[BoundRow]:
        cells = [*self._when(), *grid.cells] if grid.name == "rules" else list(grid.cells)
        for index, row in enumerate(self.rows.get(grid.name, [])):
            is_new = self.new == (grid.name, index)
            bound = [
                BoundCell(
                    cell,
                    f"{grid.name}-{index}-{cell.name}",
                    row.get(cell.name, ""),
                    is_first=is_new and cell is next(c for c in cells if not c.is_rare),
                )
                for cell in cells
            ]
            yield BoundRow(
                grid,
                index,
                [each for each in bound if not each.cell.is_rare],
                [each for each in bound if each.cell.is_rare],
                is_new,
            )

    def _when(self) -> Iterator[Cell]:
        """Yield a choice for each condition: its values, or any."""
        for index, row in enumerate(self.rows.get("conditions", [])):
            values = [value.strip() for value in row.get("values", "").split(",")]
            yield Cell(
                f"when-{index}",
                row.get("name", "") or _("Condition"),
                Form.CHOICE,
                choices=(*_ANY, *((value, value) for value in values if value)),
                is_small=True,
            )


def _outside(kind: Kind) -> tuple[Cell, ...]:
    return (*BEFORE.get(kind, ()), *AFTER.get(kind, USUALLY_AFTER))


def _says(row: Mapping[str, str], grid: Grid) -> bool:
    usual = {**grid.blanks, "kind": "", "required": ""}
    return any(value.strip() and name not in usual for name, value in row.items())
