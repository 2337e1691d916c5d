"""Formulas that people write, worked out without ever running what they wrote.

A formula is read as a Python expression into a tree, every node of the tree is checked against a
short list, and the tree is walked with floating-point numbers only. Nothing is compiled.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from whoknows.engine.text.sentences import Sentence, Unusable

LONGEST = 500
MOST_NODES = 150
DEEPEST = 25
LARGEST_EXPONENT = 64
LARGEST = 1e18

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
# What a formula is made of, a number first, so that the e of 1e5 is no name.
_PART = re.compile(r"\d[\d.]*(?:[eE][+-]?\d+)?|[^\W\d]\w*|\*\*|[<>!=]=|\S")
_AS_PRINTED = {
    "*": "\N{MULTIPLICATION SIGN}",
    "/": "\N{DIVISION SIGN}",
    "-": "\N{MINUS SIGN}",
    "**": "^",
    "<=": "\N{LESS-THAN OR EQUAL TO}",
    ">=": "\N{GREATER-THAN OR EQUAL TO}",
    "!=": "\N{NOT EQUAL TO}",
    "==": "=",
}
_BEFORE_A_NUMBER = {*_AS_PRINTED, *_AS_PRINTED.values(), *"+<>(,", "if", "else", "and", "or", "not"}
_SIGNS = str.maketrans(
    {"\N{MULTIPLICATION SIGN}": "*", "\N{DIVISION SIGN}": "/", "\N{MINUS SIGN}": "-"}
)
# Each with the least and the most numbers it takes.
_FUNCTIONS = {"min": (1, 20), "max": (1, 20), "round": (1, 2), "abs": (1, 1), "sqrt": (1, 1)}
FUNCTIONS = frozenset(_FUNCTIONS)


class BadFormula(Unusable):
    """The formula cannot be read."""


class NoResult(Unusable):
    """The formula makes no sense for these numbers."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was found to be harmless. ``names`` are the fields it needs."""

    text: str
    names: frozenset[str]
    tree: ast.expr


def formula_in_words(text: str, labels: Mapping[str, str]) -> str:
    """Return the formula ``text`` for people: the ``labels`` of fields stand for their names.

    What is no formula comes out as far as it can be read: somebody may still be writing it.

    >>> formula_in_words("= area/covers + 1", {"area": "Floor", "covers": "One litre"})
    'Floor ÷ One litre + 1'
    """
    said, before, is_sign_of_number = "", "(", False
    for part in _PART.findall(text.strip().removeprefix("=")):
        is_tight = before == "(" or is_sign_of_number or part in {")", ","}
        is_tight = is_tight or (part == "(" and before in FUNCTIONS)
        said += ("" if is_tight else " ") + labels.get(part, _AS_PRINTED.get(part, part))
        is_sign_of_number = part in "-+\N{MINUS SIGN}" and before in _BEFORE_A_NUMBER
        before = part
    return said.strip()


def read_formula(text: str) -> Formula:
    """Return ``text`` as a formula.

    It may hold numbers, names of fields, ``+ - * / **``, comparisons, ``and or not``, brackets,
    ``min max round abs sqrt`` and ``A if CONDITION else B``. A leading ``=`` is passed over.

    Raises:
        BadFormula: Anything else is in it, or it is too long or too deep.

    >>> sorted(read_formula("= width * max(height, 2)").names)
    ['height', 'width']
    """
    written = text.strip().removeprefix("=").strip().translate(_SIGNS).replace("^", "**")
    if not written:
        raise BadFormula("The formula is empty. Write one, as in “width * height”.")
    if len(written) > LONGEST:
        raise BadFormula(
            "The formula is over {most} characters. Split it over two fields.", most=LONGEST
        )
    # Deep brackets are refused before the parser meets them: its own limit is a crash.
    if _deepest_bracket(written) > DEEPEST or _longest_run(written) > DEEPEST:
        raise BadFormula("The formula is nested too deeply. Split it over two fields.")
    try:
        tree = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadFormula(
            "The formula cannot be read. Write it as in “width * height / 2”."
        ) from error
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
        raise BadFormula("The formula has too many parts. Split it over two fields.")
    names: set[str] = set()
    _check(tree, names, depth=0)
    return Formula(written, frozenset(names), tree)


def _deepest_bracket(text: str) -> int:
    deepest = depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _longest_run(text: str) -> int:
    """Return the most signs in a row: ``-----1`` and ``not not 1`` nest without brackets."""
    run = longest = 0
    for word in text.replace("-", " - ").replace("+", " + ").replace("~", " ~ ").split():
        run = run + 1 if word in {"-", "+", "~", "not"} else 0
        longest = max(longest, run)
    return longest


def _check(node: ast.expr, names: set[str], *, depth: int) -> None:
    if depth > DEEPEST:
        raise BadFormula("The formula is nested too deeply. Split it over two fields.")
    match node:
        case ast.Constant(value=value):
            _check_number(value)
        case ast.Name(id=name):
            if name in FUNCTIONS:
                raise BadFormula(
                    "“{name}” needs its numbers in brackets, as in {name}(a, b).", name=name
                )
            names.add(name)
        case ast.Call():
            _check_call(node)
        case _:
            _check_shape(node)
    for part in _parts(node):
        _check(part, names, depth=depth + 1)


