"""What is made up for once the index can be read again, and who hears by mail."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from whoknows.needs import actions
from whoknows.search.index import IndexUnreadable

# After 4, 16, 64 seconds and so on; the eighth comes a day after the first.
_UNTIL_TOMORROW = RetryStrategy(
    max_attempts=8, exponential_wait=4, retry_exceptions=[IndexUnreadable]
)


@app.task(pass_context=False, name="suggest_people", retry=_UNTIL_TOMORROW)
def suggest_people(need_id: int) -> None:
    """Suggest people for a need that was posted while nothing could be looked up."""
    actions.make_up_for_suggesting(need_id=need_id, now=timezone.now())


@app.periodic(cron="23 6 * * *")
@app.task(lock="follow_up", queueing_lock="follow_up", pass_context=False, name="follow_up")
def follow_up(timestamp: int) -> None:  # noqa: ARG001 - given by name
    """Ask those whose needs were met whether they stay met."""
    actions.plan_follow_ups(now=timezone.now())
    actions.tell_of_follow_ups(now=timezone.now())


@app.task(pass_context=False, name="tell_of_need")
def tell_of_need(pk: int) -> None:
    """Mail those whom a need waits for."""
    actions.tell_of_need(need_id=pk, now=timezone.now())


@app.task(pass_context=False, name="tell_of_answer")
def tell_of_answer(pk: int) -> None:
    """Mail whoever waits for an answer."""
    actions.tell_of_answer(answer_id=pk, now=timezone.now())


@app.task(pass_context=False, name="tell_of_solution")
def tell_of_solution(pk: int) -> None:
    """Mail whose answer solved a need."""
    actions.tell_of_solution(answer_id=pk, now=timezone.now())
