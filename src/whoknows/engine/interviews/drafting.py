"""From what was said, sorted, to a draft aid in which every line knows what it rests on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest

from whoknows.engine.aids import (
    Checklist,
    Content,
    Entry,
    Item,
    Kind,
    Line,
    Procedure,
    Reference,
    Step,
    lines,
)
from whoknows.engine.interviews.protocols import ItemKind

K = ItemKind
# Less alike than this, a line counts as written anew.
_ALIKE = 0.6
_MOST_PAIRS = 40_000
# So many, with the most threes of letters in common, are compared letter by letter, unless they
# have nearly all in common; and in all lines together at most so many letters with so many others.
_CLOSEST = 3
_NEARLY_ALL = 0.75
_MOST_LETTERS = 20_000_000


@dataclass(frozen=True, slots=True)
class Sorted:
    """One item: something that was said, sorted.

    Attributes:
        id: By which the caller knows it.
        entry: The entry of the outline that it belongs to, None for the whole.
    """

    id: int
    kind: ItemKind
    text: str
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One entry of the outline: a step, an event, a move or a cluster."""

    id: int
    words: str


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line of the draft and the items that it was made of."""

    line: Line
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The content of a draft aid, and where each of its lines comes from."""

    content: Content
    origins: tuple[DraftLine, ...]


@dataclass(slots=True)
class _Group:
    """What was said about one entry of the outline."""

    words: str
    items: list[Sorted]

    def of(self, *kinds: ItemKind) -> list[Sorted]:
        return [item for item in self.items if item.kind in kinds]


def draft(kind: Kind, entries: Sequence[OutlineEntry], items: Sequence[Sorted]) -> Draft:
    """Return a draft of ``kind``: a procedure, a checklist or a reference.

    A *procedure* has a step for every item of kind step, in the order of the outline; the cues,
    results, errors, strategies and decisions of the same entry go to its first step as cue, result,
    warning and detail. A *checklist* has what to do and what to look for, by entry. A *reference*
    has a row for each entry: what tells one, and what to do about it. Items of no entry come last.

    Raises:
        ValueError: No draft is made of another kind.
    """
    groups = _grouped(entries, items)
    if kind is Kind.PROCEDURE:
        pairs = list(_steps(groups))
        whole = [i for g in groups if not g.words for i in g.of(*_ABOUT)]
        content = Procedure(tuple(step for step, _ in pairs), note=_listed(whole))
        return _with_origins(content, [p for _, p in pairs], before=_ids(whole))
    if kind is Kind.CHECKLIST:
        made = list(_checks(groups))
        return _with_origins(Checklist(tuple(item for item, _ in made)), [p for _, p in made])
    if kind is Kind.REFERENCE:
        rows = list(_rows(groups))
        return _with_origins(Reference(tuple(row for row, _ in rows)), [p for _, p in rows])
    raise ValueError(f"No draft is made as {kind.value}.")


def _grouped(entries: Sequence[OutlineEntry], items: Sequence[Sorted]) -> list[_Group]:
    by_entry: dict[int | None, _Group] = {e.id: _Group(e.words, []) for e in entries}
    rest = _Group("", [])
    for item in items:
        by_entry.get(item.entry, rest).items.append(item)
    return [group for group in [*by_entry.values(), rest] if group.items]


_Parts = dict[str, tuple[int, ...]]
# What one knows and does not do.
_ABOUT = (K.DECISION, K.KNOWLEDGE)


