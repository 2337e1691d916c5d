"""Persons from elsewhere, many at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.people.actions.noting import note_places
from whoknows.people.models import Membership, Organisation, Person, SharingClass, Unit


@dataclass(frozen=True, slots=True)
class PersonFromElsewhere:
    """A person as another place tells them, with their place in an organisation.

    With ``pk`` that person is brought up to date. Somebody without an e-mail address cannot sign in
    and cannot be asked. Somebody whom only others may describe (``is_someone_elses``) gets a place
    and keeps their name. A guest gets no place that they do not have.
    """

    name: str
    organisation: Organisation
    email: str | None = None
    unit: Unit | None = None
    site: str = ""
    title: str = ""
    timezone: str = "UTC"
    url: str = ""
    started_on: date | None = None
    left_on: date | None = None
    sharing: SharingClass = SharingClass.ORGANISATION
    uid: str | None = None
    pk: int | None = None
    is_someone_elses: bool = False
    is_guest: bool = False


@transaction.atomic
def bring_in_persons(
    *, persons: Sequence[PersonFromElsewhere], now: datetime, by: Person | None = None
) -> list[Person]:
    """Return the persons, in the order given, each but guests a member where they were said to be.

    Costs a fixed number of queries. The caller makes sure that no e-mail address is taken, and that
    no organisation is left without an administrator.
    """
    rows = [_person(told) for told in persons]
    pairs = list(zip(rows, persons, strict=True))
    Person.objects.bulk_create([row for row, told in pairs if told.pk is None])
    here = [row for row, told in pairs if told.pk is not None and not told.is_someone_elses]
    Person.objects.bulk_update(here, ["name", "timezone", "url"])
    _give_places(pairs, today=day_of(now))
    for organisation, count in Counter(told.organisation.pk for told in persons).items():
        audit.record(
            "bring_in_persons",
            f"organisation:{organisation}",
            by=by,
            now=now,
            organisation_id=organisation,
            persons=count,
        )
    return rows


def _person(told: PersonFromElsewhere) -> Person:
    person = Person(
        pk=told.pk,
        name=told.name[:200],
        email=told.email.lower() if told.email else None,
        password=make_password(None),
        timezone=told.timezone[:50],
        url=told.url,
        is_active=told.email is not None,
        is_contactable=told.email is not None,
    )
    if told.uid:
        person.uid = told.uid
    return person


def _give_places(pairs: list[tuple[Person, PersonFromElsewhere]], *, today: date) -> None:
    """Bring memberships up to date: one open membership at most in each organisation."""
    here = Membership.objects.filter(owner__in=[person.pk for person, _ in pairs])
    known: dict[tuple[int, int], list[Membership]] = {}
    # The one that lasts comes last: it is the one that gives rights.
    for place in here.order_by("ended_on", "started_on"):
        known.setdefault((place.owner_id, place.organisation_id), []).append(place)
    fresh: list[Membership] = []
    changed: list[Membership] = []
    for person, told in pairs:
        here_before = known.get((person.pk, told.organisation.pk), [])
        if not here_before and told.is_guest:
            continue
        if here_before:
            membership = here_before[-1]
            changed.append(membership)
        else:
            membership = _new_place(person, told, today=today)
            fresh.append(membership)
        membership.unit, membership.title = told.unit or membership.unit, told.title[:200]
        membership.site = told.site[:120] or membership.site
        # Who came back left once, on a day that is known here; what lasts now began later.
        if told.left_on and told.left_on not in {p.ended_on for p in here_before[:-1]}:
            _end(membership, told.left_on, today=today)
    Membership.objects.bulk_create(fresh)
    Membership.objects.bulk_update(changed, ["unit", "site", "title", "started_on", "ended_on"])
    # All of them: the name stands at each place where somebody can be found.
    places = Membership.objects.filter(owner__in=[person.pk for person, _ in pairs])
    note_places(places.values_list("pk", flat=True))


def _end(membership: Membership, left_on: date, *, today: date) -> None:
    """End ``membership`` on the day a file tells; what has ended is not opened again."""
    has_ended = membership.ended_on is not None and membership.ended_on <= today
    if has_ended and left_on > today:
        return
    # Many a place began, as far as is known here, on the day of its first import.
    membership.started_on = min(membership.started_on, left_on)
    membership.ended_on = left_on


def _new_place(person: Person, told: PersonFromElsewhere, *, today: date) -> Membership:
    return Membership(
        owner=person,
        organisation=told.organisation,
        started_on=min(filter(None, [told.started_on, told.left_on, today])),
        sharing=told.sharing,
    )
