"""Every kind of aid as lines: what pages, cards, print and search have in common."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from whoknows.engine.aids.formulas import formula_in_words
from whoknows.engine.aids.kinds import (
    Checklist,
    Content,
    DecisionTable,
    Flowchart,
    Procedure,
    Reference,
    Rule,
    Step,
    Worksheet,
)


class Role(StrEnum):
    """What a line is to its reader. Only a note is Markdown; all else is plain text."""

    HEADING = "heading"
    SUPPLY = "supply"
    ITEM = "item"
    STEP = "step"
    CUE = "cue"
    WARNING = "warning"
    RESULT = "result"
    ROW = "row"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that stands with a line: its file, its media type, and what it shows in words."""

    data: bytes
    media: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an aid.

    Attributes:
        number: Counts steps, items and rows from 1; None for lines that only belong to one.
        required: False for an item that may be left out.
        key: What a row is looked up by: its key, its label, or the values that lead to it.
        pictures: Those that its text names, once somebody has fetched them.
        is_filled_in: Whether its reader writes a number beside it; ``text`` says how to get that.
    """

    role: Role
    text: str
    number: int | None = None
    required: bool = True
    key: str = ""
    pictures: tuple[Shown, ...] = ()
    is_filled_in: bool = False


def lines(content: Content) -> list[Line]:
    """Return ``content`` in reading order: a warning before its step, what one sees after it.

    >>> [(l.role.value, l.number, l.text) for l in lines(Procedure((Step("Lift", warning="Hot"),)))]
    [('warning', None, 'Hot'), ('step', 1, 'Lift')]
    """
    before = [Line(Role.NOTE, content.note)] if content.note else []
    return [*before, *_own_lines(content)]


def _own_lines(content: Content) -> Iterator[Line]:
    match content:
        case Checklist():
            yield from _checklist(content)
        case DecisionTable():
            yield from _table(content)
        case Flowchart():
            yield from _chart(content)
        case Procedure():
            yield from _procedure(content)
        case Reference():
            yield from _reference(content)
        case Worksheet():
            yield from _worksheet(content)


def step_count(content: Content) -> int:
    """Return how many steps, items, rules, questions and actions, rows or fields there are.

    >>> step_count(Procedure((Step("Lift"), Step("Turn"))))
    2
    """
    return sum(line.number is not None for line in lines(content))


def _checklist(content: Checklist) -> Iterator[Line]:
    number = 0
    for phase, items in groupby(content.items, key=lambda item: item.phase):
        if phase:
            yield Line(Role.HEADING, phase)
        for item in items:
            number += 1
            yield Line(Role.ITEM, item.text, number, required=item.required)


def _table(content: DecisionTable) -> Iterator[Line]:
    names = [condition.name for condition in content.conditions]
    for number, rule in enumerate(content.rules, 1):
        yield Line(Role.ROW, rule.action, number, key=rule_key(names, rule))


def rule_key(names: list[str], rule: Rule) -> str:
    """Return the conditions of ``rule`` that matter in words.

    >>> rule_key(["lamp", "fan"], Rule(("red", None), "Stop"))
    'lamp: red'
    """
    pairs = zip(names, rule.when, strict=False)
    return ", ".join(f"{name}: {value}" for name, value in pairs if value is not None) or "…"


def _reference(content: Reference) -> Iterator[Line]:
    for number, row in enumerate(content.rows, 1):
        yield Line(Role.ROW, row.value, number, key=row.key)


def _worksheet(content: Worksheet) -> Iterator[Line]:
    labels = {field.name: field.label for field in content.fields if field.label}
    for number, field in enumerate(content.fields, 1):
        unit = f" ({field.unit})" if field.unit else ""
        formula = f"= {formula_in_words(field.formula, labels)}" if field.formula else ""
        key = f"{field.label}{unit}"
        yield Line(Role.ROW, formula, number, key=key, is_filled_in=True)


def _chart(content: Flowchart) -> Iterator[Line]:
    numbers = {node.id: number for number, node in enumerate(content.nodes, 1)}
    for number, node in enumerate(content.nodes, 1):
        ways = [edge for edge in content.edges if edge.source == node.id]
        leads = ", ".join(
            f"{edge.label} → {numbers[edge.target]}" if edge.label else f"→ {numbers[edge.target]}"
            for edge in ways
            if edge.target in numbers
        )
        yield Line(Role.STEP, node.text, number)
        if leads:
            yield Line(Role.RESULT, leads)


def _procedure(content: Procedure) -> Iterator[Line]:
    for supply in content.supplies:
        yield Line(Role.SUPPLY, supply)
    for number, step in enumerate(content.steps, 1):
        if step.part:
            yield Line(Role.HEADING, step.part)
        yield from _step(step, number)
    if content.closing:
        yield Line(Role.NOTE, content.closing)


def _step(step: Step, number: int) -> Iterator[Line]:
    if step.lead:
        yield Line(Role.NOTE, step.lead)
    if step.warning:
        yield Line(Role.WARNING, step.warning)
    if step.cue:
        yield Line(Role.CUE, step.cue)
    yield Line(Role.STEP, step.action, number)
    if step.detail:
        yield Line(Role.NOTE, step.detail)
    if step.result:
        yield Line(Role.RESULT, step.result)
