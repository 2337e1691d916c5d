"""Cards for tests, and what stands on their paper."""

from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise

import pdfplumber
import zxingcpp

from whoknows.engine.aids import Procedure, Step, lines
from whoknows.engine.carriers import Sheet, page_of

POINTS_PER_MM = 72 / 25.4
WRENCH = Procedure(
    supplies=("8 mm key", "The cradle"),
    steps=(
        Step("Hold ZERO for five seconds.", cue="When E4 blinks", result="CAL, then a dash."),
        Step("Lay it in the cradle, handle left.", result="One beep."),
        Step("Turn the spring screw back.", warning="Take it off the bolt. It can kick."),
        Step("Press ZERO once.", result="0.0"),
    ),
)


def a_sheet(content: Procedure = WRENCH, **changes: object) -> Sheet:
    """Return a card about a torque wrench, changed as told."""
    sheet = Sheet(
        title="Clear error E4 on the torque wrench",
        trigger="When E4 shows after a calibration.",
        done_when="The display reads 0.0.",
        lines=tuple(lines(content)),
        code="E4TW7X",
        url=page_of("https://know.example.org", "E4TW7X", 4),
        owner="Mika Ohta",
        verified="Mika Ohta, 3 November 2026",
        valid_to="3 May 2027",
        version=4,
    )
    return replace(sheet, **changes)  # type: ignore[arg-type]


def steps(*texts: str) -> Procedure:
    return Procedure(steps=tuple(Step(text) for text in texts))


@dataclass(frozen=True, slots=True)
class Mark:
    """A letter, a line or a picture on paper: its box in mm from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str = ""
    points: float = 0.0


class Printed:
    """A PDF as somebody with a ruler finds it."""

    def __init__(self, pdf: bytes) -> None:
        self.document = pdfplumber.open(BytesIO(pdf))
        self.pages = self.document.pages

    def size_mm(self, page: int = 0) -> tuple[float, float]:
        found = self.pages[page]
        return round(found.width / POINTS_PER_MM, 1), round(found.height / POINTS_PER_MM, 1)

    def marks(self, page: int) -> list[Mark]:
        found = self.pages[page]
        drawn = [*found.chars, *found.rects, *found.lines, *found.images, *found.curves]
        return [
            Mark(
                one["x0"] / POINTS_PER_MM,
                one["top"] / POINTS_PER_MM,
                one["x1"] / POINTS_PER_MM,
                one["bottom"] / POINTS_PER_MM,
                one.get("text", ""),
                one.get("size", 0.0),
            )
            for one in drawn
        ]

    def letters(self, page: int) -> list[Mark]:
        unseen = " \u200b\u200c\u200d"
        return [mark for mark in self.marks(page) if mark.text.strip(unseen)]

    def text(self, page: int) -> str:
        return " ".join(self.pages[page].extract_text().replace("\u200b", "").split())

    def scanned(self, page: int) -> list[tuple[str, float]]:
        """Return what a camera reads in the QR codes of a page, with the middle of each in mm."""
        dots = 300
        picture = self.pages[page].to_image(resolution=dots).original.convert("L")
        found = zxingcpp.read_barcodes(picture)
        middle = [(c.position.top_left.x + c.position.bottom_right.x) / 2 for c in found]
        return [(c.text, x / dots * 25.4) for c, x in zip(found, middle, strict=True)]

    def tags(self) -> list[str]:
        """Return the kinds of elements in the structure tree, in reading order."""
        found: list[str] = []

        def walk(node: object) -> None:
            if isinstance(node, list):
                for one in node:
                    walk(one)
            elif isinstance(node, dict):
                found.append(str(node["type"]))
                walk(node.get("children", []))

        for page in self.pages:
            walk(page.structure_tree)
        return found


def overlaps(mark: Mark, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    return mark.left < right and mark.right > left and mark.top < bottom and mark.bottom > top


def are_apart(places: list[float], least: float) -> bool:
    return all(b - a >= least for a, b in pairwise(sorted(places)))
