"""What changed between two texts of an aid, line by line and word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from whoknows.engine.aids.kinds import Content, kind_of
from whoknows.engine.aids.lines import Line, Role, lines

_WORD = re.compile(r"\s+|[^\s\w]|\w+")
# Beyond this, word by word is neither quick nor readable: the lines stand one under the other.
_MOST_WORDS = 2_000


class Mark(StrEnum):
    """Whether a piece of text was there before, is there now, or both."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of either text, or of both; then ``pieces`` say which of its words changed."""

    role: Role
    number: int | None
    pieces: tuple[Piece, ...]
    required: bool = True

    @property
    def is_change(self) -> bool:
        """Whether anything in the line changed."""
        return any(piece.mark is not Mark.SAME for piece in self.pieces)


def differences(before: Content, after: Content) -> list[Difference]:
    """Return all lines of ``after``, with what was removed from ``before`` in its place.

    >>> from whoknows.engine.aids.kinds import Procedure, Step
    >>> found = differences(Procedure((Step("Hold it"),)), Procedure((Step("Hold it down"),)))
    >>> [(piece.text, piece.mark.value) for piece in found[0].pieces]
    [('Hold it', 'same'), (' down', 'added')]
    """
    old, new = list(_rows(before)), list(_rows(after))
    found: list[Difference] = []
    compared = SequenceMatcher(None, [_key(line) for line in old], [_key(line) for line in new])
    for tag, a, b, c, d in compared.get_opcodes():
        if tag == "equal":
            found += [_whole(line, Mark.SAME) for line in new[c:d]]
        else:
            found += _replaced(old[a:b], new[c:d])
    return found


def is_reworded(before: Content, after: Content) -> bool:
    """Whether ``after`` has the lines of ``before``, each in its place and reworded at most.

    A line that reads as another one did before has changed places with it.

    >>> from whoknows.engine.aids.kinds import Procedure, Step
    >>> lift, turn = Step("Lift it"), Step("Turn it")
    >>> is_reworded(Procedure((lift, turn)), Procedure((Step("Lift it up"), turn)))
    True
    >>> is_reworded(Procedure((lift, turn)), Procedure((turn, lift)))
    False
    """
    old, new = list(_rows(before)), list(_rows(after))
    if kind_of(before) is not kind_of(after):
        return False
    if [(line.role, line.required) for line in old] != [(line.role, line.required) for line in new]:
        return False
    known = {_key(line) for line in old}
    pairs = zip(map(_key, old), map(_key, new), strict=True)
    return not any(was != now and now in known for was, now in pairs)


def _rows(content: Content) -> Iterator[Line]:
    """Yield the lines of ``content``, a note as many."""
    for line in lines(content):
        if line.role is Role.NOTE:
            yield from (Line(Role.NOTE, row) for row in line.text.splitlines() if row.strip())
        else:
            yield line


def _key(line: Line) -> tuple[object, ...]:
    # Not the number: a step put in moves all after it, and they did not change.
    return line.role, line.key, line.text, line.required


def _text(line: Line) -> str:
    return f"{line.key}: {line.text}" if line.key else line.text


def _whole(line: Line, mark: Mark) -> Difference:
    return Difference(line.role, line.number, (Piece(_text(line), mark),), line.required)


def _replaced(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Difference]:
    """Yield a block of lines that became another: each new line beside the next old of its role."""
    left = list(old)
    for after in new:
        at = next((i for i, before in enumerate(left) if before.role is after.role), None)
        pieces = () if at is None else _pieces(left[at], after)
        if at is None or not pieces:
            yield _whole(after, Mark.ADDED)
            continue
        yield from (_whole(before, Mark.REMOVED) for before in left[:at])
        yield Difference(after.role, after.number, pieces, after.required)
        left = left[at + 1 :]
    yield from (_whole(before, Mark.REMOVED) for before in left)


def _pieces(before: Line, after: Line) -> tuple[Piece, ...]:
    """Return the pieces of two lines; nothing when they are better told one after the other."""
    if before.required != after.required:
        return ()
    return _words(_text(before), _text(after))


def _words(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of two lines; nothing when they have too little in common."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        return ()
    compared = SequenceMatcher(None, old, new, autojunk=False)
    if compared.ratio() < 0.4:  # noqa: PLR2004 - below, two lines read more easily than a patchwork
        return ()
    found: list[Piece] = []
    for tag, a, b, c, d in compared.get_opcodes():
        if tag == "equal":
            found.append(Piece("".join(new[c:d]), Mark.SAME))
            continue
        if b > a:
            found.append(Piece("".join(old[a:b]), Mark.REMOVED))
        if d > c:
            found.append(Piece("".join(new[c:d]), Mark.ADDED))
    return tuple(found)
