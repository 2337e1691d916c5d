"""Formulas and worksheets: right numbers, harmless text, sentences where it does not work out."""

import math
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whoknows.engine.aids import Field, Worksheet, fill, problems
from whoknows.engine.aids.formulas import (
    BadFormula,
    NoResult,
    formula_in_words,
    read_formula,
    work_out,
)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("= a * 3 + 1", 7),
        ("a ** 3 - 2", 6),
        ("a ^ 3", 8),
        ("-a ** 2", -4),
        ("3 \N{MULTIPLICATION SIGN} a \N{DIVISION SIGN} 4", 1.5),
        ("min(a, 5, b) + max(a, b)", 5),
        ("round(2.675, 2)", 2.68),
        ("round(-2.5)", -3),
        ("round(1234, -2)", 1200),
        ("sqrt(abs(0 - 16))", 4),
        ("10 if a > 1 else 20", 10),
        ("10 if 1 < a < 2 else 20", 20),
        ("1 if a == 2 and not b == 2 else 0", 1),
        ("(a > 5 or b >= 3) * 8", 8),
        ("1 if a else b / 0", 1),
    ],
)
def test_works_out_what_people_write(text: str, answer: float) -> None:
    assert work_out(read_formula(text), {"a": 2.0, "b": 3.0}) == pytest.approx(answer)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "__import__('os').system('ls')",
        "open('/etc/passwd')",
        "a.__class__",
        "[1, 2]",
        "a[0]",
        "lambda: 1",
        "'a' * 10",
        "f'{a}'",
        "True",
        "1j",
        "a := 3",
        "a // 2",
        "a % 2",
        "a @ a",
        "~a",
        "a is a",
        "a in (1, 2)",
        "min",
        "min()",
        "sqrt(1, 2)",
        "round(a, ndigits=2)",
        "max(*a)",
        "(yield)",
        "await a",
        "9" * 400,
        "1e400",
        "(" * 300 + "1" + ")" * 300,
        "-" * 300 + "1",
        "not " * 90 + "1",
        "+".join("a" * 200),
        "a" * 501,
        "a b",
        "\0",
        "sum(a for a in b)",
    ],
)
def test_refuses_what_is_no_formula_with_a_sentence(text: str) -> None:
    with pytest.raises(BadFormula) as caught:
        read_formula(text)

    assert str(caught.value).endswith((".", "”."))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 / a", "divide by zero"),
        ("1 / (a * 3)", "divide by zero"),
        ("a ** (0 - 1)", "divide by zero"),
        ("sqrt(0 - 1)", "square root"),
        ("(0 - 8) ** 0.5", "no such root"),
        ("9 ** 65", "at most 64"),
        ("(9 ** 60) ** 60", "too large"),
        ("1000000000000 * 1000000000000", "too large"),
        ("round(1, 0.5)", "places"),
    ],
)
def test_says_why_there_is_no_result(text: str, why: str) -> None:
    with pytest.raises(NoResult, match=why):
        work_out(read_formula(text), {"a": 0.0})


SIGNS = "ab01. +-*/()<>=,!%[]{}'\"\\_:if else min sqrt and not\n"


@given(st.text(SIGNS, max_size=60))
def test_nothing_that_is_typed_ever_breaks_it(text: str) -> None:
    # Anything but these two would be a crash on somebody's page.
    with suppress(BadFormula, NoResult):
        formula = read_formula(text)
        assert math.isfinite(work_out(formula, dict.fromkeys(formula.names, 2.0)))


NUMBERS = st.integers(-50, 50)


@given(NUMBERS, NUMBERS, st.sampled_from("+-*"), st.sampled_from("+-*"), NUMBERS)
def test_agrees_with_ordinary_arithmetic(a: int, b: int, one: str, other: str, c: int) -> None:
    text = f"({a}) {one} ({b}) {other} ({c})"
    does = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
    if other == "*" and one != "*":
        expected = does[one](a, b * c)
    else:
        expected = does[other](does[one](a, b), c)

    assert work_out(read_formula(text), {}) == expected


AREA = Worksheet(
    (
        Field("total", "Litres", "l", "area * coats / per_litre", 2.67),
        Field("area", "Area", "m²", "width * height", 10),
        Field("width", "Width", "m", example=4),
        Field("height", "Height", "m", example=2.5),
        Field("coats", "Coats", example=2),
        Field("per_litre", "One litre covers", "m²", example=7.5),
    )
)


