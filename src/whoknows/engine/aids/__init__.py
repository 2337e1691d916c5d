"""Job aids as structures: their parts, their lines, and proofs that they can be relied on."""

from whoknows.engine.aids.differences import Difference, Mark, Piece, differences, is_reworded
from whoknows.engine.aids.drawing import draw
from whoknows.engine.aids.from_answer import steps_from_answer
from whoknows.engine.aids.from_markdown import read_markdown
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
from whoknows.engine.aids.lines import Line, Role, Shown, lines, step_count
from whoknows.engine.aids.pictures import (
    named_pictures,
    tidy_pictures,
    with_pictures,
    with_texts,
    words_for_pictures,
)
from whoknows.engine.aids.plain import BadContent, from_plain, to_plain
from whoknows.engine.aids.problem import Problem, Severity
from whoknows.engine.aids.proofs import can_be_reviewed, problems
from whoknows.engine.aids.tables import decide
from whoknows.engine.aids.to_markdown import to_markdown
from whoknows.engine.aids.worksheets import Filled, fill

__all__ = [
    "BadContent",
    "Checklist",
    "Condition",
    "Content",
    "DecisionTable",
    "Difference",
    "Edge",
    "Entry",
    "Field",
    "Filled",
    "Flowchart",
    "Item",
    "Kind",
    "Line",
    "Mark",
    "Node",
    "Piece",
    "Problem",
    "Procedure",
    "Reference",
    "Role",
    "Rule",
    "Severity",
    "Shown",
    "Step",
    "Worksheet",
    "can_be_reviewed",
    "decide",
    "differences",
    "draw",
    "fill",
    "from_plain",
    "is_reworded",
    "kind_of",
    "lines",
    "named_pictures",
    "problems",
    "read_markdown",
    "step_count",
    "steps_from_answer",
    "tidy_pictures",
    "to_markdown",
    "to_plain",
    "with_pictures",
    "with_texts",
    "words_for_pictures",
]
