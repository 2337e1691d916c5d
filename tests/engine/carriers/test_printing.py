"""Printed cards, measured with a ruler and read with a camera."""

import re
from dataclasses import replace

import pytest

from tests.engine.carriers.printed import (
    WRENCH,
    Mark,
    Printed,
    a_sheet,
    overlaps,
    steps,
)
from whoknows.engine.aids import (
    Checklist,
    Entry,
    Field,
    Item,
    Line,
    Procedure,
    Reference,
    Role,
    Step,
    Worksheet,
    lines,
)
from whoknows.engine.carriers import Carrier, Overflow, preview, print_cards
from whoknows.engine.carriers.forms import FORMS, LANYARD, SLOT_MM

SINGLE = [Carrier.LANYARD, Carrier.POCKET, Carrier.A4, Carrier.POSTER]
HOSTILE = [
    '#import "x.typ": * #panic("ran")',
    "] #sys.inputs [ $ x^2 $ \\ ` ``` <label> @ref *bold* _it_ = head",
    '"}}); json("/etc/passwd") //',
    "W" * 500,
    "🙂 漢字 👩‍👩‍👧 ▯ \x00 \x1b[31m \u202egnp.exe",
    "مرحبا بالعالم 123 שלום עולם E4",
    "x\u05b0 漢\u0304 א\u0301 ✓\u0301 ▯\u0304",
    "a\u0300\u0301\u0302\u0303 \u200d \ufeff \u0e01\u0e33 ෆ",
]


def test_a_lanyard_card_is_a_badge_with_two_sides() -> None:
    card = Printed(print_cards([a_sheet()], Carrier.LANYARD))

    assert [card.size_mm(page) for page in range(len(card.pages))] == [(54.0, 85.6)] * 2


def test_nothing_on_a_card_is_smaller_than_7_pt_or_lies_in_the_slot() -> None:
    full = steps(*(f"Do the thing number {n}, then wait for it." for n in range(10)))
    card = Printed(print_cards([a_sheet(full)], Carrier.LANYARD))

    for page in (0, 1):
        letters = card.letters(page)
        assert len(letters) > 60
        assert min(mark.points for mark in letters) >= 7 - 1e-6
        assert [m for m in card.marks(page) if overlaps(m, SLOT_MM)] == []
        assert min(m.left for m in letters) >= LANYARD.left - 0.1
        assert max(m.right for m in letters) <= LANYARD.width - LANYARD.right + 0.1
        assert max(m.bottom for m in letters) <= LANYARD.height - LANYARD.bottom + 1


def test_a_side_holds_at_most_seven_lines() -> None:
    short = steps(*(f"Go {n}" for n in range(1, 11)))
    card = Printed(print_cards([a_sheet(short, trigger="")], Carrier.LANYARD))

    assert re.findall(r"Go (\d+)", card.text(0)) == [str(n) for n in range(1, 8)]
    assert re.findall(r"Go (\d+)", card.text(1)) == ["8", "9", "10"]


@pytest.mark.parametrize("carrier", SINGLE)
def test_a_camera_reads_the_address_and_a_person_everything_else(carrier: Carrier) -> None:
    sheet = a_sheet()
    card = Printed(print_cards([sheet], carrier))

    scanned = [text for page in range(len(card.pages)) for text, _ in card.scanned(page)]
    assert scanned == ["https://know.example.org/a/E4TW7X?v=4"]
    said = " ".join(card.text(page) for page in range(len(card.pages)))
    for words in ("Clear error E4", "E4TW7X", "3 May 2027", "Ask Mika Ohta", "Hold ZERO for five"):
        assert words in said


@pytest.mark.parametrize("carrier", SINGLE)
def test_each_side_of_what_nobody_verified_says_so_and_names_no_end(carrier: Carrier) -> None:
    many = steps(*(f"Do the thing number {n}, then wait for it." for n in range(8)))
    new = Printed(print_cards([a_sheet(many, verified="", valid_to="")], carrier))
    known = Printed(print_cards([a_sheet(many, valid_to="")], carrier))

    sides = range(len(new.pages))
    assert all("Not verified yet" in new.text(side) for side in sides)
    assert not any("No end date" in new.text(side) for side in sides)
    assert all("No end date" in known.text(side) for side in range(len(known.pages)))


def test_a_warning_stands_before_its_step_and_on_its_side() -> None:
    card = Printed(print_cards([a_sheet()], Carrier.LANYARD))

    pages = [card.text(page) for page in (0, 1)]
    side = next(text for text in pages if "can kick" in text)
    assert side.index("can kick") < side.index("Turn the spring screw")


def test_a_warning_is_not_left_behind_on_the_other_side() -> None:
    go = [Step(f"Go {n}") for n in range(6)]
    last = Step("Lift it", warning="Hot")
    card = Printed(
        print_cards([a_sheet(Procedure(steps=(*go, last)), trigger="")], Carrier.LANYARD)
    )

    assert "Go 5" in card.text(0)
    assert "Hot" not in card.text(0)
    assert "Hot" in card.text(1)


