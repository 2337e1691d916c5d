"""Mail goes out as a job: with what it is about or not at all, and again while it fails."""

import asyncio
import json
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socket import create_server

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.core import mail
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector
from pytest_django import Settings

from tests.builders import NOON, a_person
from whoknows.people.actions import choose_mail, tell
from whoknows.people.models import MailChoice, Person
from whoknows.people.queries import mail_link
from whoknows.people.tasks import send_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jobs() -> None:
    """Let jobs wait for a worker here."""


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'send_mail'")
        return int(cursor.fetchone()[0])


def _tell(person: Person, *, is_hint: bool = False) -> bool:
    return tell(person, "aids/mail/due", is_hint=is_hint, aids=[], today=None)


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


def test_whoever_wants_none_is_not_told_and_hints_only_go_to_who_wants_them() -> None:
    person = a_person()

    choose_mail(person=person, mail=MailChoice.PERSONAL, now=NOON)
    assert (_tell(person), _tell(person, is_hint=True)) == (True, False)
    choose_mail(person=person, mail=MailChoice.NONE, now=NOON)
    assert (_tell(person), _tell(person, is_hint=True)) == (False, False)


def test_what_comes_by_mail_is_chosen_and_nothing_else_is() -> None:
    person = a_person()
    as_before = Person.objects.get_queryset().get(pk=person.pk)
    choose_mail(person=person, mail=MailChoice.ALL, is_followed_up=False, now=NOON)

    choose_mail(person=as_before, mail=MailChoice.NONE, now=NOON)

    person.refresh_from_db()
    assert (person.mail, person.is_followed_up) == (MailChoice.NONE, False)


def test_without_a_mail_server_nobody_is_told(settings: Settings) -> None:
    person = a_person()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    assert not _tell(person)
    assert _waiting() == 0


def test_each_mail_has_a_way_to_end_it_with_one_press() -> None:
    person = a_person()
    _tell(person)

    with connection.cursor() as cursor:
        cursor.execute("SELECT args -> 'headers' FROM procrastinate_jobs")
        headers = json.loads(cursor.fetchone()[0])

    assert headers == {
        "List-Unsubscribe": f"<http://localhost:8000{mail_link(person)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


class Postbox:
    """Takes whatever a mail server would."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    async def handle_DATA(  # noqa: N802 - so the library calls it
        self, server: object, session: object, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 Taken"


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    with create_server(("127.0.0.1", 0)) as free:
        host, port = free.getsockname()
    taker = Controller(postbox := Postbox(), hostname=host, port=port)
    taker.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
        yield postbox
    finally:
        taker.stop()


def test_a_mail_server_gets_it_as_written_with_a_way_to_end_it(postbox: Postbox) -> None:
    body = "Größe prüfen, ½ Umdrehung.\n" * 30
    headers = {"List-Unsubscribe": "<https://w.example.org/me/mail/x/>"}

    send_mail(to="ana@example.org", subject="Zoë asks you: Größe?", body=body, headers=headers)

    (taken,) = postbox.taken
    assert (taken["To"], taken["Subject"]) == ("ana@example.org", "Zoë asks you: Größe?")
    assert taken["List-Unsubscribe"] == headers["List-Unsubscribe"]
    assert taken.get_content().replace("\r\n", "\n") == body


def test_what_waited_since_before_there_were_headers_is_sent(postbox: Postbox) -> None:
    send_mail(to="ana@example.org", subject="Due", body="Look at it.")

    assert [one["Subject"] for one in postbox.taken] == ["Due"]


def test_a_mail_that_fails_is_logged_and_tried_again(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "tests.people.test_mail.NoServer"
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
