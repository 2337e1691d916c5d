"""The loop that keeps this machine's index up with the database; runs in the worker."""

import logging
import os
import threading
from contextlib import suppress

import psycopg
from django.conf import settings
from django.db import close_old_connections, connection
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone

from whoknows.search.actions import CHANNEL, Follower
from whoknows.search.embedding import embedder
from whoknows.search.index import IndexFolder
from whoknows.search.meaning import Meaning

logger = logging.getLogger("whoknows.search")

_LOOK_AT_LEAST_EVERY_S = 5.0
_RETRY_AFTER_S = 1.0


def follow(stop: threading.Event) -> None:
    """Apply changes as they are committed, until ``stop`` is set.

    A database that goes away and comes back is waited for. Another follower on the same folder
    holds tantivy's lock; this one then waits for its turn.
    """
    meaning = _meaning()
    if meaning is not None:
        # Before the first change is applied, so that none goes unnoticed.
        meaning.open()
        threading.Thread(target=meaning.run, args=(stop,), name="meaning").start()
    follower = Follower(IndexFolder(settings.INDEX_FOLDER), meaning)
    try:
        while not stop.is_set():
            try:
                _follow_until_disconnected(follower, stop)
            except (psycopg.OperationalError, OperationalError, InterfaceError) as error:
                logger.warning("The database is away, trying again: %s", error)
            except (ValueError, OSError) as error:  # tantivy's only class of error, and a full disk
                logger.warning("The index cannot be written, trying again: %s", error)
                with suppress(ValueError):
                    follower.close()
            close_old_connections()
            stop.wait(_RETRY_AFTER_S)
    finally:
        follower.close()


def _meaning() -> Meaning | None:
    model = embedder(threads=os.cpu_count() or 1)
    return Meaning(settings.INDEX_FOLDER, model) if model else None


def _follow_until_disconnected(follower: Follower, stop: threading.Event) -> None:
    parameters = connection.get_connection_params()
    wanted = {k: v for k, v in parameters.items() if k in _CONNECT_BY}
    with psycopg.connect(**wanted, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        while not stop.is_set():
            follower.catch_up(now=timezone.now())
            waited = 0.0
            while waited < _LOOK_AT_LEAST_EVERY_S and not stop.is_set():
                if any(listening.notifies(timeout=0.25, stop_after=1)):
                    break
                waited += 0.25


_CONNECT_BY = {"host", "port", "dbname", "user", "password", "sslmode", "sslrootcert"}
