"""Opening organisations and units, and agreeing to be partners."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from whoknows.base import audit
from whoknows.base.errors import BadInput
from whoknows.people.models import Organisation, PartnerAgreement, Person, Unit
from whoknows.people.queries import organisation_named


@transaction.atomic
def open_organisation(
    *, name: str, now: datetime, slug: str | None = None, by: Person | None = None, about: str = ""
) -> Organisation:
    """Return the organisation with this slug, new if need be.

    Without one, that of this name or slug, or with the slug that ``name`` makes.
    """
    if slug is None and (there := organisation_named(name)):
        return there
    slug = slug or slugify(name)[:60]
    if not slug:
        raise BadInput("An organisation needs a name with at least one letter or digit in it.")
    organisation, created = Organisation.objects.get_or_create(
        slug=slug, defaults={"name": name, "about": about}
    )
    if created:
        audit.record(
            "open_organisation",
            f"organisation:{organisation.pk}",
            by=by,
            now=now,
            organisation_id=organisation.pk,
        )
    return organisation


@transaction.atomic
def open_unit(
    *, organisation: Organisation, name: str, now: datetime, by: Person | None = None
) -> Unit:
    """Return the unit of this name, new if need be."""
    unit, created = Unit.objects.get_or_create(organisation=organisation, name=name)
    if created:
        audit.record(
            "open_unit", f"unit:{unit.pk}", by=by, now=now, organisation_id=organisation.pk
        )
    return unit


@transaction.atomic
def agree_to_partner(
    *,
    one: Organisation,
    other: Organisation,
    since: date,
    now: datetime,
    by: Person | None = None,
) -> PartnerAgreement:
    """Return the agreement by which each sees what the other shares with partners.

    One in force on ``since`` stays as it is; one that has ended is followed by a new one. It does
    not matter who is named first.
    """
    # Whoever is locked first is so for both orders, so that two requests make one agreement.
    first, second = (
        Organisation.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")
    )
    in_force = PartnerAgreement.objects.in_force(since)
    both = Q(one=first, other=second) | Q(one=second, other=first)
    agreement = in_force.filter(both).first()
    if agreement is None:
        agreement = PartnerAgreement.objects.create(one=first, other=second, since=since)
        audit.record(
            "agree_to_partner", f"agreement:{agreement.pk}", by=by, now=now, organisation_id=one.pk
        )
    return agreement
