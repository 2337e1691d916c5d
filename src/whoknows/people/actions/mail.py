"""Telling somebody by mail, once what it is about is saved."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from procrastinate.contrib.django import app

from whoknows.people.actions.noting import record_of
from whoknows.people.models import MailChoice, Person
from whoknows.people.queries import hears_by_mail, mail_link


def tell(person: Person, template: str, *, is_hint: bool = False, **context: object) -> bool:
    """Have a plain-text mail sent to ``person``; returns False if they get none of its kind.

    What stands above the first empty line of ``template`` is its subject. The job that sends it is
    written down in the transaction of what it is about: the worker sends it once that is saved, and
    tries again while the mail server fails. For hints see
    :func:`~whoknows.people.queries.hears_by_mail`.
    """
    if not hears_by_mail(person, is_hint=is_hint):
        return False
    choice = f"{settings.SITE_URL}{mail_link(person)}"
    told = {**context, "person": person, "site": settings.SITE_URL, "choice": choice}
    with translation.override(person.language):
        written = render_to_string(f"{template}.txt", told)
        footer = render_to_string("people/mail/footer.txt", told)
    # What mail programs offer beside the sender: one press, and no more comes.
    headers = {
        "List-Unsubscribe": f"<{choice}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    send(person.email or "", f"{written.strip()}\n\n-- \n{footer.strip()}", headers=headers)
    return True


def send(to: str, written: str, *, headers: Mapping[str, str] | None = None) -> None:
    """Have ``written``, its subject above an empty line, sent once this transaction is saved."""
    subject, _, body = written.strip().partition("\n\n")
    # A title from elsewhere may hold what a mail program takes for the next header.
    subject = " ".join(subject.split())
    app.configure_task("send_mail", allow_unknown=False).defer(
        to=to, subject=subject, body=body.strip() + "\n", headers=dict(headers or {})
    )


@transaction.atomic
def choose_mail(
    *, person: Person, mail: MailChoice, now: datetime, is_followed_up: bool | None = None
) -> None:
    """Send ``person`` from now on what ``mail`` says, and nothing else.

    With ``is_followed_up`` they also say whether they are asked if what was solved stays solved.
    """
    person.mail, chosen = mail, ["mail"]
    if is_followed_up is not None:
        person.is_followed_up = is_followed_up
        chosen.append("is_followed_up")
    person.save(update_fields=chosen)
    record_of(person, "choose_mail", by=person, now=now)
