"""What is suggested for a need: things to use, people to ask, groups to join."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.builders import (
    LONG_AGO,
    NOON,
    a_community,
    a_need,
    a_person,
    an_aid,
    an_answer,
    an_organisation,
    partners,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.aids.models import Trust
from whoknows.communities.actions import leave_community
from whoknows.engine.aids import Procedure, Step
from whoknows.expertise.actions import remove_evidence
from whoknows.expertise.models import Evidence
from whoknows.needs.models import Verdict
from whoknows.needs.queries.suggested import Reason, Suggestions
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.actions import join_organisation, leave_organisation
from whoknows.people.models import Person, Reach, SharingClass

pytestmark = pytest.mark.django_db

WORDS = "torque wrench shows E4 after calibration"
MOST_QUERIES = 15


def help_for(person: Person, words: str = WORDS, *, now: datetime = NOON) -> Suggestions:
    return suggest(words, reach=reach(person), now=now)


def names(found: Suggestions) -> list[str]:
    return [p.person.name for p in found.people]


def reasons(found: Suggestions) -> list[list[Reason]]:
    return [
        *(o.why for o in found.objects),
        *(p.why for p in found.people),
        *(g.why for g in found.groups),
    ]


def test_shows_a_thing_a_person_and_a_group_each_with_why(index: Index) -> None:
    organisation = an_organisation()
    asker, author = a_person(organisation), a_person(organisation, name="Ada Byron")
    need = a_need(WORDS, by=a_person(organisation))
    an_answer(need, by=author)
    aid = an_aid("Clear E4 on the torque wrench", owner=author)
    community = a_community("Torque tools", by=author, purpose="Keep every torque wrench true.")
    index.catch_up()

    found = help_for(asker)

    assert {(o.kind, o.id) for o in found.objects} == {("need", need.pk), ("aid", aid.pk)}
    assert names(found) == ["Ada Byron"]
    assert [g.community for g in found.groups] == [community]
    for why in reasons(found):
        assert why
        assert all(reason.text for reason in why)


def test_every_reason_can_be_looked_up(index: Index, client: Client) -> None:
    organisation = an_organisation()
    asker, author = a_person(organisation), a_person(organisation)
    an_answer(a_need(WORDS, by=a_person(organisation)), by=author, verdict=Verdict.SOLVED)
    a_need("torque wrench calibration is late", by=author)
    an_aid("Clear E4 on the torque wrench", owner=author)
    a_community("Torque tools", by=author)
    index.catch_up()
    client.force_login(asker)

    found = help_for(asker)

    urls = {reason.url for why in reasons(found) for reason in why if reason.url}
    urls |= {o.url for o in found.objects} | {p.person.get_absolute_url() for p in found.people}
    assert len(urls) >= 5
    for url in urls:
        page = client.get(url.partition("#")[0])
        assert page.status_code == 200, url
        assert url.partition("#")[2] in page.content.decode()


def test_never_suggests_the_reader(index: Index) -> None:
    organisation = an_organisation()
    reader, other = a_person(organisation), a_person(organisation)
    need = a_need(WORDS, by=a_person(organisation))
    an_answer(need, by=reader)
    an_answer(need, by=other)
    index.catch_up()

    assert names(help_for(reader)) == [other.name]
    assert names(help_for(other)) == [reader.name]


def test_never_suggests_on_evidence_that_the_reader_may_not_see(index: Index) -> None:
    organisation = an_organisation()
    reader, author = a_person(organisation), a_person(organisation)
    asker = a_person(organisation)
    an_answer(a_need(WORDS, by=asker), by=author)
    index.catch_up()
    assert names(help_for(reader)) == [author.name]

    Evidence.objects.update(sharing=SharingClass.PRIVATE)

    assert names(help_for(reader)) == []


def test_never_suggests_somebody_the_reader_may_not_see(index: Index) -> None:
    """What they wrote is shared with partners; they themselves are found by colleagues only."""
    home, elsewhere = an_organisation(), an_organisation()
    partners(home, elsewhere)
    colleague, partner = a_person(home), a_person(elsewhere)
    author = a_person(home, sharing=SharingClass.ORGANISATION)
    an_answer(a_need(WORDS, by=a_person(home), sharing=SharingClass.PARTNERS), by=author)
    index.catch_up()

    assert names(help_for(colleague)) == [author.name]
    assert names(help_for(partner)) == []
    assert help_for(partner).objects


def test_strangers_see_nothing_that_is_not_public(index: Index) -> None:
    author = a_person()
    an_answer(a_need(WORDS, by=author), by=a_person(place_of(author).organisation))
    an_aid("Clear E4 on the torque wrench", owner=author)
    a_community("Torque tools", by=author)
    index.catch_up()

    assert help_for(a_person()).is_empty
    assert suggest(WORDS, reach=Reach(), now=NOON).is_empty


def test_those_who_left_are_suggested_only_if_they_stay_as_alumni(index: Index) -> None:
    organisation = an_organisation()
    reader = a_person(organisation)
    need = a_need(WORDS, by=a_person(organisation))
    gone, alumna = a_person(organisation), a_person(organisation)
    for author, stays in ((gone, False), (alumna, True)):
        an_answer(need, by=author)
        leave_organisation(
            membership=place_of(author),
            on=NOON.date() - timedelta(days=1),
            now=NOON,
            stays_as_alumni=stays,
        )
    index.catch_up()

    assert names(help_for(reader)) == [alumna.name]


def test_who_answered_what_is_further_down_than_a_hundred_others_is_found(index: Index) -> None:
    organisation = an_organisation()
    asker, expert = a_person(organisation), a_person(organisation)
    for number in range(120):
        a_need(f"{WORDS}, {number}", by=asker)
    an_answer(a_need("The torque wrench shows E4 after we dropped it", by=asker), by=expert)
    index.catch_up()

    assert names(help_for(a_person(organisation))) == [expert.name]


def test_suggests_at_most_three_people(index: Index) -> None:
    organisation = an_organisation()
    reader, asker = a_person(organisation), a_person(organisation)
    need = a_need(WORDS, by=asker)
    for _ in range(6):
        an_answer(need, by=a_person(organisation))
    index.catch_up()

    assert len(help_for(reader).people) == 3


def test_counts_needs_and_not_answers(index: Index) -> None:
    organisation = an_organisation()
    reader, author, asker = (a_person(organisation) for _ in range(3))
    for number in range(2):
        need = a_need(f"{WORDS} on line {number}", by=asker)
        an_answer(need, by=author, at=NOON - timedelta(days=number))
        an_answer(need, "And again: hold it longer.", by=author)
    index.catch_up()

    why = help_for(reader).people[0].why

    assert why[0].text.startswith("Answered 2 needs like this since ")
    assert [one.text for one in why].count(f"{WORDS} on line 0") == 1


def test_counts_every_need_however_many(index: Index) -> None:
    organisation = an_organisation()
    reader, author, asker = (a_person(organisation) for _ in range(3))
    for number in range(14):
        need = a_need(f"{WORDS} on line {number}", by=asker, at=NOON - timedelta(days=30))
        an_answer(need, by=author, at=NOON - timedelta(days=20 - number))
    index.catch_up()

    why = help_for(reader).people[0].why

    assert why[0].text.startswith("Answered 14 needs like this since ")
    assert why[0].text.endswith("the last on 26 October 2026.")


@pytest.fixture
def nobody_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw as for a need where the lottery gives nobody a place; else one in twenty does."""
    monkeypatch.setattr("whoknows.needs.queries.experts._seed", lambda *_, **__: 0)


