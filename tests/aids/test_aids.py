"""Making, changing, verifying and sharing aids, and how far they can be trusted."""

from datetime import date, timedelta

import pytest

from tests.builders import (
    NOON,
    a_person,
    a_stranger,
    a_unit,
    an_aid,
    an_organisation,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.aids.actions import AidText, change_aid, share_aid, verify_aid
from whoknows.aids.models import DUE_BEFORE, VERIFY_EVERY, Aid, Trust
from whoknows.aids.queries import aid_visible_to
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.expertise.models import Evidence, EvidenceKind
from whoknows.people.models import Reach, SharingClass
from whoknows.search.queries import find

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
DAY = timedelta(days=1)
NEW_TEXT = AidText(title="Clear E5", body="Do this instead.")


def test_writing_an_aid_is_evidence_as_visible_as_the_aid() -> None:
    aid = an_aid(topics=("torque", "Torque", "wrenches"))

    evidence = Evidence.objects.get()
    assert (evidence.owner, evidence.kind) == (aid.owner, EvidenceKind.WROTE_AID)
    assert (evidence.sharing, evidence.url) == (aid.sharing, aid.get_absolute_url())
    assert aid.topics.count() == 2


@pytest.mark.parametrize(
    ("title", "body"),
    [("", "text"), ("title", "  "), (" ", " "), ("t" * 201, "text"), ("title", "b" * 200_001)],
)
def test_refuses_an_aid_without_title_or_text_or_end(title: str, body: str) -> None:
    owner = a_person()

    with pytest.raises(BadInput):
        an_aid(title, body=body, owner=owner)

    assert not Aid.objects.exists()
    an_aid("t" * 200, body="b" * 200_000, owner=owner)
    assert Aid.objects.count() == 1


@pytest.mark.parametrize(
    ("verified", "until", "trust"),
    [
        (None, None, Trust.UNVERIFIED),
        (None, TODAY, Trust.UNVERIFIED),
        (None, TODAY - DAY, Trust.STALE),
        (TODAY, None, Trust.VERIFIED),
        (TODAY, TODAY + DUE_BEFORE + DAY, Trust.VERIFIED),
        (TODAY, TODAY + DUE_BEFORE, Trust.DUE),
        (TODAY, TODAY, Trust.DUE),
        (TODAY, TODAY - DAY, Trust.STALE),
    ],
)
def test_trust_changes_on_its_day(verified: date | None, until: date | None, trust: Trust) -> None:
    aid = Aid(verified_on=verified, verify_by=until, state="verified" if verified else "draft")

    assert aid.trust(TODAY) == trust


def test_its_owner_verifies_a_verified_aid_for_another_half_year() -> None:
    aid = an_aid(verified_on=TODAY - 200 * DAY, verify_by=TODAY - 18 * DAY)
    assert aid.trust(TODAY) == Trust.STALE

    verified = verify_aid(aid=aid, by=aid.owner, now=NOON)

    assert (verified.verified_by, verified.verified_on) == (aid.owner, TODAY)
    assert verified.verify_by == TODAY + VERIFY_EVERY
    assert verified.trust(TODAY) == Trust.VERIFIED
    assert verified.trust(TODAY + VERIFY_EVERY + DAY) == Trust.STALE


def test_nobody_else_verifies_or_shares_an_aid() -> None:
    aid = an_aid(verified_on=TODAY)
    colleague = a_person(aid.organisation)

    with pytest.raises(NotAllowed):
        verify_aid(aid=aid, by=colleague, now=NOON)
    with pytest.raises(NotAllowed):
        share_aid(aid=aid, sharing=SharingClass.PUBLIC, by=colleague, now=NOON)

    aid.refresh_from_db()
    assert (aid.verify_by, aid.sharing) == (None, SharingClass.ORGANISATION)


def test_a_new_text_is_verified_by_nobody() -> None:
    aid = an_aid(verified_on=TODAY, verify_by=TODAY + 90 * DAY)
    assert aid.verified_by == aid.owner

    change_aid(aid=aid, text=NEW_TEXT, now=NOON)

    aid.refresh_from_db()
    assert aid.body == "Do this instead."
    assert {aid.verified_on, aid.verified_by_id, aid.verify_by} == {None}
    assert aid.trust(TODAY) == Trust.UNVERIFIED


def test_a_changed_aid_is_found_by_its_new_words_only(index: Index) -> None:
    aid = an_aid("Clear E4 on the wrench", body="Old words.")
    index.catch_up()
    mine = reach(aid.owner).audiences()
    assert find("wrench", audiences=mine, kinds=["aid"]).hits

    change_aid(aid=aid, text=NEW_TEXT, now=NOON)
    index.catch_up()

    assert not find("wrench", audiences=mine, kinds=["aid"]).hits
    assert find("E5", audiences=mine, kinds=["aid"]).hits


def test_evidence_follows_the_sharing_of_the_aid() -> None:
    aid = an_aid(sharing=SharingClass.PUBLIC)
    assert Evidence.objects.visible_to(Reach()).exists()

    share_aid(aid=aid, sharing=SharingClass.PRIVATE, by=aid.owner, now=NOON)

    assert not Evidence.objects.visible_to(Reach()).exists()
    assert not Aid.objects.visible_to(Reach()).exists()


def test_refuses_to_share_with_the_unit_of_somebody_in_none() -> None:
    organisation = an_organisation()
    inside = an_aid(owner=a_person(organisation, unit=a_unit(organisation)))
    outside = an_aid(owner=a_person(organisation))

    with pytest.raises(BadInput, match="no unit"):
        share_aid(aid=outside, sharing=SharingClass.UNIT, by=outside.owner, now=NOON)

    shared = share_aid(aid=inside, sharing=SharingClass.UNIT, by=inside.owner, now=NOON)
    assert shared.sharing == SharingClass.UNIT


def test_finds_a_code_however_it_is_typed() -> None:
    aid = an_aid()
    mine = reach(aid.owner)

    assert aid_visible_to(mine, code=aid.code.lower()) == aid
    assert aid_visible_to(mine, code=aid.code.upper()) == aid
    assert len(aid.code) == 6
    assert not set(aid.code) & set("ILOU")


def test_strangers_find_no_code_that_is_not_theirs() -> None:
    aid = an_aid()

    for reader in (a_stranger(), a_person()):
        with pytest.raises(NotFound):
            aid_visible_to(reach(reader), code=aid.code)

    assert aid_visible_to(reach(a_person(place_of(aid.owner).organisation)), code=aid.code) == aid
