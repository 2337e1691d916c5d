"""What an aid can be: six structures, each with the parts that its use needs.

Source of the kinds: Rossett and Schafer, *Job Aids and Performance Support* (2007); Harless'
"cookbook" for the procedure. Texts are plain unless a field says Markdown; every kind has a
``note`` in Markdown for what fits nowhere else.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """Which of the six structures an aid has."""

    CHECKLIST = "checklist"
    DECISION_TABLE = "decision_table"
    FLOWCHART = "flowchart"
    PROCEDURE = "procedure"
    REFERENCE = "reference"
    WORKSHEET = "worksheet"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to check; ``phase`` says when, as in "Before take-off"."""

    text: str
    required: bool = True
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """Things to make sure of, in any order or in phases."""

    items: tuple[Item, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that decides, with every value it can have."""

    name: str
    values: tuple[str, ...] = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do when each condition has its value of ``when``; None stands for any value."""

    when: tuple[str | None, ...]
    action: str


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A few conditions that together decide what to do."""

    conditions: tuple[Condition, ...] = ()
    rules: tuple[Rule, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A question, or something to do. ``id`` names it in edges."""

    id: str
    text: str
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """The way from one node to the next; from a question, ``label`` is the answer that leads so."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Flowchart:
    """Questions that lead, answer by answer, to something to do. ``start`` is a node's id."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    start: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        action: What to do.
        cue: When, or what tells one that it is time.
        result: What one sees when it was right.
        warning: What to know before, shown before.
        detail: Markdown that belongs to the step: smaller steps, an example.
        part: The heading that stands before it; the steps after it stand under it too.
        lead: Markdown that stands between the step before and this one.
    """

    action: str
    cue: str = ""
    result: str = ""
    warning: str = ""
    detail: str = ""
    part: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """Steps in a fixed order. ``note`` stands before them, ``closing`` (Markdown) after them."""

    steps: tuple[Step, ...] = ()
    supplies: tuple[str, ...] = ()
    note: str = ""
    closing: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to look up, by its key or by other words for it."""

    key: str
    value: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Something to look up, organise or decode."""

    rows: tuple[Entry, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A number that is put in, or worked out by ``formula`` from fields named there.

    ``example`` is its number in the worked example; the formulas have to come to the same.
    """

    name: str
    label: str
    unit: str = ""
    formula: str = ""
    example: float | None = None


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Numbers to collect and to work out, with one example done."""

    fields: tuple[Field, ...] = ()
    note: str = ""


Content: TypeAlias = Checklist | DecisionTable | Flowchart | Procedure | Reference | Worksheet


_KINDS: dict[type[Content], Kind] = {
    Checklist: Kind.CHECKLIST,
    DecisionTable: Kind.DECISION_TABLE,
    Flowchart: Kind.FLOWCHART,
    Procedure: Kind.PROCEDURE,
    Reference: Kind.REFERENCE,
    Worksheet: Kind.WORKSHEET,
}


def kind_of(content: Content) -> Kind:
    """Return which of the six ``content`` is.

    >>> kind_of(Reference())
    <Kind.REFERENCE: 'reference'>
    """
    return _KINDS[type(content)]
