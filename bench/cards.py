"""How long printing takes: one card, and sheets of eight that were never printed before."""

import time
from collections.abc import Callable
from dataclasses import replace

from bench.aims import SHEET_OF_EIGHT_MS
from bench.report import percentile, table
from whoknows.engine.aids import Procedure, Step, lines
from whoknows.engine.carriers import Carrier, Sheet, page_of, print_cards

CARDS = 8
ROUNDS = 25
_STEPS = Procedure(
    supplies=("8 mm key", "The cradle"),
    steps=(
        Step("Hold ZERO for five seconds.", cue="When E4 blinks", result="CAL, then a dash."),
        Step("Lay it in the cradle, handle left.", result="One beep."),
        Step("Turn the spring screw back.", warning="Take it off the bolt. It can kick."),
        Step("Press ZERO once.", result="0.0"),
        Step("Try it on the test bolt at 20 N·m.", result="One click."),
    ),
)


def run() -> str:
    """Return the times as a table: by the clock, and of the processor alone."""
    numbers = iter(range(10_000, 99_999))
    rows = [
        _row("lanyard card", lambda: print_cards([_card(next(numbers))], Carrier.LANYARD)),
        _row("A4", lambda: print_cards([_card(next(numbers))], Carrier.A4)),
        _row(
            f"sheet of {CARDS} cards",
            lambda: print_cards([_card(next(numbers)) for _ in range(CARDS)], Carrier.SHEET),
        ),
    ]
    title = (
        f"Printing, warm, each card for the first time (aim: {SHEET_OF_EIGHT_MS:.0f} ms a sheet)"
    )
    return table(title, ["what", "p50", "p95", "processor p50"], rows)


def _row(name: str, do: Callable[[], bytes]) -> list[str]:
    do()
    clock, processor = [], []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        do()
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - worked) * 1000)
    times = (percentile(clock, 50), percentile(clock, 95), percentile(processor, 50))
    return [name, *(f"{ms:.0f} ms" for ms in times)]


def _card(number: int) -> Sheet:
    # Every line is another one each time: typst remembers what it has set before.
    said = tuple(replace(line, text=f"{line.text} ({number})") for line in lines(_STEPS))
    code = f"E{number}"
    return Sheet(
        title=f"Clear error E{number} on the torque wrench",
        lines=said,
        code=code,
        url=page_of("https://know.example.org", code, 4),
        owner="Mika Ohta",
        done_when="The display reads 0.0.",
        verified="Mika Ohta, 3 November 2026",
        valid_to="3 May 2027",
        version=4,
    )
