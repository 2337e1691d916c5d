"""Jobs that keep the house in order; they run in the worker."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate import App
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from whoknows.needs.actions import learn_ranking, learn_synonyms, prune_misses
from whoknows.search.actions import prune_changes

# What ends its worker each time would do so for ever.
MOST_ATTEMPTS = 8
# Long enough to find out why; a mail that could not be sent holds words of people.
_FAILED_IS_KEPT_H = 72


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

    @app.periodic(cron="47 3 * * *")
    @app.task(queueing_lock="learn", pass_context=False, name="learn")
    def learn(timestamp: int) -> None:  # noqa: ARG001 - given by name
        """Learn from what helped: which words mean the same, and who should be suggested."""
        learn_synonyms(now=timezone.now())
        learn_ranking(now=timezone.now())

    @app.periodic(cron="*/5 * * * *")
    @app.task(queueing_lock="take_up_again", pass_context=False, name="take_up_again")
    async def again(timestamp: int) -> None:  # noqa: ARG001 - given by name
        """Do what a worker that is gone began, and forget what failed for good."""
        await take_up_again(app.job_manager)
        await forget_failed(app.job_manager)


async def take_up_again(manager: JobManager) -> None:
    """Have done again what was begun by a worker that is gone: killed, or its machine went down.

    It may be done twice for it, but is not lost.
    """
    for job in await manager.get_stalled_jobs():
        waits = job.queueing_lock and await manager.list_jobs_async(
            status=Status.TODO.value, queueing_lock=job.queueing_lock
        )
        if waits or job.attempts >= MOST_ATTEMPTS:
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)


async def forget_failed(manager: JobManager) -> None:
    """Delete jobs that failed for good some days ago, and with them what they were told."""
    await manager.delete_old_jobs(nb_hours=_FAILED_IS_KEPT_H, include_failed=True)
