"""Agreements between organisations, made in the administration."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.builders import (
    LONG_AGO,
    NOON,
    a_person,
    partners,
)
from tests.config.administration import address, agreement
from whoknows.people.models import (
    Organisation,
    PartnerAgreement,
    Person,
)
from whoknows.people.queries import reach_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("days", "why"),
    [
        (["2019-01-01"], "are partners from"),
        (["2026-01-01"], "are partners from"),
        (["2019-01-01", "2020-01-01"], "are partners from"),
        (["2019-01-01", "2018-12-31"], "before it begins"),
        (["2019-01-01", "2019-12-31"], ""),
    ],
)
def test_two_organisations_have_one_agreement_at_a_time(
    client: Client,
    ours: Organisation,
    theirs: Organisation,
    superuser: Person,
    days: list[str],
    why: str,
    *,
    turned: bool,
) -> None:
    partners(ours, theirs)
    client.force_login(superuser)
    one, other = (theirs, ours) if turned else (ours, theirs)

    sent = client.post(address(PartnerAgreement, "add"), agreement(one, other, *days))

    page = sent.content.decode()
    assert (sent.status_code, "Constraint" in page) == (200 if why else 302, False)
    assert why in page
    assert PartnerAgreement.objects.count() == (1 if why else 2)


def test_an_organisation_is_not_its_own_partner(
    client: Client, ours: Organisation, superuser: Person
) -> None:
    client.force_login(superuser)

    sent = client.post(address(PartnerAgreement, "add"), agreement(ours, ours, "2026-01-01"))

    page = sent.content.decode()
    assert "Ourworks cannot be its own partner. Choose two organisations." in page
    assert "Constraint" not in page


def test_the_end_of_an_agreement_is_the_end(
    client: Client, ours: Organisation, theirs: Organisation, superuser: Person
) -> None:
    there, made_twice = (
        PartnerAgreement.objects.create(one=one, other=other, since=LONG_AGO)
        for one, other in ((ours, theirs), (theirs, ours))
    )
    reader = a_person(ours)
    client.force_login(superuser)

    for row, one, other in ((there, ours, theirs), (made_twice, theirs, ours)):
        page = address(PartnerAgreement, "change", row.pk)
        told = agreement(one, other, str(LONG_AGO), "2026-11-02")
        assert client.post(page, told).status_code == 302
    page = address(PartnerAgreement, "change", made_twice.pk)
    reopened = client.post(page, agreement(theirs, ours, str(LONG_AGO)))

    assert reach_of(reader, on=NOON.date()).partners == {theirs.pk}
    assert reach_of(reader, on=NOON.date() + timedelta(days=1)).partners == set()
    assert reopened.status_code == 200