def _check_number(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
        raise BadFormula("A formula holds only numbers, and none above a million million million.")


def _check_call(node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _FUNCTIONS or node.keywords:
        known = ", ".join(sorted(FUNCTIONS))
        raise BadFormula(
            "A formula can use {known}, and nothing else that has brackets.", known=known
        )
    least, most = _FUNCTIONS[name]
    if not least <= len(node.args) <= most:
        between = Sentence("{least} to {most}", {"least": least, "most": most})
        raise BadFormula(
            "“{name}” takes {numbers}.", name=name, numbers=least if least == most else between
        )


def _check_shape(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp):
        fine = isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow)
    elif isinstance(node, ast.UnaryOp):
        fine = isinstance(node.op, ast.USub | ast.UAdd | ast.Not)
    elif isinstance(node, ast.Compare):
        fine = all(type(each) in _COMPARE for each in node.ops)
    else:
        fine = isinstance(node, ast.BoolOp | ast.IfExp)
    if not fine:
        raise BadFormula(
            "A formula holds numbers, fields, + - * / **, comparisons and “a if b > c else d”."
        )


def _parts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Call):
        return node.args
    return [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]


def work_out(formula: Formula, numbers: Mapping[str, float]) -> float:
    """Return what ``formula`` comes to with these ``numbers``, one for each of its names.

    A condition that holds counts 1, one that does not 0.

    Raises:
        NoResult: A division by zero, a root of a negative number, or a result out of bounds.

    >>> work_out(read_formula("10 if weight > 5 else 20"), {"weight": 4})
    20.0
    """
    return _value(formula.tree, numbers)


def _value(node: ast.expr, numbers: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            found = float(value)
        case ast.Name(id=name):
            found = numbers[name]
        case ast.BinOp():
            found = _binary(node.op, _value(node.left, numbers), _value(node.right, numbers))
        case ast.UnaryOp():
            found = _unary(node.op, _value(node.operand, numbers))
        case ast.Call(func=ast.Name(id=name)):
            found = _call(name, [_value(each, numbers) for each in node.args])
        case ast.IfExp():
            found = _value(node.body if _value(node.test, numbers) else node.orelse, numbers)
        case _:
            found = float(_holds(node, numbers))
    if not math.isfinite(found) or abs(found) > LARGEST:
        raise NoResult("The result is too large to be meant. Check the numbers.")
    return found


def _holds(node: ast.expr, numbers: Mapping[str, float]) -> bool:
    if isinstance(node, ast.BoolOp):
        each = (bool(_value(part, numbers)) for part in node.values)
        return all(each) if isinstance(node.op, ast.And) else any(each)
    if isinstance(node, ast.Compare):
        values = [_value(part, numbers) for part in (node.left, *node.comparators)]
        return all(_COMPARE[type(op)](values[i], values[i + 1]) for i, op in enumerate(node.ops))
    raise AssertionError(ast.dump(node))  # read_formula lets nothing else pass


def _unary(op: ast.unaryop, value: float) -> float:
    if isinstance(op, ast.Not):
        return float(not value)
    return -value if isinstance(op, ast.USub) else value


def _binary(op: ast.operator, left: float, right: float) -> float:
    if isinstance(op, ast.Div):
        if right == 0:
            raise NoResult("This would divide by zero. Check the number it is divided by.")
        return left / right
    if isinstance(op, ast.Pow):
        return _power(left, right)
    return _BINARY[type(op)](left, right)


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > LARGEST_EXPONENT:
        raise NoResult("A number can be raised to at most {most}.", most=LARGEST_EXPONENT)
    if base == 0 and exponent < 0:
        raise NoResult("This would divide by zero. Check the number that is raised.")
    if base < 0 and exponent != int(exponent):
        raise NoResult("A negative number has no such root. Check the numbers.")
    try:
        return float(base**exponent)
    except OverflowError as error:
        raise NoResult("The result is too large to be meant. Check the numbers.") from error


def _call(name: str, values: list[float]) -> float:
    if name == "sqrt":
        if values[0] < 0:
            raise NoResult("A negative number has no square root. Check the number.")
        return math.sqrt(values[0])
    if name == "round":
        return _rounded(values[0], values[1] if len(values) > 1 else 0.0)
    if name == "abs":
        return abs(values[0])
    return min(values) if name == "min" else max(values)


def _rounded(value: float, places: float) -> float:
    """Return ``value`` rounded as people do: a half goes away from zero."""
    if places != int(places) or not -15 <= places <= 15:  # noqa: PLR2004 - a float has 15 digits
        raise NoResult("A number is rounded to between 0 and 15 places.")
    scaled = abs(value) * 10.0**places
    # A number typed as 2.675 is a little less in binary; a millionth of a place mends that.
    whole = math.floor(scaled + 0.5 + 1e-9)
    return math.copysign(whole / 10.0**places, value) if whole else 0.0
