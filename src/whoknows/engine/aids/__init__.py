"""Job aids as structures: their parts, their lines, and proofs that they can be relied on."""

from whoknows.engine.aids.kinds import (
    Checklist,
    Condition,
    Content,
    DecisionTable,
    Edge,
    Entry,
    Field,
    Flowchart,
    Item,
    Kind,
    Node,
    Procedure,
    Reference,
    Rule,
    Step,
    Worksheet,
    kind_of,
)
from whoknows.engine.aids.lines import Line, Role, lines, step_count
from whoknows.engine.aids.plain import BadContent, from_plain, to_plain
from whoknows.engine.aids.problems import Problem, Severity

__all__ = [
    "BadContent",
    "Checklist",
    "Condition",
    "Content",
    "DecisionTable",
    "Edge",
    "Entry",
    "Field",
    "Flowchart",
    "Item",
    "Kind",
    "Line",
    "Node",
    "Problem",
    "Procedure",
    "Reference",
    "Role",
    "Rule",
    "Severity",
    "Step",
    "Worksheet",
    "from_plain",
    "kind_of",
    "lines",
    "step_count",
    "to_plain",
]
