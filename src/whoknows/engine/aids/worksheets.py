"""Filling in a worksheet: which field needs which, and what each comes to."""

import keyword
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from whoknows.engine.aids.formulas import (
    FUNCTIONS,
    BadFormula,
    Formula,
    NoResult,
    read_formula,
    work_out,
)
from whoknows.engine.aids.kinds import Field, Worksheet
from whoknows.engine.aids.problem import Problem, error, hint
from whoknows.engine.text.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Filled:
    """One field of a worksheet with its number, or why it has none."""

    field: Field
    number: float | None
    why_not: Sentence | None = None


def fill(
    sheet: Worksheet, inputs: Mapping[str, float], *, unreadable: Collection[str] = ()
) -> list[Filled]:
    """Return every field of ``sheet`` with its number, in the order of the sheet.

    A field without formula takes its number from ``inputs``; one whose numbers are missing, or
    whose formula does not work out, says so in ``why_not``, and names what one has to put in or,
    where that was no number (``unreadable``), to mend. Costs one pass over the formulas.

    >>> sheet = Worksheet((Field("a", "Width"), Field("b", "Twice", formula="a * 2")))
    >>> [filled.number for filled in fill(sheet, {"a": 4})]
    [4, 8.0]
    """
    formulas, _ = _formulas(sheet)
    labels = {field.name: field.label or field.name for field in sheet.fields}
    numbers = {f.name: inputs[f.name] for f in sheet.fields if not f.formula and f.name in inputs}
    reasons: dict[str, Sentence] = {}
    lacks: dict[str, set[str]] = {}
    for name in _in_order(formulas):
        missing = formulas[name].names - numbers.keys()
        if missing:
            # Not what is worked out on the way: nobody can put that in.
            lacks[name] = {needed for each in missing for needed in lacks.get(each, {each})}
            reasons[name] = _needs(lacks[name], labels, unreadable)
            continue
        try:
            numbers[name] = work_out(formulas[name], numbers)
        except NoResult as problem:
            reasons[name] = problem.sentence
    usual = Sentence("This formula cannot be worked out. Its owner has to mend it.")
    return [
        Filled(f, numbers.get(f.name), _why(f, reasons, usual, is_known=f.name in numbers))
        for f in sheet.fields
    ]


def _needs(
    missing: Collection[str], labels: Mapping[str, str], unreadable: Collection[str]
) -> Sentence:
    """Say what to mend and what to put in, in the order of the sheet."""
    ordered = [name for name in labels if name in missing]
    ordered += sorted(set(missing) - set(ordered))
    to_mend = ", ".join(labels[name] for name in ordered if name in unreadable)
    needs = ", ".join(labels.get(name, name) for name in ordered if name not in unreadable)
    if to_mend and needs:
        values = {"to_mend": to_mend, "needs": needs}
        return Sentence("Must be a number: {to_mend}. Still needed: {needs}.", values)
    if to_mend:
        return Sentence("Must be a number: {to_mend}.", {"to_mend": to_mend})
    return Sentence("Still needed: {needs}.", {"needs": needs})


def _why(
    field: Field,
    reasons: Mapping[str, Sentence],
    usual: Sentence,
    *,
    is_known: bool,
) -> Sentence | None:
    if is_known or not field.formula:
        return None
    return reasons.get(field.name, usual)


def worksheet_problems(sheet: Worksheet) -> Iterator[Problem]:
    """Yield what is wrong with the fields, formulas and worked example of ``sheet``."""
    if not sheet.fields:
        yield error("fields", "Add the first field: a number to put in, or one to work out.")
    yield from _names(sheet)
    formulas, problems = _formulas(sheet)
    yield from problems
    known = {field.name for field in sheet.fields}
    for index, field in enumerate(sheet.fields):
        if field.name in formulas:
            for name in sorted(formulas[field.name].names - known):
                yield error(
                    f"fields-{index}-formula",
                    "The formula uses “{name}”, but no field has this name. Add it or mend it.",
                    name=name,
                )
    ring = _cycle(formulas)
    if ring:
        yield error(
            f"fields-{_index(sheet, ring[0])}-formula",
            "These fields wait for each other: {ring}. Break the circle.",
            ring=" → ".join(ring),
        )
    elif not problems:
        yield from _example(sheet)