@pytest.mark.usefixtures("nobody_by_chance")
def test_one_of_three_is_outside_the_usual_few(index: Index) -> None:
    organisation = an_organisation()
    reader, asker = a_person(organisation), a_person(organisation)
    usual = [a_person(organisation, name=f"Usual {letter}") for letter in "ABC"]
    other = a_person(organisation, name="Other D")
    for number in range(3):
        need = a_need(f"{WORDS}, try {number}", by=asker)
        for author in [*usual, other] if number else usual:
            an_answer(need, by=author)
    index.catch_up()

    found = names(help_for(reader))

    assert len(found) == 3
    assert "Other D" in found


@pytest.mark.usefixtures("nobody_by_chance")
def test_somebody_far_behind_takes_nobodys_place(index: Index) -> None:
    organisation = an_organisation()
    reader, asker = a_person(organisation), a_person(organisation)
    usual = [a_person(organisation, name=f"Usual {letter}") for letter in "ABC"]
    other = a_person(organisation, name="Other D")
    for number in range(6):
        need = a_need(f"{WORDS}, try {number}", by=asker)
        for author in usual:
            an_answer(need, by=author)
    an_answer(a_need("How do I order a new wrench?", by=asker), by=other)
    index.catch_up()

    assert sorted(names(help_for(reader))) == ["Usual A", "Usual B", "Usual C"]


