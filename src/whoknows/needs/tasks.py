"""What is made up for once the index can be read again."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from whoknows.needs.actions import make_up_for_suggesting
from whoknows.search.index import IndexUnreadable

# After 4, 16, 64 seconds and so on; the eighth comes a day after the first.
_UNTIL_TOMORROW = RetryStrategy(
    max_attempts=8, exponential_wait=4, retry_exceptions=[IndexUnreadable]
)


@app.task(pass_context=False, name="suggest_people", retry=_UNTIL_TOMORROW)
def suggest_people(need_id: int) -> None:
    """Suggest people for a need that was posted while nothing could be looked up."""
    make_up_for_suggesting(need_id=need_id, now=timezone.now())
