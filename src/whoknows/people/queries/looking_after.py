"""Whose organisation an administrator looks after, and who is in it."""

from datetime import date
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from whoknows.base.errors import NotFound
from whoknows.people.models import Membership, Organisation, Person, Role
from whoknows.people.queries.persons import MOST_WORDS


def organisations_run_by(person: Person | AnonymousUser, *, on: date) -> frozenset[int]:
    """Return the organisations whose administrator ``person`` is."""
    if not isinstance(person, Person):
        return frozenset()
    rows = Membership.objects.active(on).filter(owner=person, role=Role.ADMINISTRATOR)
    return frozenset(rows.values_list("organisation", flat=True))


def organisations_looked_after(person: Person, *, on: date) -> QuerySet[Organisation]:
    """Return the organisations whose administrator ``person`` is, by name."""
    return Organisation.objects.filter(pk__in=organisations_run_by(person, on=on))


def organisation_looked_after(person: Person, *, slug: str, on: date) -> Organisation:
    """Return the organisation of this slug, whose administrator ``person`` is.

    Raises:
        NotFound: They are not, or there is none.
    """
    found = organisations_looked_after(person, on=on).filter(slug=slug).first()
    if found is None:
        raise NotFound("You look after no such organisation.")
    return found


def has_administrator(
    organisation: Organisation, *, on: date, besides: Person | None = None
) -> bool:
    """Whether somebody who may sign in, ``besides`` this one, can let others in that day."""
    administrators = Membership.objects.active(on).filter(
        organisation=organisation,
        role=Role.ADMINISTRATOR,
        owner__is_active=True,
        owner__email__isnull=False,
    )
    return administrators.exclude(owner=besides).exists()


def answers_for(by: Person | AnonymousUser, person: Person, *, on: date) -> bool:
    """Whether ``person`` belongs, and belonged, to nobody but the organisations ``by`` runs."""
    if by.is_superuser:
        return True
    elsewhere = Membership.objects.filter(owner=person).exclude(
        organisation__in=organisations_run_by(by, on=on)
    )
    return not person.is_superuser and not elsewhere.exists()


def members_of(
    organisation: Organisation, *, on: date, words: str = "", is_waiting: bool = False
) -> QuerySet[Membership]:
    """Return the memberships in force, by name, for who looks after the organisation.

    With ``words``, those in whose name, address, job title or unit each of them stands; the first
    ten count. With ``is_waiting``, of those only who may sign in and has chosen no password yet.
    """
    found = Membership.objects.active(on).filter(organisation=organisation)
    for word in words.replace("\x00", " ").split()[:MOST_WORDS]:
        found = found.filter(
            Q(owner__name__icontains=word)
            | Q(owner__email__icontains=word)
            | Q(title__icontains=word)
            | Q(unit__name__icontains=word)
        )
    if is_waiting:
        found = found.filter(
            owner__is_active=True,
            owner__email__isnull=False,
            owner__password__startswith=UNUSABLE_PASSWORD_PREFIX,
        )
    return found.select_related("owner", "unit", "organisation").order_by("owner__name", "pk")


def member_of(organisation: Organisation, *, uid: UUID, on: date) -> Membership:
    """Return the membership in force of the person known as ``uid``.

    Raises:
        NotFound: They do not belong to it.
    """
    found = members_of(organisation, on=on).filter(owner__uid=uid).first()
    if found is None:
        raise NotFound("Nobody like that belongs to {there} today.", there=organisation)
    return found