def test_what_came_of_a_need_moves_it(index: Index) -> None:
    organisation = an_organisation()
    reader, author = (a_person(organisation) for _ in range(2))
    needs = [a_need(WORDS, by=a_person(organisation)) for _ in range(4)]
    unanswered, answered, helped, solved = needs
    an_answer(answered, by=author)
    an_answer(helped, by=author, verdict=Verdict.HELPED)
    an_answer(solved, by=author, verdict=Verdict.SOLVED)
    index.catch_up()

    found = help_for(reader).objects

    assert [o.id for o in found] == [solved.pk, helped.pk, answered.pk, unanswered.pk]
    assert "it solved it" in found[0].why[0].text
    assert "it helped" in found[1].why[0].text
    assert "not answered yet" in found[3].why[0].text
    assert found[3].score < 0.7 * found[2].score


def test_a_verified_aid_ranks_above_one_that_nobody_verified(index: Index) -> None:
    owner = a_person()
    reader = a_person(place_of(owner).organisation)
    plain = an_aid(owner=owner)
    verified = an_aid(owner=owner, verified_on=NOON.date())
    index.catch_up()

    assert [o.id for o in help_for(reader).objects] == [verified.pk, plain.pk]


def test_the_snippet_comes_from_the_answer_that_solved_it(index: Index) -> None:
    organisation = an_organisation()
    reader, asker = a_person(organisation), a_person(organisation)
    need = a_need(WORDS, by=asker)
    an_answer(need, "Try turning it off.", by=a_person(organisation))
    an_answer(need, "Swap the cell.", by=a_person(organisation), verdict=Verdict.SOLVED)
    index.catch_up()

    assert help_for(reader).objects[0].snippet == "Swap the cell."


def test_a_stale_aid_says_so_and_ranks_lower(index: Index) -> None:
    owner = a_person()
    reader = a_person(place_of(owner).organisation)
    today = NOON.date()
    day = timedelta(days=1)
    stale = an_aid(owner=owner, verified_on=today - 300 * day, verify_by=today - day)
    plain = an_aid(owner=owner)
    fresh = an_aid(owner=owner, verified_on=today - day, verify_by=today + 100 * day)
    index.catch_up()

    found = help_for(reader).objects

    assert [(o.id, o.trust) for o in found] == [
        (fresh.pk, Trust.VERIFIED),
        (plain.pk, Trust.UNVERIFIED),
        (stale.pk, Trust.STALE),
    ]
    assert any("Out of date since" in reason.text for reason in found[2].why)
    assert found[0].why[0].text.startswith(f"Verified by {owner.name} on ")


def test_removed_evidence_removes_the_person_at_once(index: Index) -> None:
    organisation = an_organisation()
    reader, author = a_person(organisation), a_person(organisation)
    an_answer(a_need(WORDS, by=a_person(organisation)), by=author)
    index.catch_up()
    assert names(help_for(reader)) == [author.name]

    remove_evidence(evidence_id=Evidence.objects.get().pk, by=author, now=NOON)

    assert names(help_for(reader)) == []


def test_nobody_is_told_their_own_question_and_no_question_solves_anything(
    index: Index, client: Client
) -> None:
    organisation = an_organisation()
    asker, reader = a_person(organisation), a_person(organisation)
    need = a_need(WORDS, by=asker)
    index.catch_up()

    assert help_for(asker).objects == []
    assert [o.need for o in help_for(reader).objects] == [need]
    client.force_login(reader)
    page = client.get("/", {"q": WORDS}).content.decode()
    assert "Asked by" in page
    assert "This solved it" not in page
    an_answer(need, by=reader)
    assert [o.need for o in help_for(asker).objects] == [need]
    assert "This solved it" in client.get("/", {"q": WORDS}).content.decode()


def test_where_all_who_know_are_busy_the_page_says_so(index: Index, client: Client) -> None:
    organisation = an_organisation()
    reader, expert = a_person(organisation), a_person(organisation)
    an_answer(a_need(WORDS, by=a_person(organisation)), by=expert)
    index.catch_up()
    client.force_login(reader)
    assert names(help_for(reader)) == [expert.name]

    expert.most_a_week = 0
    expert.save()

    assert help_for(reader).people == []
    page = client.get("/", {"q": WORDS}).content.decode()
    assert "Whoever knows this has answered as much as they want to for now." in page
    nobody = client.get("/", {"q": "flower arrangements for the hall"}).content.decode()
    assert "has answered as much" not in nobody


def test_a_group_where_such_needs_were_posted_is_suggested(index: Index) -> None:
    host = a_person()
    reader = a_person(place_of(host).organisation)
    community = a_community("Assembly hall 3", by=host, purpose="Help each other out.")
    hidden = a_community("Secret", by=host, purpose="Us.", sharing=SharingClass.PRIVATE)
    a_need(WORDS, by=host, community=community)
    a_need(WORDS, by=host, community=hidden)
    index.catch_up()

    found = help_for(reader).groups

    assert [g.community for g in found] == [community]
    assert found[0].why[0].text == "1 person. Help each other out."
    assert found[0].why[1].text == "1 need like this was posted here."


