"""What changed between two texts, also when they are long."""

import time
from itertools import cycle, islice

from whoknows.engine.aids import Content, Procedure, Reference, Step, differences


def _a_note(rows: list[str]) -> Content:
    return Reference(note="\n".join(rows))


def _told(before: Content, after: Content) -> list[tuple[str, str]]:
    found = differences(before, after)
    return [(piece.mark.value, piece.text) for line in found for piece in line.pieces]


def test_very_long_texts_are_told_in_one_block_between_what_they_share() -> None:
    old, new = [f"old {n}" for n in range(4_000)], [f"new {n}" for n in range(3_000)]
    began = time.perf_counter()

    told = _told(_a_note(["First", *old, "Last"]), _a_note(["First", *new, "Last"]))

    assert time.perf_counter() - began < 3
    assert told[0] == ("same", "First")
    assert told[1:4_001] == [("removed", row) for row in old]
    assert told[4_001:-1] == [("added", row) for row in new]
    assert told[-1] == ("same", "Last")


def test_a_long_text_that_only_lost_lines_says_no_more() -> None:
    rows = ["again"] * 3_000

    told = _told(_a_note(rows), _a_note(rows[:-2]))

    assert told == [("same", "again")] * 2_998 + [("removed", "again")] * 2


def test_many_lines_hard_to_compare_by_words_are_told_whole_after_a_while() -> None:
    hard = [" ".join(islice(cycle("ab" + "a" * (n % 7)), 240)) for n in range(1_000)]
    old = Procedure(tuple(Step(f"{row} x") for row in hard[:400]))
    new = Procedure(tuple(Step(f"y {row}") for row in hard[500:900]))
    began = time.perf_counter()

    found = differences(old, new)

    assert time.perf_counter() - began < 5
    assert len(found[0].pieces) > 1
    assert len(found[-1].pieces) == 1


def test_of_two_texts_of_usual_length_each_line_says_which_words_changed() -> None:
    old = Procedure(tuple(Step(f"Turn the valve {n} to the left") for n in range(900)))
    new = Procedure(tuple(Step(f"Turn the valve {n} to the right") for n in range(900)))

    assert all(len(line.pieces) == 3 for line in differences(old, new))
