"""`whoknows ask`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from whoknows.base.days import day_of
from whoknows.base.errors import WhoknowsError
from whoknows.needs.queries.plain import as_lines, as_plain
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Reach
from whoknows.people.queries import person_by_email, reach_of
from whoknows.search.index import IndexUnreadable


class Command(BaseCommand):
    """Say what helps with a need, as the ask page would."""

    help = (
        "Say what and who helps with WORDS, as the ask page would to the same person. "
        "Writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("words", metavar="WORDS", help="What somebody is trying to do.")
        parser.add_argument(
            "--as",
            dest="email",
            metavar="EMAIL",
            help="Whose eyes to look with (default: a stranger's).",
        )
        parser.add_argument("--json", action="store_true", help="As the HTTP interface answers.")

    def handle(self, *args: Any, words: str, email: str | None, **options: Any) -> None:
        now = timezone.now()
        words, email = _readable(words).strip(), _readable(email or "")
        try:
            reach = reach_of(person_by_email(email), on=day_of(now)) if email else Reach()
        except WhoknowsError as error:
            raise CommandError(error.message) from error
        if not words:
            raise CommandError("Say what somebody is trying to do, between quotation marks.")
        try:
            found = suggest(words, reach=reach, now=now)
        except IndexUnreadable as error:
            raise CommandError(f"{error.message} whoknows doctor says what to do.") from error
        if not email:
            self.stderr.write("Looked with a stranger's eyes; --as EMAIL looks with somebody's.")
        if options["json"]:
            self.stdout.write(json.dumps(as_plain(found), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(as_lines(found, site=settings.SITE_URL)))


def _readable(told: str) -> str:
    """Return what was typed, with signs in place of bytes that are no UTF-8."""
    return told.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
