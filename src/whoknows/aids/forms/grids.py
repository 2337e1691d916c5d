"""What the editor of each kind asks for: grids of cells, a row for each step, rule or field."""

from dataclasses import dataclass, field
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from whoknows.engine.aids import Kind


class Form(Enum):
    """How a cell is typed."""

    LINE = "line"
    TEXT = "text"
    TICK = "tick"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing to type. ``rare`` cells are folded away while they are empty."""

    name: str
    label: str | Promise
    form: Form = Form.LINE
    help: str | Promise = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()
    is_rare: bool = False
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A list of things of one sort, and what to call them."""

    name: str
    heading: str | Promise
    one: str | Promise
    add: str | Promise
    cells: tuple[Cell, ...]
    begin_with: int = 1
    help: str | Promise = ""
    blanks: dict[str, str] = field(default_factory=dict[str, str])


_CHECKLIST = Grid(
    "items",
    _("What to check"),
    _("Check"),
    _("Add a check"),
    (
        Cell("text", _("Check that"), Form.TEXT),
        Cell("phase", _("Phase"), help=_("As in “Before take-off”."), is_small=True),
        Cell("required", _("Always needed"), Form.TICK),
    ),
    begin_with=3,
    help=_("Each can be seen or heard. Up to nine in a phase."),
    blanks={"required": "on"},
)
_CONDITIONS = Grid(
    "conditions",
    _("What decides"),
    _("Condition"),
    _("Add a condition"),
    (
        Cell("name", _("Condition"), help=_("As in “the lamp is”.")),
        Cell("values", _("Its values"), help=_("Separated by commas: red, green, off.")),
    ),
    help=_("One to four are easy to read."),
    blanks={"values": "yes, no"},
)
_RULES = Grid(
    "rules",
    _("What to do then"),
    _("Rule"),
    _("Add a rule"),
    (Cell("action", _("Do this"), Form.TEXT),),
    help=_("Saving checks that every combination has a rule, and none has two."),
)
_NODES = Grid(
    "nodes",
    _("Questions and actions"),
    _("Box"),
    _("Add a box"),
    (
        Cell("id", _("Short name"), is_small=True),
        Cell(
            "kind",
            _("This is"),
            Form.CHOICE,
            choices=(("question", _("a question")), ("action", _("something to do"))),
            is_small=True,
        ),
        Cell("text", _("It says"), Form.TEXT),
        Cell(
            "leads",
            _("Leads to"),
            Form.TEXT,
            help=_("A line for each answer: “yes: b”. After an action only the name: “b”."),
        ),
    ),
    begin_with=3,
    help=_("The first box is where one starts."),
)
_STEPS = Grid(
    "steps",
    _("Steps"),
    _("Step"),
    _("Add a step"),
    (
        Cell("warning", _("Warning, shown before the step"), is_rare=True),
        Cell("cue", _("When"), help=_("What tells one that it is time."), is_rare=True),
        Cell("action", _("Do this"), Form.TEXT),
        Cell("result", _("What one sees then"), is_rare=True),
        Cell("detail", _("Details (Markdown)"), Form.TEXT, is_rare=True),
        Cell("part", _("Heading before the step"), is_rare=True),
        Cell("lead", _("Text before the step (Markdown)"), Form.TEXT, is_rare=True),
    ),
    begin_with=3,
    help=_("One action a step."),
)
_ROWS = Grid(
    "rows",
    _("What to look up"),
    _("Row"),
    _("Add a row"),
    (
        Cell("key", _("Looked up by"), is_small=True),
        Cell("value", _("Found there"), Form.TEXT),
        Cell("synonyms", _("Other words for it"), help=_("Separated by commas."), is_rare=True),
    ),
)
_FIELDS = Grid(
    "fields",
    _("Numbers"),
    _("Field"),
    _("Add a field"),
    (
        Cell("label", _("What it is")),
        Cell("name", _("Name in formulas"), help=_("One word: floor_area."), is_small=True),
        Cell("unit", _("Unit"), is_small=True),
        Cell("formula", _("Formula"), help=_("Empty for a number to put in.")),
        Cell("example", _("In the example"), is_small=True),
    ),
    begin_with=2,
    help=_("Formulas: + - * / **, min, max, round, abs, sqrt, “a if b > 5 else c”."),
)

GRIDS: dict[Kind, tuple[Grid, ...]] = {
    Kind.CHECKLIST: (_CHECKLIST,),
    Kind.DECISION_TABLE: (_CONDITIONS, _RULES),
    Kind.FLOWCHART: (_NODES,),
    Kind.PROCEDURE: (_STEPS,),
    Kind.REFERENCE: (_ROWS,),
    Kind.WORKSHEET: (_FIELDS,),
}
NOTE = Cell("note", _("Note (Markdown)"), Form.TEXT, help=_("What fits nowhere else."))
TEXT = Cell("note", _("Text"), Form.TEXT, help=_("Markdown is fine."))
SUPPLIES = Cell(
    "supplies", _("Have at hand"), Form.TEXT, help=_("A line for each thing; shown first.")
)
CLOSING = Cell("closing", _("After the last step (Markdown)"), Form.TEXT)
BEFORE: dict[Kind, tuple[Cell, ...]] = {Kind.PROCEDURE: (SUPPLIES,), Kind.REFERENCE: (TEXT,)}
AFTER: dict[Kind, tuple[Cell, ...]] = {Kind.PROCEDURE: (NOTE, CLOSING), Kind.REFERENCE: ()}
USUALLY_AFTER = (NOTE,)

# Said to whoever chooses.
KINDS: tuple[tuple[Kind, str | Promise, str | Promise], ...] = (
    (Kind.PROCEDURE, _("Procedure"), _("Steps in a fixed order, one action each.")),
    (Kind.CHECKLIST, _("Checklist"), _("Things to make sure of, so that nothing is forgotten.")),
    (
        Kind.DECISION_TABLE,
        _("Decision table"),
        _("One to four conditions that together decide what to do."),
    ),
    (
        Kind.FLOWCHART,
        _("Flowchart"),
        _("Questions asked one after the other, each leading on. For more than four conditions."),
    ),
    (Kind.REFERENCE, _("Reference"), _("Something to look up: codes, names, values, or a text.")),
    (Kind.WORKSHEET, _("Worksheet"), _("Numbers to put in, and numbers worked out from them.")),
)
