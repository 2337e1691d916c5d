"""``python -m bench.weights``: fit the weights that come with the product, and print a ladder.

Each archive is a folder in the interchange format (docs/reference), with the vectors of its
questions beside it: ``vectors.npy``, one row for each line of questions.jsonl.
"""

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.baselines import BASELINES
from whoknows.engine.match.features import NAMES, SIGNS, Need, Similar, describe
from whoknows.engine.match.history import (
    NEVER,
    Deed,
    Deeds,
    Documents,
    Floats,
    History,
    Ints,
    history,
)
from whoknows.engine.match.listwise import Answered, fit_signed, reciprocal_ranks

SIMILAR = 300
CANDIDATES = 100
NEEDS = 600
STRENGTH = 3.0
# Not measured: no archive tells what people say of themselves.
BY_HAND = {"declared": 0.2}
_EARLY = (
    "deeds_7d",
    "deeds_30d",
    "deeds_180d",
    "sense_30d",
    "both_30d",
    "sense_ever",
    "words_ever",
)
_WORD = re.compile(r"[a-z0-9_+#.-]{2,}")


class Words:
    """An inverted index that grows with the archive; BM25 with k1 1.2 and b 0.75."""

    def __init__(self) -> None:
        self.rows: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self.lengths: list[int] = []

    def add(self, words: list[str]) -> None:
        for word, count in Counter(words).items():
            self.rows[word].append((len(self.lengths), count))
        self.lengths.append(len(words))

    def scores(self, words: list[str]) -> Floats:
        lengths = np.asarray(self.lengths, dtype=float)
        scores = np.zeros(len(lengths))
        for word in sorted(set(words)):
            if not (rows := self.rows.get(word)):
                continue
            document, count = np.asarray(rows).T
            rarity = np.log(1 + (len(lengths) - len(rows) + 0.5) / (len(rows) + 0.5))
            longer = 1.2 * (0.25 + 0.75 * lengths[document] / lengths.mean())
            scores[document] += rarity * count * 2.2 / (count + longer)
        return scores


@dataclass(frozen=True)
class Archive:
    """An archive as a history, with what its questions say."""

    known: History
    words: list[list[str]]
    vectors: Floats
    answered_by: list[Ints]


def _lines(folder: Path, name: str) -> list[dict[str, Any]]:
    plain = folder / f"{name}.jsonl"
    if plain.exists():
        text = plain.read_text(encoding="utf-8")
    else:
        text = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines() if line]


def _seconds(text: str | None) -> float:
    return datetime.fromisoformat(text).timestamp() if text else NEVER


def read(folder: Path) -> Archive:
    """Return the archive in ``folder``, its questions in the order of time."""
    questions, answers = _lines(folder, "questions"), _lines(folder, "answers")
    order = sorted(range(len(questions)), key=lambda row: _seconds(questions[row]["at"]))
    vectors = np.load(folder / "vectors.npy")[order].astype(np.float64)
    questions = [questions[row] for row in order]
    people = {row["by"]: number for number, row in enumerate([*questions, *answers])}
    people = {name: number for number, name in enumerate(sorted(people))}
    topics = sorted({topic for q in questions for topic in q.get("topics", [])})
    place = {q["id"]: row for row, q in enumerate(questions)}
    pairs = [(r, topics.index(t)) for r, q in enumerate(questions) for t in q.get("topics", [])]
    known = history(
        people=len(people),
        topics=len(topics),
        documents=Documents(
            at=np.array([_seconds(q["at"]) for q in questions]),
            asker=np.array([people[q["by"]] for q in questions], dtype=np.int64),
            topics=(
                np.array([row for row, _ in pairs], dtype=np.int64),
                np.array([topic for _, topic in pairs], dtype=np.int64),
            ),
        ),
        deeds=Deeds(
            person=np.array([people[a["by"]] for a in answers], dtype=np.int64),
            document=np.array([place[a["question"]] for a in answers], dtype=np.int64),
            at=np.array([_seconds(a["at"]) for a in answers]),
            kind=np.full(len(answers), int(Deed.ANSWERED), dtype=np.int64),
            proven_at=np.array([_seconds(a.get("accepted_at")) for a in answers]),
        ),
    )
    words = [_WORD.findall(f"{q['title']} {q['text'][:3000]}".lower()) for q in questions]
    return Archive(known, words, vectors, [_who(known, row) for row in range(len(questions))])


def _who(known: History, document: int) -> Ints:
    deeds = known.in_document.of(document)
    return np.asarray(known.person[deeds[known.kind[deeds] != Deed.PRESENT]])


def _first(scores: Floats) -> Ints:
    best = np.argsort(-scores, kind="stable")[:SIMILAR]
    return best[scores[best] > 0]


def walk(archive: Archive) -> tuple[list[Answered], dict[str, list[Answered]]]:
    """Return the answered needs as each was raised, described by our features, and by baselines."""
    known, index, activity = archive.known, Words(), Activity(archive.known)
    early = [NAMES.index(name) for name in _EARLY]
    ours: list[Answered] = []
    theirs: dict[str, list[Answered]] = {name: [] for name in BASELINES}
    for row, words in enumerate(archive.words):
        lexical, sense = index.scores(words), archive.vectors[:row] @ archive.vectors[row]
        by_words, by_sense = _first(lexical), _first(sense)
        index.add(words)
        if not len(archive.answered_by[row]):
            continue
        at = float(known.asked_at[row])
        activity.advance(at)
        topics = known.topic_of[known.topics_in.of(row)]
        similar = Similar(
            by_words=by_words, words=lexical[by_words], by_sense=by_sense, sense=sense[by_sense]
        )
        need = Need(at=at, asker=int(known.asker[row]), topics=topics, similar=similar)
        described = describe(need, activity)
        answered = np.isin(described.people, archive.answered_by[row])
        if not answered.any():
            continue
        kept = np.argsort(-described.matrix[:, early].sum(axis=1), kind="stable")[:CANDIDATES]
        ours.append(Answered(described.matrix[kept], answered[kept]))
        for name, score in BASELINES.items():
            theirs[name].append(Answered(score(need, activity)[described.people, None], answered))
    return ours, theirs


def main() -> None:
    """Fit on all archives, weighted alike, print the ladder of each and write the weights."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, required=True, help="Write the weights here.")
    options = parser.parse_args()
    needs: list[Answered] = []
    importance: list[float] = []
    one = replace(fit_signed([], names=("only",), signs=(1,), strength=1.0), values=(1.0,))
    for folder in options.archives:
        ours, theirs = walk(read(folder))
        for name, ranked in theirs.items():
            print(f"{folder.name:24} {name:24} {reciprocal_ranks(ranked, one).mean():.3f}")
        ours = [need for need in ours if need.answered.any()][:: max(1, len(ours) // NEEDS)]
        needs += ours
        importance += [NEEDS / len(ours)] * len(ours)
    fitted = fit_signed(needs, names=NAMES, signs=SIGNS, strength=STRENGTH, importance=importance)
    values = [BY_HAND.get(name, value) for name, value in zip(NAMES, fitted.values, strict=True)]
    options.to.write_text(replace(fitted, values=tuple(values)).to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
