"""``python -m bench.weights``: fit the weights that come with the product.

They learn from community archives (docs/reference/archive-format.md), of each only from what was
asked and answered before a date, so that what comes after it can still judge them. Needs are
searched and described as the backtest does it, which is as an installation does it.
"""

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.ready import ready

NEEDS = 600
STRENGTH = 15.0
SUGGESTED = 10
# Not measured: no archive tells what people say of themselves, nor whom they know. That answers of
# somebody helped is learned as .03 (error .09) where few say so; .15 lets it decide between equals.
# That a need names somebody is learned as 2.1 (error .26) nearly from a work chat alone, where
# people address each other; where they cite each other's answers it says nothing: so half of it.
BY_HAND = {
    "proven": 0.15,
    "named": 1.0,
    "declared": 0.2,
    "acquainted": 0.2,
    "same_unit": 0.2,
    "same_site": 0.2,
    "same_language": 0.5,
}


@dataclass(frozen=True)
class Given:
    """An archive, and the time from which on nothing of it counts."""

    folder: Path
    until: datetime


def given(text: str) -> Given:
    """Return what ``ARCHIVE:ISO-DATE`` names; a day begins at midnight UTC."""
    folder, _, date = text.partition(":")
    until = datetime.fromisoformat(date)
    return Given(Path(folder), until if until.tzinfo else until.replace(tzinfo=UTC))


def main() -> None:
    """Fit on all archives, weighted alike, and write the weights and the model of answering."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("archives", nargs="+", type=given, metavar="ARCHIVE:ISO-DATE")
    parser.add_argument("--out", type=Path, required=True, help="Write the weights here.")
    parser.add_argument("--response", type=Path, help="Write the model of answering here.")
    options = parser.parse_args()
    ready("weights")
    from bench.learning import fitted_response, fitted_weights, walk  # noqa: PLC0415 - needs Django

    walks = [walk(each.folder, each.until, most=NEEDS) for each in options.archives]
    for each, walked in zip(options.archives, walks, strict=True):
        print(f"{each.folder.name}: {len(walked.answered)} needs")
    weights = fitted_weights(walks, strength=STRENGTH, by_hand=BY_HAND)
    options.out.write_text(weights.to_json(), encoding="utf-8")
    if options.response:
        model = fitted_response(walks, weights, suggested=SUGGESTED)
        options.response.write_text(model.to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
