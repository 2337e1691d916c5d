"""A verdict is of the text that was read."""

import pytest
from django.test import Client

from tests.aids.reviewing import EXPERT, NOVICE, in_review, says
from tests.builders import NOON, a_person, reach
from whoknows.aids.actions import (
    AidText,
    ChangedMeanwhile,
    ask_for_review,
    change_aid,
)
from whoknows.aids.models import (
    Review,
    ReviewVerdict,
    State,
)
from whoknows.aids.queries import (
    own_review,
    reviews_waiting,
)
from whoknows.engine.aids import Procedure, Step

pytestmark = pytest.mark.django_db

REWORDED = Procedure((Step("Never switch it off."), Step("Hold the button.")))


def test_a_verdict_is_of_what_was_read_and_of_nothing_else() -> None:
    aid, expert, novice = in_review()
    change_aid(
        aid=aid, text=AidText("E4", content=REWORDED), by=aid.owner, now=NOON, is_material=False
    )

    with pytest.raises(ChangedMeanwhile, match="changed while you read"):
        says(aid, novice, version=1)

    assert not Review.objects.filter(reviewer=novice).exists()
    says(aid, novice, version=2)
    says(aid, expert, version=2)
    aid.refresh_from_db()
    assert (aid.state, aid.verified_by) == (State.VERIFIED, expert)


def test_whoever_was_asked_as_an_expert_stays_one_when_it_is_reworded() -> None:
    aid, expert, _ = in_review()
    done = a_person(aid.organisation)
    ask_for_review(aid=aid, reviewer=done, role=EXPERT, by=aid.owner, now=NOON)
    says(aid, done)
    change_aid(
        aid=aid, text=AidText("E4", content=REWORDED), by=aid.owner, now=NOON, is_material=False
    )
    aid.refresh_from_db()

    for person in (expert, done):
        own = own_review(aid, reach=reach(person))
        assert own is not None
        assert (own.role, own.verdict) == (EXPERT, ReviewVerdict.ASKED)
        assert [review.aid for review in reviews_waiting(reach(person))] == [aid]
    assert [r.version for r in aid.reviews.filter(reviewer=expert)] == [2]
    assert aid.reviews.get(reviewer=done, version=1).verdict == ReviewVerdict.PASS


def test_what_an_aid_said_before_waits_for_nobody() -> None:
    aid, expert, novice = in_review()
    change_aid(aid=aid, text=AidText("E4", content=REWORDED), by=aid.owner, now=NOON)
    ask_for_review(aid=aid, reviewer=novice, role=NOVICE, by=aid.owner, now=NOON)

    assert not reviews_waiting(reach(expert)).exists()
    assert reviews_waiting(reach(novice)).exists()


def test_the_page_keeps_what_was_written_while_the_aid_changed(client: Client) -> None:
    aid, expert, novice = in_review()
    client.force_login(novice)
    page = f"{aid.get_absolute_url()}review/"
    assert b'name="version" value="1"' in client.get(page).content
    typed = {"version": "1", "verdict": "fail", "stumble-2": "Which button?", "comment": "Odd."}
    owner, text = aid.owner, AidText("E4", content=REWORDED)

    change_aid(aid=aid, text=text, by=owner, now=NOON, is_material=False)
    reworded = client.post(page, typed)
    change_aid(aid=aid, text=text, by=owner, now=NOON)
    drafted = client.post(page, typed)
    ask_for_review(aid=aid, reviewer=expert, role=EXPERT, by=owner, now=NOON)
    replaced = client.post(page, typed)

    for answer in (reworded, drafted, replaced):
        assert answer.status_code == 409
        assert "Which button?" in answer.content.decode()
        assert "Odd." in answer.content.decode()
    assert 'rows="1" dir="auto">Which button?' in reworded.content.decode()
    assert "Never switch it off." in reworded.content.decode()
    assert 'name="version" value="2"' in reworded.content.decode()
    assert 'rows="1" dir="auto">Which button?' not in replaced.content.decode()
    assert not Review.objects.filter(reviewer=novice).exists()
    assert client.post(page, typed | {"version": "3"}).status_code == 302
