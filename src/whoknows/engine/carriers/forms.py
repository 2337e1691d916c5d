"""What a card can be printed on, in millimetres and points."""

from dataclasses import dataclass
from enum import StrEnum


class Carrier(StrEnum):
    """On what an aid is carried."""

    LANYARD = "lanyard"
    POCKET = "pocket"
    A4 = "a4"
    POSTER = "poster"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Form:
    """One side of a carrier, in mm.

    Attributes:
        sides: How many there are at most.
        sizes: Sizes of type to try in pt, largest first; nothing is set smaller than ``floor``.
        most_lines: How many lines a side may have, None for as many as fit.
        title: Size of the title, in sizes of the text.
        one_side_down_to: The smallest size that is better than using a second side.
        wide: Whether rows are set in two columns.
    """

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    sides: int
    sizes: tuple[float, ...]
    floor: float
    qr: float
    title: float
    most_lines: int | None = None
    one_side_down_to: float | None = None
    wide: bool = False
    runs_code: bool = True
    band: bool = True
    band_height: float = 2.2


@dataclass(frozen=True, slots=True)
class Placed:
    """One side of a card on a larger paper: which, and its upper left corner in mm."""

    card: int
    side: int
    x: float
    y: float
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A short line that says where to cut or to fold, in mm from the upper left corner."""

    x: float
    y: float
    length: float
    down: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """One printed side of a larger paper, with the places to cut and to fold."""

    placed: tuple[Placed, ...]
    cuts: tuple[Mark, ...] = ()
    folds: tuple[Mark, ...] = ()


# ISO/IEC 7810 ID-1 (CR80), upright. The slot is 14 x 3 mm, 5 mm below the upper edge: what is
# printed begins below it.
LANYARD = Form(
    width=54, height=85.6, top=10.6, bottom=3.6, left=4, right=4, sides=2,
    sizes=(10, 8.5, 7.75, 7), floor=7, qr=15, title=1.3, most_lines=7,
)  # fmt: skip
SLOT_MM = (20.0, 5.0, 34.0, 8.0)

FORMS = {
    Carrier.LANYARD: LANYARD,
    Carrier.SHEET: LANYARD,
    # An eighth of A4, folded: the printers of offices leave 4 mm along the edges white.
    Carrier.POCKET: Form(
        width=74.25, height=105, top=9, bottom=8, left=7, right=7, sides=8,
        sizes=(12, 11, 10, 9, 8), floor=7, qr=20, title=1.5, runs_code=False, band=False,
    ),
    Carrier.A4: Form(
        width=210, height=297, top=20, bottom=16, left=20, right=20, sides=2,
        sizes=(24, 21, 18, 16, 14, 12, 11, 10), floor=9, qr=32, title=1.6, wide=True,
        one_side_down_to=12, band_height=5,
    ),
    Carrier.POSTER: Form(
        width=297, height=420, top=28, bottom=22, left=26, right=26, sides=1,
        sizes=(38, 34, 30, 26, 23, 20, 18), floor=16, qr=52, title=1.6, wide=True, band_height=8,
    ),
}  # fmt: skip

A4_PORTRAIT, A4_LANDSCAPE = (210.0, 297.0), (297.0, 210.0)
# Three by three upright cards leave room for the marks, on Letter paper too.
COLUMNS, ROWS = 3, 3
PER_SHEET = COLUMNS * ROWS
PER_FOLDED = 5


def duplex_papers(cards: int) -> list[Paper]:
    """Return fronts and backs for ``cards``, to be turned over along the long edge of A4.

    A back stands where its front stands when the paper is held against the light: columns run
    the other way.
    """
    papers: list[Paper] = []
    left = (A4_PORTRAIT[0] - COLUMNS * LANYARD.width) / 2
    top = (A4_PORTRAIT[1] - ROWS * LANYARD.height) / 2
    for first in range(0, cards, PER_SHEET):
        here = range(first, min(first + PER_SHEET, cards))
        for side in (0, 1):
            placed: list[Placed] = []
            for card in here:
                row, column = divmod(card - first, COLUMNS)
                across = COLUMNS - 1 - column if side else column
                placed.append(
                    Placed(card, side, left + across * LANYARD.width, top + row * LANYARD.height)
                )
            papers.append(Paper(tuple(placed), _cuts(placed)))
    return papers


def folded_papers(cards: int) -> list[Paper]:
    """Return papers for printers that print one side: each back hangs head down below its front."""
    papers: list[Paper] = []
    top = (A4_LANDSCAPE[1] - 2 * LANYARD.height) / 2
    left = (A4_LANDSCAPE[0] - PER_FOLDED * LANYARD.width) / 2
    for first in range(0, cards, PER_FOLDED):
        here = range(first, min(first + PER_FOLDED, cards))
        placed: list[Placed] = []
        for card in here:
            x = left + (card - first) * LANYARD.width
            placed.append(Placed(card, 0, x, top))
            placed.append(Placed(card, 1, x, top + LANYARD.height, turned=True))
        fold_y, wide = top + LANYARD.height, len(here) * LANYARD.width
        folds = (
            Mark(left - 9, fold_y, 8, down=False),
            Mark(left + wide + 1, fold_y, 8, down=False),
        )
        cuts = tuple(mark for mark in _cuts(placed) if mark.down or mark.y != fold_y)
        papers.append(Paper(tuple(placed), cuts, folds))
    return papers


def pocket_paper(sides: int) -> Paper:
    """Return one landscape A4 with eight panels, printed on one side.

    Fold the lower half behind the upper one, then the strip of four like a fan. The lower panels
    stand on their heads and run from right to left, so that they read on from behind.
    """
    form = FORMS[Carrier.POCKET]
    placed = tuple(
        Placed(0, n, n * form.width, 0)
        if n < 4  # noqa: PLR2004 - panels in a strip
        else Placed(0, n, (7 - n) * form.width, form.height, turned=True)
        for n in range(sides)
    )
    across = (Mark(0, form.height, 6, down=False), Mark(291, form.height, 6, down=False))
    down = [Mark(n * form.width, y, 5, down=True) for n in (1, 2, 3) for y in (0, 205)]
    return Paper(placed, folds=(*across, *down))


def _cuts(placed: list[Placed]) -> tuple[Mark, ...]:
    """Return marks beside the block of cards, never on one."""
    across = sorted({one.x + dx for one in placed for dx in (0, LANYARD.width)})
    down = sorted({one.y + dy for one in placed for dy in (0, LANYARD.height)})
    upright = [Mark(x, y, 5, down=True) for x in across for y in (down[0] - 7, down[-1] + 2)]
    level = [Mark(x, y, 5, down=False) for y in down for x in (across[0] - 7, across[-1] + 2)]
    return (*upright, *level)