def test_fields_may_refer_to_fields_below_them() -> None:
    filled = fill(AREA, {"width": 2, "height": 3, "coats": 1, "per_litre": 6})

    assert [each.number for each in filled][:2] == [1, 6]
    assert problems(AREA) == []


def test_an_empty_field_is_named_by_what_waits_for_it() -> None:
    filled = {each.field.name: each for each in fill(AREA, {"width": 2, "coats": 1})}

    assert str(filled["area"].why_not) == "Still needed: Height."
    assert str(filled["total"].why_not) == "Still needed: Height, One litre covers."


def test_what_is_no_number_is_named_apart_from_what_is_missing() -> None:
    filled = {f.field.name: f for f in fill(AREA, {"coats": 1}, unreadable={"width"})}

    assert str(filled["area"].why_not) == "Must be a number: Width. Still needed: Height."
    sheet = Worksheet((Field("a", "A"), Field("b", "B", formula="a * 2")))
    assert str(fill(sheet, {}, unreadable={"a"})[1].why_not) == "Must be a number: A."


TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("fare+days*meals", f"Fare, return + Days away {TIMES} Meals"),
        ("= (days - 1) / 2**-days", f"(Days away {MINUS} 1) ÷ 2 ^ {MINUS}Days away"),
        ("max(fare,2)", "max(Fare, return, 2)"),
        ("1e1 if days>=2 else -e1", f"1e1 if Days away ≥ 2 else {MINUS}e1"),
        (f"days {TIMES}", f"Days away {TIMES}"),
        ("", ""),
    ],
)
def test_a_formula_is_told_by_the_labels_of_its_fields(formula: str, said: str) -> None:
    labels = {"fare": "Fare, return", "days": "Days away", "meals": "Meals"}

    assert formula_in_words(formula, labels) == said


def test_dividing_by_zero_is_a_sentence() -> None:
    filled = fill(AREA, {"width": 2, "height": 3, "coats": 1, "per_litre": 0})

    assert filled[0].number is None
    assert "divide by zero" in str(filled[0].why_not)


def _said(*fields: Field) -> str:
    return " ".join(str(problem.sentence) for problem in problems(Worksheet(fields)))


def test_names_the_fields_of_a_circle() -> None:
    ring = (
        Field("a", "A", "", "b + 1", 1),
        Field("b", "B", "", "c", 1),
        Field("c", "C", "", "a", 1),
    )

    assert "a → b → c → a" in _said(*ring, Field("d", "D", "", "a", 1))
    assert "a → a" in _said(Field("a", "A", "", "a", 1))
    assert fill(Worksheet(ring), {})[0].number is None


def test_the_worked_example_has_to_come_to_the_same() -> None:
    inputs = Field("a", "A", example=10)

    assert _said(inputs, Field("b", "B", "", "a / 3", 3.33)) == ""
    assert "says 3.34, the formula 3.3333" in _said(inputs, Field("b", "B", "", "a / 3", 3.34))
    assert "no number for: B" in _said(inputs, Field("b", "B", "", "a / 3"))
    assert "divide by zero" in _said(inputs, Field("b", "B", "", "a / 0", 1))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ((), "first field"),
        ((Field("floor area", "A", example=1),), "one word"),
        ((Field("if", "A", example=1),), "one word"),
        ((Field("min", "A", example=1),), "a function"),
        ((Field("a", "A", example=1), Field("a", "B", example=1)), "Two fields"),
        ((Field("a", "", example=1),), "Say in a few words"),
        ((Field("a", "A", "", "wide * 2", 1),), "no field has this name"),
        ((Field("a", "A", "", "import os", 1),), "cannot be read"),
    ],
)
def test_says_what_is_wrong_with_a_worksheet(fields: tuple[Field, ...], why: str) -> None:
    assert why in _said(*fields)


def test_the_largest_worksheet_is_quick() -> None:
    fields = [Field("f0", "F", example=1)]
    fields += [Field(f"f{i}", "F", "", f"f{i - 1} * 1.001", 1) for i in range(1, 400)]
    began = time.perf_counter()

    filled = fill(Worksheet(tuple(fields)), {"f0": 1})

    assert filled[-1].number == pytest.approx(1.001**399)
    assert time.perf_counter() - began < 2
