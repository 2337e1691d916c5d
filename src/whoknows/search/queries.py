"""Finding things by words."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import log
from pathlib import Path

import tantivy
from django.conf import settings

from whoknows.search.analysis import query_terms
from whoknows.search.documents import sources
from whoknows.search.index import SCHEMA, UNDECIDED, IndexFolder, audience_number, split_key

# Chosen on the Cranfield collection and on 205 questions that their readers linked to others: more
# weight on titles, or less on answers, finds less.
_WEIGHTS = {"title": 1.0, "body": 1.0, "more": 0.75}
_MOST_TERMS = 40
_TYPO_FROM_LENGTH = 4
_TWO_TYPOS_FROM_LENGTH = 8
_TYPO_WEIGHT = 4.0  # stands in for the rarity that a mistyped word cannot be given
_LOOK_FURTHER = 300
_FEWEST_TO_TELL = 50
_TELLING_TERMS = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found.

    Attributes:
        score: Compares within one answer only.
        fit: Score as a share of what the rarest words looked for would give if each stood once in
            a text of usual length. About 1 and more for texts on the same thing; below 0.6 it is
            most often by chance. 1 where there are too few documents to tell.
    """

    kind: str
    id: int
    score: float
    fit: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What was found and what was looked for.

    Attributes:
        terms: The terms looked for, for showing where they stand in a text.
    """

    hits: list[Hit]
    terms: list[str]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A generation as of one commit. Threads share the searcher; nobody ever changes it."""

    generation: Path
    stamp: int
    index: tantivy.Index
    searcher: tantivy.Searcher


class _Reader:
    """The newest commit of the generation in use; opened anew when there is a newer one."""

    def __init__(self, folder: Path) -> None:
        self.folder = IndexFolder(folder)
        self._opened: _Opened | None = None
        # tantivy refuses an index that one thread reloads while another asks it for a searcher.
        self._opening = threading.Lock()

    def searcher(self) -> tantivy.Searcher | None:
        """Return a searcher over the newest commit, None before the index is built.

        Costs reading the name of the generation and two ``stat`` calls when nothing changed.
        """
        while generation := self.folder.current():
            try:
                return self._newest(generation).searcher
            except (FileNotFoundError, ValueError):
                # Replaced, and removed, while we looked at it: look at the one in its place.
                if self.folder.current() == generation:
                    raise
        return None

    def _newest(self, generation: Path) -> _Opened:
        opened, stamp = self._opened, _stamp(generation)
        if opened is None or (opened.generation, opened.stamp) != (generation, stamp):
            with self._opening:
                opened = _open(generation, self._opened)
                if self.folder.current() != generation:
                    # tantivy does not mind files that went while it opened them; searching would.
                    raise FileNotFoundError(generation)
                self._opened = opened
        return opened


def _stamp(generation: Path) -> int:
    return (generation / "meta.json").stat().st_mtime_ns


def _open(generation: Path, before: _Opened | None) -> _Opened:
    stamp = _stamp(generation)
    if before is not None and before.generation == generation:
        if before.stamp == stamp:
            return before
        index = before.index
    else:
        index = tantivy.Index.open(str(generation))
        index.config_reader(reload_policy="manual")
    index.reload()
    return _Opened(generation, stamp, index, index.searcher())


@cache
def _reader(folder: Path) -> _Reader:
    return _Reader(folder)