def _steps(groups: list[_Group]) -> Iterator[tuple[Step, _Parts]]:
    for group in groups:
        steps = group.of(K.STEP)
        if not steps:
            # Nobody said what to do: a strategy stands in, or the step is left open to fill in.
            steps = group.of(K.STRATEGY)[:1]
        first = {item.id for item in steps[:1]}
        firsts: list[Sorted | None] = [*steps[:1]] or [None]
        for item in firsts:
            cues, results = group.of(K.CUE), group.of(K.RESULT)
            errors = group.of(K.ERROR)
            kinds = (K.STRATEGY, *_ABOUT) if group.words else (K.STRATEGY,)
            more = [i for i in group.of(*kinds) if i.id not in first]
            step = Step(
                action="" if item is None else item.text,
                cue=_together(cues),
                result=_together(results),
                warning=_together(errors),
                detail=_listed(more),
            )
            if step == Step(""):
                continue
            yield (
                step,
                {
                    "step": () if item is None else (item.id,),
                    "cue": _ids(cues),
                    "result": _ids(results),
                    "warning": _ids(errors),
                    "note": _ids(more),
                },
            )
        for later in steps[1:]:
            yield Step(later.text), {"step": (later.id,)}


def _checks(groups: list[_Group]) -> Iterator[tuple[Item, _Parts]]:
    for group in groups:
        for item in group.of(K.STEP, K.CUE, K.RESULT, K.STRATEGY):
            yield Item(item.text, phase=group.words), {"item": (item.id,)}


def _rows(groups: list[_Group]) -> Iterator[tuple[Entry, _Parts]]:
    for group in groups:
        keys = group.of(K.DECISION, K.DIFFICULTY)
        told = [item for item in group.items if item not in keys] or keys
        key = group.words or _together(keys[:1]) or told[0].text
        yield Entry(key, _together(told)), {"row": _ids([*keys, *told])}


def _together(items: Sequence[Sorted]) -> str:
    """Return the texts as sentences in a row."""
    if len(items) == 1:
        return items[0].text
    return " ".join(t if t[-1:] in ".!?…" else f"{t}." for t in (item.text for item in items))


def _listed(items: Sequence[Sorted]) -> str:
    return "\n".join(f"- {item.text}" for item in items)


def _ids(items: Sequence[Sorted]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(item.id for item in items))


def _with_origins(
    content: Content, parts: Sequence[_Parts], *, before: tuple[int, ...] = ()
) -> Draft:
    """Return ``content`` with the origin of every line that was made of items.

    ``before`` are those of the note before all steps. Lines come in the order of the content, a
    step's warning and cue before the line that carries its number: so each unnumbered line belongs
    to the next number, or to the last one after it.
    """
    origins: list[DraftLine] = []
    number = 0
    for line in lines(content):
        role = line.role.value
        if role in {"step", "item", "row"}:
            number = line.number or number
        at = number if role in {"step", "item", "row", "note", "result"} else number + 1
        made_of = parts[at - 1].get(role, ()) if 0 < at <= len(parts) else ()
        if role == "note" and not number:
            made_of = before
        if made_of:
            origins.append(DraftLine(line, made_of))
    return Draft(content, tuple(origins))


