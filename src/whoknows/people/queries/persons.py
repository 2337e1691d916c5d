"""Persons whom a reader may see, and where somebody belongs."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q

from whoknows.base.errors import NotFound
from whoknows.people.models import Membership, Organisation, Person, Reach
from whoknows.people.models.person import PersonQuerySet

MOST_WORDS = 10
# The attribute of Person that holds the places by which the reader may know them.
SHOWN: str = "shown_memberships"


def persons_visible_to(reach: Reach) -> PersonQuerySet:
    """Return the persons ``reach`` may see, each with ``shown_memberships`` to name them by.

    Where they are comes first, then where they were, the latest first.
    """
    memberships = (
        Membership.objects.visible_to(reach)
        .shown()
        .select_related("organisation", "unit")
        .order_by(F("ended_on").desc(nulls_first=True), "started_on")
    )
    return Person.objects.visible_to(reach).prefetch_related(
        Prefetch("memberships", queryset=memberships, to_attr=SHOWN)
    )


def tell_out_of_sight(persons: Iterable[Person], *, reach: Reach) -> None:
    """Tell each of ``persons``, who are named on a page, whether ``reach`` may not open theirs.

    Whoever may see a thing sees who made it, whom they may know nothing else of. One query.
    """
    named = list(persons)
    found = Person.objects.visible_to(reach).filter(pk__in={person.pk for person in named})
    seen = set(found.values_list("pk", flat=True))
    for person in named:
        person.is_out_of_sight = person.pk not in seen


def persons_to_browse(reach: Reach, *, words: str = "") -> PersonQuerySet:
    """Return the persons ``reach`` may see, those of the reader's organisations first, by name.

    With ``words``, those in whose name, or in a job title or unit of theirs that the reader may
    see, each of the words stands; the first ten count.
    """
    places = Membership.objects.visible_to(reach).shown().filter(owner=OuterRef("pk"))
    found = persons_visible_to(reach)
    for word in words.replace("\x00", " ").split()[:MOST_WORDS]:
        there = places.filter(Q(title__icontains=word) | Q(unit__name__icontains=word))
        found = found.filter(Q(name__icontains=word) | Exists(there))
    is_colleague = Exists(places.filter(organisation__in=reach.organisations))
    return found.annotate(is_colleague=is_colleague).order_by("-is_colleague", "name", "pk")


def person_visible_to(reach: Reach, *, uid: UUID) -> Person:
    """Return the person known as ``uid``.

    Raises:
        NotFound: There is nobody, or nobody whom this reader may see.
    """
    person = persons_visible_to(reach).filter(uid=uid).first()
    if person is None:
        raise NotFound("There is no such person here, or they are not visible to you.")
    return person


def membership_for_posting(person: Person, *, on: date) -> Membership | None:
    """Return the membership under which ``person`` posts: the first begun of those in force."""
    return (
        Membership.objects.active(on)
        .filter(owner=person)
        .select_related("organisation", "unit")
        .order_by("started_on", "pk")
        .first()
    )


def membership_in(person: Person, *, organisation: str, on: date) -> Membership:
    """Return the membership of ``person`` in the organisation of this name or slug.

    Raises:
        NotFound: They do not belong to it on that day.
    """
    found = (
        Membership.objects.active(on)
        .filter(owner=person)
        .filter(Q(organisation__slug=organisation) | Q(organisation__name=organisation))
        .select_related("organisation")
        .first()
    )
    if found is None:
        raise NotFound(
            "{person} does not belong to “{organisation}”. Check the name.",
            person=person,
            organisation=organisation,
        )
    return found


def organisation_named(name: str) -> Organisation | None:
    """Return the organisation with this slug, or this name in whatever capitals; None if none."""
    by_name = Organisation.objects.filter(name__iexact=name.strip()).order_by("pk")
    return Organisation.objects.filter(slug=name).first() or by_name.first()


def organisations_now(person: Person, *, on: date) -> list[int]:
    """Return the organisations ``person`` belongs to on a day: what they do is told to these."""
    rows = Membership.objects.active(on).filter(owner=person).order_by("organisation")
    return list(rows.values_list("organisation", flat=True))
