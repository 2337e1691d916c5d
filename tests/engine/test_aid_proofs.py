"""Proofs about tables and charts, held against counting everything out."""

import random
import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whoknows.engine.aids import (
    Checklist,
    Condition,
    Content,
    DecisionTable,
    Edge,
    Entry,
    Flowchart,
    Item,
    Node,
    Procedure,
    Reference,
    Rule,
    Severity,
    Step,
    can_be_reviewed,
    decide,
    problems,
)
from whoknows.engine.aids.tables import TooManyCases, contradictions, gaps

VALUES = ("a", "b", "c")


@st.composite
def tables(draw: st.DrawFn) -> DecisionTable:
    """Return a table of up to four conditions with up to three values."""
    sizes = draw(st.lists(st.integers(2, 3), min_size=1, max_size=4))
    conditions = tuple(Condition(f"c{i}", VALUES[:size]) for i, size in enumerate(sizes))
    when = st.tuples(*(st.none() | st.sampled_from(c.values) for c in conditions))
    rules = draw(st.lists(st.builds(Rule, when, st.sampled_from("xyz")), min_size=1, max_size=8))
    return DecisionTable(conditions, tuple(rules))


def _fits(rule: Rule, combination: tuple[str, ...]) -> bool:
    return all(w is None or w == v for w, v in zip(rule.when, combination, strict=True))


@given(tables())
def test_finds_a_gap_exactly_when_a_combination_is_left(table: DecisionTable) -> None:
    everything = list(product(*(condition.values for condition in table.conditions)))
    left = [each for each in everything if not any(_fits(rule, each) for rule in table.rules)]

    found = gaps(table, most=1000)

    boxed = [each for each in everything if any(_fits(Rule(box, ""), each) for box in found)]
    assert boxed == left


@given(tables())
def test_finds_the_rules_that_meet_and_disagree(table: DecisionTable) -> None:
    everything = list(product(*(condition.values for condition in table.conditions)))
    expected = {
        (i, k)
        for i, one in enumerate(table.rules)
        for k, other in enumerate(table.rules)
        if i < k
        and one.action != other.action
        and any(_fits(one, each) and _fits(other, each) for each in everything)
    }

    assert set(contradictions(table)) == expected


def _yes_no(count: int, *rules: Rule) -> DecisionTable:
    return DecisionTable(tuple(Condition(f"c{i}") for i in range(count)), rules)


def test_twenty_conditions_are_proved_without_listing_a_million_combinations() -> None:
    chain = [Rule((*(["no"] * i), "yes", *([None] * (19 - i))), f"act {i}") for i in range(20)]
    began = time.perf_counter()

    assert gaps(_yes_no(20, *chain)) == [("no",) * 20]
    assert gaps(_yes_no(20, *chain, Rule(("no",) * 20, "last"))) == []
    assert contradictions(_yes_no(20, *chain)) == []

    assert time.perf_counter() - began < 0.5


def test_one_missing_corner_of_a_million_is_found_and_no_other() -> None:
    # Every combination that differs from the corner has a first difference: a rule for each.
    chosen = random.Random(7)  # noqa: S311 - a test
    corner = tuple(chosen.choice(("yes", "no")) for _ in range(20))
    other = {"yes": "no", "no": "yes"}
    rules = [Rule((*corner[:i], other[corner[i]], *([None] * (19 - i))), "go") for i in range(20)]
    chosen.shuffle(rules)

    assert gaps(_yes_no(20, *rules)) == [corner]


@pytest.mark.parametrize("literals", [2, 3, 5])
def test_tangled_tables_are_answered_or_refused_within_seconds(literals: int) -> None:
    chosen = random.Random(literals)  # noqa: S311 - a test
    rules = []
    for _ in range(500):
        when: list[str | None] = [None] * 20
        for at in chosen.sample(range(20), literals):
            when[at] = chosen.choice(("yes", "no"))
        rules.append(Rule(tuple(when), "go"))
    began = time.perf_counter()

    try:
        left = gaps(_yes_no(20, *rules))
    except TooManyCases:
        left = []

    assert time.perf_counter() - began < 5
    for box in left:
        assert not any(
            all(a is None or b is None or a == b for a, b in zip(box, r.when, strict=True))
            for r in rules
        )


def test_gaps_and_contradictions_read_like_sentences() -> None:
    table = DecisionTable(
        (Condition("the lamp", ("red", "green")), Condition("it beeps")),
        (Rule(("red", None), "Stop"), Rule((None, "yes"), "Call Ana")),
    )

    said = [str(problem.sentence) for problem in problems(table)]

    assert said == [
        "No rule says what to do when the lamp is “green” and it beeps is “no”. Add a rule for it.",
        (
            "Rules 1 and 2 both apply when the lamp is “red” and it beeps is “yes”, but one says "
            "“Stop” and the other “Call Ana”. Change one of them."
        ),
    ]


