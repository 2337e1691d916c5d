"""`whoknows worker` runs this."""

import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from whoknows.search.follower import follow


class Command(BaseCommand):
    """Run jobs, and keep this machine's index up with the database, until stopped."""

    help = "Run jobs and keep this machine's index up with the database, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        follower = threading.Thread(target=follow, args=(stop,), name="index")
        follower.start()
        try:
            call_command("procrastinate", "worker", "--concurrency=1", "--delete-jobs=successful")
        finally:
            stop.set()
            follower.join()
