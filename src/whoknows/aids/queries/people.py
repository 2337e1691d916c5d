"""What people say of an aid. The caller has seen to it that the reader may see the aid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from whoknows.aids.models import (
    Acknowledgement,
    Aid,
    Review,
    ReviewVerdict,
    State,
    Unsaved,
    Use,
)
from whoknows.aids.queries.versions import material_version
from whoknows.base.errors import NotAllowed, NotFound
from whoknows.engine.aids import Kind
from whoknows.people.models import Membership, Person, Reach, SharingClass, Unit
from whoknows.people.queries import persons_visible_to


@dataclass(frozen=True, slots=True)
class Helped:
    """How many others say that an aid helped, and how many that it did not."""

    yes: int
    no: int


def helped(aid: Aid, *, reach: Reach) -> Helped:
    """Return what all but the reader say at the end of use. One query."""
    others = Use.objects.filter(aid=aid).exclude(person=reach.person or 0)
    answers = list(others.values_list("helped", flat=True))
    return Helped(sum(answers), len(answers) - sum(answers))


def said_of(aid: Aid, person_id: int | None) -> bool | None:
    """Whether the person of this id says that ``aid`` helped; None for who said nothing."""
    own = Use.objects.filter(aid=aid, person=person_id or 0)
    return own.values_list("helped", flat=True).first()


def said_by(person: Person, *, aids: Iterable[Aid]) -> dict[int, bool]:
    """Return which of ``aids`` helped ``person``, by aid, as far as they said. One query."""
    own = Use.objects.filter(aid__in=[aid.pk for aid in aids], person=person)
    return dict(own.values_list("aid", "helped"))


def reviews_for_owner(aid: Aid, *, reach: Reach) -> QuerySet[Review]:
    """Return the reviews of all versions, with reviewers and stumbles: to the owner, else none."""
    found = Review.objects.filter(aid__in=Aid.objects.answered_for_by(reach).filter(pk=aid.pk))
    return found.select_related("reviewer").prefetch_related("stumbles").order_by("-version", "pk")


def reviews_waiting(reach: Reach) -> QuerySet[Review]:
    """Return the reviews that the reader was asked for and has not given, of aids they may see.

    What an aid said before nobody reads any more.
    """
    visible = Aid.objects.visible_to(reach).filter(state=State.IN_REVIEW)
    asked = Review.objects.filter(reviewer=reach.person or 0, verdict=ReviewVerdict.ASKED)
    waiting = asked.filter(version=F("aid__version"))
    return waiting.filter(aid__in=visible).select_related("aid").order_by("asked_at")


def own_review(aid: Aid, *, reach: Reach) -> Review | None:
    """Return the review that the reader was asked for, or gave, of the newest version."""
    own = Review.objects.filter(aid=aid, version=aid.version, reviewer=reach.person or 0)
    return own.prefetch_related("stumbles").first()


def has_read(aid: Aid, *, reach: Reach) -> bool:
    """Whether the reader said that they read it since what one does last changed."""
    own = Acknowledgement.objects.filter(aid=aid, person=reach.person or 0)
    return own.filter(version__gte=material_version(aid)).exists()


@dataclass(frozen=True, slots=True)
class Reader:
    """One of those asked to read, and whether they said that they did."""

    person: Person
    has_read: bool


def readers(aid: Aid, *, reach: Reach, on: date) -> list[Reader]:
    """Return everybody of its organisation who sees ``aid`` by its sharing class, to its owner.

    Those whom the owner may not see are not listed. One query more for each level of nested units.

    Raises:
        NotAllowed: Somebody else asks.
    """
    if not aid.is_answered_for_by(reach):
        raise NotAllowed("Only its owner sees who has read this.")
    places = Membership.objects.visible_to(reach).active(on)
    places = places.filter(organisation=aid.organisation_id)
    if aid.sharing == SharingClass.PRIVATE:
        places = places.none()
    elif aid.sharing == SharingClass.UNIT:
        places = places.filter(unit__in=_units_within(aid))
    said = Acknowledgement.objects.filter(aid=aid, version__gte=material_version(aid))
    have = set(said.values_list("person", flat=True))
    people = persons_visible_to(reach).filter(
        pk__in=places.values("owner"), is_active=True, email__isnull=False
    )
    others = people.exclude(pk=aid.owner_id).order_by("name", "pk")
    found = [Reader(person, person.pk in have) for person in others]
    return sorted(found, key=lambda reader: reader.has_read)


def _units_within(aid: Aid) -> set[int]:
    """Return the unit of ``aid`` and all units inside it, whose people see what it sees."""
    inside = outer = {unit for unit in (aid.unit_id,) if unit}
    while outer:
        units = Unit.objects.filter(organisation=aid.organisation_id, parent__in=outer)
        outer = {*units.values_list("pk", flat=True)} - inside
        inside = inside | outer
    return inside


def colleague(words: str, *, reach: Reach) -> Person:
    """Return the one person whom the reader may see by this name or e-mail address.

    Raises:
        NotFound: There is nobody, or several of that name.
    """
    name = " ".join(words.split())
    seen = persons_visible_to(reach).filter(is_active=True, is_contactable=True)
    found = list(seen.filter(Q(name__iexact=name) | Q(email=name.lower()))[:2])
    if not found and len(name) >= 3:  # noqa: PLR2004 - two letters begin too many names
        found = list(seen.filter(name__icontains=name)[:2])
    if not found:
        raise NotFound(
            "Nobody here is called “{name}”. Check the spelling, or use an e-mail.", name=name
        )
    if len(found) > 1:
        raise NotFound("Several people here match “{name}”. Use the e-mail address.", name=name)
    return found[0]


def unsaved(person: Person, *, aid: Aid | None, kind: Kind) -> Unsaved | None:
    """Return what ``person`` was writing in this editor and has not saved."""
    return Unsaved.objects.filter(person=person, aid=aid, kind=kind.value).first()
