"""What an administrator does for the people of their organisation: let in, give a link, let go."""

from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, NotAllowed
from whoknows.people.actions.mail import send
from whoknows.people.actions.persons import (
    EmailTaken,
    join_organisation,
    leave_organisation,
    welcome_person,
)
from whoknows.people.actions.places import open_unit
from whoknows.people.models import Membership, Organisation, Person
from whoknows.people.queries import DEMO_DOMAIN, answers_for, organisations_run_by, sends_mail


def _check_runs(by: Person, organisation: Organisation, *, now: datetime) -> None:
    if organisation.pk not in organisations_run_by(by, on=day_of(now)):
        raise NotAllowed("Only an administrator of {there} may do that.", there=organisation)


@transaction.atomic
def let_in(
    *,
    organisation: Organisation,
    name: str,
    email: str,
    by: Person,
    now: datetime,
    unit: str = "",
    title: str = "",
) -> Membership:
    """Return the membership, from today on, of somebody new, or of somebody who comes back.

    A unit of a new name is opened. Who comes back keeps the name they had.

    Raises:
        NotAllowed: ``by`` is no administrator of the organisation.
        BadInput: The name shows no letter or digit.
        AlreadyMember: They belong to it and have not left.
        EmailTaken: Somebody who was never here signs in with this address.
    """
    _check_runs(by, organisation, now=now)
    person = Person.objects.get_queryset().filter(email=email.strip().lower()).first()
    if person is None:
        person = welcome_person(
            name=name, email=email, now=now, by=by, organisation_id=organisation.pk
        )
    elif not Membership.objects.filter(owner=person, organisation=organisation).exists():
        # A place would tell their name to whoever guesses addresses.
        raise EmailTaken(
            "Somebody elsewhere has the e-mail address {email}. Whoever runs this installation "
            "can give them a place here.",
            email=email,
        )
    unit = " ".join(unit.split())[:200]
    return join_organisation(
        person=person,
        organisation=organisation,
        unit=open_unit(organisation=organisation, name=unit, now=now, by=by) if unit else None,
        title=title,
        on=day_of(now),
        now=now,
        by=by,
    )


@transaction.atomic
def make_password_link(*, membership: Membership, by: Person, now: datetime) -> str:
    """Return an address at which the member chooses a password, and mail it where mail is set.

    It works once, and no longer than ``PASSWORD_RESET_TIMEOUT``. Whoever opens it comes in as that
    person: it is given out only for who belongs, and belonged, to nobody else.

    Raises:
        NotAllowed: ``by`` is no administrator of the organisation, or does not alone answer for
            this person.
        BadInput: The person cannot sign in.
    """
    person = membership.owner
    _check_runs(by, membership.organisation, now=now)
    if not membership.is_active(day_of(now)):
        raise BadInput("{person} has left. Let them in again first.", person=person)
    if not answers_for(by, person, on=day_of(now)):
        raise NotAllowed(
            "{person} belongs elsewhere too, so only whoever runs this installation gives them "
            "a new password.",
            person=person,
        )
    if not person.email or not person.is_active:
        raise BadInput("{person} cannot sign in, so there is no password.", person=person)
    path = reverse(
        "account_reset_password_from_key",
        args=[user_pk_to_url_str(person), default_token_generator.make_token(person)],
    )
    link = f"{settings.SITE_URL}{path}"
    audit.record(
        "make_password_link",
        f"person:{person.pk}",
        by=by,
        now=now,
        organisation_id=membership.organisation_id,
    )
    if sends_mail() and not person.email.endswith(DEMO_DOMAIN):
        _mail(person.email, membership=membership, by=by, link=link)
    return link


def link_lasts() -> timedelta:
    """Return how long a link to choose a password works."""
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def _mail(to: str, *, membership: Membership, by: Person, link: str) -> None:
    told = {"membership": membership, "by": by, "link": link, "days": link_lasts().days}
    send(to, render_to_string("people/mail/password_link.txt", told))


@transaction.atomic
def end_membership(
    *, membership: Membership, stays_as_alumni: bool, by: Person, now: datetime
) -> Membership:
    """End ``membership`` today, as an administrator of its organisation.

    Raises:
        NotAllowed: ``by`` is none.
        BadInput: It ended already.
        LastAdministrator: Nobody else could let people in.
    """
    today = day_of(now)
    # Whoever is first makes the other wait: two administrators must not end each other at once.
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    _check_runs(by, organisation, now=now)
    membership = Membership.objects.select_related("owner").get(pk=membership.pk)
    if not membership.is_active(today):
        raise BadInput("{person} has left already.", person=membership.owner)
    return leave_organisation(
        membership=membership, on=today, now=now, stays_as_alumni=stays_as_alumni, by=by
    )
