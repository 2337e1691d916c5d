"""Jobs that keep the house in order; they run in the worker."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate import App

from whoknows.needs.actions import prune_misses
from whoknows.search.actions import prune_changes


def on_app_ready(app: App) -> None:
    """Make the periodic jobs known to procrastinate."""

    @app.periodic(cron="17 3 * * *")
    @app.task(queueing_lock="tidy_up", pass_context=False, name="tidy_up")
    def tidy_up(timestamp: int) -> None:  # noqa: ARG001 - given by name
        """Forget what nobody needs any more: expired sessions, changes
        long followed, and what nobody looks for any more."""
        call_command("clearsessions")
        prune_changes(now=timezone.now())
        prune_misses(now=timezone.now())
