"""What an aid's owner may do ends with their membership; what they wrote in public stays."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import NOON, a_person, an_aid, drawn, reach
from whoknows.aids.actions import (
    AidText,
    Findings,
    add_picture,
    ask_for_reading,
    ask_for_review,
    change_aid,
    give_review,
    retire_aid,
    revive_aid,
    share_aid,
    verify_aid,
)
from whoknows.aids.models import Aid, ReviewRole, ReviewVerdict
from whoknows.aids.queries import readers, reviews_for_owner, shelf
from whoknows.base.errors import NotAllowed
from whoknows.people.models import Membership, SharingClass

pytestmark = pytest.mark.django_db


def _left_behind() -> Aid:
    """Return a public aid in review whose owner left, with what somebody said of it."""
    aid = an_aid(sharing=SharingClass.PUBLIC)
    reviewer = a_person(aid.organisation, name="Ana Reviewer")
    for role, person in ((ReviewRole.NOVICE, reviewer), (ReviewRole.EXPERT, aid.owner)):
        ask_for_review(aid=aid, reviewer=person, role=role, by=aid.owner, now=NOON)
    give_review(
        aid=aid,
        version=aid.version,
        role=ReviewRole.NOVICE,
        findings=Findings(ReviewVerdict.PASS, comment="The second line is unclear."),
        by=reviewer,
        reach=reach(reviewer),
        now=NOON,
    )
    Membership.objects.filter(owner=aid.owner).update(ended_on=NOON.date())
    aid.refresh_from_db()
    return aid


_DOES: dict[str, Callable[[Aid], object]] = {
    "change": lambda aid: change_aid(
        aid=aid, text=AidText("New", body="1. Wait."), by=aid.owner, now=NOON
    ),
    "share": lambda aid: share_aid(aid=aid, sharing=SharingClass.PRIVATE, by=aid.owner, now=NOON),
    "retire": lambda aid: retire_aid(aid=aid, by=aid.owner, now=NOON),
    "revive": lambda aid: revive_aid(aid=aid, by=aid.owner, now=NOON),
    "verify": lambda aid: verify_aid(aid=aid, by=aid.owner, now=NOON),
    "ask who read it": lambda aid: ask_for_reading(aid=aid, wanted=True, by=aid.owner, now=NOON),
    "ask for a review": lambda aid: ask_for_review(
        aid=aid, reviewer=aid.owner, role=ReviewRole.EXPERT, by=aid.owner, now=NOON
    ),
    "add a picture": lambda aid: add_picture(
        aid=aid, file=BytesIO(drawn()), size=2_000, alt="A lamp", by=aid.owner, now=NOON
    ),
}


@pytest.mark.parametrize("does", _DOES.values(), ids=_DOES)
def test_whoever_left_does_nothing_to_the_aids_they_owned(does: Callable[[Aid], object]) -> None:
    aid = _left_behind()

    with pytest.raises(NotAllowed, match="do not belong to"):
        does(aid)


def test_whoever_left_does_not_sign_as_an_expert_unasked() -> None:
    aid = _left_behind()
    aid.reviews.filter(reviewer=aid.owner).delete()

    with pytest.raises(NotAllowed, match="chooses who reads"):
        give_review(
            aid=aid,
            version=aid.version,
            role=ReviewRole.EXPERT,
            findings=Findings(ReviewVerdict.PASS),
            by=aid.owner,
            reach=reach(aid.owner),
            now=NOON,
        )


def test_whoever_left_learns_neither_who_reads_nor_what_reviewers_say(client: Client) -> None:
    aid = _left_behind()
    Aid.objects.filter(pk=aid.pk).update(asks_reading=True)
    theirs = reach(aid.owner)
    client.force_login(aid.owner)

    page = client.get(aid.get_absolute_url()).content.decode()

    assert "The second line is unclear." not in page
    assert "Ana Reviewer" not in page
    assert "Change the text" not in page
    assert client.get(f"{aid.get_absolute_url()}text/").status_code == 403
    assert not reviews_for_owner(aid, reach=theirs).exists()
    with pytest.raises(NotAllowed):
        readers(aid, reach=theirs, on=timezone.localdate())
    assert not shelf(theirs, show="mine", on=NOON.date()).exists()
