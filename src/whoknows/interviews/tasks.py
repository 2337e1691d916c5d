"""What happens to recordings every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from whoknows.interviews.actions import delete_due_recordings


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="delete_recordings", pass_context=False, name="delete_recordings")
def delete_recordings(timestamp: int) -> None:  # noqa: ARG001 - given by name
    """Delete the sound whose time is over."""
    delete_due_recordings(now=timezone.now())
