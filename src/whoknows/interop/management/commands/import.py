"""`whoknows import`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from whoknows.base.errors import WhoknowsError
from whoknows.interop.importing import READERS, Import
from whoknows.people.models import SharingClass

ROWS_REFUSED = 3


class Command(BaseCommand):
    """Take in what another place holds. Writes needs, answers, aids, persons or ties."""

    help = (
        "Take in what another place holds: a community archive, a StackExchange dump, a Zulip "
        "archive, a folder of Markdown aids, persons or ties. The same import again changes "
        "nothing; interrupted, it goes on where it was. Exit status: 0 all taken in, "
        f"{ROWS_REFUSED} some rows refused, or their manager not found (each is printed with file "
        "and line), 1 nothing usable."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("form", choices=sorted(READERS), help="What PATH holds.")
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--organisation", required=True, help="Name of the organisation; opened if it is new."
        )
        parser.add_argument(
            "--sharing",
            choices=SharingClass.values,
            default="organisation",
            help="Who may see what is taken in (default: %(default)s).",
        )
        parser.add_argument(
            "--source", help="Name of the source (default: what it calls itself, else its folder)."
        )
        parser.add_argument("--site", default="", help="Address of the site that a dump is of.")
        parser.add_argument("--owner", help="E-mail address of who owns aids that name nobody.")
        parser.add_argument(
            "--other-organisations",
            action="store_true",
            help="Rows may say who belongs to other organisations than this one.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would happen. Writes nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {k: options[k] for k in ("form", "path", "organisation", "source", "site", "owner")}
        try:
            report = Import(
                **asked,
                sharing=SharingClass(options["sharing"]),
                dry_run=options["dry_run"],
                others_allowed=options["other_organisations"],
                now=timezone.now(),
                out=self.stderr,
            ).run()
        except WhoknowsError as error:
            raise CommandError(error.message) from error
        for kind in report.added:
            added, changed, same = report.added[kind], report.changed[kind], report.unchanged[kind]
            self.stdout.write(f"{kind}\t{added} added\t{changed} changed\t{same} unchanged")
        for note, count in sorted(report.notes.items()):
            self.stdout.write(f"{note}\t{count}")
        if report.without_manager:
            self.stdout.write(f"without their manager\t{report.without_manager}")
        self.stdout.write(f"refused\t{report.refused}")
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")
        if report.refused or report.without_manager:
            raise SystemExit(ROWS_REFUSED)
