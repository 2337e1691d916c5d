"""What does not fit is refused, with exactly what to cut."""

import re
from dataclasses import replace

import pytest

from tests.engine.carriers.printed import a_sheet, steps
from whoknows.engine.aids import Line, Role
from whoknows.engine.carriers import Carrier, Overflow, Sheet, print_cards

LONG = "Turn the third screw of the housing back until it comes free, but do not take it out yet"


def refusal(sheet: Sheet, carrier: Carrier = Carrier.LANYARD) -> str:
    with pytest.raises(Overflow) as refused:
        print_cards([sheet], carrier)
    return str(refused.value)


def shortened(sheet: Sheet, text: str, by: int) -> Sheet:
    lines = [
        replace(line, text=line.text[:-by].strip()) if line.text == text else line
        for line in sheet.lines
    ]
    return replace(sheet, lines=tuple(lines))


def test_says_how_many_lines_a_side_would_hold_and_how_many_are_too_many() -> None:
    sheet = a_sheet(steps(*(f"Go {n}" for n in range(1, 17))))

    said = refusal(sheet)

    assert said == "Side 2 has room for 7 of 9 lines; cut 2."
    assert print_cards([replace(sheet, lines=sheet.lines[:14])], Carrier.LANYARD)
    refusal(replace(sheet, lines=sheet.lines[:15]))


def test_where_nothing_fits_it_does_not_say_to_cut_everything() -> None:
    seven = [f"Go {n}" for n in range(7)]
    sheet = a_sheet(steps(*seven, ("Turn it. " * 300).strip(), *(f"Turn {n}" for n in range(22))))

    said = refusal(sheet)

    found = re.search(r"^Side 2 has no room for 23 lines; shorten line 1 \(.*\) by (\d+)", said)
    assert found, said
    shorter = shortened(sheet, sheet.lines[7].text, int(found[1]))
    assert "Side 2 has room for" in refusal(shorter)
    assert print_cards([replace(shorter, lines=shorter.lines[:8])], Carrier.LANYARD)


def test_lines_that_belong_to_one_step_are_counted_too() -> None:
    results = [Line(Role.RESULT, f"It says {n}") for n in range(29)]
    sheet = replace(a_sheet(steps("Go")), lines=(Line(Role.STEP, "Go", 1), *results))

    assert refusal(sheet) == "Side 2 has room for 7 of 30 lines; cut 23."
    print_cards([replace(sheet, lines=sheet.lines[:7])], Carrier.LANYARD)


def test_cutting_as_many_lines_as_it_says_is_enough_and_fewer_are_not() -> None:
    sheet = a_sheet(steps(*(f"{n}: {LONG}" for n in range(1, 13))))

    found = re.search(r"Side 2 has room for \d+ of \d+ lines; cut (\d+)", refusal(sheet))

    assert found
    cut = int(found[1])
    assert cut > 1
    assert print_cards([replace(sheet, lines=sheet.lines[:-cut])], Carrier.LANYARD)
    refusal(replace(sheet, lines=sheet.lines[: 1 - cut]))


def test_shortening_the_line_it_names_is_enough_and_one_letter_less_is_not() -> None:
    texts = [f"{n}: {LONG} and hold it there until the lamp is green" for n in range(1, 9)]
    sheet = a_sheet(steps(*texts))

    said = refusal(sheet)
    found = re.search(r"or shorten line (\d) \(“(\d): .*…”\) by (\d+) characters?\.$", said)

    assert found, said
    text = texts[int(found[2]) - 1]
    cut = int(found[3])
    assert print_cards([shortened(sheet, text, cut)], Carrier.LANYARD)
    refusal(shortened(sheet, text, cut - 1))


@pytest.mark.parametrize(
    ("field", "name"),
    [("title", "the title"), ("trigger", "when to use it")],
)
def test_names_the_head_when_it_leaves_no_room(field: str, name: str) -> None:
    sheet = a_sheet(steps("Go"), trigger="")
    told = "Wrench and housing again " * 40

    said = refusal(replace(sheet, **{field: told}))  # type: ignore[arg-type]

    found = re.search(rf"Side 1 has no room left for a single line; shorten {name} by (\d+)", said)
    assert found, said
    cut = int(found[1])
    assert print_cards([replace(sheet, **{field: told.strip()[:-cut]})], Carrier.LANYARD)  # type: ignore[arg-type]
    refusal(replace(sheet, **{field: told.strip()[: 1 - cut]}))  # type: ignore[arg-type]


def test_names_the_foot_when_it_leaves_no_room() -> None:
    said = refusal(a_sheet(steps("Go"), done_when="It reads 0.0 and stays there. " * 30))

    assert "Side 2 has no room left for a single line; shorten what it looks like when" in said


def test_a_poster_has_one_page() -> None:
    said = refusal(a_sheet(steps(*(f"{n}: {LONG}" for n in range(40)))), Carrier.POSTER)

    assert said.startswith("The page has room for ")


def test_a_single_line_longer_than_a_side_is_said_to_be_too_long() -> None:
    sheet = replace(a_sheet(), lines=(Line(Role.NOTE, "word " * 400),))

    assert re.search(r"shorten line 1 \(“word .*”\) by \d+ characters", refusal(sheet))


def test_says_which_card_of_a_sheet_does_not_fit() -> None:
    fits, does_not = a_sheet(), replace(a_sheet(steps(*("Go" for _ in range(16)))), code="ZZZZZZ")

    with pytest.raises(Overflow, match=r"^ZZZZZZ: Side 2 has room for 7 of 9 lines; cut 2\.$"):
        print_cards([fits, does_not], Carrier.SHEET)
