"""The mail that tells somebody of something."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

logger = logging.getLogger(__name__)
# After 4, 16, 64 seconds and so on; the eighth comes a day after the first.
_UNTIL_TOMORROW = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(pass_context=False, name="send_mail", retry=_UNTIL_TOMORROW)
def send_mail(to: str, subject: str, body: str, headers: dict[str, str] | None = None) -> None:
    """Send one mail; while the mail server fails that is logged, and tried again."""
    try:
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers).send()
    except OSError as error:
        # Of its own accord the worker would say so only of the last try, a day later.
        logger.warning("A mail was not sent: %s", error)
        raise
