"""From a path on the command line to an import with a progress bar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import transaction

from whoknows.base.progress import telling_progress
from whoknows.interop.actions import Report, TakingIn
from whoknows.interop.actions.setting import Setting, open_source
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.markdown_aids import MarkdownAidsSource
from whoknows.interop.importers.people_csv import PeopleCsvSource
from whoknows.interop.importers.records import Refused, Source
from whoknows.interop.importers.stackexchange import StackExchangeSource
from whoknows.interop.importers.ties_csv import TiesCsvSource
from whoknows.interop.importers.zulip import ZulipSource
from whoknows.people.actions import open_organisation
from whoknows.people.models import Organisation, SharingClass
from whoknows.people.queries import person_by_email


class Output(Protocol):
    """Somewhere to write a line."""

    def write(self, msg: str) -> object: ...


READERS: dict[str, Callable[[Path, datetime, str], Source]] = {
    "archive": lambda path, now, _site: ArchiveSource(path, now=now),
    "stackexchange": lambda path, now, site: StackExchangeSource(path, now=now, site=site or None),
    "zulip": lambda path, now, _site: ZulipSource(path, now=now),
    "aids": lambda path, _now, _site: MarkdownAidsSource(path),
    "people": lambda path, _now, _site: PeopleCsvSource(path),
    "ties": lambda path, now, _site: TiesCsvSource(path, now=now),
}


@dataclass(frozen=True, slots=True)
class Import:
    """One import as asked for on the command line."""

    form: str
    path: Path
    organisation: str
    sharing: SharingClass
    now: datetime
    out: Output
    source: str | None = None
    site: str = ""
    owner: str | None = None
    dry_run: bool = False
    others_allowed: bool = False

    def run(self) -> Report:
        """Take everything in, showing progress and each refused row.

        Raises:
            UnusableSource: The path cannot be read as what it is said to be.
            NotFound: The owner named is nobody.
        """
        reader = READERS[self.form](self.path, self.now, self.site)
        if not self.dry_run:
            return self._take_in(reader)
        with transaction.atomic():
            report = self._take_in(reader)
            transaction.set_rollback(True)
        return report

    def _take_in(self, reader: Source) -> Report:
        meter, told = reader.meter, 0
        with telling_progress(meter.total_bytes, say=self.out.write, is_in_bytes=True) as progress:

            def taken() -> None:
                nonlocal told
                told, before = meter.bytes_read, told
                progress(told - before)

            def refused(row: Refused) -> None:
                progress.make_way()
                self.out.write(f"{row.file}:{row.line}: {row.why}")

            taking_in = TakingIn(self._setting(reader), on_refused=refused, on_batch=taken)
            return taking_in.run(reader)

    def _setting(self, reader: Source) -> Setting:
        description = reader.describe()
        for warning in description.warnings:
            self.out.write(warning)
        organisation = self._organisation()
        name = self.source or description.name
        return Setting(
            source=open_source(organisation=organisation, name=name, now=self.now),
            organisation=organisation,
            sharing=self.sharing,
            now=self.now,
            attribution=description.attribution[:300],
            owner=person_by_email(self.owner) if self.owner else None,
            others_allowed=self.others_allowed,
        )

    def _organisation(self) -> Organisation:
        """Return the organisation of this name; that it is a new one is told, lest it be a slip."""
        others = list(Organisation.objects.values_list("name", flat=True))
        organisation = open_organisation(name=self.organisation, now=self.now)
        if Organisation.objects.count() > len(others):
            here = f" There are already: {', '.join(others)}." if others else ""
            self.out.write(f"Opened a new organisation “{organisation.name}”.{here}")
        return organisation
