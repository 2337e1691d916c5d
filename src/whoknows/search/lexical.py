"""Finding things by their words: BM25 over titles, texts and what was said to them."""

import logging
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path

import tantivy

from whoknows.search.analysis import grams, query_words
from whoknows.search.compounds import joined, parts, telling_part
from whoknows.search.index import (
    SCHEMA,
    UNDECIDED,
    IndexFolder,
    IndexUnreadable,
    audience_number,
    split_key,
)

logger = logging.getLogger("whoknows.search")

# Chosen on the Cranfield collection and on 205 questions that their readers linked to others: more
# weight on titles, or less on answers, finds less.
WEIGHTS = {"title": 1.0, "body": 1.0, "more": 0.75}
_MOST_TERMS = 40
_TYPO_FROM_LENGTH = 4
_TWO_TYPOS_FROM_LENGTH = 8
_TYPO_WEIGHT = 4.0  # stands in for the rarity that a mistyped word cannot be given
_GRAMS_WEIGHT = 0.5
_GRAMS_FROM_LENGTH = 6
_RARE = 3
_TELLS_OF_ONE = 300
_SYNONYM_SHARE = 0.7  # what is said in other words is a little less sure
_LOOK_FURTHER = 300
_FEWEST_TO_TELL = 50
_TELLING_TERMS = 10


@dataclass(frozen=True, slots=True)
class _Opened:
    """A generation as of one commit. Threads share the searcher; nobody ever changes it."""

    generation: Path
    stamp: int
    index: tantivy.Index
    searcher: tantivy.Searcher


class Words:
    """The words of all documents, in the newest commit of the generation in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = IndexFolder(folder)
        self._opened: _Opened | None = None
        # tantivy refuses an index that one thread reloads while another asks it for a searcher.
        self._opening = threading.Lock()

    def searcher(self) -> tantivy.Searcher | None:
        """Return a searcher over the newest commit, None before the index is built.

        Costs reading the name of the generation and two ``stat`` calls when nothing changed.

        Raises:
            IndexUnreadable: Its files are damaged, or may not be read.
        """
        try:
            return self._searcher()
        except (OSError, ValueError) as error:  # tantivy's only class of error is the latter
            # Whoever asks is told nothing of files; whoever can mend them reads it here.
            logger.error("The index in %s cannot be read: %s", self.folder.folder, error)  # noqa: TRY400 - where in our code it was found out mends nothing
            raise IndexUnreadable from error

    def _searcher(self) -> tantivy.Searcher | None:
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


class Wanted:
    """The words of a need, as this searcher knows them: what is rare, what nobody ever wrote."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        words: str,
        *,
        audiences: Sequence[str],
        also: Collection[str] = (),
    ) -> None:
        """Look up ``words`` for a reader with ``audiences``; ``also`` are terms that mean the same.

        A word that stands only in what they may not see counts as one that nobody wrote: else its
        misspellings would be found no more, and tell that it stands somewhere.
        """
        self.searcher, self.audiences = searcher, audiences
        self.terms = list(terms_of(words))
        counts = {t: self._counts(t) for t in self.terms}
        known = sorted((t for t in counts if any(counts[t])), key=lambda t: sum(counts[t]))
        # A word that is known in one form is not mistyped in another.
        strange = [forms for forms in words_of(words) if not any(map(known.__contains__, forms))]
        unknown = [t for forms in strange for t in forms if len(t) >= _TYPO_FROM_LENGTH]
        apart = {term: self._apart(term) or self._telling_part(term) for term in unknown}
        rare = [part for t in known if max(counts[t]) <= _RARE for part in self._apart(t)]
        same = {
            **dict.fromkeys(rare, _SYNONYM_SHARE / 2),
            **dict.fromkeys((part for found in apart.values() for part in found), _SYNONYM_SHARE),
            **dict.fromkeys(joined(words, is_known=self._is_known), _SYNONYM_SHARE),
            **dict.fromkeys(also, _SYNONYM_SHARE),
        }
        others = {term: share for term, share in same.items() if term not in counts}
        self.query = _any_of(known[:_MOST_TERMS], unknown[: _MOST_TERMS // 4], others)
        often = [n for forms in words_of(words) for n in self._how_often(forms, counts, apart)]
        self.expected = _expected_score(searcher.num_docs, often)

    def _how_often(
        self,
        forms: Sequence[str],
        counts: Mapping[str, list[int]],
        apart: Mapping[str, Sequence[str]],
    ) -> list[int]:
        """Return in how many documents a word stands; if in none, those it is put together of."""
        told = next((apart[form] for form in forms if apart.get(form)), ())
        found = [max(self._counts(term)) for term in told]
        return found or [max(max(counts[form]) for form in forms)]

    def _counts(self, term: str) -> list[int]:
        """Return in how many documents ``term`` stands, by field; none if the reader sees none."""
        counts = [self.searcher.doc_freq(name, term) for name in WEIGHTS]
        # What stands in many documents tells nothing of any one of them.
        if 0 < sum(counts) <= _TELLS_OF_ONE and not self._may_see(term):
            return [0] * len(WEIGHTS)
        return counts

    def _may_see(self, term: str) -> bool:
        in_any = [
            (tantivy.Occur.Should, tantivy.Query.term_query(SCHEMA, name, term, "basic"))
            for name in WEIGHTS
        ]
        visible = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, tantivy.Query.boolean_query(in_any)),
                (tantivy.Occur.Must, _one_of("audience", list(self.audiences))),
            ]
        )
        return bool(self.searcher.search(visible, 1, count=False).hits)

    def _is_known(self, term: str) -> bool:
        return any(self._counts(term))

    def _apart(self, term: str) -> tuple[str, ...]:
        """Return the terms of the words that ``term`` is put together of."""
        return parts(term, is_known=self._is_known)

    def _telling_part(self, term: str) -> tuple[str, ...]:
        return telling_part(term, is_known=self._is_known)

    def best(
        self,
        *,
        codes: Mapping[int, str],
        are_few: bool,
        limit: int,
    ) -> dict[int, float]:
        """Return key and score of the best documents of these kinds that may be found.

        Cost: two searches at most; the first looks at the best of all, 300 or half as many again
        as are wanted, and keeps what may be seen, which nearly always suffices and costs the same
        however many there are.
        """
        if self.query is None:
            return {}
        hits = None if are_few else self._best_visible(codes, limit)
        return self._filtered(codes, limit) if hits is None else hits

    def _best_visible(self, codes: Mapping[int, str], limit: int) -> dict[int, float] | None:
        """Return the visible ones among the best of all, None when these do not settle it."""
        assert self.query is not None  # noqa: S101 - best() looked
        most = max(limit, _LOOK_FURTHER)
        # Some of them are not for this reader, so more are looked at than are wanted.
        looked_at = max(limit + limit // 2, _LOOK_FURTHER)
        found = self.searcher.search(self.query, looked_at, count=False).hits
        addresses = [address for _, address in found]
        open_to = {audience_number(a) for a in self.audiences}
        hits: dict[int, float] = {}
        for (score, _), key, one, two in zip(
            found,
            _numbers(self.searcher, "key", addresses),
            _numbers(self.searcher, "audience_1", addresses),
            _numbers(self.searcher, "audience_2", addresses),
            strict=True,
        ):
            if split_key(key)[0] not in codes:
                continue
            if one == UNDECIDED:
                return None
            if one in open_to or two in open_to:
                hits[key] = score
                if len(hits) == most:
                    break
        settled = len(hits) >= limit or len(found) < looked_at
        return hits if settled else None

    def _filtered(self, codes: Mapping[int, str], limit: int) -> dict[int, float]:
        assert self.query is not None  # noqa: S101 - best() looked
        narrowed = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, self.query),
                (tantivy.Occur.Must, _one_of("audience", list(self.audiences))),
                (tantivy.Occur.Must, _one_of("kind", list(codes.values()))),
            ]
        )
        found = self.searcher.search(narrowed, limit, count=False).hits
        keys = _numbers(self.searcher, "key", [address for _, address in found])
        return dict(zip(keys, [score for score, _ in found], strict=True))


