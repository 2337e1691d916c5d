"""Opening organisations and units, and agreeing to be partners."""

from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from whoknows.base import audit
from whoknows.base.errors import BadInput, Conflict
from whoknows.people.models import Organisation, PartnerAgreement, Person, Unit
from whoknows.people.queries import organisation_named


class AgreementOverlaps(Conflict):
    """Two organisations have one agreement at a time."""

    code = "agreement_overlaps"


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


def check_agreement(
    *,
    one: Organisation,
    other: Organisation,
    since: date,
    until: date | None = None,
    changes: PartnerAgreement | None = None,
) -> None:
    """Refuse what would be no agreement of two, or not their only one on each of its days.

    With two at once, ending one would end nothing. ``changes`` is the agreement that would be so
    from now on.

    Raises:
        BadInput: It is with itself, or ends before it begins.
        AgreementOverlaps: The two agreed for some of these days already, whoever is named first.
    """
    if one == other:
        raise BadInput("{one} cannot be its own partner. Choose two organisations.", one=one)
    if until is not None and until < since:
        raise BadInput("An agreement does not end before it begins. Choose a later last day.")
    theirs = PartnerAgreement.objects.between(one, other).overlapping(since, until)
    if changes is not None:
        theirs = theirs.exclude(pk=changes.pk)
    there = theirs.order_by("since").first()
    if there is None:
        return
    if there.until is None:
        raise AgreementOverlaps(
            "{one} and {other} are partners from {since} on. Change that agreement, or end it.",
            one=there.one,
            other=there.other,
            since=there.since,
        )
    raise AgreementOverlaps(
        "{one} and {other} are partners from {since} to {until}. Choose other days.",
        one=there.one,
        other=there.other,
        since=there.since,
        until=there.until,
    )


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

    Raises:
        BadInput: It would be with itself.
        AgreementOverlaps: They have one that begins later.
    """
    if one == other:
        check_agreement(one=one, other=other, since=since)
    # Whoever is locked first is so for both orders, so that two requests make one agreement.
    first, second = (
        Organisation.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")
    )
    agreement = PartnerAgreement.objects.between(first, second).in_force(since).first()
    if agreement is None:
        check_agreement(one=first, other=second, since=since)
        agreement = PartnerAgreement.objects.create(one=first, other=second, since=since)
        for side in (first, second):
            audit.record(
                "agree_to_partner",
                f"agreement:{agreement.pk}",
                by=by,
                now=now,
                organisation_id=side.pk,
            )
    return agreement
