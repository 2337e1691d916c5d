"""Contents as Markdown: for reading, for the index, and for taking elsewhere."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from whoknows.engine.aids.kinds import (
    Checklist,
    Content,
    DecisionTable,
    Flowchart,
    Procedure,
    Reference,
    Step,
    Worksheet,
)
from whoknows.engine.aids.lines import Role, lines


def to_markdown(content: Content) -> str:
    """Return ``content`` as Markdown that reads well by itself.

    A reference without rows is its note, letter for letter. Other kinds hold more than Markdown
    can say; an export adds the plain form.

    >>> print(to_markdown(Procedure((Step("Lift", warning="It is hot."), Step("Turn")))))
    > **It is hot.**
    <BLANKLINE>
    1. Lift
    2. Turn
    """
    if isinstance(content, Reference) and not content.rows:
        return content.note
    blocks = [content.note, *_blocks(content)]
    return "\n\n".join(block for block in blocks if block)


def _blocks(content: Content) -> Iterator[str]:
    match content:
        case Checklist():
            yield from _checklist(content)
        case DecisionTable():
            yield from _decision_table(content)
        case Flowchart():
            yield from _chart(content)
        case Procedure():
            yield from _procedure(content)
        case Reference():
            yield from _reference(content)
        case Worksheet():
            yield from _worksheet(content)


def _bullet_after(text: str) -> str:
    """Return a bullet that begins a list of its own, whatever list ``text`` ends with."""
    last = text.rpartition("\n\n")[2]
    used = {row.strip()[:1] for row in last.splitlines()}
    return next(bullet for bullet in "-*+" if bullet not in used or bullet == "+")


def _checklist(content: Checklist) -> Iterator[str]:
    bullet = _bullet_after(content.note)
    for phase, items in groupby(content.items, key=lambda item: item.phase):
        if phase:
            yield f"## {phase}"
        yield "\n".join(
            f"{bullet} [ ] {_line(i.text)}{'' if i.required else ' *(if needed)*'}" for i in items
        )


def _decision_table(content: DecisionTable) -> Iterator[str]:
    heads = [*(condition.name for condition in content.conditions), "→"]
    rows = [
        [*("*" if value is None else value for value in rule.when), rule.action]
        for rule in content.rules
    ]
    yield _table(heads, rows)


def _reference(content: Reference) -> Iterator[str]:
    rows = [
        [f"{row.key} ({', '.join(row.synonyms)})" if row.synonyms else row.key, row.value]
        for row in content.rows
    ]
    yield _table(["?", "→"], rows)


def _worksheet(content: Worksheet) -> Iterator[str]:
    rows = [
        [
            f"{field.label} ({field.unit})" if field.unit else field.label,
            f"`{field.name}`",
            f"`{field.formula}`" if field.formula else "",
            "" if field.example is None else f"{field.example:g}",
        ]
        for field in content.fields
    ]
    yield _table(["?", "", "=", "→"], rows)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    made = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(text) for text in row) + " |" for row in made)


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _line(text: str) -> str:
    return " ".join(text.split())


def _chart(content: Flowchart) -> Iterator[str]:
    steps: list[str] = []
    for line in lines(content):
        if line.role is Role.STEP:
            steps.append(f"{line.number}. {_line(line.text)}")
        elif line.role is Role.RESULT:
            steps.append(f"   - {_line(line.text)}")
    yield "\n".join(steps)


def _procedure(content: Procedure) -> Iterator[str]:
    if content.supplies:
        yield "\n".join(f"- {_line(supply)}" for supply in content.supplies)
    steps: list[str] = []
    for number, step in enumerate(content.steps, 1):
        before = [f"## {_line(step.part)}" if step.part else "", step.lead, _warning(step)]
        if any(before) and steps:
            yield "\n".join(steps)
            steps = []
        yield from (each for each in before if each)
        steps.append(_step(step, number))
    if steps:
        yield "\n".join(steps)
    yield content.closing


def _warning(step: Step) -> str:
    return f"> **{_line(step.warning)}**" if step.warning else ""


def _step(step: Step, number: int) -> str:
    start = f"{number}. "
    cue = f"*{_line(step.cue)}:* " if step.cue else ""
    below = [step.detail, f"→ *{_line(step.result)}*" if step.result else ""]
    rest = "".join(f"\n\n{_indented(each.splitlines(), len(start))}" for each in below if each)
    return f"{start}{cue}{_line(step.action)}{rest}"


def _indented(rows: Iterable[str], by: int) -> str:
    return "\n".join(" " * by + row if row.strip() else "" for row in rows)
