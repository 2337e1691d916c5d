"""Letting people in, giving them a place, and letting them go."""

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from whoknows.base import audit
from whoknows.base.errors import BadInput, Conflict
from whoknows.engine.text.visible import has_letters
from whoknows.people.actions.administrators import Administrators
from whoknows.people.actions.noting import note_places, record_of
from whoknows.people.models import Membership, Organisation, Person, Role, SharingClass, Unit


class EmailTaken(Conflict):
    """Two persons cannot sign in with one e-mail address."""

    code = "email_taken"


class AlreadyMember(Conflict):
    """One open membership per organisation."""

    code = "already_member"


def _checked_name(name: str) -> str:
    """Return ``name`` in one line; one that shows nothing would be a link nobody can see."""
    name = " ".join(name.split())[:200]
    if not has_letters(name):
        raise BadInput("A person needs a name with at least one letter or digit in it.")
    return name


@transaction.atomic
def welcome_person(  # noqa: PLR0913 - a person is what they are
    *,
    name: str,
    now: datetime,
    email: str | None = None,
    password: str | None = None,
    by: Person | None = None,
    about: str = "",
    url: str = "",
    timezone: str = "UTC",
    is_contactable: bool = True,
    runs_installation: bool = False,
    organisation_id: int | None = None,
) -> Person:
    """Return a new person, who belongs nowhere yet.

    The trail tells those of ``organisation_id`` that they came.

    Raises:
        BadInput: The name shows no letter or digit.
        EmailTaken: Somebody signs in with this address already.
    """
    name = _checked_name(name)
    email = email.strip().lower() if email else None
    if email and Person.objects.get_queryset().filter(email=email).exists():
        raise EmailTaken("Somebody else has the e-mail address {email} already.", email=email)
    person = Person(
        name=name,
        email=email,
        about=about,
        url=url,
        timezone=timezone,
        is_contactable=is_contactable,
        is_active=email is not None,
        is_superuser=runs_installation,
        is_staff=runs_installation,
    )
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        # Somebody else came in by the same address in this very moment.
        raise EmailTaken(
            "Somebody else has the e-mail address {email} already.", email=email
        ) from error
    audit.record(
        "welcome_person", f"person:{person.pk}", by=by, now=now, organisation_id=organisation_id
    )
    return person


@transaction.atomic
def join_organisation(  # noqa: PLR0913 - one argument for each thing a membership says
    *,
    person: Person,
    organisation: Organisation,
    on: date,
    now: datetime,
    role: Role = Role.MEMBER,
    unit: Unit | None = None,
    title: str = "",
    sharing: SharingClass = SharingClass.ORGANISATION,
    by: Person | None = None,
) -> Membership:
    """Return the membership that begins ``on``; somebody who left may come back.

    Raises:
        AlreadyMember: They belong to it and have not left.
        BadInput: The unit is another organisation's.
    """
    if unit is not None and unit.organisation_id != organisation.pk:
        raise BadInput(
            "{unit} is not a unit of {organisation}.", unit=unit, organisation=organisation
        )
    if Membership.objects.filter(owner=person, organisation=organisation, ended_on=None).exists():
        raise AlreadyMember(
            "{person} belongs to {organisation} already.", person=person, organisation=organisation
        )
    membership = Membership.objects.create(
        owner=person,
        organisation=organisation,
        unit=unit,
        role=role,
        title=title[:200],
        started_on=on,
        sharing=sharing,
    )
    note_places([membership.pk])
    audit.record(
        "join_organisation",
        f"membership:{membership.pk}",
        by=by,
        now=now,
        organisation_id=organisation.pk,
        role=role,
    )
    return membership


@transaction.atomic
def leave_organisation(
    *,
    membership: Membership,
    on: date,
    now: datetime,
    stays_as_alumni: bool,
    by: Person | None = None,
) -> Membership:
    """End ``membership``; from ``on`` its person sees nothing inside any more.

    Raises:
        BadInput: That is before it began.
        LastAdministrator: People would be left without an administrator.
    """
    administrators = Administrators(membership.organisation_id, by=by, now=now)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if on < membership.started_on:
        raise BadInput("Nobody leaves before they came. Choose a later day.")
    administrators.let_go(membership, on=on)
    membership.ended_on = on
    membership.stays_as_alumni = stays_as_alumni
    membership.save(update_fields=["ended_on", "stays_as_alumni"])
    note_places([membership.pk])
    audit.record(
        "leave_organisation",
        f"membership:{membership.pk}",
        by=by,
        now=now,
        organisation_id=membership.organisation_id,
    )
    return membership


@transaction.atomic
def set_password(*, person: Person, password: str, now: datetime, by: Person | None = None) -> None:
    """Let ``person`` sign in with ``password``.

    Raises:
        BadInput: It is too short, too common, or too like the person's name.
    """
    try:
        validate_password(password, user=person)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
    person.set_password(password)
    person.save(update_fields=["password"])
    record_of(person, "set_password", by=by, now=now)


@transaction.atomic
def introduce(
    *,
    person: Person,
    name: str,
    about: str,
    now: datetime,
    most_a_week: int | None = None,
    language: str = "",
) -> Person:
    """Change what ``person`` says of themselves, and how much they want to be asked.

    Without ``language`` theirs stays as it is.

    Raises:
        BadInput: The name shows no letter or digit.
    """
    name = _checked_name(name)
    person.name, person.about = name, about.replace("\x00", "")
    person.most_a_week = most_a_week
    person.language = language or person.language
    person.save(update_fields=["name", "about", "most_a_week", "language"])
    memberships = Membership.objects.filter(owner=person)
    note_places(memberships.values_list("pk", flat=True))
    record_of(person, "introduce", by=person, now=now)
    return person
