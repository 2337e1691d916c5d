"""Contents as plain JSON values and back. The form is described in docs/reference/aid-format.md."""

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar, cast

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
)
from whoknows.engine.text.sentences import Sentence

Plain: TypeAlias = "dict[str, object]"
LONGEST_TEXT = 20_000
LONGEST_NOTE = 200_000
MOST_ROWS = 2_000
MOST_CONDITIONS = 30
MOST_VALUES = 30
MOST_RULES = 500
MOST_NODES = 200

_T = TypeVar("_T")


class BadContent(ValueError):
    """The values are not what the kind is made of.

    Attributes:
        where: The place, as in ``steps-2-action`` (counted from 0); "" for the whole.
        sentence: What is wrong and what to do.
    """

    def __init__(self, where: str, text: str, /, **values: object) -> None:
        self.where = where
        self.sentence = Sentence(text, values)
        super().__init__(f"{where}: {self.sentence}" if where else str(self.sentence))


def to_plain(content: Content) -> Plain:
    """Return ``content`` as JSON values; what is empty or as usual is left out.

    >>> to_plain(Checklist((Item("Fuel"), Item("Maps", required=False))))
    {'items': [{'text': 'Fuel'}, {'text': 'Maps', 'required': False}]}
    """
    parts: Plain = {}
    match content:
        case Checklist():
            parts = {"items": [_item(item) for item in content.items]}
        case DecisionTable():
            parts = {
                "conditions": [{"name": c.name, "values": [*c.values]} for c in content.conditions],
                "rules": [{"when": [*rule.when], "action": rule.action} for rule in content.rules],
            }
        case Flowchart():
            parts = {
                "start": content.start,
                "nodes": [_node(node) for node in content.nodes],
                "edges": [_edge(edge) for edge in content.edges],
            }
        case Procedure():
            parts = {"steps": [_step(step) for step in content.steps]}
            parts |= _said(supplies=[*content.supplies], closing=content.closing)
        case Reference():
            parts = {"rows": [_entry(row) for row in content.rows]}
        case Worksheet():
            parts = {"fields": [_field(field) for field in content.fields]}
    return parts | _said(note=content.note)


def _said(**parts: object) -> Plain:
    return {name: value for name, value in parts.items() if value not in ("", [], None)}


def _item(item: Item) -> Plain:
    optional: Plain = {} if item.required else {"required": False}
    return {"text": item.text, **optional, **_said(phase=item.phase)}


def _node(node: Node) -> Plain:
    kind = "question" if node.is_question else "action"
    return {"id": node.id, "kind": kind, "text": node.text}


def _edge(edge: Edge) -> Plain:
    return {"from": edge.source, "to": edge.target, **_said(label=edge.label)}


def _step(step: Step) -> Plain:
    return {
        "action": step.action,
        **_said(
            cue=step.cue,
            result=step.result,
            warning=step.warning,
            detail=step.detail,
            part=step.part,
            lead=step.lead,
        ),
    }


def _entry(row: Entry) -> Plain:
    return {"key": row.key, "value": row.value, **_said(synonyms=[*row.synonyms])}


def _field(field: Field) -> Plain:
    told = _said(unit=field.unit, formula=field.formula, example=field.example)
    return {"name": field.name, "label": field.label, **told}


def from_plain(kind: Kind, plain: object) -> Content:
    """Return the content that ``plain`` (JSON values) describes.

    Whether it makes sense is another question, answered by :func:`problems`.

    Raises:
        BadContent: Something is missing, unknown, too long or of another type.

    >>> from_plain(Kind.REFERENCE, {"rows": [{"key": "E4", "value": "Low battery"}]})
    Reference(rows=(Entry(key='E4', value='Low battery', synonyms=()),), note='')
    """
    return _READERS[kind](_Part(plain))


