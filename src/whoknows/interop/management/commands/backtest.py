"""`whoknows backtest`."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from whoknows.base.errors import WhoknowsError
from whoknows.base.progress import telling_progress
from whoknows.interop.backtest.community import community_here, read_community
from whoknows.interop.backtest.experts import backtest_experts
from whoknows.interop.backtest.objects import backtest_objects
from whoknows.interop.backtest.report import (
    experts_plain,
    experts_table,
    objects_plain,
    objects_table,
    with_model_told,
    write_run,
)
from whoknows.interop.backtest.solved import judged_in, solved_here
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.records import Refused
from whoknows.search.embedding import embedder


class Command(BaseCommand):
    """Measure our suggestions on what really happened."""

    help = (
        "Measure on what really happened how often the right person or thing is suggested, beside "
        "simpler ways in the same run. Writes nothing to the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parsers = parser.add_subparsers(dest="what", required=True)
        objects = parsers.add_parser("objects", help="Things, by what solved needs.")
        objects.add_argument(
            "given", type=Path, nargs="?", metavar="FOLDER",
            help="A retrieval set (BEIR form) or a community archive; else --organisation.",
        )  # fmt: skip
        experts = parsers.add_parser("experts", help="People, on a community's own past.")
        experts.add_argument(
            "given", type=Path, nargs="?", metavar="ARCHIVE",
            help="A community archive; else --organisation.",
        )  # fmt: skip
        experts.add_argument(
            "--from", dest="start", type=_moment, required=True, metavar="ISO",
            help="Test needs raised from this time on; learn from those before.",
        )  # fmt: skip
        experts.add_argument("--limit", type=_count, help="Test at most so many needs.")
        for each in (objects, experts):
            each.add_argument("--organisation", help="What happened here, in this organisation.")
            each.add_argument("--out", type=Path, metavar="RUN.trec", help="Write our ranking.")
            each.add_argument("--json", action="store_true", help="Print figures for programs.")

    def handle(
        self,
        *args: Any,
        what: str,
        given: Path | None,
        organisation: str | None,
        **options: Any,
    ) -> None:
        if (given is None) == (organisation is None):
            raise CommandError("Name a folder, or an organisation with --organisation; not both.")
        if options["out"]:
            _check_can_be_written(options["out"])
        try:
            (self._objects if what == "objects" else self._experts)(given, organisation, **options)
        except (WhoknowsError, OSError) as error:
            raise CommandError(str(error)) from error

    def _objects(self, folder: Path | None, organisation: str | None, **options: Any) -> None:
        given = judged_in(folder) if folder is not None else solved_here(organisation or "")
        model = embedder(threads=2)
        total = len(given.documents) + len(given.needs)
        with telling_progress(total, say=self.stderr.write) as progress:
            tested = backtest_objects(given, model=model, progress=progress)
        if out := options["out"]:
            write_run(out, tested.rankings)
        told = objects_table(tested), objects_plain(tested)
        self._tell(given.refused, *with_model_told(*told, model), options)

    def _experts(self, archive: Path | None, organisation: str | None, **options: Any) -> None:
        if archive is not None:
            community = read_community(ArchiveSource(archive, now=timezone.now()))
        else:
            community = community_here(organisation or "")
        model = embedder()
        with telling_progress(len(community.questions), say=self.stderr.write) as progress:
            tested = backtest_experts(
                community,
                start=options["start"],
                limit=options["limit"],
                model=model,
                odds=settings.SPREAD,
                progress=progress,
            )
        if out := options["out"]:
            write_run(out, tested.rankings)
        told = experts_table(tested), experts_plain(tested)
        self._tell(community.refused, *with_model_told(*told, model), options)

    def _tell(
        self,
        refused: Sequence[Refused],
        table: str,
        plain: dict[str, Any],
        options: dict[str, Any],
    ) -> None:
        for row in refused:
            self.stderr.write(f"{row.file}:{row.line}: {row.why}")
        self.stdout.write(json.dumps(plain, indent=2) if options["json"] else table)


def _moment(text: str) -> datetime:
    """Return a time in ISO form; a day begins at midnight UTC."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        example = "write it as 2026-01-31, or with a time as 2026-01-31T08:00"
        raise ArgumentTypeError(f"“{text}” is no date; {example}.") from error
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _count(text: str) -> int:
    """Return how many, at least one."""
    try:
        told = int(text)
    except ValueError:
        told = 0
    if told < 1:
        raise ArgumentTypeError(f"“{text}” is not a number from 1 on.")
    return told


def _check_can_be_written(path: Path) -> None:
    """Refuse, before minutes of work, a file that cannot be written after them.

    What stands there is kept, and nothing is left where nothing was: the work may be broken off.
    """
    try:
        is_new = not path.exists()
        path.open("a").close()
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
    if is_new:
        path.unlink()
