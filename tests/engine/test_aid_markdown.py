"""Structures found in Markdown, and written as it."""

import re
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from whoknows.engine.aids import (
    Checklist,
    Condition,
    Content,
    DecisionTable,
    Edge,
    Entry,
    Field,
    Flowchart,
    Item,
    Node,
    Procedure,
    Reference,
    Rule,
    Step,
    Worksheet,
    read_markdown,
    steps_from_answer,
    to_markdown,
)

PAGE = """Before you start, sit down.

## Open it

You need a key.

1. Turn the **key**
   twice.
   1. Left
   2. Right
2. Lift

```
the lid
```

3. Look inside

That was the lid.

## Background

Lids are old.

## Close it

1. Drop the lid
2. Turn the key

## See also

More [here](https://example.org).
"""


def test_numbered_lists_become_steps_and_nothing_is_lost() -> None:
    read = read_markdown(PAGE)

    assert isinstance(read, Procedure)
    assert [step.action for step in read.steps] == [
        "Turn the **key** twice.",
        "Lift",
        "Look inside",
        "Drop the lid",
        "Turn the key",
    ]
    assert [step.part for step in read.steps] == ["Open it", "", "", "Close it", ""]
    assert read.note == "Before you start, sit down."
    assert (read.steps[0].lead, read.steps[0].detail) == ("You need a key.", "1. Left\n2. Right")
    assert read.steps[1].detail == "```\nthe lid\n```"
    assert "Background" in read.steps[2].detail
    assert read.closing.startswith("## See also")
    assert _words(to_markdown(read)) >= _words(PAGE)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d]+", text))


BLOCKS = st.sampled_from(
    [
        "Some prose here.",
        "## A heading",
        "### Another",
        "1. one\n2. two",
        "1. one\n\n   inside\n\n2. two\n   - deep\n   - down",
        "3. three\n4. four",
        "- a\n- b",
        "- [ ] task\n- [x] done",
        "> quoted",
        "```\n1. not a step\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "1. ```\n   code\n   ```\n2.",
        "* * *",
        "[ref]: https://example.org",
        "<div>\n1. not one either\n</div>",
    ]
)


@given(st.lists(BLOCKS, max_size=8))
def test_no_word_is_lost_whatever_the_blocks(blocks: list[str]) -> None:
    text = "\n\n".join(blocks)

    read = read_markdown(text)

    if isinstance(read, Checklist):
        # A tick is not kept, and phases of one name that follow each other are one.
        assert set(_words(text)) - {"x"} <= set(_words(to_markdown(read)))
    else:
        assert _words(text) - _words(to_markdown(read)) == Counter()


@given(st.lists(BLOCKS, max_size=8))
@example(
    [
        "1. ```\n   code\n   ```\n2.",
        "[ref]: https://example.org",
        "Some prose here.",
        "## A heading",
        "1. one\n2. two",
    ]
)
def test_what_is_written_is_read_as_as_many_steps(blocks: list[str]) -> None:
    read = read_markdown("\n\n".join(blocks))
    again = read_markdown(to_markdown(read))

    assert type(again) is type(read)
    if isinstance(read, Procedure) and isinstance(again, Procedure):
        assert [step.action for step in again.steps] == [step.action for step in read.steps]


def test_task_lists_become_a_checklist_with_phases() -> None:
    text = (
        "Take care.\n\n## Before\n\n- [ ] Fuel\n- [x] Maps (optional)\n\n## After\n\n- [ ] Lock it"
    )

    read = read_markdown(text)

    assert read == Checklist(
        (
            Item("Fuel", phase="Before"),
            Item("Maps", required=False, phase="Before"),
            Item("Lock it", phase="After"),
        ),
        note="Take care.",
    )
    assert read_markdown(to_markdown(read)) == read


@pytest.mark.parametrize(
    "text",
    ["", "Only prose.", "# H\n\n- a\n- b", "1. only one", "- [ ] only one", "```\n1. a\n2. b\n```"],
)
def test_anything_else_is_a_note_letter_for_letter(text: str) -> None:
    read = read_markdown(text)

    assert read == Reference(note=text)
    assert to_markdown(read) == text


def test_warning_stands_before_its_step_and_numbers_go_on() -> None:
    written = to_markdown(
        Procedure(
            (Step("Lift", result="It clicks"), Step("Turn", warning="Hot", cue="It clicks")),
            ("Gloves",),
        )
    )

    assert written == (
        "- Gloves\n\n1. Lift\n\n   → *It clicks*\n\n> **Hot**\n\n2. *It clicks:* Turn"
    )


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (DecisionTable((Condition("a|b"),), (Rule((None,), "x"),)), "| * | x |"),
        (
            Reference((Entry("E4", "Low\nbattery", ("err 4",)),), "n"),
            "| E4 (err 4) | Low battery |",
        ),
        (Worksheet((Field("a", "Area", "m²", "b*2", 4.5),)), "| Area (m²) | `a` | `b*2` | 4.5 |"),
        (
            Flowchart(
                (Node("q", "Hot?", is_question=True), Node("a", "Go")), (Edge("q", "a", "no"),), "q"
            ),
            "1. Hot?\n   - no → 2\n2. Go",
        ),
        (Checklist((Item("a", required=False),)), "- [ ] a *(if needed)*"),
    ],
)
def test_every_kind_can_be_read_as_text(content: Content, row: str) -> None:
    assert row in to_markdown(content)


def test_an_answer_in_sentences_is_split_at_instructions() -> None:
    text = (
        "That is the calibration. First switch it off. Hold ZERO for a second; the lamp blinks."
        "\n- Then put it on the bench.\n- It takes a minute."
    )

    read = steps_from_answer(text)

    assert read.note == "That is the calibration."
    assert [(step.action, step.detail) for step in read.steps] == [
        ("First switch it off.", ""),
        ("Hold ZERO for a second;", "the lamp blinks."),
        ("Then put it on the bench.", "It takes a minute."),
    ]


def test_an_answer_with_a_numbered_list_is_taken_as_it_is() -> None:
    assert [s.action for s in steps_from_answer("Do:\n\n1. It hums\n2. Stop").steps] == [
        "It hums",
        "Stop",
    ]
    assert steps_from_answer("No idea.") == Procedure((), note="No idea.")