@pytest.mark.parametrize("carrier", SINGLE)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_people_wrote_is_printed_and_never_run(carrier: Carrier, text: str) -> None:
    sheet = replace(
        a_sheet(steps("Do this.")),
        title=text[:60],
        owner=text[:60],
        trigger=text[:60],
        lines=(Line(Role.STEP, text[:120], 1), Line(Role.ROW, text[:40], 2, key=text[:40])),
    )

    card = Printed(print_cards([sheet], carrier))

    form = FORMS[carrier]
    for page in range(len(card.pages)):
        assert max(m.right for m in card.letters(page)) <= card.size_mm(page)[0] - form.right + 0.6
    if text.isascii():
        squeezed = "".join(card.text(page) for page in range(len(card.pages))).replace(" ", "")
        assert "".join(text[:40].split()) in squeezed


def test_words_of_500_letters_are_broken_rather_than_cut_off() -> None:
    card = Printed(print_cards([a_sheet(steps("Q" * 500))], Carrier.A4))

    assert card.text(0).count("Q") == 500
    assert max(m.right for m in card.letters(0)) <= 190.1


@pytest.mark.parametrize(
    ("title", "edge"), [("كيفية معايرة مفتاح العزم", "right"), ("Clear E4", "left")]
)
def test_text_begins_where_its_script_begins(title: str, edge: str) -> None:
    sheet = a_sheet(title=title, language="ar" if edge == "right" else "en", trigger="")
    letters = Printed(print_cards([sheet], Carrier.A4)).letters(0)

    first = [m for m in letters if m.top < 40]
    assert (max(m.right for m in first) > 189) == (edge == "right")
    assert (min(m.left for m in first) < 21) == (edge == "left")


@pytest.mark.parametrize("carrier", list(Carrier))
def test_a_screen_reader_finds_headings_lists_and_the_language(carrier: Carrier) -> None:
    card = Printed(print_cards([a_sheet(language="de-CH")], carrier))

    catalogue = card.document.doc.catalog
    assert catalogue["MarkInfo"]["Marked"] is True
    assert catalogue["Lang"] in {b"de-CH", "de-CH"}
    assert card.document.metadata["Title"] == "Clear error E4 on the torque wrench"
    tags = card.tags()
    assert tags.count("H1") == 1
    assert {"L", "LI", "LBody", "Figure"} <= set(tags)


def test_a_picture_of_a_code_says_where_it_leads() -> None:
    pdf = print_cards([a_sheet()], Carrier.A4)
    figures = [
        element
        for page in Printed(pdf).pages
        for element in _flat(page.structure_tree)
        if element["type"] == "Figure"
    ]

    assert [f["alt_text"] for f in figures] == [
        "Scan for the current version: https://know.example.org/a/E4TW7X?v=4"
    ]


