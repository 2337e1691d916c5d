"""Letting people in, giving them a place, letting them go; and what the database refuses."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.builders import (
    LONG_AGO,
    NOON,
    a_person,
    a_stranger,
    a_unit,
    an_organisation,
    partners,
    place_of,
    reach,
)
from whoknows.base.errors import BadInput, NotFound
from whoknows.people.actions import (
    AgreementOverlaps,
    AlreadyMember,
    EmailTaken,
    PersonFromElsewhere,
    agree_to_partner,
    bring_in_persons,
    introduce,
    join_organisation,
    leave_organisation,
    open_organisation,
    set_password,
    welcome_person,
)
from whoknows.people.models import (
    Membership,
    Organisation,
    PartnerAgreement,
    Person,
    SharingClass,
    Unit,
)
from whoknows.people.queries import membership_in, person_by_email
from whoknows.search.models import Change

pytestmark = pytest.mark.django_db


def test_an_address_in_other_capitals_is_the_same_address() -> None:
    mika = welcome_person(name="Mika", email=" Mika@Example.org ", now=NOON)

    with pytest.raises(EmailTaken, match="already"):
        welcome_person(name="Other", email="MIKA@example.ORG", now=NOON)

    assert mika.email == "mika@example.org"
    assert person_by_email("mIKA@example.org") == mika
    assert Person.objects.get_queryset().count() == 1


def test_nobody_is_found_by_an_address_that_nobody_has() -> None:
    a_stranger()

    with pytest.raises(NotFound, match="spelling"):
        person_by_email("nobody@example.org")


@pytest.mark.parametrize("name", ["", "  ", "\n\t", "\u200b", "\u3164", "\u2060 -"])
def test_a_person_needs_a_name(name: str) -> None:
    person = a_stranger("Mika")

    with pytest.raises(BadInput):
        welcome_person(name=name, email="x@example.org", now=NOON)
    with pytest.raises(BadInput):
        introduce(person=person, name=name, about="", now=NOON)

    person.refresh_from_db()
    assert person.name == "Mika"


def test_whoever_has_no_address_cannot_sign_in() -> None:
    author = welcome_person(name="Archive author", now=NOON)

    assert author.email is None
    assert not author.is_active
    assert not author.has_usable_password()


def test_nobody_joins_twice_without_leaving() -> None:
    person = a_person()
    place = place_of(person)

    with pytest.raises(AlreadyMember, match="already"):
        join_organisation(person=person, organisation=place.organisation, on=NOON.date(), now=NOON)

    assert Membership.objects.filter(owner=person).count() == 1


def test_nobody_joins_a_unit_of_another_organisation() -> None:
    person, organisation = a_stranger(), an_organisation()

    with pytest.raises(BadInput, match="not a unit of"):
        join_organisation(
            person=person,
            organisation=organisation,
            unit=a_unit(an_organisation()),
            on=LONG_AGO,
            now=NOON,
        )

    assert not Membership.objects.exists()


def test_nobody_leaves_before_they_came_but_may_on_the_same_day() -> None:
    place = place_of(a_person())

    with pytest.raises(BadInput, match="later day"):
        leave_organisation(
            membership=place, on=LONG_AGO - timedelta(days=1), now=NOON, stays_as_alumni=True
        )
    unchanged = Membership.objects.get(pk=place.pk)
    left = leave_organisation(membership=place, on=LONG_AGO, now=NOON, stays_as_alumni=True)

    assert unchanged.ended_on is None
    assert left.ended_on == LONG_AGO
    assert not left.is_active(LONG_AGO)


def test_an_organisation_of_the_same_name_is_the_same_and_one_without_letters_is_none() -> None:
    first = open_organisation(name="Kestrel Works", now=NOON)

    again = open_organisation(name="kestrel works", now=NOON)

    assert again == first
    with pytest.raises(BadInput, match="letter or digit"):
        open_organisation(name="!!!", now=NOON)


@pytest.mark.parametrize(
    "called", ["Civic Digital Service", "civic digital service", "civic-digital"]
)
def test_an_organisation_that_was_renamed_is_found_by_its_name_and_its_slug(called: str) -> None:
    first = open_organisation(name="Civic Digital", now=NOON)
    Organisation.objects.update(name="Civic Digital Service")

    assert open_organisation(name=called, now=NOON) == first
    assert open_organisation(name=called, slug="another", now=NOON) != first


@pytest.mark.parametrize("password", ["short", "password123", "mika.ohta@example.org"])
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    person = welcome_person(name="Mika Ohta", email="mika.ohta@example.org", now=NOON)

    with pytest.raises(BadInput):
        set_password(person=person, password=password, now=NOON)

    person.refresh_from_db()
    assert not person.has_usable_password()


def test_joining_leaving_and_introducing_oneself_are_noted_for_the_index() -> None:
    person = a_stranger()
    organisation = an_organisation()
    Change.objects.all().delete()

    place = join_organisation(person=person, organisation=organisation, on=LONG_AGO, now=NOON)
    introduce(person=person, name="Other", about="", now=NOON)
    leave_organisation(membership=place, on=NOON.date(), now=NOON, stays_as_alumni=True)

    noted = list(Change.objects.values_list("kind", "object_id"))
    assert noted == [("membership", place.pk), ("place", place.pk)] * 3


def test_a_name_that_an_import_corrects_is_noted_for_every_place_it_stands_at() -> None:
    here, there = an_organisation(), an_organisation()
    person = a_person(here, name="Mika Otha")
    elsewhere = join_organisation(person=person, organisation=there, on=LONG_AGO, now=NOON)
    Change.objects.all().delete()

    told = PersonFromElsewhere(name="Mika Ohta", organisation=here, pk=person.pk)
    bring_in_persons(persons=[told], now=NOON)

    noted = set(Change.objects.values_list("object_id", flat=True))
    assert noted == {place_of(person).pk, elsewhere.pk}


@pytest.mark.parametrize("days", [-400, -3, 0, 30])
def test_whom_a_file_calls_gone_is_a_member_until_then(days: int) -> None:
    """Also where the place began, as far as is known, on the day of its first import."""
    here, left_on = an_organisation(), NOON.date() + timedelta(days=days)
    (person,) = bring_in_persons(persons=[told_of(here)], now=NOON)

    bring_in_persons(persons=[told_of(here, pk=person.pk, left_on=left_on)], now=NOON)

    place = person.memberships.get()
    assert (place.ended_on, place.is_active(left_on)) == (left_on, False)
    assert place.is_active(NOON.date()) == (days > 0)


def test_what_has_ended_is_not_opened_again_by_a_later_day_in_a_file() -> None:
    person = a_person()
    place = place_of(person)
    leave_organisation(membership=place, on=NOON.date(), now=NOON, stays_as_alumni=False)

    later = NOON.date() + timedelta(days=30)
    told = told_of(place.organisation, pk=person.pk, left_on=later)
    bring_in_persons(persons=[told], now=NOON)

    assert not reach(person).organisations


def test_the_day_on_which_who_came_back_had_left_does_not_end_what_lasts() -> None:
    person = a_person()
    first = place_of(person)
    left_on = NOON.date() - timedelta(days=90)
    leave_organisation(membership=first, on=left_on, now=NOON, stays_as_alumni=False)
    join_organisation(
        person=person, organisation=first.organisation, on=left_on + timedelta(days=30), now=NOON
    )

    told = told_of(first.organisation, pk=person.pk, left_on=left_on)
    bring_in_persons(persons=[told], now=NOON)
    still = reach(person).organisations
    told = replace(told, left_on=NOON.date())
    bring_in_persons(persons=[told], now=NOON)

    assert still == {first.organisation.pk}
    assert not reach(person).organisations


def told_of(
    organisation: Organisation, *, pk: int | None = None, left_on: date | None = None
) -> PersonFromElsewhere:
    return PersonFromElsewhere(
        name="Bob Leaver",
        email="bob@example.org",
        organisation=organisation,
        pk=pk,
        left_on=left_on,
    )


def test_a_membership_is_in_the_organisation_of_that_name_or_not_at_all() -> None:
    person = a_person(an_organisation("Kestrel Works"))

    by_name = membership_in(person, organisation="Kestrel Works", on=NOON.date())
    by_slug = membership_in(person, organisation="kestrel-works", on=NOON.date())

    assert by_name == by_slug == place_of(person)
    with pytest.raises(NotFound):
        membership_in(person, organisation="Elsewhere", on=NOON.date())


def test_organisations_agree_once_for_the_same_days_and_never_with_themselves() -> None:
    one, other = an_organisation(), an_organisation()
    later = agree_to_partner(one=one, other=other, since=NOON.date(), now=NOON)

    again = agree_to_partner(one=other, other=one, since=NOON.date(), now=NOON)

    assert again == later
    with pytest.raises(AgreementOverlaps, match="are partners from 2026-11-02 on"):
        agree_to_partner(one=other, other=one, since=LONG_AGO, now=NOON)
    with pytest.raises(BadInput, match="its own partner"):
        agree_to_partner(one=one, other=one, since=LONG_AGO, now=NOON)
    assert PartnerAgreement.objects.count() == 1


def refused() -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError)


def test_the_database_refuses_addresses_with_capitals_and_persons_without_names() -> None:
    Person(name="Mika", email="mika@example.org").save()

    with refused(), transaction.atomic():
        Person(name="Noor", email="Noor@example.org").save()
    with refused(), transaction.atomic():
        Person(name="Noor", email="mika@example.org").save()
    with refused(), transaction.atomic():
        Person(name="", email="noor@example.org").save()


def test_the_database_refuses_two_open_memberships_in_one_organisation() -> None:
    place = place_of(a_person())

    def again() -> Membership:
        return Membership.objects.create(
            owner=place.owner, organisation=place.organisation, started_on=NOON.date()
        )

    with refused(), transaction.atomic():
        again()
    leave_organisation(membership=place, on=NOON.date(), now=NOON, stays_as_alumni=False)
    assert again().pk


def test_the_database_refuses_what_ends_before_it_begins() -> None:
    place = place_of(a_person())
    agreement = partners(an_organisation(), an_organisation())
    before = LONG_AGO - timedelta(days=1)

    with refused(), transaction.atomic():
        Membership.objects.filter(pk=place.pk).update(ended_on=before)
    with refused(), transaction.atomic():
        PartnerAgreement.objects.filter(pk=agreement.pk).update(until=before)


def test_the_database_refuses_a_unit_class_without_a_unit_and_classes_nobody_knows() -> None:
    places = Membership.objects.filter(pk=place_of(a_person()).pk)

    with refused(), transaction.atomic():
        places.update(sharing=SharingClass.UNIT)
    with refused(), transaction.atomic():
        places.update(sharing="everyone")


def test_the_database_refuses_an_agreement_with_oneself_and_a_unit_within_itself() -> None:
    organisation = an_organisation()
    unit = a_unit(organisation)

    with refused(), transaction.atomic():
        PartnerAgreement.objects.create(one=organisation, other=organisation, since=LONG_AGO)
    with refused(), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(parent=unit)
    with refused(), transaction.atomic():
        Unit.objects.create(organisation=organisation, name=unit.name)
    with refused(), transaction.atomic():
        Organisation.objects.create(slug=organisation.slug, name="Other")


@pytest.mark.parametrize(
    "told",
    [
        "",
        "https://intranet.example",
        "https://a.example:8443\n https://b.example ",
        "http://localhost:3000",
    ],
)
def test_sites_may_be_allowed_to_frame(told: str) -> None:
    organisation = an_organisation()
    organisation.frame_hosts = told

    organisation.full_clean()

    assert organisation.may_frame() == told.split()


@pytest.mark.parametrize(
    "told",
    [
        "http://intranet.example",
        "*",
        "https://a.example; script-src *",
        "https://a.example/path",
        "https://a.example,https://b.example",
    ],
)
def test_anything_but_the_address_of_a_site_is_refused(told: str) -> None:
    organisation = an_organisation()
    organisation.frame_hosts = told

    with pytest.raises(ValidationError, match="intranet"):
        organisation.full_clean()
