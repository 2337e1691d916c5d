"""One import from its first record to its last, in batches that each stand for themselves."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from django.db import connection, transaction

from whoknows.base.errors import Conflict
from whoknows.interop.actions import aids, answers, needs, persons, ties
from whoknows.interop.actions.fitting import unfit
from whoknows.interop.actions.setting import Outcome, Setting
from whoknows.interop.importers import records
from whoknows.interop.importers.records import Record, Refused
from whoknows.interop.models import Source

BATCH = 500
_LOCK = 7_406_210  # of all imports; any number will do


@dataclass(slots=True)
class Report:
    """What an import did, by kind of record, which rows it left out, and what else to know.

    ``without_manager`` counts persons who came in, but not the tie to whom they report to.
    """

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    without_manager: int = 0
    notes: Counter[str] = field(default_factory=Counter)


_TAKERS: dict[type, tuple[str, Callable[..., Outcome]]] = {
    records.PersonRecord: ("persons", persons.take_in),
    records.QuestionRecord: ("needs", needs.take_in),
    records.AnswerRecord: ("answers", answers.take_in),
    records.AidRecord: ("aids", aids.take_in),
    records.TieRecord: ("ties", ties.take_in),
}
OnRefused: TypeAlias = Callable[[Refused], None]


class ImportRunning(Conflict):
    """Two imports of one source at once would take in everything twice."""

    code = "import_running"


@contextmanager
def _alone(source: Source) -> Iterator[None]:
    """Keep other imports of ``source`` out; the database lets go when this process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, source.pk])
        if not cursor.fetchone()[0]:
            raise ImportRunning(
                "Another import of “{name}” is running. Wait for its end.", name=source.name
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, source.pk])


class TakingIn:
    """Takes in everything a source yields.

    Each batch commits by itself: interrupted at any point, what was taken in stays, and the same
    import again goes on from there, because what is known already and unchanged is passed over.
    """

    def __init__(
        self, setting: Setting, *, on_refused: OnRefused, on_batch: Callable[[], None]
    ) -> None:
        self.setting = setting
        self.report = Report()
        self._on_refused = on_refused
        self._on_batch = on_batch
        self._batch: list[Record] = []
        self._managed: list[records.PersonRecord] = []

    def run(self, source: records.Source) -> Report:
        """Take in all of ``source``; rows that cannot be used are reported and left out.

        Raises:
            ImportRunning: Another import of the same source has not ended yet.
        """
        with _alone(self.setting.source):
            return self._run(source)

    def _run(self, source: records.Source) -> Report:
        for item in source.records():
            if isinstance(item, Refused):
                self._refuse([item])
                continue
            if why := unfit(item):
                self._refuse([Refused(item.file, item.line, why)])
                continue
            if self._batch and (
                type(item) is not type(self._batch[0]) or len(self._batch) >= BATCH
            ):
                self._flush()
            self._batch.append(item)
            if isinstance(item, records.PersonRecord) and item.manager:
                self._managed.append(item)
        self._flush()
        alone = persons.connect_managers(self._managed, self.setting)
        self.report.without_manager = len(alone)
        for row in alone:
            self._on_refused(row)
        self.setting.source.last_at = self.setting.now
        self.setting.source.save(update_fields=["last_at"])
        return self.report

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        kind, take_in = _TAKERS[type(batch[0])]
        with transaction.atomic():
            outcome = take_in(batch, self.setting)
        for counts, count in (
            (self.report.added, outcome.added),
            (self.report.changed, outcome.changed),
            (self.report.unchanged, outcome.unchanged),
        ):
            counts[kind] = counts.get(kind, 0) + count
        self.report.notes += outcome.notes
        self._refuse(outcome.refused)
        self._on_batch()

    def _refuse(self, refused: Sequence[Refused]) -> None:
        self.report.refused += len(refused)
        for item in refused:
            self._on_refused(item)
