"""Telling somebody by mail, once what it is about is saved."""

from django.conf import settings
from django.template.loader import render_to_string
from procrastinate.contrib.django import app

from whoknows.people.models import Person
from whoknows.people.queries import DEMO_DOMAIN


def tell(person: Person, template: str, **context: object) -> bool:
    """Have a plain-text mail sent to ``person``; returns False if they cannot be reached.

    The first line of ``template`` is its subject. The job that sends it is written down in the
    transaction of what it is about: the worker sends it once that is saved, and tries again while
    the mail server fails.
    """
    is_real = person.email is not None and not person.email.endswith(DEMO_DOMAIN)
    if not (is_real and person.is_active and person.is_contactable):
        return False
    written = render_to_string(
        f"{template}.txt", {**context, "person": person, "site": settings.SITE_URL}
    )
    subject, _, body = written.strip().partition("\n")
    app.configure_task("send_mail", allow_unknown=False).defer(
        to=person.email, subject=subject.strip(), body=body.strip() + "\n"
    )
    return True
