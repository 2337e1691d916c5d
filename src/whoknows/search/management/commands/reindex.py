"""`whoknows reindex`."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from whoknows.search.actions import reindex
from whoknows.search.index import IndexFolder


class Command(BaseCommand):
    """Build this machine's index anew."""

    help = (
        "Build this machine's index anew from the database. Searching goes on meanwhile, with the "
        "old one. Writes nothing to the database."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(unit=" documents", disable=not sys.stderr.isatty()) as bar:

            def progress(done: int) -> None:
                bar.update(done - bar.n)

            folder = IndexFolder(settings.INDEX_FOLDER)
            count = reindex(folder, now=timezone.now(), progress=progress)
        self.stdout.write(f"documents\t{count}")