def test_a_group_that_shares_no_more_than_a_common_word_is_not_suggested(index: Index) -> None:
    host = a_person()
    reader = a_person(place_of(host).organisation)
    for number in range(60):  # so many that words can be told apart
        a_need(f"Something else about a hall, number {number}", by=host)
    an_aid(f"{WORDS} in the hall", owner=host)
    true = a_community("Torque wrench circle", by=host, purpose="Calibration of every wrench.")
    a_community("Hall decoration", by=host, purpose="Flowers in the hall.")
    index.catch_up()

    found = suggest(f"{WORDS} in the hall", reach=reach(reader), now=NOON).groups

    assert [group.community for group in found] == [true]


def test_costs_no_more_queries_however_many_documents(
    index: Index, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = an_organisation()
    reader = a_person(organisation)

    def more(count: int) -> None:
        for number in range(count):
            author = a_person(organisation)
            need = a_need(f"{WORDS} {number}", by=a_person(organisation))
            an_answer(need, by=author)
            an_aid(f"{WORDS} {number}", owner=author, verified_on=NOON.date())
            a_community(by=author, purpose="Every torque wrench true.")
        index.catch_up()

    mine = reach(reader)
    for count in (3, 25):
        more(count)
        suggest(WORDS, reach=mine, now=NOON)  # reads what everybody did, for all that follow
        with django_assert_max_num_queries(MOST_QUERIES):
            found = suggest(WORDS, reach=mine, now=NOON)
            assert "need" in {o.kind for o in found.objects}
            assert len(found.people) == 3
            assert len(found.groups) == 3


def test_finds_nothing_in_an_empty_installation(index: Index) -> None:
    assert suggest(WORDS, reach=Reach(), now=NOON).is_empty


def test_shows_nothing_rather_than_a_chance_likeness(index: Index) -> None:
    organisation = an_organisation()
    asker = a_person(organisation)
    subjects = [f"{a} {b}" for a in ("gauge", "valve", "hoist", "rivet") for b in "abcdefghijklmno"]
    for subject in subjects:
        an_aid(f"Show how the {subject} is checked", owner=a_person(organisation))
    an_answer(a_need("The infusion pump sounds its occlusion alarm", by=asker))
    index.catch_up()
    mine = reach(asker)

    by_chance = suggest("the label printer shows paper jam", reach=mine, now=NOON)
    meant = suggest("infusion pump has an oclusion alarm", reach=mine, now=NOON)

    assert by_chance.is_empty
    assert [o.title for o in meant.objects] == ["The infusion pump sounds its occlusion alarm"]
    assert len(meant.people) == 1


def test_an_aid_is_shown_with_the_step_that_matches(index: Index) -> None:
    owner = a_person()
    steps = (Step("Switch it off"), Step("Hold the zirconium flange"), Step("Wait a minute"))
    an_aid("Clear error E4", owner=owner, content=Procedure(steps))
    index.catch_up()

    [found] = help_for(a_person(place_of(owner).organisation), "which zirconium flange").objects

    assert found.snippet == "2. Hold the zirconium flange"


def test_a_group_that_everybody_left_is_not_suggested(index: Index) -> None:
    community = a_community("Torque tools", purpose="Torque wrenches and their errors.")
    an_answer(a_need("The torque wrench shows an error", by=community.owner))
    reader = a_person(community.organisation)
    index.catch_up()
    words = "the torque wrench shows an error"
    assert suggest(words, reach=reach(reader), now=NOON).groups

    leave_community(community=community, person=community.owner, now=NOON)

    assert not suggest(words, reach=reach(reader), now=NOON).groups


def test_says_what_somebody_is_where_the_reader_may_know_it(index: Index, client: Client) -> None:
    home, elsewhere = an_organisation("Home"), an_organisation("Elsewhere")
    author = a_person(home)
    day, public = LONG_AGO + timedelta(days=1), SharingClass.PUBLIC
    join_organisation(person=author, organisation=elsewhere, on=day, now=NOON, sharing=public)
    author.memberships.filter(organisation=home).update(title="Welder")
    asker = a_person(home)
    an_answer(a_need(WORDS, by=asker, sharing=SharingClass.PUBLIC), by=author)
    index.catch_up()

    [at_home] = help_for(a_person(home)).people
    [from_outside] = help_for(a_person(elsewhere)).people

    assert (at_home.title, at_home.organisation) == ("Welder", "Home")
    assert (from_outside.title, from_outside.organisation) == ("", "Elsewhere")
    client.force_login(a_person(home))
    page = client.get("/", {"q": WORDS}).content.decode()
    assert "Welder, Home" in page
    assert f"/needs/new/{author.uid}/?q=" in page