def _names(sheet: Worksheet) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, field in enumerate(sheet.fields):
        place = f"fields-{index}-name"
        if not field.name.isidentifier() or keyword.iskeyword(field.name):
            yield error(
                place,
                "The name of a field is one word of letters, digits and _, as in “floor_area”.",
            )
        elif field.name in FUNCTIONS:
            yield error(place, "“{name}” is a function. Choose another name.", name=field.name)
        elif field.name in seen:
            yield error(
                place, "Two fields are called “{name}”. Rename one of them.", name=field.name
            )
        seen.add(field.name)
        if not field.label:
            yield error(f"fields-{index}-label", "Say in a few words what this number is.")


def _formulas(sheet: Worksheet) -> tuple[dict[str, Formula], list[Problem]]:
    formulas: dict[str, Formula] = {}
    problems: list[Problem] = []
    for index, field in enumerate(sheet.fields):
        if field.formula:
            try:
                formulas[field.name] = read_formula(field.formula)
            except BadFormula as problem:
                problems.append(error(f"fields-{index}-formula", problem.sentence))
    return formulas, problems


def _in_order(formulas: Mapping[str, Formula]) -> list[str]:
    """Return the names whose formulas wait for no circle, each after those it needs."""
    waits = {name: set(f.names & formulas.keys()) for name, f in formulas.items()}
    order: list[str] = []
    while ready := [name for name, needed in waits.items() if not needed]:
        order += ready
        for name in ready:
            del waits[name]
        for needed in waits.values():
            needed.difference_update(ready)
    return order


def _cycle(formulas: Mapping[str, Formula]) -> list[str]:
    """Return one circle of names, the first again at its end; empty if there is none."""
    stuck = set(formulas) - set(_in_order(formulas))
    if not stuck:
        return []
    # Each that is stuck waits for another that is: following them must come round.
    at, path = min(stuck), list[str]()
    while at not in path:
        path.append(at)
        at = min(formulas[at].names & stuck)
    return [*path[path.index(at) :], at]


def _index(sheet: Worksheet, name: str) -> int:
    return next(index for index, field in enumerate(sheet.fields) if field.name == name)


def _example(sheet: Worksheet) -> Iterator[Problem]:
    inputs = {f.name: f.example for f in sheet.fields if not f.formula and f.example is not None}
    lacking = [f.label or f.name for f in sheet.fields if f.example is None]
    if lacking and sheet.fields:
        yield error(
            "fields",
            "The worked example has no number for: {fields}. Fill it in.",
            fields=", ".join(lacking),
        )
        return
    for index, filled in enumerate(fill(sheet, inputs)):
        example = filled.field.example
        if not filled.field.formula or example is None:
            continue
        place = f"fields-{index}-example"
        if filled.number is None:
            yield error(
                place, "The worked example does not work out. {why_not}", why_not=filled.why_not
            )
        elif abs(filled.number - example) > _tolerance(example):
            yield error(
                place,
                "The example says {example:g}, the formula {number:g}. Mend one of them.",
                example=example,
                number=filled.number,
            )
    if not any(field.formula for field in sheet.fields):
        yield hint("fields", "No field has a formula. If it is only a form, a checklist may do.")


def _tolerance(example: float) -> float:
    """Return half a unit of the last place in which ``example`` was written."""
    text = repr(example)
    if "e" in text:
        return abs(example) * 1e-9
    decimals = text.partition(".")[2].rstrip("0")
    return 0.5 * 10.0 ** -len(decimals) + abs(example) * 1e-9
