"""What becomes of jobs whose worker is gone, or that failed, and what is told of them."""

import logging
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib import admin
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from whoknows.config.jobs import MOST_ATTEMPTS, forget_failed, take_up_again
from whoknows.config.logs import WithoutWords

pytestmark = pytest.mark.django_db
SECRET = "the valve (old)\nunder Quay 7"


@pytest.fixture(autouse=True)
def jobs() -> None:
    """Let jobs wait for a worker here."""


def a_job(status: str, *, attempts: int = 0, lock: str | None = None) -> int:
    """Return the number of a job with this status, whose worker is gone."""
    told = {"to": "ana@example.org", "subject": "Due", "body": SECRET}
    pk = app.configure_task("send_mail", allow_unknown=False, queueing_lock=lock).defer(
        to=told["to"], subject=told["subject"], body=told["body"]
    )
    with connection.cursor() as cursor:
        said = "UPDATE procrastinate_jobs SET status = %s, attempts = %s WHERE id = %s"
        cursor.execute(said, [status, attempts, pk])
    return pk


def status_of(pk: int) -> tuple[str, int]:
    found = ProcrastinateJob.objects.get(pk=pk)
    return found.status, found.attempts


def test_what_a_worker_began_that_is_gone_is_done_again() -> None:
    begun, waits, done = a_job("doing"), a_job("todo"), a_job("succeeded")

    async_to_sync(take_up_again)(app.job_manager)

    assert status_of(begun) == ("todo", 1)
    assert (status_of(waits), status_of(done)) == (("todo", 0), ("succeeded", 0))


def test_what_waits_once_more_or_ends_every_worker_is_not_done_again() -> None:
    begun = a_job("doing", lock="tell_of_need:7")
    waits, deadly = a_job("todo", lock="tell_of_need:7"), a_job("doing", attempts=MOST_ATTEMPTS)

    async_to_sync(take_up_again)(app.job_manager)

    assert (status_of(begun)[0], status_of(waits)[0]) == ("failed", "todo")
    assert status_of(deadly)[0] == "failed"


def test_what_failed_is_forgotten_after_three_days() -> None:
    lately, long_ago, waits = a_job("failed"), a_job("failed"), a_job("todo")
    with connection.cursor() as cursor:
        said = "UPDATE procrastinate_events SET at = %s WHERE job_id IN (%s, %s)"
        cursor.execute(said, [timezone.now() - timedelta(hours=73), long_ago, waits])

    async_to_sync(forget_failed)(app.job_manager)

    left = ProcrastinateJob.objects.filter(pk__in=[lately, long_ago, waits])
    assert set(left.values_list("pk", flat=True)) == {lately, waits}


def test_the_log_names_a_job_and_not_what_it_was_told() -> None:
    words = f"Job send_mail[7](to='ana@example.org', body={SECRET!r}) ended with status: Error"
    told = [
        logging.LogRecord(name, logging.ERROR, "", 0, words, (), None)
        for name in ("procrastinate.worker", "whoknows")
    ]

    assert all(WithoutWords().filter(record) for record in told)

    assert [one.getMessage() for one in told] == [
        "Job send_mail[7] ended with status: Error",
        words,
    ]


def test_the_log_that_is_written_leaves_it_out() -> None:
    (console,) = (one for one in logging.root.handlers if one.get_name() == "console")

    assert [type(one) for one in console.filters] == [WithoutWords]


def test_nobody_reads_in_the_administration_what_jobs_are_told() -> None:
    assert not admin.site.is_registered(ProcrastinateJob)
