"""How often the right thing is found: ours beside the usual ways, on somebody's own judgements."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from whoknows.engine.match.measures import Measured, measured
from whoknows.interop.backtest.own_index import AUDIENCE, CODE, KIND, OwnIndex
from whoknows.interop.importers.retrieval_set import RetrievalSet, Text
from whoknows.search.documents import Document
from whoknows.search.embedding import Embedder
from whoknows.search.index import audience_number, split_key
from whoknows.search.lexical import Wanted
from whoknows.search.queries import Index

DEPTH = 100
OURS = "Whoknows"
_RANK_CONSTANT = 60

Ranking = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class ObjectsTested:
    """What came of it.

    Attributes:
        rankings: Ours: need -> (document, score), best first.
        measured: By system, ours last.
        groups: The same of the needs of each group of the set by itself; none without groups.
        took_ms: How long ours took for each need.
    """

    rankings: Mapping[str, Ranking]
    measured: Mapping[str, Measured]
    groups: Mapping[str, Mapping[str, Measured]]
    took_ms: Sequence[float]


def backtest_objects(
    given: RetrievalSet,
    *,
    model: Embedder | None,
    progress: Callable[[int], None] = lambda _: None,
) -> ObjectsTested:
    """Rank all documents for each need, by ours and by each part of it alone.

    ``progress`` is told how many documents or needs are done since it was last told.
    """
    with tempfile.TemporaryDirectory(prefix="whoknows-backtest-") as folder:
        own = OwnIndex(Path(folder), model)
        documents = [_document(n, text) for n, text in enumerate(given.documents, 1)]
        own.put(documents, progress=progress)
        own.commit()
        names = {n: text.key for n, text in enumerate(given.documents, 1)}
        rankings: dict[str, dict[str, Ranking]] = {}
        took_ms = []
        for need in given.needs:
            began = perf_counter()
            ours = _ours(own.index, need.text)
            took_ms.append((perf_counter() - began) * 1000)
            for system, found in {**_parts(own.index, need.text), OURS: ours}.items():
                # A document is no answer to itself, where needs are documents too.
                kept = [(names[i], score) for i, score in found if names[i] != need.key]
                rankings.setdefault(system, {})[need.key] = kept[:DEPTH]
            progress(1)
        own.close()

    def told(needs: Iterable[str]) -> dict[str, Measured]:
        gold = {need: given.gold[need] for need in needs}
        return {system: measured(_keys(found), gold) for system, found in rankings.items()}

    groups = {group: told(needs) for group, needs in given.groups.items() if needs}
    return ObjectsTested(rankings[OURS], told(need.key for need in given.needs), groups, took_ms)


def _document(number: int, text: Text) -> Document:
    return Document(
        id=number,
        audience=[AUDIENCE],
        title=text.title,
        body=text.text,
        more=text.more,
        topics=text.topics,
        language=text.language,
    )


def _keys(found: Mapping[str, Ranking]) -> dict[str, list[str]]:
    return {need: [key for key, _ in ranking] for need, ranking in found.items()}


def _ours(index: Index, words: str) -> list[tuple[int, float]]:
    hits = index.find(words, audiences=[AUDIENCE], kinds=[KIND], limit=DEPTH + 1).hits
    return [(hit.id, hit.score) for hit in hits]


def _parts(index: Index, words: str) -> dict[str, list[tuple[int, float]]]:
    """Return the rankings by words alone, by meaning alone, and of both fused by their ranks."""
    searcher = index.searcher()
    assert searcher is not None  # noqa: S101 - it was committed
    wanted = Wanted(searcher, words, audiences=[AUDIENCE])
    by_words = wanted.best(codes={CODE: KIND}, are_few=False, limit=DEPTH + 1)
    parts = {"BM25": _by_id(by_words)}
    vector, reader = index.meaning_of(words), index.vectors()
    if vector is not None and reader is not None:
        near = reader.nearest(
            vector, audiences=[audience_number(AUDIENCE)], codes=[CODE], limit=DEPTH + 1
        )
        parts["meaning alone"] = _by_id(near)
        fused: dict[int, float] = {}
        for ranking in (by_words, near):
            for rank, key in enumerate(ranking, 1):
                fused[key] = fused.get(key, 0.0) + 1 / (_RANK_CONSTANT + rank)
        parts["fused by ranks"] = _by_id(fused)
    return parts


def _by_id(scores: Mapping[int, float]) -> list[tuple[int, float]]:
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [(split_key(key)[1], score) for key, score in ordered]
