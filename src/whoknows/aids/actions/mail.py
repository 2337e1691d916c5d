"""Telling somebody by mail, once what it is about is saved."""

from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from whoknows.people.models import Person
from whoknows.people.queries import DEMO_DOMAIN


def tell(person: Person, template: str, **context: object) -> None:
    """Send ``person`` a plain-text mail, if they can be reached.

    The first line of ``template`` is its subject. A mail server that fails holds nothing up.
    """
    is_real = person.email is not None and not person.email.endswith(DEMO_DOMAIN)
    if person.email is None or not (is_real and person.is_active and person.is_contactable):
        return
    written = render_to_string(
        f"{template}.txt", {**context, "person": person, "site": settings.SITE_URL}
    )
    subject, _, body = written.strip().partition("\n")
    transaction.on_commit(
        partial(
            send_mail,
            subject.strip(),
            body.strip() + "\n",
            settings.DEFAULT_FROM_EMAIL,
            [person.email],
            fail_silently=True,
        ),
        robust=True,
    )
