"""`whoknows prepare`: what has to be so before pages are served."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from whoknows.base.progress import telling_progress
from whoknows.config.static import collect_if_changed
from whoknows.interop.actions.demo import set_up_demo
from whoknows.search.actions import reindex
from whoknows.search.index import IndexFolder
from whoknows.search.minilm import WeightsChanged, write_model

# Two machines that start at once must not migrate at once; any number will do.
_LOCK = 7_406_210_331


class Command(BaseCommand):
    """Bring database, static files and index up to date; with --demo fill an empty database."""

    help = (
        "Bring the database, the static files and the index up to date with this version. "
        "Does nothing when they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="Fill the database with the demo if it is empty."
        )

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database does not let us in: {error}".strip()) from error
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                call_command("migrate", verbosity=0, interactive=False)
                if demo and set_up_demo(now=timezone.now(), say=self._say):
                    self._say("The demo is in.")
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        if collect_if_changed():
            self._say("Static files are ready.")
        self._write_model()
        folder = IndexFolder(settings.INDEX_FOLDER)
        if folder.position() is None:
            with telling_progress(None, say=self._say) as progress:
                count = reindex(folder, now=timezone.now(), progress=progress)
            self._say(f"The index is ready: {count} documents.")

    def _write_model(self) -> None:
        if settings.MODEL_FOLDER is None or os.environ.get("MODEL"):
            return
        try:
            if write_model(settings.MODEL_FOLDER):
                self._say("The language model is ready.")
        except WeightsChanged as error:
            self._say(f"Needs are found by their words only: {error}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
