"""Which lines go on which side, in which size; and what to cut when they do not fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from whoknows.engine.carriers.forms import Form
from whoknows.engine.carriers.sheet import Piece
from whoknows.engine.text.sentences import Sentence, Unusable

POINTS_PER_MM = 72 / 25.4
# Between the last line and what stands at the foot, in gaps.
CLEARANCE = 1.4
AFTER_HEAD = 1.2


class Overflow(Unusable):
    """It does not fit. Its sentence says what to cut so that it does."""


@dataclass(frozen=True, slots=True)
class Heights:
    """What was measured for one size of type, all in pt: exact, not estimated."""

    gap: float
    head: float
    runner: float
    foot: float
    pieces: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The pieces of each side by their index, and the size of type in pt."""

    size: float
    sides: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which text would have to become how low: ``what`` is title, trigger, done or piece."""

    what: str
    most: float
    piece: int = -1


Measure = Callable[[float], Heights]
Ask = Callable[[float, Sequence[Wish]], list[int | None]]


def lay_out(pieces: Sequence[Piece], form: Form, measure: Measure, ask: Ask) -> Layout:
    """Return the layout in the largest size in which everything fits.

    Args:
        measure: Gives the heights in a size of type; asked for as few sizes as possible.
        ask: Answers how many letters to cut so that each wish comes true; called on refusal only.
    Raises:
        Overflow: It does not even fit in the smallest size.
    Cost: linear in the pieces for each size; measuring costs far more.
    """
    one_side = form.one_side_down_to
    readable = [size for size in form.sizes if one_side is not None and size >= one_side]
    tries = [(size, replace(form, sides=1)) for size in readable]
    tries += [(size, form) for size in form.sizes]
    known: dict[float, Heights] = {}
    for size, shape in tries:
        if size != form.sizes[-1] and _is_hopeless(pieces, shape, size):
            continue
        known[size] = known.get(size) or measure(size)
        tried = _Sides(pieces, shape, known[size])
        if tried.fit():
            return Layout(size, tuple(map(tuple, tried.full)))
    raise Overflow(_refusal(_Sides(pieces, form, known[form.sizes[-1]]), ask))


def _is_hopeless(pieces: Sequence[Piece], form: Form, size: float) -> bool:
    """Whether measuring is a waste of time: a guess that only decides where to begin looking."""
    width = (form.width - form.left - form.right) * POINTS_PER_MM
    texts = [text for piece in pieces for text in (piece.text, *piece.before, *piece.after)]
    # A letter is half as wide as it is high; head, foot and gaps take more than half of a side.
    rows = sum(max(1.0, len(text) * 0.5 * size / width) for text in texts)
    room = form.sides * (form.height - form.top - form.bottom) * POINTS_PER_MM
    return rows * size * 1.4 > room * 0.43


class _Sides:
    """Fills one side after the other with as much as it holds."""

    def __init__(self, pieces: Sequence[Piece], form: Form, heights: Heights) -> None:
        self.pieces, self.form, self.heights = pieces, form, heights
        self.room = (form.height - form.top - form.bottom) * POINTS_PER_MM
        self.full = self._filled()

    def used(self, side: int, chosen: Sequence[int], *, is_last: bool) -> float:
        """Return how many pt high a side would be with ``chosen`` on it."""
        high = self.heights
        tall = high.foot if is_last else high.runner
        tall += CLEARANCE * high.gap
        if side == 0:
            tall += high.head + (AFTER_HEAD * high.gap if chosen else 0)
        return tall + sum(high.pieces[n] for n in chosen) + high.gap * max(0, len(chosen) - 1)

    def lines(self, chosen: Sequence[int]) -> int:
        return sum(self.pieces[n].lines for n in chosen)

    def holds(self, side: int, chosen: Sequence[int], *, is_last: bool) -> bool:
        most = self.form.most_lines
        if most is not None and self.lines(chosen) > most:
            return False
        return self.used(side, chosen, is_last=is_last) <= self.room

    def fit(self) -> bool:
        last = len(self.full) - 1
        return all(self.holds(n, chosen, is_last=n == last) for n, chosen in enumerate(self.full))

    def _filled(self) -> list[list[int]]:
        """Return the sides; what does not fit is all on the last one."""
        sides: list[list[int]] = [[]]
        units = _units(self.pieces)
        for position, unit in enumerate(units):
            rest = [n for later in units[position:] for n in later]
            here = len(sides) - 1
            if len(sides) == self.form.sides or self.holds(here, sides[-1] + rest, is_last=True):
                sides[-1] += rest
                return self._with_back(sides)
            if not self.holds(here, sides[-1] + unit, is_last=False):
                sides.append([])
            sides[-1] += unit
        if not self.holds(len(sides) - 1, sides[-1], is_last=True) and len(sides) < self.form.sides:
            sides.append([])
        return self._with_back(sides)

    def _with_back(self, sides: list[list[int]]) -> list[list[int]]:
        """Give a card with two sides a back, even if only for its code."""
        if self.form.most_lines is not None and len(sides) == 1:
            return [*sides, []]
        return sides


def _units(pieces: Sequence[Piece]) -> list[list[int]]:
    """Return which pieces must stay together: a warning or heading with what follows it."""
    units: list[list[int]] = []
    is_open = False
    for n, piece in enumerate(pieces):
        if is_open:
            units[-1].append(n)
        else:
            units.append([n])
        is_open = piece.keeps
    return units


def _refusal(sides: _Sides, ask: Ask) -> Sentence:
    last = len(sides.full) - 1
    number = next(
        n for n, chosen in enumerate(sides.full) if not sides.holds(n, chosen, is_last=n == last)
    )
    chosen = sides.full[number]
    kept = _kept(sides, number, is_last=number == last)
    if not kept and sides.used(number, [], is_last=number == last) > sides.room:
        return _refuse_frame(sides, number, ask, is_last=number == last)
    most, first = sides.form.most_lines, _first_unit(sides, chosen)
    fits, count = sides.lines(kept), sides.lines(chosen)
    if not kept and most is not None and sides.lines(first) > most:
        # Lines that must stay together: some of them have to go all the same.
        kept, fits = first, most
    too_many = most is not None and count > most
    tried = first if not kept and too_many else chosen
    shorter = _shorter_line(sides, number, tried, ask, is_last=number == last)
    values: dict[str, object] = {"side": _side(sides, number), "lines": _lines(count)}
    if not kept:
        # “Cut all of them” would help, and nobody.
        values["shorter"] = shorter or Sentence("make them shorter")
        return Sentence("{side} has no room for {lines}; {shorter}.", values)
    values |= {"fits": fits, "cut": count - fits}
    if shorter is None:
        return Sentence("{side} has room for {fits} of {lines}; cut {cut}.", values)
    values["shorter"] = shorter
    return Sentence("{side} has room for {fits} of {lines}; cut {cut}, or {shorter}.", values)


def _first_unit(sides: _Sides, chosen: Sequence[int]) -> list[int]:
    """Return the pieces that stand first on a side and must stay together."""
    return next((unit for unit in _units(sides.pieces) if unit[0] in chosen[:1]), list[int]())


def _kept(sides: _Sides, number: int, *, is_last: bool) -> list[int]:
    kept = list(sides.full[number])
    while kept and not sides.holds(number, kept, is_last=is_last):
        kept.pop()
    return kept


def _shorter_line(
    sides: _Sides, number: int, chosen: Sequence[int], ask: Ask, *, is_last: bool
) -> Sentence | None:
    """Return the line whose shortening costs the fewest letters, None if none would do alone."""
    form = sides.form
    if form.most_lines is not None and sides.lines(chosen) > form.most_lines:
        return None
    excess = sides.used(number, chosen, is_last=is_last) - sides.room
    wishes = [Wish("piece", sides.heights.pieces[n] - excess, n) for n in chosen]
    answers = zip(wishes, ask(form.sizes[-1], wishes), strict=True)
    possible = [(cut, wish.piece) for wish, cut in answers if cut is not None]
    if not possible:
        return None
    cut, piece = min(possible)
    place = (
        1
        + sides.lines([n for n in sides.full[number] if n < piece])
        + len(sides.pieces[piece].before)
    )
    return Sentence(
        "shorten line {place} ({words}) by {characters}",
        {
            "place": place,
            "words": _quoted(sides.pieces[piece].text),
            "characters": _characters(cut),
        },
    )


def _refuse_frame(sides: _Sides, number: int, ask: Ask, *, is_last: bool) -> Sentence:
    """Say what to cut when not even an empty side holds its head and its foot."""
    heights = sides.heights
    excess = sides.used(number, [], is_last=is_last) - sides.room
    wishes = [Wish("title", heights.head - excess), Wish("trigger", heights.head - excess)]
    names = [Sentence("the title"), Sentence("when to use it")]
    if number:
        wishes, names = [], []
    if is_last:
        wishes.append(Wish("done", heights.foot - excess))
        names.append(Sentence("what it looks like when done"))
    cuts = zip(ask(sides.form.sizes[-1], wishes), names, strict=True)
    possible = [(cut, name) for cut, name in cuts if cut is not None]
    side = _side(sides, number)
    if not possible:
        return Sentence(
            "{side} has no room left for a single line; shorten {parts}.",
            {"side": side, "parts": tuple(names)},
        )
    cut, name = min(possible, key=lambda pair: pair[0])
    return Sentence(
        "{side} has no room left for a single line; shorten {part} by {characters}.",
        {"side": side, "part": name, "characters": _characters(cut)},
    )


def _side(sides: _Sides, number: int) -> Sentence:
    if sides.form.sides > 1:
        return Sentence("Side {number}", {"number": number + 1})
    return Sentence("The page")


def _quoted(text: str, most: int = 28) -> str:
    return f"“{text}”" if len(text) <= most else f"“{text[:most].rstrip()}…”"


def _lines(count: int) -> Sentence:
    if count == 1:
        return Sentence("one line")
    return Sentence("{count} lines", {"count": count})


def _characters(count: int) -> Sentence:
    if count == 1:
        return Sentence("one character")
    return Sentence("{count} characters", {"count": count})
