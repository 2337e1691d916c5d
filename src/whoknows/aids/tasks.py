"""What keeps aids true every day."""

from django.utils import timezone
from procrastinate.contrib.django import app

from whoknows.aids.actions import forget_deliveries, hand_over_orphans, remind_owners


@app.periodic(cron="41 4 * * *")
@app.task(queueing_lock="look_after_aids", pass_context=False, name="look_after_aids")
def look_after_aids(timestamp: int) -> None:  # noqa: ARG001 - given by name
    """Hand over the aids of those who left, remind owners of what is due, and tidy up."""
    hand_over_orphans(now=timezone.now())
    remind_owners(now=timezone.now())
    forget_deliveries(now=timezone.now())
