"""``python -m bench.spelling``: what is found by words that are typed wrongly or put together.

Takes retrieval sets (docs/howto/measure.md), spoils their needs in two ways, always the same, and
prints how well they are answered by words alone: as it is, and without looking for words put
together or apart and for parts of words, which leaves typing errors of one or two letters.
"""

import argparse
import string
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

from bench.ready import ready
from whoknows.engine.match.measures import Measured, measured
from whoknows.interop.importers.retrieval_set import RetrievalSet, read_retrieval_set

if TYPE_CHECKING:
    from whoknows.search.queries import Index

_SEED = 7
_MISTYPED, _JOINED = 0.4, 0.7
_FROM_LENGTH = 4
_DEPTH = 100


def main() -> None:
    """Answer the needs of each set as they are, mistyped, and with words put together."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sets", nargs="+", type=Path, help="Folders in the BEIR form.")
    options = parser.parse_args()
    ready("spelling")
    for folder in options.sets:
        _tell(folder.name, read_retrieval_set(folder))


def _tell(name: str, given: RetrievalSet) -> None:
    from whoknows.interop.backtest.own_index import (  # noqa: PLC0415 - needs Django
        AUDIENCE,
        OwnIndex,
    )
    from whoknows.search.documents import Document  # noqa: PLC0415 - needs Django

    ways: dict[str, Callable[[str, Random], str]] = {
        "as it is": lambda text, _: text,
        "mistyped": mistyped,
        "put together": put_together,
    }
    with tempfile.TemporaryDirectory(prefix="whoknows-spelling-") as scratch:
        own = OwnIndex(Path(scratch), None)
        own.put(
            [
                Document(id=number, audience=[AUDIENCE], title=each.title, body=each.text)
                for number, each in enumerate(given.documents, 1)
            ]
        )
        own.commit()
        for way, spoil in ways.items():
            drawing = Random(_SEED)
            texts = [spoil(need.text, drawing) for need in given.needs]
            ours = _measured(own.index, given, texts)
            with _only_typing_errors():
                before = _measured(own.index, given, texts)
            print(
                f"{name}, {way}: MRR {ours.mrr:.3f} (without: {before.mrr:.3f}),"
                f" nDCG@10 {ours.ndcg:.3f} ({before.ndcg:.3f}), {ours.needs} needs"
            )
        own.close()


def mistyped(text: str, drawing: Random) -> str:
    """Return ``text`` with one wrong letter in four of ten longer words."""
    words = [
        _one_wrong(word, drawing)
        if len(word) > _FROM_LENGTH and word.isalpha() and drawing.random() < _MISTYPED
        else word
        for word in text.split()
    ]
    return " ".join(words)


def _one_wrong(word: str, drawing: Random) -> str:
    at, letter = drawing.randrange(1, len(word) - 1), drawing.choice(string.ascii_lowercase)
    before, this, after = word[:at], word[at], word[at + 1 :]
    swapped = after[0] + this + after[1:]
    return before + drawing.choice([swapped, after, letter + this + after, letter + after])


def put_together(text: str, drawing: Random) -> str:
    """Return ``text`` with seven of ten pairs of longer words written as one."""
    words, made = text.split(), list[str]()
    while words:
        word = words.pop(0)
        both = words and all(len(w) >= _FROM_LENGTH and w.isalpha() for w in (word, words[0]))
        made.append(word + words.pop(0) if both and drawing.random() < _JOINED else word)
    return " ".join(made)


def _measured(index: "Index", given: RetrievalSet, texts: Sequence[str]) -> Measured:
    from whoknows.interop.backtest.own_index import (  # noqa: PLC0415 - needs Django
        AUDIENCE,
        CODE,
        KIND,
    )
    from whoknows.search.index import split_key  # noqa: PLC0415 - needs Django
    from whoknows.search.lexical import Wanted  # noqa: PLC0415 - needs Django

    searcher = index.searcher()
    assert searcher is not None
    rankings = {}
    for need, text in zip(given.needs, texts, strict=True):
        wanted = Wanted(searcher, text, audiences=[AUDIENCE])
        found = wanted.best(codes={CODE: KIND}, are_few=False, limit=_DEPTH + 1)
        keys = [given.documents[split_key(key)[1] - 1].key for key in found]
        rankings[need.key] = [key for key in keys if key != need.key][:_DEPTH]
    return measured(rankings, {need.key: given.gold[need.key] for need in given.needs})


@contextmanager
def _only_typing_errors() -> Iterator[None]:
    with (
        patch("whoknows.search.lexical.parts", lambda *_, **__: ()),
        patch("whoknows.search.lexical.joined", lambda *_, **__: []),
        patch("whoknows.search.lexical._alike_in_part", lambda _: []),
    ):
        yield


if __name__ == "__main__":
    main()