class _Part:
    """One JSON object being read: every key has to be asked for."""

    def __init__(self, plain: object, where: str = "") -> None:
        if not isinstance(plain, Mapping):
            raise BadContent(where, "Here belongs an object with named parts; see the aid format.")
        self._plain = cast("Mapping[str, object]", plain)
        self._where = where
        self._left = set(self._plain)

    def place(self, name: str) -> str:
        return f"{self._where}-{name}" if self._where else name

    def _take(self, name: str) -> object:
        self._left.discard(name)
        return self._plain.get(name)

    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str:
        return _text(self._take(name), self.place(name), longest=longest)

    def flag(self, name: str, *, usual: bool) -> bool:
        value = self._take(name)
        if value is None:
            return usual
        if not isinstance(value, bool):
            raise BadContent(self.place(name), "Say true or false here.")
        return value

    def number(self, name: str) -> float | None:
        value = self._take(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadContent(self.place(name), "Here belongs a number.")
        if isinstance(value, int) and abs(value) > 10**300:
            raise BadContent(self.place(name), "This number is too large.")
        if not math.isfinite(value):
            raise BadContent(self.place(name), "Here belongs a finite number.")
        return float(value)

    def rows(
        self, name: str, read: Callable[[object, str], _T], *, most: int = MOST_ROWS
    ) -> tuple[_T, ...]:
        value = self._take(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise BadContent(self.place(name), "Here belongs a list.")
        values = cast("list[object]", value)
        if len(values) > most:
            raise BadContent(
                self.place(name),
                "There are {count} of these; at most {most} fit. Split the aid in two.",
                count=len(values),
                most=most,
            )
        return tuple(read(each, f"{self.place(name)}-{i}") for i, each in enumerate(values))

    def end(self) -> None:
        if self._left:
            unknown = min(self._left)
            raise BadContent(
                self.place(unknown), "“{unknown}” is no part of this kind of aid.", unknown=unknown
            )


def _text(value: object, where: str, *, longest: int = LONGEST_TEXT) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadContent(where, "Here belongs text.")
    if len(value) > longest:
        raise BadContent(
            where, "This text is over {longest:,} characters. Shorten it.", longest=longest
        )
    if "\0" in value:
        raise BadContent(where, "The text holds a character that cannot be kept. Remove it.")
    return value.strip()


def _value_or_any(value: object, where: str) -> str | None:
    return None if value is None else _text(value, where)


def _read_item(plain: object, where: str) -> Item:
    part = _Part(plain, where)
    item = Item(part.text("text"), part.flag("required", usual=True), part.text("phase"))
    part.end()
    return item


def _read_condition(plain: object, where: str) -> Condition:
    part = _Part(plain, where)
    condition = Condition(part.text("name"), part.rows("values", _text, most=MOST_VALUES))
    part.end()
    return condition


def _read_rule(plain: object, where: str) -> Rule:
    part = _Part(plain, where)
    rule = Rule(part.rows("when", _value_or_any), part.text("action"))
    part.end()
    return rule


def _read_node(plain: object, where: str) -> Node:
    part = _Part(plain, where)
    kind = part.text("kind")
    if kind not in {"question", "action"}:
        raise BadContent(part.place("kind"), "A node is a question or an action.")
    node = Node(part.text("id"), part.text("text"), kind == "question")
    part.end()
    return node


def _read_edge(plain: object, where: str) -> Edge:
    part = _Part(plain, where)
    edge = Edge(part.text("from"), part.text("to"), part.text("label"))
    part.end()
    return edge


def _read_step(plain: object, where: str) -> Step:
    part = _Part(plain, where)
    step = Step(
        action=part.text("action"),
        cue=part.text("cue"),
        result=part.text("result"),
        warning=part.text("warning"),
        detail=part.text("detail", longest=LONGEST_NOTE),
        part=part.text("part"),
        lead=part.text("lead", longest=LONGEST_NOTE),
    )
    part.end()
    return step


def _read_entry(plain: object, where: str) -> Entry:
    part = _Part(plain, where)
    row = Entry(part.text("key"), part.text("value"), part.rows("synonyms", _text))
    part.end()
    return row


def _read_field(plain: object, where: str) -> Field:
    part = _Part(plain, where)
    field = Field(
        name=part.text("name"),
        label=part.text("label"),
        unit=part.text("unit"),
        formula=part.text("formula"),
        example=part.number("example"),
    )
    part.end()
    return field


def _read_checklist(part: _Part) -> Content:
    read = Checklist(part.rows("items", _read_item), _note(part))
    part.end()
    return read


def _read_table(part: _Part) -> Content:
    conditions = part.rows("conditions", _read_condition, most=MOST_CONDITIONS)
    read = DecisionTable(conditions, part.rows("rules", _read_rule, most=MOST_RULES), _note(part))
    part.end()
    return read


def _read_chart(part: _Part) -> Content:
    read = Flowchart(
        nodes=part.rows("nodes", _read_node, most=MOST_NODES),
        edges=part.rows("edges", _read_edge),
        start=part.text("start"),
        note=_note(part),
    )
    part.end()
    return read


def _read_procedure(part: _Part) -> Content:
    read = Procedure(
        steps=part.rows("steps", _read_step),
        supplies=part.rows("supplies", _text),
        note=_note(part),
        closing=part.text("closing", longest=LONGEST_NOTE),
    )
    part.end()
    return read


def _read_reference(part: _Part) -> Content:
    read = Reference(part.rows("rows", _read_entry), _note(part))
    part.end()
    return read


def _read_worksheet(part: _Part) -> Content:
    read = Worksheet(part.rows("fields", _read_field), _note(part))
    part.end()
    return read


def _note(part: _Part) -> str:
    return part.text("note", longest=LONGEST_NOTE)


_READERS: dict[Kind, Callable[[_Part], Content]] = {
    Kind.CHECKLIST: _read_checklist,
    Kind.DECISION_TABLE: _read_table,
    Kind.FLOWCHART: _read_chart,
    Kind.PROCEDURE: _read_procedure,
    Kind.REFERENCE: _read_reference,
    Kind.WORKSHEET: _read_worksheet,
}
