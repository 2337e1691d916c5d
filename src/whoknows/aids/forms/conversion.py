"""Between what is typed into an editor's cells and the plain form of a content."""

import math
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from whoknows.engine.aids import (
    BadContent,
    Checklist,
    Content,
    DecisionTable,
    Field,
    Flowchart,
    Kind,
    Procedure,
    Reference,
    Worksheet,
    from_plain,
)

Row: TypeAlias = "dict[str, str]"
Rows: TypeAlias = "Mapping[str, list[Row]]"
Texts: TypeAlias = "Mapping[str, str]"
# One thousand where a comma parts thousands, one where it is the decimal sign. A point is always
# the decimal sign here: numbers are shown with it.
_MAYBE_THOUSANDS = re.compile(r"([+-]?[1-9]\d{0,2}),(\d{3})")


def content_of(kind: Kind, rows: Rows, texts: Texts) -> Content:
    """Return the content that was typed.

    Raises:
        BadContent: Something is too long, or no number where one belongs.
    """
    plain = _PLAIN[kind](rows) | {"note": texts.get("note", "")}
    if kind is Kind.PROCEDURE:
        plain |= {
            "supplies": _lines(texts.get("supplies", "")),
            "closing": texts.get("closing", ""),
        }
    return from_plain(kind, plain)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _words(text: str) -> list[str]:
    """Return what stands between commas, or between semicolons where a word has a comma in it."""
    return [word.strip() for word in text.split(";" if ";" in text else ",") if word.strip()]


def _typed_words(words: tuple[str, ...]) -> str:
    return "; ".join([*words, ""]).strip() if any("," in w for w in words) else ", ".join(words)


def _checklist(rows: Rows) -> dict[str, object]:
    return {
        "items": [
            {
                "text": row.get("text", ""),
                "phase": row.get("phase", ""),
                "required": bool(row.get("required")),
            }
            for row in rows["items"]
        ]
    }


def _decision_table(rows: Rows) -> dict[str, object]:
    count = len(rows["conditions"])
    return {
        "conditions": [
            {"name": row.get("name", ""), "values": _words(row.get("values", ""))}
            for row in rows["conditions"]
        ],
        "rules": [
            {
                "when": [row.get(f"when-{i}") or None for i in range(count)],
                "action": row.get("action", ""),
            }
            for row in rows["rules"]
        ],
    }


def _flowchart(rows: Rows) -> dict[str, object]:
    nodes = rows["nodes"]
    edges: list[dict[str, object]] = []
    for row in nodes:
        for line in _lines(row.get("leads", "")):
            label, colon, target = line.rpartition(":")
            edges.append(
                {
                    "from": row.get("id", ""),
                    "to": target.strip(),
                    "label": label.strip() if colon else "",
                }
            )
    return {
        "start": nodes[0].get("id", "") if nodes else "",
        "nodes": [
            {
                "id": row.get("id", ""),
                "kind": "question" if row.get("kind") == "question" else "action",
                "text": row.get("text", ""),
            }
            for row in nodes
        ],
        "edges": edges,
    }


_STEP = ("action", "cue", "result", "warning", "detail", "part", "lead")


def _procedure(rows: Rows) -> dict[str, object]:
    return {"steps": [{name: row.get(name, "") for name in _STEP} for row in rows["steps"]]}


def _reference(rows: Rows) -> dict[str, object]:
    return {
        "rows": [
            {
                "key": row.get("key", ""),
                "value": row.get("value", ""),
                "synonyms": _words(row.get("synonyms", "")),
            }
            for row in rows["rows"]
        ]
    }


def _worksheet(rows: Rows) -> dict[str, object]:
    return {
        "fields": [
            {
                **{name: row.get(name, "") for name in ("name", "label", "unit", "formula")},
                "example": number_of(row.get("example", ""), f"fields-{index}-example"),
            }
            for index, row in enumerate(rows["fields"])
        ]
    }


def number_of(typed: str, where: str) -> float | None:
    """Return a number as people type it, with a point or a comma; None for nothing.

    Raises:
        BadContent: It is no number, or one that some would read as a thousand times as much.
    """
    text = typed.strip().replace(" ", "")
    if thousands := _MAYBE_THOUSANDS.fullmatch(text):
        raise BadContent(
            where,
            "“{typed}” can be read two ways. Write {whole} or {part}.",
            typed=typed.strip()[:40],
            whole="".join(thousands.groups()),
            part=".".join(thousands.groups()),
        )
    text = text.replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadContent(where, "“{typed}” must be a number, like 12.5.", typed=typed.strip()[:40])
    return number


_PLAIN: dict[Kind, Callable[[Rows], dict[str, object]]] = {
    Kind.CHECKLIST: _checklist,
    Kind.DECISION_TABLE: _decision_table,
    Kind.FLOWCHART: _flowchart,
    Kind.PROCEDURE: _procedure,
    Kind.REFERENCE: _reference,
    Kind.WORKSHEET: _worksheet,
}


def typed_from(content: Content) -> tuple[dict[str, list[Row]], dict[str, str]]:
    """Return the cells that one would have typed to get ``content``, and the texts around them."""
    texts = {"note": content.note}
    rows: dict[str, list[Row]] = {}
    match content:
        case Checklist():
            rows = {
                "items": [
                    {"text": i.text, "phase": i.phase, "required": "on" if i.required else ""}
                    for i in content.items
                ]
            }
        case DecisionTable():
            rows = _typed_table(content)
        case Flowchart():
            rows = {"nodes": _typed_nodes(content)}
        case Procedure():
            rows = {
                "steps": [{name: str(getattr(s, name)) for name in _STEP} for s in content.steps]
            }
            texts |= {"supplies": "\n".join(content.supplies), "closing": content.closing}
        case Reference():
            rows = {
                "rows": [
                    {"key": r.key, "value": r.value, "synonyms": _typed_words(r.synonyms)}
                    for r in content.rows
                ]
            }
        case Worksheet():
            rows = {"fields": [_typed_field(each) for each in content.fields]}
    return rows, texts


def _typed_table(content: DecisionTable) -> dict[str, list[Row]]:
    return {
        "conditions": [
            {"name": c.name, "values": _typed_words(c.values)} for c in content.conditions
        ],
        "rules": [
            {"action": rule.action, **{f"when-{i}": v or "" for i, v in enumerate(rule.when)}}
            for rule in content.rules
        ],
    }


def _typed_nodes(content: Flowchart) -> list[Row]:
    ordered = sorted(content.nodes, key=lambda node: node.id != content.start)
    return [
        {
            "id": node.id,
            "kind": "question" if node.is_question else "action",
            "text": node.text,
            "leads": "\n".join(
                f"{edge.label}: {edge.target}" if edge.label else edge.target
                for edge in content.edges
                if edge.source == node.id
            ),
        }
        for node in ordered
    ]


def _typed_field(field: Field) -> Row:
    example = "" if field.example is None else f"{field.example:.15g}"
    return {
        "name": field.name,
        "label": field.label,
        "unit": field.unit,
        "formula": field.formula,
        "example": example,
    }
