"""Loads Django in the processes that need it."""

import os
import sys
from pathlib import Path

from whoknows.embedded.locks import Lock


def load_django() -> None:
    """Load Django, which takes long, then wait until the database is what this version needs."""
    import django  # noqa: PLC0415 - slow

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whoknows.config.settings")
    django.setup()
    if preparing := os.environ.get("WHOKNOWS_PREPARING"):
        lock = Lock(Path(preparing))
        lock.take_shared()
        lock.close()


def prepare_if_new() -> None:
    """Make the tables of an empty database, so that any command may be the first."""
    from django.core.management import call_command  # noqa: PLC0415 - needs Django loaded
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('base_installation') IS NULL")
        (is_new,) = cursor.fetchone()
    if is_new:
        # What the command itself prints may be for a program.
        call_command("prepare", stdout=sys.stderr)
