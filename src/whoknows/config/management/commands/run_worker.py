"""`whoknows worker` runs this."""

import asyncio
import os
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from whoknows.search.follower import follow

# What a process of the pages gets of a processor that both want is three times as much.
_GIVES_WAY = 5


class Command(BaseCommand):
    """Run jobs, and keep this machine's index up with the database, until stopped."""

    help = "Run jobs and keep this machine's index up with the database, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        # Reading what a hundred thousand texts mean takes every processor for minutes.
        os.nice(_GIVES_WAY)
        stop = threading.Event()
        follower = threading.Thread(target=follow, args=(stop,), name="index")
        follower.start()
        try:
            asyncio.run(_run_jobs())
        except ConnectorException as error:
            raise CommandError("The database went away. Start the worker again.") from error
        finally:
            stop.set()
            follower.join()


async def _run_jobs() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined] # of Django's connector
        async with worker.open_async():
            await worker.run_worker_async(concurrency=1, delete_jobs="successful")
