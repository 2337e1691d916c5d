"""What waits for somebody on the first page."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    an_aid,
    an_answer,
    place_of,
    reach,
)
from whoknows.aids.actions import ask_for_review
from whoknows.aids.models import ReviewRole
from whoknows.communities.actions import join_community
from whoknows.communities.models import Community
from whoknows.needs.actions import note_suggested, refer_need
from whoknows.needs.models import Need, Verdict
from whoknows.needs.queries.waiting import waiting_here
from whoknows.people.models import Person, Reach, Role, SharingClass

pytestmark = pytest.mark.django_db


def waits(person: Person, *, now: datetime = NOON) -> list[tuple[str, str]]:
    return [(one.text, one.about) for one in waiting_here(reach(person), now=now)]


def suggested(need: Need, person: Person) -> None:
    note_suggested(need=need, people=[(person.pk, 1.0)], now=NOON)


def test_answers_wait_until_whoever_asked_says_something_of_them() -> None:
    need = a_need("How do I clear E4?")
    an_answer(need, by=need.owner)
    assert waits(need.owner) == []

    an_answer(need)
    assert waits(need.owner) == [(need.title, "1 answer: did it help?")]
    assert waits(a_person(need.organisation)) == []

    an_answer(need, "Hold it.", verdict=Verdict.HELPED)
    assert waits(need.owner) == []


def test_a_later_answer_waits_also_after_an_earlier_one_helped() -> None:
    need = a_need("How do I clear E4?")
    an_answer(need, "Which wrench?")
    an_answer(need, "Look at the plate.", verdict=Verdict.HELPED)

    an_answer(need, at=NOON + timedelta(hours=1))
    an_answer(need, by=need.owner, at=NOON + timedelta(hours=2))
    assert waits(need.owner) == [(need.title, "1 answer: did it help?")]

    an_answer(need, verdict=Verdict.SOLVED, at=NOON + timedelta(hours=3))
    assert waits(need.owner) == []


def test_a_need_waits_for_whom_it_was_suggested_until_they_answer_or_may_not_see_it() -> None:
    need, hidden = a_need("How do I clear E4?"), a_need("Mine", sharing=SharingClass.PRIVATE)
    expert = a_person(need.organisation)
    suggested(need, expert)
    suggested(hidden, expert)

    assert waits(expert) == [(need.title, "You may know this.")]
    assert waits(a_person(need.organisation)) == []
    assert waits(expert, now=NOON + timedelta(days=14)) == []
    an_answer(need, by=expert)
    assert waits(expert) == []


def test_aids_that_are_due_or_out_of_date_wait_for_their_owner() -> None:
    today = NOON.date()
    owner = a_person()
    for title, days in (("Due", 5), ("Past", -1), ("Later", 200)):
        an_aid(title, owner=owner, verified_on=today, verify_by=today + timedelta(days=days))
    a_colleague = a_person(place_of(owner).organisation)

    assert waits(owner) == [
        ("Past", "Out of date: good until 1 November 2026."),
        ("Due", "Due: good until 7 November 2026."),
    ]
    assert waits(a_colleague) == []


def four_posted_to(community: Community) -> list[Need]:
    by, hours = community.owner, [NOON - timedelta(hours=4 - number) for number in range(4)]
    return [a_need(f"Stuck {n}", by=by, community=community, at=at) for n, at in enumerate(hours)]


def test_what_is_posted_to_a_community_waits_for_its_members_last_and_not_long() -> None:
    community = a_community("Line 4")
    host = community.owner
    needs = four_posted_to(community)
    a_need("Private", by=host, community=community, sharing=SharingClass.PRIVATE)
    member, outsider = (a_person(community.organisation) for _ in range(2))
    join_community(community=community, person=member, reach=reach(member), now=NOON)
    suggested(needs[0], member)

    assert waits(member) == [
        ("Stuck 0", "You may know this."),
        ("Stuck 3", "Posted to Line 4."),
        ("Stuck 2", "Posted to Line 4."),
        ("Stuck 1", "Posted to Line 4."),
    ]
    assert waits(host) == waits(outsider) == []
    assert waits(member, now=NOON + timedelta(days=14)) == []

    an_answer(needs[3], by=member)
    an_answer(needs[2], verdict=Verdict.SOLVED)
    assert waits(member) == [("Stuck 0", "You may know this."), ("Stuck 1", "Posted to Line 4.")]


def test_at_most_three_of_what_is_posted_wait() -> None:
    community = a_community()
    member = a_person(community.organisation)
    join_community(community=community, person=member, reach=reach(member), now=NOON)

    four_posted_to(community)

    assert [title for title, _ in waits(member)] == ["Stuck 3", "Stuck 2", "Stuck 1"]


def test_a_review_waits_and_strangers_see_nothing(client: Client) -> None:
    aid = an_aid("Clear E4")
    reviewer = a_person(aid.organisation)
    ask_for_review(aid=aid, reviewer=reviewer, role=ReviewRole.NOVICE, by=aid.owner, now=NOON)

    client.force_login(reviewer)
    page = client.get("/").content.decode()

    assert waits(reviewer) == [("Clear E4", "Try it as somebody new to it.")]
    assert f"/aids/{aid.code}/review/" in page
    assert waiting_here(Reach(), now=NOON) == []
    assert "Waits for you" not in client.get("/?q=clear+E4+now").content.decode()


def test_what_nobody_answers_waits_for_who_facilitates_there() -> None:
    need = a_need("How do I clear E4?", at=NOON - timedelta(days=2))
    fresh = a_need("How do I clear E5?", by=need.owner, at=NOON - timedelta(hours=20))
    a_need("How do I clear E6?", by=need.owner, at=NOON - timedelta(days=15))
    an_answer(a_need("How do I clear E7?", by=need.owner, at=NOON - timedelta(days=2)))
    hidden = SharingClass.PRIVATE
    a_need("Mine", by=need.owner, sharing=hidden, at=NOON - timedelta(days=2))
    facilitator, elsewhere = (
        a_person(there, role=Role.FACILITATOR) for there in (need.organisation, None)
    )
    expert = a_person(need.organisation)

    told = [(need.title, "Nobody has answered. Who knows?")]
    assert waits(facilitator) == told
    assert waits(elsewhere) == waits(expert) == []
    assert (fresh.title, told[0][1]) in waits(facilitator, now=NOON + timedelta(hours=4))
    refer_need(need=need, to=expert, by=facilitator, reach=reach(facilitator), now=NOON)
    assert waits(facilitator) == []
