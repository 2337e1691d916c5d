"""A community's past as the backtest reads it: by number, in the order of time."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from django.utils import timezone

from whoknows.engine.match.history import NEVER, Deed, Deeds, Documents, History, history
from whoknows.engine.text.names import Names, Phrases
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.records import (
    AnswerRecord,
    PersonRecord,
    QuestionRecord,
    Refused,
    Source,
)
from whoknows.interop.queries.exporting import export_archive


@dataclass(slots=True)
class Community:
    """Questions and answers in the order of time, people and topics numbered as they appear.

    So what happens later never changes a number that was given before. ``names`` are by key.
    """

    questions: list[QuestionRecord] = field(default_factory=list)
    answers: list[AnswerRecord] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def history(self) -> History:
        """Return it as the ranking reads it; the number of a question is its place."""
        place = {question.key: n for n, question in enumerate(self.questions)}
        asked = np.array([q.at.timestamp() for q in self.questions], np.float64)
        topic_rows = [(n, self.topics[t]) for n, q in enumerate(self.questions) for t in q.topics]
        pairs = np.array(topic_rows, np.int64).reshape(-1, 2)
        return history(
            people=len(self.people),
            topics=len(self.topics),
            documents=Documents(
                at=asked,
                asker=np.array([self.people[q.by] for q in self.questions], np.int64),
                topics=(pairs[:, 0].copy(), pairs[:, 1].copy()),
            ),
            deeds=Deeds(
                person=np.array([self.people[a.by] for a in self.answers], np.int64),
                document=np.array([place[a.question] for a in self.answers], np.int64),
                at=np.array([a.at.timestamp() for a in self.answers], np.float64),
                kind=np.full(len(self.answers), Deed.ANSWERED, np.int64),
                proven_at=np.array([_proven_at(a) for a in self.answers], np.float64),
            ),
        )

    def called(self) -> Names:
        """Return what people are called, by number."""
        return Names((number, self.names.get(key, "")) for key, number in self.people.items())

    def topics_called(self) -> Phrases:
        """Return what topics are called, by number."""
        return Phrases((number, name) for name, number in self.topics.items())

    def answer_times(self) -> dict[str, dict[int, float]]:
        """Return when whom first answered each question, the asker left out."""
        by = {question.key: question.by for question in self.questions}
        found: dict[str, dict[int, float]] = {}
        for answer in self.answers:
            if answer.by != by[answer.question]:
                times = found.setdefault(answer.question, {})
                times.setdefault(self.people[answer.by], answer.at.timestamp())
        return found

    def answerers(self) -> dict[str, set[int]]:
        """Return who answered each question, the asker left out."""
        return {key: set(times) for key, times in self.answer_times().items()}

    def accepted(self) -> dict[str, set[int]]:
        """Return whose answer to each question was accepted, whenever that was."""
        found: dict[str, set[int]] = {}
        for answer in self.answers:
            if answer.accepted_at is not None:
                found.setdefault(answer.question, set()).add(self.people[answer.by])
        return found


def _proven_at(answer: AnswerRecord) -> float:
    return NEVER if answer.accepted_at is None else answer.accepted_at.timestamp()


def read_community(source: Source) -> Community:
    """Read all of an archive; what cannot be read is left out and listed.

    An answer that is older than its question is taken to be as old.
    """
    made = Community()
    for item in source.records():
        match item:
            case QuestionRecord():
                made.questions.append(item)
            case AnswerRecord():
                made.answers.append(item)
            case Refused():
                made.refused.append(item)
            case PersonRecord():
                made.names[item.key] = item.name
    made.questions.sort(key=lambda q: (q.at, q.key))
    made.answers.sort(key=lambda a: (a.at, a.key))
    _number(made)
    return made


def community_here(organisation: str) -> Community:
    """Return what happened in ``organisation``, as an archive of it would tell it.

    What people keep to themselves or to their unit is left out.

    Raises:
        NotFound: There is no such organisation.
    """
    with tempfile.TemporaryDirectory(prefix="whoknows-backtest-") as scratch:
        archive = Path(scratch) / "archive"
        export_archive(archive, organisation=organisation, source=None, compress=False)
        return read_community(ArchiveSource(archive, now=timezone.now()))


def _number(made: Community) -> None:
    for event in _in_order(made):
        made.people.setdefault(event.by, len(made.people))
    for question in made.questions:
        for topic in question.topics:
            made.topics.setdefault(topic, len(made.topics))


def _in_order(community: Community) -> Iterator[QuestionRecord | AnswerRecord]:
    events: list[tuple[datetime, int, str, QuestionRecord | AnswerRecord]] = [
        *((q.at, 0, q.key, q) for q in community.questions),
        *((a.at, 1, a.key, a) for a in community.answers),
    ]
    events.sort(key=lambda event: event[:3])
    return (event for _, _, _, event in events)