def _expected_score(total: int, counts: Sequence[int]) -> float:
    """Return what a text would score that holds each of the rarest terms once; 0 if unknown.

    The rarity is that of BM25. A word that nobody wrote counts as one that somebody wrote once.
    """
    if total < _FEWEST_TO_TELL:
        return 0.0
    often = [max(1, count) for count in counts]
    rarities = [log(1 + (total - count + 0.5) / (count + 0.5)) for count in often]
    return sum(sorted(rarities)[-_TELLING_TERMS:])


@lru_cache(maxsize=64)
def words_of(words: str) -> tuple[tuple[str, ...], ...]:
    """Return the words to look for, in all forms; one request asks for the same several times."""
    return tuple(query_words(words))


@lru_cache(maxsize=64)
def terms_of(words: str) -> tuple[str, ...]:
    """Return the distinct terms of :func:`words_of`."""
    return tuple(dict.fromkeys(term for forms in words_of(words) for term in forms))


def _any_of(
    known: list[str], mistyped: list[str], same: Mapping[str, float]
) -> tantivy.Query | None:
    should = [
        tantivy.Query.boost_query(
            tantivy.Query.term_query(SCHEMA, name, term, "freq"), weight * share
        )
        for term, share in [*((t, 1.0) for t in known), *same.items()]
        for name, weight in WEIGHTS.items()
    ]
    for term in mistyped:
        distance = 2 if len(term) >= _TWO_TYPOS_FROM_LENGTH else 1
        should += [
            tantivy.Query.boost_query(
                tantivy.Query.fuzzy_term_query(SCHEMA, name, term, distance), weight * _TYPO_WEIGHT
            )
            for name, weight in WEIGHTS.items()
        ]
        if len(term) >= _GRAMS_FROM_LENGTH:
            should += _alike_in_part(term)
    return (
        tantivy.Query.boolean_query([(tantivy.Occur.Should, q) for q in should]) if should else None
    )


def _alike_in_part(term: str) -> list[tantivy.Query]:
    """Return what finds titles by the letters they share with a word that nearly nobody wrote.

    So a word put together of two is found by either, and one that was typed very wrongly still is.
    """
    pieces = grams(term)
    weight = _GRAMS_WEIGHT / len(pieces)
    return [
        tantivy.Query.boost_query(tantivy.Query.term_query(SCHEMA, "grams", piece, "basic"), weight)
        for piece in pieces
    ]


def _numbers(
    searcher: tantivy.Searcher, field: str, addresses: Sequence[tantivy.DocAddress]
) -> list[int]:
    """Return the values of a fast field; our three hold whole numbers in every document."""
    values = searcher.fast_field_values(field, list(addresses))
    return [value for value in values if isinstance(value, int)]


def _one_of(field: str, values: list[str]) -> tantivy.Query:
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(SCHEMA, field, values), 0.0)
