"""What keeps aids true every day, and the mail that tells of it."""

import logging

from django.conf import settings
from django.core import mail
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from whoknows.aids.actions import forget_deliveries, hand_over_orphans, remind_owners

logger = logging.getLogger(__name__)
# After 4, 16, 64 seconds and so on; the eighth comes a day after the first.
_UNTIL_TOMORROW = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.periodic(cron="41 4 * * *")
@app.task(queueing_lock="look_after_aids", pass_context=False, name="look_after_aids")
def look_after_aids(timestamp: int) -> None:  # noqa: ARG001 - given by name
    """Hand over the aids of those who left, remind owners of what is due, and tidy up."""
    hand_over_orphans(now=timezone.now())
    remind_owners(now=timezone.now())
    forget_deliveries(now=timezone.now())


@app.task(pass_context=False, name="send_mail", retry=_UNTIL_TOMORROW)
def send_mail(to: str, subject: str, body: str) -> None:
    """Send one mail; while the mail server fails that is logged, and tried again."""
    try:
        mail.send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [to])
    except OSError as error:
        # Of its own accord the worker would say so only of the last try, a day later.
        logger.warning("A mail was not sent: %s", error)
        raise