def where_from(content: Content, drafted: Sequence[tuple[str, str, int]]) -> list[DraftLine]:
    """Return the lines of ``content``, as it is now, with the items they still rest on.

    Whoever mends a draft changes its lines. A line keeps its items while it says the same, or
    nearly so, in the same role; one that is written anew has none. Headings are left out.

    Args:
        drafted: Role, text and item of each line as it was drafted.

    Cost: O(lines x drafted) comparisons of the threes of letters in them, and of a few of each line
    letter by letter, at most a second or two; beyond 40,000 pairs only the same words count as the
    same, and for texts too long to compare by letter the threes in their beginnings decide.

    Source: L. R. Dice, Ecology 26 (1945) 297-302, for how alike two sets are.
    """
    said: dict[tuple[str, str], list[int]] = {}
    for role, text, item in drafted:
        said.setdefault((role, _plain(text)), []).append(item)
    now = [line for line in lines(content) if line.role.value not in {"heading", "supply"}]
    anew = [line for line in now if _drafted_as(line) not in said]
    if len(anew) * len(said) > _MOST_PAIRS:
        return [DraftLine(line, tuple(said.get(_drafted_as(line), ()))) for line in now]
    most = _MOST_LETTERS // max(1, len(anew) * len(said))
    known = [_Known(role, text, _threes(text[:most]), its) for (role, text), its in said.items()]
    room = _Room(most, _MOST_LETTERS // max(1, len(anew) * _CLOSEST))
    return [
        DraftLine(line, tuple(said.get(_drafted_as(line)) or _nearest(line, known, room=room)))
        for line in now
    ]


@dataclass(frozen=True, slots=True)
class _Known:
    """A line as it was drafted, plain, with the threes of letters in it and what it rests on."""

    role: str
    text: str
    threes: frozenset[str]
    items: list[int]


@dataclass(frozen=True, slots=True)
class _Room:
    """How many letters of each text are looked at, and how many are compared with how many."""

    letters: int
    compared: int


def _drafted_as(line: Line) -> tuple[str, str]:
    return line.role.value, _plain(line.text)


def _threes(text: str) -> frozenset[str]:
    """Return the letters of ``text`` three by three: words would not do for Japanese."""
    return frozenset(text[at : at + 3] for at in range(max(1, len(text) - 2)))


def _nearest(line: Line, known: Sequence[_Known], *, room: _Room) -> list[int]:
    role, text = _drafted_as(line)
    threes = _threes(text[: room.letters])
    rough = [
        (2 * len(threes & each.threes) / (len(threes) + len(each.threes)), at)
        for at, each in enumerate(known)
        if each.role == role
    ]
    closest = [(likeness, known[at]) for likeness, at in nlargest(_CLOSEST, rough)]
    alike = [
        (_likeness(text, each.text, likeness, room.compared), each.items)
        for likeness, each in closest
    ]
    likeness, items = max(alike, key=lambda pair: pair[0], default=(0.0, list[int]()))
    return items if likeness >= _ALIKE else []


def _likeness(text: str, other: str, otherwise: float, room: int) -> float:
    if otherwise >= _NEARLY_ALL or len(text) * len(other) > room:
        return otherwise
    return SequenceMatcher(None, text, other, autojunk=False).ratio()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class Demand:
    """A row of the table of cognitive demands.

    Attributes:
        element: What is difficult: the entry of the outline.
        why, errors, cues: Items: why it is hard, what goes wrong, what helps.
    """

    element: str
    why: tuple[Sorted, ...]
    errors: tuple[Sorted, ...]
    cues: tuple[Sorted, ...]


def demands(
    entries: Sequence[OutlineEntry], items: Sequence[Sorted], *, whole: str
) -> list[Demand]:
    """Return the table of cognitive demands: a row for each entry about which something is hard.

    ``whole`` stands for what belongs to no entry.

    Source: L. G. Militello, R. J. B. Hutton, Ergonomics 41 (1998) 1618-1641.
    """
    rows = [
        Demand(
            group.words or whole,
            tuple(group.of(K.DIFFICULTY)),
            tuple(group.of(K.ERROR)),
            tuple(group.of(K.CUE, K.STRATEGY, K.DECISION)),
        )
        for group in _grouped(entries, items)
    ]
    return [row for row in rows if row.why or row.errors or row.cues]


@dataclass(frozen=True, slots=True)
class Gap:
    """A step of which one does not know when, what, or whether it worked."""

    number: int
    action: str
    lacks: tuple[str, ...]


_LACKS: tuple[tuple[str, Callable[[Step], str]], ...] = (
    ("cue", lambda step: step.cue),
    ("action", lambda step: step.action),
    ("result", lambda step: step.result),
)


def gaps(content: Content) -> list[Gap]:
    """Return the steps of a procedure that lack a cue, an action or a result; others have none.

    >>> [(g.number, g.lacks) for g in gaps(Procedure((Step("Lift", cue="A bang", result="Air"),
    ...                                               Step("Turn"))))]
    [(2, ('cue', 'result'))]
    """
    if not isinstance(content, Procedure):
        return []
    found = [
        (n, step, tuple(name for name, read in _LACKS if not read(step)))
        for n, step in enumerate(content.steps, 1)
    ]
    return [Gap(n, step.action, lacks) for n, step, lacks in found if lacks]
