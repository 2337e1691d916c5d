"""Tiny files as other places write them, and imports of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.builders import NOON, an_organisation
from whoknows.interop.actions import Report, TakingIn
from whoknows.interop.actions.setting import Setting, open_source
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.records import Refused, Source
from whoknows.people.models import Organisation, Person, SharingClass

Row = dict[str, Any]

PEOPLE: list[Row] = [
    {"id": "p1", "name": "Ana", "email": "Ana@example.org", "unit": "Line 4", "title": "Fitter"},
    {"id": "p2", "name": "Bo", "manager": "p1"},
    {"id": "p3", "name": "Cy", "email": "cy@example.org", "left_on": "2025-03-01"},
]
QUESTIONS: list[Row] = [
    {
        "id": "q1",
        "at": "2024-05-01T08:00:00Z",
        "by": "p2",
        "title": "Wrench shows E4?",
        "text": "It did not *yesterday*.\n\nWhy?",
        "topics": ["torque", "wrench"],
        "language": "en",
        "url": "https://example.org/q1",
    },
    {"id": "q2", "at": "2024-05-02T08:00:00Z", "by": "p1", "title": "Where?", "text": "The key?"},
]
ANSWERS: list[Row] = [
    {
        "id": "a1",
        "question": "q1",
        "at": "2024-05-01T09:00:00Z",
        "by": "p1",
        "text": "Hold the button.",
        "score": 4,
        "accepted_at": "2024-05-01T10:00:00Z",
    },
    {"id": "a2", "question": "q1", "at": "2024-05-01T11:00:00Z", "by": "p3", "text": "Or wait."},
]


def changed(rows: Sequence[Row], key: str, **fields: Any) -> list[Row]:
    """Return ``rows`` in which the one called ``key`` says something else."""
    return [{**row, **fields} if row["id"] == key else row for row in rows]


def an_archive(
    folder: Path,
    *,
    people: Sequence[Row] = PEOPLE,
    questions: Sequence[Row] = QUESTIONS,
    answers: Sequence[Row] = ANSWERS,
) -> Path:
    """Write a community archive; returns its folder."""
    folder.mkdir(exist_ok=True)
    header = {"name": "forum", "licence": "CC-BY-4.0", "attribution": "The forum"}
    (folder / "archive.json").write_text(json.dumps(header))
    lists = {"people": people, "questions": questions, "answers": answers}
    for name, rows in lists.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text)
    return folder


@dataclass
class Desk:
    """Takes things in for one organisation, as the command does."""

    organisation: Organisation = field(default_factory=an_organisation)
    sharing: SharingClass = SharingClass.ORGANISATION
    owner: Person | None = None
    now: datetime = NOON
    name: str = "forum"
    others_allowed: bool = False
    refused: list[Refused] = field(default_factory=list)

    def take_in(self, source: Source, *, on_batch: Callable[[], None] = lambda: None) -> Report:
        self.refused = []
        setting = Setting(
            source=open_source(organisation=self.organisation, name=self.name, now=self.now),
            organisation=self.organisation,
            sharing=self.sharing,
            now=self.now,
            attribution=source.describe().attribution,
            owner=self.owner,
            others_allowed=self.others_allowed,
        )
        return TakingIn(setting, on_refused=self.refused.append, on_batch=on_batch).run(source)

    def take_in_archive(self, folder: Path) -> Report:
        return self.take_in(ArchiveSource(folder, now=self.now))


def totals(report: Report) -> dict[str, tuple[int, int, int]]:
    """Return (added, changed, unchanged) by kind."""
    return {
        kind: (report.added[kind], report.changed[kind], report.unchanged[kind])
        for kind in report.added
    }
