"""Contents of aids: plain and back, and as lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whoknows.engine.aids import (
    BadContent,
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
    Role,
    Rule,
    Step,
    Worksheet,
    from_plain,
    kind_of,
    lines,
    step_count,
    to_plain,
)

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12).map(
    str.strip
)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)


def _some(each: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(each, max_size=4).map(tuple)


STEPS = st.builds(Step, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)
FIELDS = st.builds(
    Field, TEXT, TEXT, TEXT, TEXT, st.none() | st.floats(allow_nan=False, allow_infinity=False)
)
CONTENTS: st.SearchStrategy[Content] = st.one_of(
    st.builds(Checklist, _some(st.builds(Item, TEXT, st.booleans(), TEXT)), TEXT),
    st.builds(
        DecisionTable,
        _some(st.builds(Condition, TEXT, TEXTS)),
        _some(st.builds(Rule, st.lists(st.none() | TEXT, max_size=3).map(tuple), TEXT)),
        TEXT,
    ),
    st.builds(
        Flowchart,
        _some(st.builds(Node, TEXT, TEXT, st.booleans())),
        _some(st.builds(Edge, TEXT, TEXT, TEXT)),
        TEXT,
        TEXT,
    ),
    st.builds(Procedure, _some(STEPS), TEXTS, TEXT, TEXT),
    st.builds(Reference, _some(st.builds(Entry, TEXT, TEXT, TEXTS)), TEXT),
    st.builds(Worksheet, _some(FIELDS), TEXT),
)


@given(CONTENTS)
def test_every_content_comes_back_from_json_as_it_was(content: Content) -> None:
    stored = json.loads(json.dumps(to_plain(content)))

    assert from_plain(kind_of(content), stored) == content


@given(CONTENTS)
def test_steps_are_counted_from_one_without_a_gap(content: Content) -> None:
    numbers = [line.number for line in lines(content) if line.number is not None]

    assert numbers == list(range(1, step_count(content) + 1))


@pytest.mark.parametrize(
    ("kind", "plain", "where"),
    [
        (Kind.CHECKLIST, [], ""),
        (Kind.CHECKLIST, {"items": "Fuel"}, "items"),
        (Kind.CHECKLIST, {"items": [{"text": "Fuel"}, {"text": 3}]}, "items-1-text"),
        (Kind.CHECKLIST, {"items": [{"text": "Fuel", "required": "no"}]}, "items-0-required"),
        (Kind.CHECKLIST, {"steps": []}, "steps"),
        (Kind.PROCEDURE, {"steps": [{"action": "a" * 20_001}]}, "steps-0-action"),
        (Kind.PROCEDURE, {"steps": [{}] * 2_001}, "steps"),
        (Kind.FLOWCHART, {"nodes": [{"id": "a", "kind": "maybe"}]}, "nodes-0-kind"),
        (Kind.WORKSHEET, {"fields": [{"name": "a", "example": True}]}, "fields-0-example"),
        (Kind.WORKSHEET, {"fields": [{"name": "a", "example": 10**400}]}, "fields-0-example"),
        (Kind.WORKSHEET, {"fields": [{"name": "a", "example": float("inf")}]}, "fields-0-example"),
        (Kind.REFERENCE, {"note": "a\0b"}, "note"),
        (Kind.DECISION_TABLE, {"conditions": [{"values": [["yes"]]}]}, "conditions-0-values-0"),
    ],
)
def test_says_where_the_plain_form_is_wrong(kind: Kind, plain: object, where: str) -> None:
    with pytest.raises(BadContent) as caught:
        from_plain(kind, plain)

    assert caught.value.where == where
    assert str(caught.value.sentence).endswith(".")


def test_a_procedure_reads_warning_cue_step_detail_result() -> None:
    step = Step(
        "Lift the lid", "It beeps", "Steam", "It is hot", "1. Slowly", "Open", "Wear gloves"
    )

    read = lines(Procedure((step, Step("Close it", part="Close")), ("Gloves",), "Note", "Done"))

    assert [line.role for line in read] == [
        Role.NOTE,
        Role.SUPPLY,
        Role.HEADING,
        Role.NOTE,
        Role.WARNING,
        Role.CUE,
        Role.STEP,
        Role.NOTE,
        Role.RESULT,
        Role.HEADING,
        Role.STEP,
        Role.NOTE,
    ]
    assert [line.text for line in read if line.role is Role.HEADING] == ["Open", "Close"]


def test_a_flowchart_reads_as_numbered_nodes_and_where_they_lead() -> None:
    nodes = (Node("q", "Does it blink?", is_question=True), Node("a", "Wait"), Node("b", "Call"))
    edges = (Edge("q", "a", "yes"), Edge("q", "b", "no"), Edge("a", "q"))

    read = lines(Flowchart(nodes, edges, "q"))

    assert [(line.number, line.text) for line in read] == [
        (1, "Does it blink?"),
        (None, "yes → 2, no → 3"),
        (2, "Wait"),
        (None, "→ 1"),
        (3, "Call"),
    ]