def find(
    words: str, *, audiences: Sequence[str], kinds: Collection[str], limit: int = 100
) -> Found:
    """Return what fits ``words`` best among what a reader with ``audiences`` may see.

    Words that nobody ever wrote are taken for mistyped ones and found within one or two letters.
    Long texts are condensed to their rarest words. Nothing is found before the index is built.

    Cost: two searches at most; the first looks at the best 300 documents of all and keeps what may
    be seen, which nearly always suffices and costs the same however many documents there are.
    """
    searcher = _reader(settings.INDEX_FOLDER).searcher()
    terms = list(_terms(words))
    if searcher is None or not terms:
        return Found([], terms)
    known, unknown = _by_rarity(searcher, terms)
    wanted = _any_of(known[:_MOST_TERMS], unknown[: _MOST_TERMS // 4])
    if wanted is None:
        return Found([], terms)
    asked = [source for kind, source in sources().items() if kind in kinds]
    codes = {source.code: source.kind for source in asked}
    hits = None
    if not all(source.are_few for source in asked):
        hits = _best_visible(searcher, wanted, audiences, codes, limit)
    if hits is None:
        hits = _filtered(searcher, wanted, audiences, codes, limit)
    expected = _expected_score(searcher, terms)
    return Found(
        [replace(hit, fit=hit.score / expected) for hit in hits] if expected else hits, terms
    )


def _expected_score(searcher: tantivy.Searcher, terms: list[str]) -> float:
    """Return what a text would score that holds each of the rarest terms once; 0 if unknown.

    The rarity is that of BM25. A word that nobody wrote counts as one that somebody wrote once.
    """
    total = searcher.num_docs
    if total < _FEWEST_TO_TELL:
        return 0.0
    counts = [max(1, *(searcher.doc_freq(name, term) for name in _WEIGHTS)) for term in terms]
    rarities = [log(1 + (total - count + 0.5) / (count + 0.5)) for count in counts]
    return sum(sorted(rarities)[-_TELLING_TERMS:])


@lru_cache(maxsize=64)
def _terms(words: str) -> tuple[str, ...]:
    # One request asks for the same words several times.
    return tuple(query_terms(words))


def _by_rarity(searcher: tantivy.Searcher, terms: list[str]) -> tuple[list[str], list[str]]:
    counts = {t: sum(searcher.doc_freq(name, t) for name in _WEIGHTS) for t in terms}
    known = sorted((t for t in terms if counts[t]), key=counts.__getitem__)
    return known, [t for t in terms if not counts[t] and len(t) >= _TYPO_FROM_LENGTH]


def _any_of(known: list[str], mistyped: list[str]) -> tantivy.Query | None:
    should = [
        tantivy.Query.boost_query(tantivy.Query.term_query(SCHEMA, name, term, "freq"), weight)
        for term in known
        for name, weight in _WEIGHTS.items()
    ]
    for term in mistyped:
        distance = 2 if len(term) >= _TWO_TYPOS_FROM_LENGTH else 1
        should += [
            tantivy.Query.boost_query(
                tantivy.Query.fuzzy_term_query(SCHEMA, name, term, distance), weight * _TYPO_WEIGHT
            )
            for name, weight in _WEIGHTS.items()
        ]
    return (
        tantivy.Query.boolean_query([(tantivy.Occur.Should, q) for q in should]) if should else None
    )


def _best_visible(
    searcher: tantivy.Searcher,
    wanted: tantivy.Query,
    audiences: Sequence[str],
    codes: dict[int, str],
    limit: int,
) -> list[Hit] | None:
    """Return the visible ones among the best of all, None when these do not settle it."""
    found = searcher.search(wanted, _LOOK_FURTHER, count=False).hits
    addresses = [address for _, address in found]
    open_to = {audience_number(a) for a in audiences}
    hits = []
    for (score, _), key, one, two in zip(
        found,
        _numbers(searcher, "key", addresses),
        _numbers(searcher, "audience_1", addresses),
        _numbers(searcher, "audience_2", addresses),
        strict=True,
    ):
        code, object_id = split_key(key)
        if code not in codes:
            continue
        if one == UNDECIDED:
            return None
        if one in open_to or two in open_to:
            hits.append(Hit(codes[code], object_id, score))
    settled = len(hits) >= limit or len(found) < _LOOK_FURTHER
    return hits[:limit] if settled else None


def _filtered(
    searcher: tantivy.Searcher,
    wanted: tantivy.Query,
    audiences: Sequence[str],
    codes: dict[int, str],
    limit: int,
) -> list[Hit]:
    narrowed = tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Must, wanted),
            (tantivy.Occur.Must, _one_of("audience", list(audiences))),
            (tantivy.Occur.Must, _one_of("kind", list(codes.values()))),
        ]
    )
    found = searcher.search(narrowed, limit, count=False).hits
    keys = _numbers(searcher, "key", [address for _, address in found])
    split = [split_key(key) for key in keys]
    return [
        Hit(codes[code], object_id, score)
        for (score, _), (code, object_id) in zip(found, split, strict=True)
    ]


def _numbers(
    searcher: tantivy.Searcher, field: str, addresses: Sequence[tantivy.DocAddress]
) -> list[int]:
    """Return the values of a fast field; our three hold whole numbers in every document."""
    values = searcher.fast_field_values(field, list(addresses))
    return [value for value in values if isinstance(value, int)]


def _one_of(field: str, values: list[str]) -> tantivy.Query:
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(SCHEMA, field, values), 0.0)
