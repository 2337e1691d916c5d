"""The letters that can be printed: those of the fonts that come with us."""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import typst

FOLDER = Path(__file__).with_name("fonts")
# Drawn in place of a letter that no font here has; one of them has this.
STAND_IN = "▯"
_JOINERS = {"\u200c", "\u200d", "\u200e", "\u200f"}
_UNICODE_TABLES = {(0, 3), (0, 4), (3, 1), (3, 10)}


@cache
def fonts() -> typst.Fonts:
    """Return our own fonts and no others, so that a card looks the same wherever it is printed."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)]
    )


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    paths = sorted(FOLDER.glob("*-Regular.ttf"))
    return tuple(frozenset(_code_points(path.read_bytes())) for path in paths)


def printable(text: str) -> str:
    """Return ``text`` on one line, without what cannot be seen, a box for what cannot be printed.

    Signs that turn the direction of text around are left out: they could make a card read
    otherwise than the page does. So are accents that the font of their letter lacks.

    >>> printable("Lift\\x07 the\\nlid 🙂")
    'Lift the lid ▯'
    """
    return "".join(printed for _letter, printed in _printed(_clean(text)))


def missing_letters(text: str) -> list[str]:
    """Return the letters of ``text`` that cannot be printed, each once, in their order.

    Printed are Latin, Greek, Cyrillic, Hebrew and Arabic, arrows and the usual signs.

    >>> missing_letters("Ω é Ж א ع → ✓ 漢 字 漢")
    ['漢', '字']
    """
    return list(dict.fromkeys(c for c, printed in _printed(_clean(text)) if printed != c))


def _printed(text: str) -> Iterator[tuple[str, str]]:
    """Yield each letter with what is printed for it: a cluster has to come from one font."""
    able: set[int] = set()
    for letter in text:
        having = {n for n, font in enumerate(_coverage()) if ord(letter) in font}
        if letter in _JOINERS or unicodedata.category(letter).startswith("M"):
            able &= having
            yield letter, letter if able else ""
        else:
            able = having
            yield letter, letter if having else STAND_IN


def _clean(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    words = "".join(" " if letter.isspace() else letter for letter in composed).split()
    return " ".join(kept for word in words if (kept := "".join(filter(_is_seen, word))))


def _is_seen(letter: str) -> bool:
    if letter in _JOINERS:
        return True
    # Variation selectors choose between a sign and its picture; we have the sign only.
    is_selector = 0xFE00 <= ord(letter) <= 0xFE0F  # noqa: PLR2004
    return not is_selector and unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Cn", "Co"}


def _code_points(font: bytes) -> set[int]:
    """Return what a TrueType font has letters for: its ``cmap``, of OpenType format 4 or 12."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(tables))
    start = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    found: set[int] = set()
    for n in range(struct.unpack_from(">H", font, start + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * n)
        if (platform, encoding) in _UNICODE_TABLES:
            found |= _segments(font, start + offset)
    return found - {0xFFFF}


def _segments(font: bytes, at: int) -> set[int]:
    form = struct.unpack_from(">H", font, at)[0]
    found: set[int] = set()
    if form == 4:  # noqa: PLR2004 - the format for the first 65,536 code points
        count = struct.unpack_from(">H", font, at + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", font, at + 14)
        starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
        for first, last in zip(starts, ends, strict=True):
            found |= set(range(first, last + 1))
    if form == 12:  # noqa: PLR2004 - the format for all of them
        for n in range(struct.unpack_from(">L", font, at + 12)[0]):
            first, last, _glyph = struct.unpack_from(">LLL", font, at + 16 + 12 * n)
            found |= set(range(first, last + 1))
    return found
