"""What changed between two texts of an aid, line by line and word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeAlias

from whoknows.engine.aids.kinds import Content, kind_of
from whoknows.engine.aids.lines import Line, Role, lines

_WORD = re.compile(r"\s+|[^\s\w]|\w+")
# Beyond this, word by word is neither quick nor readable: the lines stand one under the other.
_MOST_WORDS = 2_000
# Of all lines together, a second or two if they repeat themselves: beyond it lines are told whole.
_MOST_PAIRS_OF_WORDS = 1_000_000
# Of both texts together: beyond them what lies between their common beginning and end is one block.
_MOST_ROWS = 5_000


_Key: TypeAlias = tuple[object, ...]


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

    Cost: a second or two for texts that were made to be hard, hundredths of one for others. Beyond
    5,000 lines in both texts they are not matched with each other: what lies between their common
    beginning and end is told as removed, then added.

    >>> from whoknows.engine.aids.kinds import Procedure, Step
    >>> found = differences(Procedure((Step("Hold it"),)), Procedure((Step("Hold it down"),)))
    >>> [(piece.text, piece.mark.value) for piece in found[0].pieces]
    [('Hold it', 'same'), (' down', 'added')]
    """
    old, new = list(_rows(before)), list(_rows(after))
    were, are = [_key(line) for line in old], [_key(line) for line in new]
    if len(old) + len(new) > _MOST_ROWS:
        return list(_in_one_block(old, new, same=(_common(were, are), _common(*_ends(were, are)))))
    found: list[Difference] = []
    left = _MOST_PAIRS_OF_WORDS
    for tag, a, b, c, d in SequenceMatcher(None, were, are).get_opcodes():
        if tag == "equal":
            found += [_whole(line, Mark.SAME) for line in new[c:d]]
        else:
            told, left = _replaced(old[a:b], new[c:d], left)
            found += told
    return found


def _common(one: Sequence[_Key], other: Sequence[_Key]) -> int:
    """Return with how many of the same both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _ends(one: Sequence[_Key], other: Sequence[_Key]) -> tuple[Sequence[_Key], Sequence[_Key]]:
    """Return both from their ends on, without what they begin with."""
    begun = _common(one, other)
    return one[begun:][::-1], other[begun:][::-1]


def _in_one_block(
    old: Sequence[Line], new: Sequence[Line], *, same: tuple[int, int]
) -> Iterator[Difference]:
    begin, end = same
    yield from (_whole(line, Mark.SAME) for line in new[:begin])
    yield from (_whole(line, Mark.REMOVED) for line in old[begin : len(old) - end])
    yield from (_whole(line, Mark.ADDED) for line in new[begin : len(new) - end])
    yield from (_whole(line, Mark.SAME) for line in new[len(new) - end :])


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


def _key(line: Line) -> _Key:
    # Not the number: a step put in moves all after it, and they did not change.
    return line.role, line.key, line.text, line.required


def _text(line: Line) -> str:
    return f"{line.key}: {line.text}" if line.key else line.text


def _whole(line: Line, mark: Mark) -> Difference:
    return Difference(line.role, line.number, (Piece(_text(line), mark),), line.required)


def _replaced(old: Sequence[Line], new: Sequence[Line], left: int) -> tuple[list[Difference], int]:
    """Return a block of lines that became another: each new line beside the next old of its role.

    With it comes what is ``left`` of the pairs of words that may be compared.
    """
    found: list[Difference] = []
    told = 0
    for after in new:
        at = next((i for i in range(told, len(old)) if old[i].role is after.role), None)
        pieces: tuple[Piece, ...] = ()
        if at is not None and old[at].required == after.required:
            before_words, words = _WORD.findall(_text(old[at])), _WORD.findall(_text(after))
            pairs = len(before_words) * len(words)
            if len(before_words) + len(words) <= _MOST_WORDS and pairs <= left:
                pieces, left = _words(before_words, words), left - pairs
        if at is None or not pieces:
            found.append(_whole(after, Mark.ADDED))
            continue
        found += [_whole(before, Mark.REMOVED) for before in old[told:at]]
        found.append(Difference(after.role, after.number, pieces, after.required))
        told = at + 1
    return [*found, *(_whole(before, Mark.REMOVED) for before in old[told:])], left


def _words(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """Return the pieces of two lines; nothing when they have too little in common."""
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
