"""Loads Django in the processes that need it."""

import os
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
