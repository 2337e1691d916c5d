"""Decision tables: proof that every combination is decided, and decided once."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from whoknows.engine.aids.kinds import DecisionTable, Rule
from whoknows.engine.aids.problem import Problem, error, hint
from whoknows.engine.text.sentences import Sentence

# One value per condition, None where any will do: a set of combinations with straight sides.
Box: TypeAlias = "tuple[str | None, ...]"
# Rules looked at in one proof; about a second. A table that people can read takes hundreds.
MOST_LOOKS = 500_000
MOST_REPORTED = 3
MANY_CONDITIONS = 4


class TooManyCases(ValueError):
    """The proof would take more than ``MOST_LOOKS`` looks at a rule."""


def gaps(table: DecisionTable, *, most: int = MOST_REPORTED) -> list[Box]:
    """Return up to ``most`` boxes of combinations that no rule decides; empty if there is none.

    The table is split along the condition that most of the rules still in play ask about, until
    a box is inside a rule or outside all. That is exact, and takes about as many cases as the
    table has rules times conditions; it never lists the combinations. Each box is as wide as it
    can be made.

    Raises:
        TooManyCases: The rules are too tangled to prove anything in about a second.

    >>> from whoknows.engine.aids.kinds import Condition
    >>> two = (Condition("red"), Condition("hot"))
    >>> gaps(DecisionTable(two, (Rule(("yes", None), "Stop"), Rule((None, "no"), "Go on"))))
    [('no', 'yes')]
    """
    values = [condition.values for condition in table.conditions]
    rules = [rule.when for rule in table.rules if len(rule.when) == len(values)]
    found: list[Box] = []
    for box in _undecided(values, rules):
        wide = _widened(box, rules)
        if not any(_covers(known, wide) for known in found):
            found.append(wide)
        if len(found) == most:
            break
    return found


def _undecided(values: Sequence[tuple[str, ...]], rules: list[Box]) -> Iterator[Box]:
    """Yield disjoint boxes that lie outside every rule, depth first."""
    everything: Box = (None,) * len(values)
    waiting: list[tuple[Box, list[Box]]] = [(everything, rules)]
    looks = 0
    while waiting:
        box, near = waiting.pop()
        looks += len(near)
        if looks > MOST_LOOKS:
            raise TooManyCases(f"more than {MOST_LOOKS} looks")
        if not near:
            yield box
            continue
        left = [i for i, value in enumerate(box) if value is None]
        if any(all(rule[i] is None for i in left) for rule in near):
            continue  # A rule that asks nothing more decides all that is left here.
        asked = {i: sum(rule[i] is not None for rule in near) for i in left}
        at = max(left, key=lambda i: asked[i])
        for value in reversed(values[at]):
            part: Box = (*box[:at], value, *box[at + 1 :])
            waiting.append((part, [r for r in near if r[at] in {None, value}]))


def _meet(one: Box, other: Box) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _covers(wide: Box, narrow: Box) -> bool:
    return all(a is None or a == b for a, b in zip(wide, narrow, strict=True))


def _widened(box: Box, rules: list[Box]) -> Box:
    for i in range(len(box)):
        wider = (*box[:i], None, *box[i + 1 :])
        if not any(_meet(wider, rule) for rule in rules):
            box = wider
    return box


def contradictions(table: DecisionTable) -> list[tuple[int, int]]:
    """Return pairs of rules, counted from 0, that meet but say different things.

    Cost: a comparison for each pair of rules.
    """
    width = len(table.conditions)
    rules = [(i, r) for i, r in enumerate(table.rules) if len(r.when) == width]
    return [
        (i, k)
        for (i, one), (k, other) in combinations(rules, 2)
        if one.action != other.action and _meet(one.when, other.when)
    ]


def decide(table: DecisionTable, values: Sequence[str | None]) -> list[Rule]:
    """Return the rules that are still possible when these values are known (None: not yet)."""
    known = tuple(values)
    return [r for r in table.rules if len(r.when) == len(known) and _meet(r.when, known)]


def table_problems(table: DecisionTable) -> Iterator[Problem]:
    """Yield what is wrong with ``table``: its shape first, else its gaps and contradictions."""
    shape = list(_shape(table))
    yield from shape
    if any(p.where != "conditions" for p in shape) or not table.conditions or not table.rules:
        return
    yield from _gap_problems(table)
    for one, other in contradictions(table)[:MOST_REPORTED]:
        both = tuple(
            a if a is not None else b
            for a, b in zip(table.rules[one].when, table.rules[other].when, strict=True)
        )
        yield error(
            f"rules-{other}-action",
            "Rules {one} and {other} both apply {when}, but one says “{action}” and the other "
            "“{other_action}”. Change one of them.",
            one=one + 1,
            other=other + 1,
            when=_in_words(table, both),
            action=table.rules[one].action,
            other_action=table.rules[other].action,
        )


def _gap_problems(table: DecisionTable) -> Iterator[Problem]:
    try:
        found = gaps(table)
    except TooManyCases:
        yield error("rules", "These rules are too tangled to check. Make two tables of them.")
        return
    for box in found:
        yield error(
            "rules",
            "No rule says what to do {when}. Add a rule for it.",
            when=_in_words(table, box),
        )


def _in_words(table: DecisionTable, box: Box) -> Sentence:
    said = tuple(
        Sentence("{condition} is “{value}”", {"condition": condition.name, "value": value})
        for condition, value in zip(table.conditions, box, strict=True)
        if value is not None
    )
    return Sentence("when {conditions}", {"conditions": said}) if said else Sentence("in any case")


def _shape(table: DecisionTable) -> Iterator[Problem]:
    if not table.conditions:
        yield error("conditions", "Add the first condition: what decides what to do?")
    if not table.rules:
        yield error("rules", "Add the first rule: what to do, and when.")
    if len(table.conditions) > MANY_CONDITIONS:
        yield hint(
            "conditions",
            "{count} conditions are hard to read; beyond four, try a flowchart.",
            count=len(table.conditions),
        )
    yield from _condition_shapes(table)
    for i, rule in enumerate(table.rules):
        yield from _rule_shape(table, i, rule)


def _condition_shapes(table: DecisionTable) -> Iterator[Problem]:
    names = [condition.name for condition in table.conditions]
    for i, condition in enumerate(table.conditions):
        if not condition.name:
            yield error(f"conditions-{i}-name", "Say what this condition is.")
        elif condition.name in names[:i]:
            yield error(
                f"conditions-{i}-name", "“{name}” is there twice. Rename one.", name=condition.name
            )
        if len({*condition.values} - {""}) < max(2, len(condition.values)):
            yield error(
                f"conditions-{i}-values",
                "Give each condition at least two different values, as in “yes, no”.",
            )


def _rule_shape(table: DecisionTable, i: int, rule: Rule) -> Iterator[Problem]:
    if not rule.action:
        yield error(f"rules-{i}-action", "Say what to do then.")
    if len(rule.when) != len(table.conditions):
        yield error(f"rules-{i}-when", "Give this rule one value for each condition, or “any”.")
        return
    for k, (condition, value) in enumerate(zip(table.conditions, rule.when, strict=True)):
        if value is not None and value not in condition.values:
            yield error(
                f"rules-{i}-when-{k}",
                "“{value}” is no value of {condition}. Choose one.",
                value=value,
                condition=condition.name or Sentence("this condition"),
            )