def test_decides_by_what_is_known_so_far() -> None:
    table = _yes_no(2, Rule(("yes", None), "x"), Rule(("no", "no"), "y"))

    assert [rule.action for rule in decide(table, ["no", None])] == ["y"]
    assert len(decide(table, [None, None])) == 2


Q, A, B = Node("q", "Hot?", is_question=True), Node("a", "Wait"), Node("b", "Go")
YES, NO = Edge("q", "a", "yes"), Edge("q", "b", "no")


@pytest.mark.parametrize(
    ("chart", "why"),
    [
        (Flowchart(), "first question"),
        (Flowchart((Q, A, B), (YES, NO), "z"), "in which box to start"),
        (Flowchart((Q, A, A), (YES,), "q"), "Two boxes"),
        (Flowchart((Q, A), (YES, NO), "q"), "no box called “b”"),
        (Flowchart((Q, A, B), (YES,), "q"), "one answer only"),
        (Flowchart((Q, A, B), (), "q"), "leads nowhere"),
        (Flowchart((Q, A, B), (YES, Edge("q", "b")), "q"), "not named"),
        (Flowchart((Q, A, B), (YES, Edge("q", "b", "yes")), "q"), "are the same"),
        (Flowchart((Q, A, B), (YES, Edge("q", "a", "no")), "q"), "Nothing leads to “Go”"),
        (Flowchart((A, B), (Edge("a", "b"), Edge("b", "a")), "a"), "round in circles"),
        (Flowchart((A, B), (Edge("a", "b"), Edge("a", "a")), "a"), "Make it a question"),
        (Flowchart((Node("", "x"),), (), ""), "short name"),
        (Flowchart((Node("x", ""),), (), "x"), "Say what to ask"),
    ],
)
def test_says_what_is_wrong_with_a_chart(chart: Flowchart, why: str) -> None:
    assert why in " ".join(str(problem.sentence) for problem in problems(chart))


def test_a_circle_with_a_way_out_is_fine() -> None:
    assert problems(Flowchart((Q, A, B), (YES, NO, Edge("a", "q")), "q")) == []


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=10),
        )
    )
)
def test_agrees_with_walking_every_way(drawn: tuple[int, set[tuple[int, int]]]) -> None:
    count, pairs = drawn
    outs = {i: sorted(b for a, b in pairs if a == i) for i in range(count)}
    nodes = tuple(Node(str(i), f"n{i}", len(outs[i]) > 1) for i in range(count))
    chart = Flowchart(nodes, tuple(Edge(str(a), str(b), str(b)) for a, b in sorted(pairs)), "0")

    reached, ends = {0}, {i for i in range(count) if not outs[i]}
    for _ in range(count):
        reached |= {b for a, b in pairs if a in reached}
        ends |= {a for a, b in pairs if b in ends}

    said = [str(problem.sentence) for problem in problems(chart)]
    assert sum("Nothing leads" in s for s in said) == count - len(reached)
    assert sum("circles" in s for s in said) == len(reached - ends)


@pytest.mark.parametrize(
    ("content", "severity", "why"),
    [
        (Checklist(), Severity.ERROR, "first thing"),
        (Checklist((Item(""),)), Severity.ERROR, "what to check"),
        (Checklist((Item("a"),) * 10), Severity.WARNING, "up to nine"),
        (Procedure(), Severity.ERROR, "first step"),
        (Procedure((Step(""),)), Severity.ERROR, "what to do"),
        (Procedure((Step("Lift it, then turn it"),)), Severity.WARNING, "several actions"),
        (Procedure((Step("Lift it. Turn it twice."),)), Severity.WARNING, "several actions"),
        (Procedure((Step("a"),) * 400), Severity.WARNING, "400 steps"),
        (Reference(), Severity.ERROR, "first row"),
        (Reference((Entry("E4", ""),)), Severity.ERROR, "what one finds"),
        (
            Reference((Entry("E4", "x"), Entry("Err 4", "y", ("e4",)))),
            Severity.ERROR,
            "leads to two rows, 1 and 2",
        ),
        (DecisionTable(), Severity.ERROR, "first condition"),
        (_yes_no(1, Rule(("maybe",), "x")), Severity.ERROR, "no value of c0"),
        (_yes_no(2, Rule(("yes",), "x")), Severity.ERROR, "one value for each"),
        (_yes_no(5, Rule((None,) * 5, "x")), Severity.WARNING, "try a flowchart"),
        (DecisionTable((Condition("a", ("x", "x")),), ()), Severity.ERROR, "two different values"),
    ],
)
def test_tells_errors_from_hints(content: Content, severity: Severity, why: str) -> None:
    found = [problem for problem in problems(content) if why in str(problem.sentence)]

    assert [problem.severity for problem in found] == [severity] * len(found) != []
    assert can_be_reviewed(content) == (severity is Severity.WARNING)


def test_nine_things_in_each_phase_are_fine() -> None:
    items = tuple(Item("a", phase=phase) for phase in "xy" for _ in range(9))

    assert problems(Checklist(items)) == []
