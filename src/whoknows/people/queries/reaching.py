"""What somebody belongs to, and so may see."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q

from whoknows.base.errors import NotAllowed
from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.people.models import (
    Membership,
    Organisation,
    PartnerAgreement,
    Person,
    Reach,
    Shared,
    SharingClass,
    Unit,
)

# Asked for with every request.
_PLACES = Prepared(
    lambda: (
        Membership.objects.active(given("on"))
        .filter(IsAmong("owner", given("owners")))
        .values_list("organisation", "unit", "unit__organisation")
    )
)
_UNITS_AROUND = Prepared(
    lambda: Unit.objects.filter(
        IsAmong("pk", given("units")),
        parent__isnull=False,
        parent__organisation=F("organisation"),
    ).values_list("parent", flat=True)
)
_PARTNERS = Prepared(
    lambda: (
        PartnerAgreement.objects.in_force(given("on"))
        .filter(
            Q(IsAmong("one", given("organisations"))) | Q(IsAmong("other", given("organisations")))
        )
        .values_list("one", "other")
    )
)


def reach_of(person: Person | AnonymousUser, *, on: date) -> Reach:
    """Return what ``person`` belongs to on a day; a stranger reaches only what is public.

    Two queries, and one more for each level of nested units.
    """
    if not isinstance(person, Person) or not person.is_active:
        return Reach()
    rows = _PLACES.rows(owners=[person.pk], on=on)
    organisations = frozenset(organisation for organisation, _, _ in rows)
    # A unit counts only where it belongs: no database constraint can say so.
    units = frozenset(unit for organisation, unit, its in rows if unit and its == organisation)
    return Reach(
        person=person.pk,
        organisations=organisations,
        units=_with_units_around(units),
        partners=_partners_of(organisations, on=on),
    )


def _with_units_around(units: frozenset[int]) -> frozenset[int]:
    around, outer = units, units
    while outer:
        parents = _UNITS_AROUND.rows(units=list(outer))
        outer = frozenset(parent for parent in parents if parent) - around
        around |= outer
    return around


def _partners_of(organisations: frozenset[int], *, on: date) -> frozenset[int]:
    if not organisations:
        return frozenset()
    pairs = _PARTNERS.rows(organisations=list(organisations), on=on)
    return frozenset(side for pair in pairs for side in pair) - organisations


def must_belong(person: Person, *, to: Organisation, on: date) -> None:
    """Pass for who belongs to the organisation on that day: rights over one's own end with it.

    Raises:
        NotAllowed: They left.
    """
    if not Membership.objects.active(on).filter(owner=person, organisation=to).exists():
        raise NotAllowed(
            "You do not belong to {organisation} any more. What you shared there stays as it is.",
            organisation=to.name,
        )


def sharing_choices(shared: Shared | None, *, on: date) -> list[tuple[str, str]]:
    """Return the sharing classes that mean something where ``shared`` belongs, narrowest first.

    For what is posted under a membership, and for what was posted.
    """
    if shared is None:
        return []
    left_out = set()
    if shared.unit_id is None:
        left_out.add(SharingClass.UNIT)
    if not _partners_of(frozenset({shared.organisation_id}), on=on):
        left_out.add(SharingClass.PARTNERS)
    return [(c.value, str(c.label)) for c in SharingClass if c not in left_out]
