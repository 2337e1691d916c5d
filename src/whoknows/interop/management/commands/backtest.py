"""`whoknows backtest`."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from whoknows.base.errors import WhoknowsError
from whoknows.interop.backtest.objects import backtest_objects
from whoknows.interop.backtest.report import objects_plain, objects_table, write_run
from whoknows.interop.importers.retrieval_set import read_retrieval_set
from whoknows.search.embedding import embedder


class Command(BaseCommand):
    """Measure our suggestions on what really happened."""

    help = (
        "Measure on what really happened how often the right person or thing is suggested, beside "
        "simpler ways in the same run. Writes nothing to the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parsers = parser.add_subparsers(dest="what", required=True)
        objects = parsers.add_parser("objects", help="Things, on a retrieval set (BEIR form).")
        objects.add_argument("folder", type=Path)
        for each in (objects,):
            each.add_argument("--out", type=Path, metavar="RUN.trec", help="Write our ranking.")
            each.add_argument("--json", action="store_true", help="Print figures for programs.")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            self._objects(**options)
        except (WhoknowsError, OSError) as error:
            raise CommandError(str(error)) from error

    def _objects(self, *, folder: Path, out: Path | None, **options: Any) -> None:
        given = read_retrieval_set(folder)
        total = len(given.documents) + len(given.needs)
        with tqdm(total=total, disable=not sys.stderr.isatty()) as bar:
            model = embedder(threads=2)
            tested = backtest_objects(given, model=model, progress=lambda n: bar.update(n) and None)
        for row in given.refused:
            self.stderr.write(f"{row.file}:{row.line}: {row.why}")
        if out is not None:
            write_run(out, tested.rankings)
        if options["json"]:
            self.stdout.write(json.dumps(objects_plain(tested), indent=2))
        else:
            self.stdout.write(objects_table(tested))
