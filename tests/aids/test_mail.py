"""Mail goes out as a job: with what it is about or not at all, and again while it fails."""

import asyncio

import pytest
from django.core import mail
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector
from pytest_django import Settings

from tests.builders import a_person
from whoknows.aids.actions.mail import tell
from whoknows.aids.tasks import send_mail
from whoknows.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jobs() -> None:
    """Let jobs wait for a worker here."""


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'send_mail'")
        return int(cursor.fetchone()[0])


def _tell(person: Person) -> bool:
    return tell(person, "aids/mail/due", aids=[], today=None)


def test_a_mail_waits_for_the_worker_if_what_it_is_about_is_saved() -> None:
    person = a_person()

    with transaction.atomic():
        _tell(person)
        transaction.set_rollback(True)
    assert _waiting() == 0
    assert _tell(person)

    assert _waiting() == 1
    assert mail.outbox == []


def test_whoever_cannot_be_reached_is_not_told() -> None:
    silent, gone, nameless, demo = (a_person() for _ in range(4))
    Person.objects.filter(pk=silent.pk).update(is_contactable=False)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    Person.objects.filter(pk=nameless.pk).update(email=None)
    Person.objects.filter(pk=demo.pk).update(email="somebody@demo.example")

    for person in (silent, gone, nameless, demo):
        person.refresh_from_db()
        assert not _tell(person)

    assert _waiting() == 0


def test_a_mail_is_sent_as_written() -> None:
    send_mail(to="ana@example.org", subject="An aid is due", body="Look at it.")

    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (
        ["ana@example.org"],
        "An aid is due",
        "Look at it.",
    )


def test_a_mail_that_fails_is_logged_and_tried_again(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "tests.aids.test_mail.NoServer"
    memory = InMemoryConnector()

    async def work() -> None:
        with app.replace_connector(memory) as there:
            async with there.open_async():
                await send_mail.defer_async(to="ana@example.org", subject="Due", body="Look.")
                await there.run_worker_async(
                    wait=False, listen_notify=False, install_signal_handlers=False
                )

    asyncio.run(work())

    # A worker also takes up what the clock asked for in the last ten minutes.
    (job,) = (job for job in memory.jobs.values() if job["task_name"] == send_mail.name)
    assert (job["status"], job["attempts"]) == ("todo", 1)
    assert "The mail server is away" in caplog.text


class NoServer:
    """A mail server that cannot be reached."""

    def __init__(self, **options: object) -> None:
        pass

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError("The mail server is away.")
