"""`whoknows reindex`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from whoknows.base.progress import telling_progress
from whoknows.search.actions import reindex
from whoknows.search.index import IndexFolder


class Command(BaseCommand):
    """Build this machine's index anew."""

    help = (
        "Build this machine's index anew from the database. Searching goes on meanwhile, with the "
        "old one. Writes nothing to the database."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = IndexFolder(settings.INDEX_FOLDER)
        with telling_progress(None, say=self.stderr.write) as progress:
            count = reindex(folder, now=timezone.now(), progress=progress)
        self.stdout.write(f"documents\t{count}")
