"""Telling records that say something new from those taken in before."""

from collections.abc import Sequence
from typing import Generic, TypeAlias, TypeVar

from whoknows.interop.actions.known import (
    Known,
    digest_of,
    known_records,
    remember,
    says_nothing_new,
)
from whoknows.interop.actions.setting import Outcome, Setting
from whoknows.interop.importers.records import (
    AidRecord,
    AnswerRecord,
    PersonRecord,
    QuestionRecord,
    Record,
)

Keyed: TypeAlias = PersonRecord | QuestionRecord | AnswerRecord | AidRecord
R = TypeVar("R", bound=Keyed)


class Sorting(Generic[R]):
    """One batch of records of one kind, and what becomes of each."""

    def __init__(self, batch: Sequence[R], *, kind: str, setting: Setting) -> None:
        self.outcome = Outcome()
        self._source, self._kind = setting.source, kind
        self._known = known_records(setting.source, kind, [record.key for record in batch])
        self._taken: dict[str, tuple[int, str]] = {}

    @property
    def known_ids(self) -> set[int]:
        """Our ids of those taken in before."""
        return {known.object_id for known in self._known.values()}

    def before(self, record: R) -> Known | None:
        """Return what became of ``record`` the last time."""
        return self._known.get(record.key)

    def passes_over(self, record: R, *, ours: Record | None, pk: int | None) -> bool:
        """Whether ``record`` says nothing new of the thing that is here as ``ours`` (id ``pk``)."""
        digest = digest_of(record)
        before = self.before(record)
        same_words = before is not None and before.digest == digest and before.object_id == pk
        if pk is None or ours is None or not (same_words or says_nothing_new(record, ours)):
            return False
        self.outcome.unchanged += 1
        if not same_words:
            self._taken[record.key] = (pk, digest)
        return True

    def took(self, record: R, *, pk: int, was_here: bool) -> None:
        """Note that ``record`` is now the thing ``pk``."""
        self._taken[record.key] = (pk, digest_of(record))
        self.outcome.changed += was_here
        self.outcome.added += not was_here

    def finish(self) -> Outcome:
        """Remember what became of each record, for the next import."""
        remember(self._source, self._kind, self._taken)
        return self.outcome
