"""`whoknows aids`."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from whoknows.aids.queries import aids_visible_to
from whoknows.aids.queries import carrying as queries
from whoknows.base.days import day_of
from whoknows.base.errors import WhoknowsError
from whoknows.engine.carriers import Carrier
from whoknows.people.models import Reach
from whoknows.people.queries import person_by_email, reach_of


class Command(BaseCommand):
    """List aids, and print them, with somebody's eyes."""

    help = (
        "List the job aids that somebody may see, or print some of them. "
        "Writes nothing but the file of --out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|print")
        listing = verbs.add_parser(
            "list", help="One aid a line: code, kind, state, steps, title, owner."
        )
        listing.add_argument("--json", action="store_true", help="As a list of objects.")
        printing = verbs.add_parser("print", help="Write a PDF.")
        printing.add_argument("codes", nargs="+", metavar="CODE", help="As on the page of the aid.")
        printing.add_argument(
            "--carrier",
            choices=[c.value for c in Carrier],
            default="lanyard",
            help="Default: lanyard.",
        )
        printing.add_argument(
            "--one-sided",
            action="store_true",
            help="A sheet of cards to fold, not to print duplex.",
        )
        printing.add_argument("--out", required=True, metavar="FILE.pdf", type=Path)
        for one in (listing, printing):
            one.add_argument(
                "--as",
                dest="email",
                metavar="EMAIL",
                help="Whose eyes to look with (default: a stranger's).",
            )

    def handle(self, *args: Any, verb: str, email: str | None, **options: Any) -> None:
        today = day_of(timezone.now())
        try:
            reach = reach_of(person_by_email(email), on=today) if email else Reach()
            if not email:
                self.stderr.write(
                    "Looked with a stranger's eyes; --as EMAIL looks with somebody's."
                )
            if verb == "list":
                self.stdout.write(_listed(queries.rows_of(aids_visible_to(reach)), options["json"]))
            else:
                self._print(options, reach)
        except WhoknowsError as error:
            raise CommandError(error.message) from error

    def _print(self, options: dict[str, Any], reach: Reach) -> None:
        carrier = Carrier(options["carrier"])
        aids = [queries.aid_for_code(reach, typed=code) for code in options["codes"]]
        if len(aids) > 1 and carrier is not Carrier.SHEET:
            raise CommandError("Several aids go on a sheet only: --carrier sheet.")
        made = queries.printed(
            aids, carrier, site=settings.SITE_URL, one_sided=options["one_sided"]
        )
        out: Path = options["out"]
        try:
            out.write_bytes(made)
        except OSError as error:
            raise CommandError(f"Cannot write {out}: {error.strerror}.") from error
        self.stdout.write(f"{out}\t{len(made)} bytes")


def _listed(rows: Sequence[dict[str, object]], as_json: bool) -> str:  # noqa: FBT001 - one caller
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2)
    return "\n".join("\t".join(str(value) for value in row.values()) for row in rows)
