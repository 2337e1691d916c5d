"""`whoknows export`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whoknows.base.errors import WhoknowsError
from whoknows.interop.queries.aids_out import export_aids
from whoknows.interop.queries.exporting import export_archive


class Command(BaseCommand):
    """Write an organisation's needs and answers as an archive, or its aids as Markdown."""

    help = (
        "Write needs, answers and the persons in them as a community archive into FOLDER, or aids "
        "as Markdown files with front matter. What people keep to themselves or to their unit "
        "stays here. Writes nothing to the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("form", choices=["archive", "aids"], help="What to write.")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--organisation", required=True, help="Name or short name.")
        parser.add_argument("--source", help="Only what was imported from it, under its own ids.")
        parser.add_argument("--compress", action="store_true", help="Gzip the three lists.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["form"] == "aids":
                count = export_aids(options["folder"], organisation=options["organisation"])
                self.stdout.write(f"aids\t{count}")
                return
            needs = export_archive(
                options["folder"],
                organisation=options["organisation"],
                source=options["source"],
                compress=options["compress"],
            )
        except (WhoknowsError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"needs\t{needs}")
