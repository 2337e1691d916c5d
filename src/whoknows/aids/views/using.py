"""Using an aid: where somebody is in it, told by the address, so that it works anywhere.

Ticks alone are kept for who is signed in: a list is often left and gone on with.
"""

import re
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from whoknows.aids.forms.conversion import number_of
from whoknows.base.sentences import translated
from whoknows.engine.aids import (
    BadContent,
    Checklist,
    Content,
    DecisionTable,
    Entry,
    Filled,
    Flowchart,
    Item,
    Line,
    Node,
    Procedure,
    Reference,
    Rule,
    Step,
    Worksheet,
    decide,
    draw,
    fill,
    kind_of,
    lines,
    with_texts,
    words_for_pictures,
)

_NUMBER = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A step, item, node or row with its number."""

    number: int
    it: Step | Item | Node | Entry | Rule
    is_done: bool = False
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One condition of a table and what was chosen for it."""

    name: str
    label: str
    values: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a worksheet on the page."""

    filled: Filled
    name: str
    typed: str
    problem: str = ""

    @property
    def shown(self) -> str:
        """The number as people write it: at most ten digits, no trailing noughts."""
        return "" if self.filled.number is None else f"{self.filled.number:.10g}"


@dataclass(slots=True)
class Using:
    """What the page of a kind shows.

    Attributes:
        at: The step or box one is at, from 1; 0 when everything is shown.
        material: The version that ticks are of, where they are kept.
    """

    kind: str
    content: Content
    rows: list[Numbered] = field(default_factory=list[Numbered])
    at: int = 0
    here: Numbered | None = None
    left: int = 0
    ways: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    choices: list[Choice] = field(default_factory=list[Choice])
    inputs: list[Input] = field(default_factory=list[Input])
    words: str = ""
    picture: SafeString | str = ""
    lines: list[Line] = field(default_factory=list[Line])
    is_started: bool = False
    material: int = 0

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def before(self) -> int:
        return self.at - 1

    @property
    def next(self) -> int:
        return self.at + 1


def using(
    content: Content, query: QueryDict, *, title: str, ticked: frozenset[int] | None = None
) -> Using:
    """Return what to show of ``content`` to who is where ``query`` says.

    ``ticked`` are the items of a checklist that somebody ticked and that were kept; with None the
    address tells.
    """
    made = Using(kind_of(content).value, content)
    match content:
        case Procedure():
            _procedure(made, content, query)
        case Checklist():
            _checklist(made, content, _done(query) if ticked is None else ticked)
        case Flowchart():
            _flowchart(made, content, query, title)
        case DecisionTable():
            _table(made, content, query)
        case Reference():
            _reference(made, content, query)
        case Worksheet():
            _worksheet(made, content, query)
    return made


def _at(query: QueryDict, most: int) -> int:
    return min(_number(query.get("at", "")), most)


def _number(typed: str) -> int:
    """Return a number from the address; 0 for what is none."""
    return int(typed) if _NUMBER.fullmatch(typed) else 0


def _procedure(made: Using, content: Procedure, query: QueryDict) -> None:
    made.at = _at(query, len(content.steps) + 1)
    made.rows = [
        Numbered(n, step, is_done=n < made.at, is_here=n == made.at)
        for n, step in enumerate(content.steps, 1)
    ]
    made.here = next((row for row in made.rows if row.is_here), None)


def _done(query: QueryDict) -> frozenset[int]:
    return frozenset(_number(n) for n in query.getlist("done"))


def _checklist(made: Using, content: Checklist, done: frozenset[int]) -> None:
    made.rows = [Numbered(n, item, is_done=n in done) for n, item in enumerate(content.items, 1)]
    required = zip(made.rows, content.items, strict=True)
    made.left = sum(item.required and not row.is_done for row, item in required)
    made.is_started = bool(done)


def _flowchart(made: Using, content: Flowchart, query: QueryDict, title: str) -> None:
    numbers = {node.id: number for number, node in enumerate(content.nodes, 1)}
    made.at = _at(query, len(content.nodes))
    if made.at == 0 and "at" in query:
        made.at = numbers.get(content.start, 0)
    made.rows = [Numbered(n, node, is_here=n == made.at) for node, n in _nodes(content, numbers)]
    made.here = next((row for row in made.rows if row.is_here), None)
    if made.here is not None:
        node = content.nodes[made.at - 1]
        made.ways = [
            (edge.label, numbers[edge.target])
            for edge in content.edges
            if edge.source == node.id and edge.target in numbers
        ]
    else:
        # Its words are escaped where it is drawn.
        made.picture = mark_safe(draw(with_texts(content, words_for_pictures), title=title))  # noqa: S308
        made.lines = lines(content)


def _nodes(content: Flowchart, numbers: dict[str, int]) -> list[tuple[Node, int]]:
    return [(node, numbers[node.id]) for node in content.nodes]


def _table(made: Using, content: DecisionTable, query: QueryDict) -> None:
    chosen = [query.get(f"c{i}", "") for i in range(len(content.conditions))]
    made.choices = [
        Choice(f"c{i}", c.name, c.values, value if value in c.values else "")
        for i, (c, value) in enumerate(zip(content.conditions, chosen, strict=True))
    ]
    made.is_started = any(choice.chosen for choice in made.choices)
    fits = decide(content, [choice.chosen or None for choice in made.choices])
    made.rows = [
        Numbered(n, rule, is_here=made.is_started and rule in fits)
        for n, rule in enumerate(content.rules, 1)
    ]
    made.left = sum(row.is_here for row in made.rows)
    only = [row for row in made.rows if row.is_here]
    # What to do is known once all rules that are left agree.
    if only and len({content.rules[row.number - 1].action for row in only}) == 1:
        made.here = only[0]


def _reference(made: Using, content: Reference, query: QueryDict) -> None:
    made.words = " ".join(query.get("find", "").split())[:200]
    wanted = made.words.casefold().split()
    made.rows = [
        Numbered(n, row)
        for n, row in enumerate(content.rows, 1)
        if all(w in " ".join((row.key, *row.synonyms, row.value)).casefold() for w in wanted)
    ]
    exact = {made.words.casefold()}
    made.rows.sort(key=lambda row: not exact & {w.casefold() for w in _keys(row.it)})


def _keys(row: object) -> tuple[str, ...]:
    return (row.key, *row.synonyms) if isinstance(row, Entry) else ()


def _worksheet(made: Using, content: Worksheet, query: QueryDict) -> None:
    made.lines = lines(content)
    show_example = "example" in query
    numbers: dict[str, float] = {}
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for f in content.fields:
        words = query.get(f"n-{f.name}", "").strip()[:40]
        if show_example and f.example is not None:
            words = f"{f.example:.15g}"
        typed[f.name] = words
        try:
            number = number_of(words, f.name)
        except BadContent as problem:
            wrong[f.name] = translated(problem.sentence)
        else:
            if number is not None:
                numbers[f.name] = number
    made.is_started = any(
        words and not f.formula for f, words in zip(content.fields, typed.values(), strict=False)
    )
    made.inputs = [
        Input(
            filled,
            f"n-{filled.field.name}",
            typed[filled.field.name],
            wrong.get(filled.field.name, ""),
        )
        for filled in fill(content, numbers, unreadable=wrong.keys())
    ]
