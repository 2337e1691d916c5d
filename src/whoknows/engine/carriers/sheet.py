"""What a card says, whatever it is printed on."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from whoknows.engine.aids import Line, Role, Shown
from whoknows.engine.carriers.fonts import printable

_BEFORE, _AFTER = {Role.CUE}, {Role.RESULT, Role.NOTE}
_COUNTED = {Role.STEP, Role.ITEM, Role.ROW}
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2}))?(?:[-_].*)?")


@dataclass(frozen=True, slots=True)
class Labels:
    """The few words of the form itself, in the language of the card."""

    done_when: str = "Done when"
    good_until: str = "Good until"
    no_date: str = "No end date"
    owner: str = "Ask"
    unverified: str = "Not verified yet"
    version: str = "version"
    optional: str = "if needed"
    supplies: str = "Have at hand"
    scan: str = "Scan for the current version:"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One aid, ready to be printed. Dates are words already: the engine knows no calendar.

    Attributes:
        lines: What it says, as ``engine.aids.lines`` gives it; notes as plain text.
        url: What its QR code leads to: the version that is printed.
        verified: By whom and when, "" when nobody has.
        valid_to: Its last good day, "" when it has none.
        language: ISO 639 code, a region may follow.
    """

    title: str
    lines: tuple[Line, ...]
    code: str
    url: str
    owner: str
    trigger: str = ""
    done_when: str = ""
    valid_to: str = ""
    verified: str = ""
    version: int = 1
    language: str = "en"
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class Group:
    """A line with the lines that belong to it: cues before it, results and details after it."""

    main: Line
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that are drawn as one.

    Attributes:
        lines: How many lines it is made of.
        keeps: Whether it must stand on the side of the piece after it: a warning, a heading.
        pictures: What stands below its text, in the order of its lines.
        is_filled_in: Whether there has to be room to write a number.
    """

    kind: Role
    text: str
    number: int = 0
    key: str = ""
    is_optional: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    lines: int = 1
    keeps: bool = False
    pictures: tuple[Shown, ...] = ()
    is_filled_in: bool = False


def grouped(lines: Iterable[Line]) -> list[Group]:
    """Return ``lines`` by what belongs together; cues go with what follows them.

    >>> said = (Line(Role.STEP, "Lift", 1), Line(Role.RESULT, "Click"))
    >>> [(group.main.text, len(group.after)) for group in grouped(said)]
    [('Lift', 1)]
    """
    made: list[Group] = []
    cues: list[Line] = []
    for line in lines:
        if line.role in _BEFORE:
            cues.append(line)
        elif line.role in _AFTER and made and made[-1].main.role in _COUNTED and not cues:
            made[-1] = replace(made[-1], after=(*made[-1].after, line))
        else:
            made.append(Group(line, tuple(cues)))
            cues.clear()
    # A cue with nothing to do after it is still worth reading.
    return [*made, *(Group(replace(cue, role=Role.NOTE)) for cue in cues)]


def pieces_of(lines: Iterable[Line]) -> list[Piece]:
    """Return ``lines`` as what is drawn; what one needs is one piece."""
    made: list[Piece] = []
    for group in grouped(lines):
        piece = _piece(group)
        if piece.kind is Role.SUPPLY and made and made[-1].kind is Role.SUPPLY:
            together = f"{made[-1].text} · {piece.text}"
            pictures = (*made[-1].pictures, *piece.pictures)
            made[-1] = replace(made[-1], text=together, pictures=pictures)
        else:
            made.append(piece)
    return made


def _piece(group: Group) -> Piece:
    line = group.main
    return Piece(
        kind=line.role,
        text=printable(line.text),
        number=line.number or 0,
        key=printable(line.key),
        is_optional=not line.required,
        before=tuple(printable(cue.text) for cue in group.before),
        after=tuple(printable(after.text) for after in group.after),
        lines=1 + len(group.before) + len(group.after),
        keeps=line.role in {Role.WARNING, Role.HEADING},
        pictures=tuple(
            picture for each in (*group.before, line, *group.after) for picture in each.pictures
        ),
        is_filled_in=line.is_filled_in,
    )


def language_and_region(language: str) -> tuple[str, str]:
    """Return ``language`` as typst takes it: two or three letters, and a region or "".

    >>> language_and_region("pt-BR"), language_and_region("klingon?")
    (('pt', 'BR'), ('en', ''))
    """
    found = _LANGUAGE.fullmatch(language.strip())
    return (found[1].lower(), (found[2] or "").upper()) if found else ("en", "")


def reads_from_the_right(text: str) -> bool:
    """Return whether the first letter of ``text`` that has a direction runs right to left.

    >>> reads_from_the_right("E4 מפתח"), reads_from_the_right("1. مفتاح")
    (False, True)
    """
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((d in {"R", "AL"} for d in directions if d in {"L", "R", "AL"}), False)
