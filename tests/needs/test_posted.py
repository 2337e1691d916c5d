"""What was posted to a community, on its page and in full."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    an_answer,
    an_organisation,
    partners,
    reach,
)
from whoknows.needs.models import Verdict
from whoknows.needs.queries.posted import posted_lately
from whoknows.people.models import Reach, SharingClass

pytestmark = pytest.mark.django_db


def test_open_needs_come_newest_first_and_then_what_was_solved_lately() -> None:
    community = a_community()
    host = community.owner
    a_need("Elsewhere", by=host)
    for hours, words in enumerate(("Newer", "Older", "Solved", "Solved long ago")):
        at = NOON - timedelta(hours=hours)
        need = a_need(words, by=host, community=community, at=at - timedelta(days=100))
        if words == "Solved":
            an_answer(need, verdict=Verdict.SOLVED, at=NOON)
        if words == "Solved long ago":
            an_answer(need, verdict=Verdict.SOLVED, at=NOON - timedelta(days=90))

    here = posted_lately(community, reach(host), NOON)

    assert [one.title for one in here.lately] == ["Newer", "Older", "Solved"]
    assert [(one.answers, one.is_solved) for one in here.lately] == [(0, False)] * 2 + [(1, True)]


def test_it_tells_of_what_the_reader_may_see() -> None:
    home, elsewhere = an_organisation(), an_organisation()
    partners(home, elsewhere)
    community = a_community(by=a_person(home), sharing=SharingClass.PUBLIC)
    host = community.owner
    for sharing in SharingClass:
        if sharing != SharingClass.UNIT:
            a_need(sharing.value, by=host, community=community, sharing=sharing)

    def seen(who: Reach) -> set[str]:
        return {one.title for one in posted_lately(community, who, NOON).lately}

    assert seen(reach(host)) == {"private", "organisation", "partners", "public"}
    assert seen(reach(a_person(home))) == {"organisation", "partners", "public"}
    assert seen(reach(a_person(elsewhere))) == {"partners", "public"}
    assert seen(Reach()) == {"public"}


def test_its_page_says_what_its_members_are_stuck_on(client: Client) -> None:
    community = a_community("Line 4")
    need = a_need("Who has the key?", by=community.owner, community=community, at=timezone.now())
    hidden = a_need("Mine", by=community.owner, community=community, sharing=SharingClass.PRIVATE)
    client.force_login(a_person(community.organisation))

    page = client.get(community.get_absolute_url()).content.decode()
    listed = client.get(f"/needs/to/{community.uid}/").content.decode()

    for text in (page, listed):
        assert need.get_absolute_url() in text
        assert hidden.title not in text
    assert f"/needs/to/{community.uid}/" in page


def test_what_was_solved_long_ago_is_listed_in_full_and_nothing_if_there_is_nothing() -> None:
    community = a_community()
    assert not posted_lately(community, reach(community.owner), NOON).url

    need = a_need(by=community.owner, community=community, at=NOON - timedelta(days=100))
    an_answer(need, verdict=Verdict.SOLVED, at=NOON - timedelta(days=99))

    here = posted_lately(community, reach(community.owner), NOON)
    assert (here.lately, here.url) == ([], f"/needs/to/{community.uid}/")


def test_the_list_of_a_hidden_community_is_not_there(client: Client) -> None:
    community = a_community()

    assert client.get(f"/needs/to/{community.uid}/").status_code == 404
    client.force_login(a_person())
    assert client.get(f"/needs/to/{community.uid}/").status_code == 404
