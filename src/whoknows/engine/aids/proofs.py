"""Everything wrong with an aid, whatever its kind."""

import re
from collections import Counter
from collections.abc import Iterator

from whoknows.engine.aids.charts import chart_problems
from whoknows.engine.aids.kinds import (
    Checklist,
    Content,
    DecisionTable,
    Flowchart,
    Procedure,
    Reference,
    Worksheet,
)
from whoknows.engine.aids.problem import Problem, Severity, error, hint
from whoknows.engine.aids.tables import table_problems
from whoknows.engine.aids.worksheets import worksheet_problems
from whoknows.engine.text.sentences import Sentence

MANY_ITEMS = 9
MANY_STEPS = 30
# Two things to do in one step: "Lift the lid and turn the key.", "Lift it. Then turn it."
_SEVERAL = re.compile(
    r"\b(?:and then|, then|; then|after that)\b|[.;!?]\s+\S+\s+\S+", re.IGNORECASE
)
_MOST_HINTS = 5


def problems(content: Content) -> list[Problem]:
    """Return what is wrong with ``content``, errors first; empty when it can go to review.

    >>> [problem.where for problem in problems(Procedure())]
    ['steps']
    """
    found = sorted(_problems(content), key=lambda p: p.severity is Severity.WARNING)
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    return [*errors, *found[len(errors) :][:_MOST_HINTS]]


def can_be_reviewed(content: Content) -> bool:
    """Whether nothing has to be mended before others read ``content``."""
    return not any(problem.severity is Severity.ERROR for problem in problems(content))


def _problems(content: Content) -> Iterator[Problem]:
    match content:
        case Checklist():
            yield from _checklist(content)
        case DecisionTable():
            yield from table_problems(content)
        case Flowchart():
            yield from chart_problems(content)
        case Procedure():
            yield from _procedure(content)
        case Reference():
            yield from _reference(content)
        case Worksheet():
            yield from worksheet_problems(content)


def _checklist(content: Checklist) -> Iterator[Problem]:
    if not content.items:
        yield error("items", "Add the first thing to check.")
    for index, item in enumerate(content.items):
        if not item.text:
            yield error(f"items-{index}-text", "Say what to check, or remove the line.")
    for phase, count in Counter(item.phase for item in content.items).items():
        if count > MANY_ITEMS:
            yield hint("items", _too_many(count, phase))


def _too_many(count: int, phase: str) -> Sentence:
    if not phase:
        return Sentence(
            "{count} things are many to keep in view; up to nine are easier. Add phases.",
            {"count": count},
        )
    return Sentence(
        "{count} things in “{phase}” are many to keep in view; up to nine are easier. Add phases.",
        {"count": count, "phase": phase},
    )


def _procedure(content: Procedure) -> Iterator[Problem]:
    if not content.steps:
        yield error("steps", "Add the first step.")
    if len(content.steps) > MANY_STEPS:
        yield hint(
            "steps",
            "{count} steps are long for one aid. Could it be two?",
            count=len(content.steps),
        )
    for index, step in enumerate(content.steps):
        if not step.action:
            yield error(f"steps-{index}-action", "Say what to do, or remove the step.")
        elif _SEVERAL.search(step.action):
            yield hint(
                f"steps-{index}-action",
                "Step {number} seems to hold several actions. One a step is easier to follow.",
                number=index + 1,
            )


def _reference(content: Reference) -> Iterator[Problem]:
    if not content.rows and not content.note:
        yield error("rows", "Add the first row, or write a note.")
    seen: dict[str, int] = {}
    for index, row in enumerate(content.rows):
        if not row.key or not row.value:
            yield error(f"rows-{index}-key", "A row needs what one looks up and what one finds.")
        for word in {word.casefold() for word in (row.key, *row.synonyms) if word}:
            if seen.setdefault(word, index) != index:
                yield error(
                    f"rows-{index}-key",
                    "“{word}” leads to two rows, {one} and {other}. Join them.",
                    word=word,
                    one=seen[word] + 1,
                    other=index + 1,
                )
