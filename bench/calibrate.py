"""``python -m bench.calibrate``: how sure a suggested thing is, and when there is none.

Takes retrieval sets (docs/howto/measure.md) and prints what the constants in
``whoknows.engine.match.blend`` rest on: the logistic model behind *This probably solves it*, how
well it holds on a set it was not fitted to, and how good a chance likeness looks, from needs asked
of documents on other matters.
"""

import argparse
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.ready import ready
from whoknows.engine.match.history import Flags, Floats
from whoknows.interop.importers.retrieval_set import RetrievalSet, Text

if TYPE_CHECKING:
    from whoknows.search.queries import Index

SURE = 0.6
MOST_NEEDS = 300
_DECILES = (0.1, 0.5, 0.9)
_LINES = (0.35, 0.375, 0.4, 0.45)


@dataclass(frozen=True)
class Asked:
    """First scores: of the first document found, of the second, and whether the first is right."""

    first: Floats
    second: Floats
    is_right: Floats


def main() -> None:
    """Ask each set its own needs and those of the others, and print what came of it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sets", nargs="+", type=Path, help="Two or more sets or archives.")
    options = parser.parse_args()
    if len(options.sets) < 2:  # noqa: PLR2004 - one to fit, one to judge
        parser.error("Name two sets or more: each is judged by a model fitted to the others.")
    ready("calibrate")
    from whoknows.interop.backtest.solved import judged_in  # noqa: PLC0415 - needs Django

    sets = {folder.name: judged_in(folder) for folder in options.sets}
    own: dict[str, Asked] = {}
    strange: list[float] = []
    for name, given in sets.items():
        others = [need for other, told in sets.items() if other != name for need in _some(told)]
        own[name], foreign = _asked(given, others)
        strange += foreign.first.tolist()
        _tell_lines(name, own[name].first, foreign.first)
    told = ", ".join(f"{each:.2f}" for each in np.quantile(strange, _DECILES))
    print(f"all needs on other matters: first score, deciles 1, 5, 9: {told}")
    _tell_sure(own)


def _some(given: RetrievalSet) -> list[Text]:
    return given.needs[:: max(1, len(given.needs) // MOST_NEEDS)]


def _asked(given: RetrievalSet, others: Sequence[Text]) -> tuple[Asked, Asked]:
    """Return what the documents of ``given`` answer to its own needs, and to ``others``."""
    from whoknows.interop.backtest.own_index import (  # noqa: PLC0415 - needs Django
        AUDIENCE,
        OwnIndex,
    )
    from whoknows.search.documents import Document  # noqa: PLC0415 - needs Django
    from whoknows.search.embedding import embedder  # noqa: PLC0415 - needs Django

    with tempfile.TemporaryDirectory(prefix="whoknows-calibrate-") as folder:
        own = OwnIndex(Path(folder), embedder(threads=1))
        own.put(
            [
                Document(id=number, audience=[AUDIENCE], title=each.title, body=each.text)
                for number, each in enumerate(given.documents, 1)
            ]
        )
        own.commit()
        keys = [each.key for each in given.documents]
        asked = _answers(own.index, _some(given), keys, given.gold)
        foreign = _answers(own.index, others, keys, {})
        own.close()
    return asked, foreign


def _answers(
    index: "Index",
    needs: Sequence[Text],
    keys: Sequence[str],
    gold: Mapping[str, Collection[str]],
) -> Asked:
    from whoknows.interop.backtest.own_index import (  # noqa: PLC0415 - needs Django
        AUDIENCE,
        KIND,
    )

    rows = []
    for need in needs:
        hits = index.find(need.text, audiences=[AUDIENCE], kinds=[KIND], limit=20).hits
        # A document is no answer to itself, where needs are documents too.
        found = [(keys[hit.id - 1], hit.score) for hit in hits if keys[hit.id - 1] != need.key]
        if found:
            second = found[1][1] if len(found) > 1 else 0.0
            rows.append((found[0][1], second, found[0][0] in gold.get(need.key, ())))
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return Asked(table[:, 0], table[:, 1], table[:, 2])


def _tell_lines(name: str, own: Floats, foreign: Floats) -> None:
    for whose, scores in (("its own needs", own), ("needs on other matters", foreign)):
        told = ", ".join(f"{each:.2f}" for each in np.quantile(scores, _DECILES))
        above = ", ".join(f"{(scores >= line).mean():.0%} from {line}" for line in _LINES)
        print(f"{name}: {len(scores)} {whose}: first score, deciles 1, 5, 9: {told}; {above}")


def _tell_sure(own: Mapping[str, Asked]) -> None:
    """Print the model of each set's others and how it holds there, then the one of all."""
    from whoknows.engine.match.blend import probability_right  # noqa: PLC0415 - beside the others

    for name, asked in own.items():
        model = _fitted([other for key, other in own.items() if key != name])
        sure = np.asarray(_chance(model, asked) >= SURE)
        _tell(f"{name}, by a model of the others", asked, sure)
    bias, of_score, of_lead = _fitted(list(own.values()))
    print(f"fitted to all: bias {bias:.3f}, score {of_score:.3f}, lead {of_lead:.3f}")
    for name, asked in own.items():
        pairs = zip(asked.first.tolist(), asked.second.tolist(), strict=True)
        in_use = np.array([probability_right(one, two) >= SURE for one, two in pairs])
        _tell(f"{name}, as in use", asked, in_use)


def _tell(what: str, asked: Asked, sure: Flags) -> None:
    right = int(asked.is_right[sure].sum())
    print(f"{what}: sure of {int(sure.sum())} of {len(sure)}, right {right}")


def _signals(asked: Asked) -> Floats:
    return np.column_stack([np.ones(len(asked.first)), asked.first, asked.first - asked.second])


def _chance(model: Floats, asked: Asked) -> Floats:
    return np.asarray(1 / (1 + np.exp(-_signals(asked) @ model)))


def _fitted(sets: Sequence[Asked]) -> Floats:
    """Return a logistic model of being right, each set counting alike: Newton's method."""
    rows = np.concatenate([_signals(each) for each in sets])
    right = np.concatenate([each.is_right for each in sets])
    weight = np.concatenate([np.full(len(each.first), 1 / len(each.first)) for each in sets])
    weight *= len(rows) / weight.sum()
    model = np.zeros(3)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-rows @ model))
        curvature = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows
        step = np.linalg.solve(curvature + 1e-6 * np.eye(3), rows.T @ (weight * (right - chance)))
        model = model + step
    return np.asarray(model)


if __name__ == "__main__":
    main()