def _flat(elements: list[dict[str, object]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for element in elements:
        children = element.get("children", [])
        assert isinstance(children, list)
        found += [element, *_flat(children)]
    return found


def test_backs_lie_behind_their_fronts_when_the_paper_is_turned() -> None:
    cards = [replace(a_sheet(), code=f"AAAA{n}", url=f"https://x.example/a/{n}") for n in range(4)]
    sheet = Printed(print_cards(cards, Carrier.SHEET))

    assert [sheet.size_mm(page) for page in (0, 1)] == [(210.0, 297.0)] * 2
    front = {code: _place_of(sheet, 0, code) for code in ("AAAA0", "AAAA1", "AAAA2", "AAAA3")}
    assert front["AAAA0"][0] < front["AAAA1"][0] < front["AAAA2"][0]
    assert front["AAAA3"][1] > front["AAAA0"][1] + 80
    middle = {text[-1]: x for text, x in sheet.scanned(1)}
    # Turned over the long edge, x becomes 210 - x: the card's own column again.
    for number in range(4):
        left = 24 + 54 * (number % 3)
        assert left < 210 - middle[str(number)] < left + 54


def _place_of(sheet: Printed, page: int, word: str) -> tuple[float, float]:
    found = sheet.pages[page].search(word)
    assert len(found) == 1
    return found[0]["x0"] / (72 / 25.4), found[0]["top"] / (72 / 25.4)


def test_marks_to_cut_by_lie_beside_the_cards() -> None:
    sheet = Printed(print_cards([a_sheet()] * 9, Carrier.SHEET))
    block = (24.0, 20.1, 186.0, 276.9)

    thin = [m for m in sheet.marks(0) if not m.text and m.right - m.left < 5.2]
    upright = [m for m in thin if m.bottom - m.top > 4.8 and m.right - m.left < 0.5]

    assert len({round(m.left, 1) for m in upright if not overlaps(m, block)}) == 4


def test_ten_cards_take_a_second_sheet() -> None:
    assert len(Printed(print_cards([a_sheet()] * 10, Carrier.SHEET)).pages) == 4


def test_one_sided_backs_hang_below_their_fronts_head_down() -> None:
    sheet = Printed(print_cards([a_sheet()] * 5, Carrier.SHEET, one_sided=True))

    assert len(sheet.pages) == 1
    assert sheet.size_mm() == (297.0, 210.0)
    assert [text for text, _ in sheet.scanned(0)] == ["https://know.example.org/a/E4TW7X?v=4"] * 5
    turned = [c for c in sheet.pages[0].chars if c["matrix"][0] < 0]
    assert min(c["top"] for c in turned) / (72 / 25.4) > 105


def test_the_lower_panels_of_a_pocket_card_read_on_from_behind() -> None:
    long = steps(*(f"Step {n} needs a few more words than the others do." for n in range(40)))
    sheet = Printed(print_cards([a_sheet(long)], Carrier.POCKET))

    assert sheet.size_mm() == (297.0, 210.0)
    chars = sheet.pages[0].chars
    turned = [c for c in chars if c["matrix"][0] < 0]
    assert turned
    assert min(c["top"] for c in turned) > max(c["bottom"] for c in chars if c not in turned) - 1
    # Panel five comes first from behind: it stands at the right.
    assert max(c["x1"] for c in turned) > 223 * 72 / 25.4


def test_other_kinds_of_aids_are_printed_as_what_they_are() -> None:
    check = lines(Checklist((Item("Oil"), Item("Belt", required=False, phase="After"))))
    rows = lines(Reference((Entry("E4", "Spring"),)))
    blank = lines(Worksheet((Field("a", "Length", "mm"),)))
    sheet = replace(a_sheet(), lines=(*check, *rows, *blank))

    card = Printed(print_cards([sheet], Carrier.A4))

    said = card.text(0)
    for words in ("After", "Belt (if needed)", "E4 Spring", "Length (mm)"):
        assert words in said


@pytest.mark.parametrize("carrier", SINGLE)
def test_a_worksheet_on_paper_has_room_for_each_number_and_no_names_of_machinery(
    carrier: Carrier,
) -> None:
    fields = (
        Field("fare_there", "Fare, there and back", "$"),
        Field("days_away", "Days away"),
        Field("sum_of_all", "All together", "$", "fare_there + days_away * 40"),
    )
    card = Printed(print_cards([a_sheet(lines=tuple(lines(Worksheet(fields))))], carrier))

    said = " ".join(card.text(page) for page in range(len(card.pages)))
    assert "Fare, there and back + Days away \N{MULTIPLICATION SIGN} 40" in " ".join(said.split())
    assert not [field.name for field in fields if field.name in said]
    form = FORMS[carrier]
    least = 0.3 * (form.width - form.left - form.right)
    rules = [
        (page, mark)
        for page in range(len(card.pages))
        for mark in card.marks(page)
        if not mark.text and 0.1 < mark.bottom - mark.top < 0.3 and mark.right - mark.left > least
    ]
    assert len(rules) == len(fields)
    for page, rule in rules:
        assert [letter for letter in card.letters(page) if overlaps(letter, _above(rule))] == []


def _above(rule: Mark) -> tuple[float, float, float, float]:
    """Return where one writes on a line, in mm: left, top, right, bottom."""
    return rule.left, rule.top - 6, rule.right, rule.top - 0.2


def test_an_empty_card_or_several_on_one_badge_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="One aid goes on"):
        print_cards([a_sheet(), a_sheet()], Carrier.LANYARD)
    with pytest.raises(ValueError, match="One aid goes on"):
        print_cards([], Carrier.SHEET)


def test_the_same_card_is_the_same_file() -> None:
    assert print_cards([a_sheet()], Carrier.LANYARD) == print_cards([a_sheet()], Carrier.LANYARD)


def test_a_preview_shows_each_side_in_its_true_size() -> None:
    sides = preview(a_sheet(), Carrier.LANYARD)

    assert len(sides) == 2
    found = re.search(rb'width="([\d.]+)pt" height="([\d.]+)pt"', sides[0])
    assert found
    assert [round(float(n) / 72 * 25.4, 1) for n in found.groups()] == [54.0, 85.6]


def test_an_a4_uses_its_back_only_when_small_type_would_be_the_other_way() -> None:
    few = Printed(print_cards([a_sheet()], Carrier.A4))
    many = steps(*(f"Step {n} needs a few more words than the others do here." for n in range(45)))

    assert len(few.pages) == 1
    assert len(Printed(print_cards([a_sheet(many)], Carrier.A4)).pages) == 2
    assert len(WRENCH.steps) == 4
    with pytest.raises(Overflow, match="Side 2 has"):
        print_cards([a_sheet(steps(*(f"Step {n} " + "word " * 30 for n in range(90))))], Carrier.A4)
