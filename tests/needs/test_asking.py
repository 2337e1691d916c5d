"""Raising a need, sharing it, and saying what solved one."""

import pytest
from django.test import Client

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    a_stranger,
    a_unit,
    an_aid,
    an_answer,
    an_organisation,
    partners,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.base.models import AuditEntry
from whoknows.communities.actions import join_community
from whoknows.expertise.models import Evidence
from whoknows.needs.actions import raise_need, say_solved, share_need, take_back_need
from whoknows.needs.models import LONGEST_NEED, Need, Solution
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Person, Reach, SharingClass

pytestmark = pytest.mark.django_db

HOSTILE = (
    "<script>alert(1)</script> Robert'); DROP TABLE needs_need;-- \u202eأين المفتاح 🔧\r\n  *x*"
)


def test_keeps_the_words_exactly() -> None:
    asker = a_person()

    need = raise_need(words=HOSTILE, by=place_of(asker), now=NOON)

    need.refresh_from_db()
    assert need.words == HOSTILE
    assert (need.owner, need.raised_at, need.met_at) == (asker, NOON, None)


def test_nobody_has_to_approve_a_need() -> None:
    asker = a_person()
    colleague = a_person(place_of(asker).organisation)

    need = raise_need(words="Where is the key?", by=place_of(asker), now=NOON)

    assert need in Need.objects.visible_to(reach(colleague))


def test_the_first_sentence_becomes_the_title() -> None:
    need = a_need("The wrench shows E4. It did not yesterday.")

    assert need.title == "The wrench shows E4."


@pytest.mark.parametrize(
    ("words", "longest"),
    [("word " * 400, 141), ("x" * 5000, 141), ("寿" * 5000, 141)],
    ids=["words", "one long word", "no spaces at all"],
)
def test_a_title_without_end_is_cut(words: str, longest: int) -> None:
    need = a_need(words)

    assert need.title.endswith("…")
    assert len(need.title) <= longest
    assert need.words == words.strip()


@pytest.mark.parametrize("start", ["\u200b\n", "?!\n", "… "])
def test_a_title_is_something_that_one_can_see(start: str) -> None:
    need = a_need(f"{start}Where is the key?")

    assert "Where is the key?" in need.title


@pytest.mark.parametrize("words", ["", "  \n ", "\x00", " \x00 ", "\u200b\u2060", "\u3164"])
def test_refuses_a_need_without_words(words: str) -> None:
    place = place_of(a_person())

    with pytest.raises(BadInput, match="in your own words"):
        raise_need(words=words, by=place, now=NOON)

    assert not Need.objects.exists()


def test_takes_the_longest_need_and_refuses_one_more_letter() -> None:
    place = place_of(a_person())

    raise_need(words="a" * LONGEST_NEED, by=place, now=NOON)
    with pytest.raises(BadInput, match="20,000"):
        raise_need(words="a" * (LONGEST_NEED + 1), by=place, now=NOON)

    assert Need.objects.count() == 1


def test_leaves_out_a_nul_byte_which_no_database_keeps() -> None:
    need = a_need("Where\x00 is the key?")

    assert need.words == "Where is the key?"


def test_refuses_sharing_with_a_unit_by_somebody_in_none() -> None:
    organisation = an_organisation()
    inside = place_of(a_person(organisation, unit=a_unit(organisation)))
    outside = place_of(a_person(organisation))

    raise_need(words="Where is it?", by=inside, now=NOON, sharing=SharingClass.UNIT)
    with pytest.raises(BadInput, match="no unit"):
        raise_need(words="Where is it?", by=outside, now=NOON, sharing=SharingClass.UNIT)

    assert Need.objects.count() == 1


def test_posts_only_to_a_community_that_one_is_in() -> None:
    asker = a_person()
    community = a_community(by=a_person(place_of(asker).organisation))

    with pytest.raises(NotAllowed, match="Join"):
        raise_need(words="Where is it?", by=place_of(asker), now=NOON, community=community)
    assert not Need.objects.exists()

    join_community(community=community, person=asker, reach=reach(asker), now=NOON)
    need = raise_need(words="Where is it?", by=place_of(asker), now=NOON, community=community)
    assert need.community == community


def test_the_trail_says_who_raised_a_need_and_not_in_which_words() -> None:
    need = a_need("My manager is the problem")

    entry = AuditEntry.objects.get(action="raise_need")
    assert (entry.actor, entry.subject) == (need.owner, f"need:{need.pk}")
    assert "manager" not in str(entry.detail)


def test_evidence_follows_the_sharing_of_the_need() -> None:
    need = a_need(sharing=SharingClass.PUBLIC)
    an_answer(need)
    assert Evidence.objects.visible_to(Reach()).exists()

    share_need(need=need, sharing=SharingClass.PRIVATE, by=need.owner, now=NOON)

    assert not Evidence.objects.visible_to(Reach()).exists()
    assert set(Evidence.objects.values_list("sharing", flat=True)) == {SharingClass.PRIVATE}


def test_the_index_follows_the_sharing_of_the_need(index: Index) -> None:
    need = a_need("Calibrate the torque wrench", sharing=SharingClass.PUBLIC)
    an_answer(need)
    index.catch_up()
    assert suggest("torque wrench", reach=Reach(), now=NOON).objects

    share_need(need=need, sharing=SharingClass.PRIVATE, by=need.owner, now=NOON)
    index.catch_up()

    assert not suggest("torque wrench", reach=Reach(), now=NOON).objects
    assert suggest("torque wrench", reach=reach(need.owner), now=NOON).objects


def test_nothing_leaks_before_the_index_has_followed(index: Index) -> None:
    need = a_need("Calibrate the torque wrench", sharing=SharingClass.PUBLIC)
    an_answer(need)
    index.catch_up()

    share_need(need=need, sharing=SharingClass.PRIVATE, by=need.owner, now=NOON)

    found = suggest("torque wrench", reach=Reach(), now=NOON)
    assert found.is_empty


def test_only_the_asker_changes_who_sees_a_need() -> None:
    need = a_need()
    colleague = a_person(need.organisation)

    with pytest.raises(NotAllowed):
        share_need(need=need, sharing=SharingClass.PUBLIC, by=colleague, now=NOON)

    need.refresh_from_db()
    assert need.sharing == SharingClass.ORGANISATION


def test_refuses_to_share_with_the_unit_of_somebody_who_had_none() -> None:
    need = a_need()

    with pytest.raises(BadInput, match="no unit"):
        share_need(need=need, sharing=SharingClass.UNIT, by=need.owner, now=NOON)


def solved_by(aid_id: int, words: str, *, by: Person) -> Solution | None:
    return say_solved(
        words=words, document_kind="aid", document_id=aid_id, by=by, reach=reach(by), now=NOON
    )


def test_saying_it_twice_counts_once() -> None:
    asker = a_person()
    aid = an_aid(owner=a_person(place_of(asker).organisation))

    first = solved_by(aid.pk, "clear E4", by=asker)
    again = solved_by(aid.pk, " clear E4 ", by=asker)

    assert first == again
    assert Solution.objects.count() == 1
    assert AuditEntry.objects.filter(action="say_solved").count() == 1


@pytest.mark.parametrize("kind", ["aid", "need"])
def test_nothing_invisible_solves_anything(kind: str) -> None:
    thing = an_aid() if kind == "aid" else a_need()
    insider, stranger = a_person(thing.organisation), a_stranger()

    def say(person: Person) -> Solution | None:
        return say_solved(
            words="clear E4",
            document_kind=kind,
            document_id=thing.pk,
            by=person,
            reach=reach(person),
            now=NOON,
        )

    with pytest.raises(NotFound, match="Search for it again"):
        say(stranger)
    assert not Solution.objects.exists()
    assert say(insider) == Solution.objects.get(organisation=thing.organisation)


def test_whoever_answered_a_need_does_not_say_that_it_solved_theirs() -> None:
    answer = an_answer(a_need())

    with pytest.raises(NotAllowed, match="your own"):
        say_solved(
            words="clear E4",
            document_kind="need",
            document_id=answer.need_id,
            by=answer.author,
            reach=reach(answer.author),
            now=NOON,
        )


def test_a_need_is_about_what_its_words_name_and_its_community_is_about() -> None:
    asker = a_person()
    colleague = a_person(place_of(asker).organisation)
    an_aid(owner=colleague, topics=("Torque wrenches", "Welding"))
    an_aid(owner=colleague, topics=("Calibration",), sharing=SharingClass.PRIVATE)
    community = a_community(by=asker, topics=("Line 4",))

    need = a_need("My torque wrench fails after calibration", by=asker, community=community)
    answer = an_answer(need, by=colleague)

    about = {topic.name for topic in need.topics.all()}
    assert about == {"Torque wrenches", "Line 4"}
    shown = Evidence.objects.get(source=f"answer:{answer.pk}")
    assert {topic.name for topic in shown.topics.all()} == about


def topics_of(need: Need) -> set[str]:
    return {topic.name for topic in need.topics.all()}


def test_a_need_does_not_tell_what_a_community_is_about_that_its_readers_do_not_see() -> None:
    here = an_organisation()
    asker = a_person(here, unit=a_unit(here))
    an_aid(owner=a_person(here), topics=("Line 4",))
    community = a_community(by=asker, topics=("Layoffs", "Line 4"), sharing=SharingClass.UNIT)

    wide, narrow = (
        a_need(words, by=asker, community=community, sharing=sharing)
        for words, sharing in (("Who?", SharingClass.ORGANISATION), ("Why?", SharingClass.UNIT))
    )
    answer = an_answer(narrow, by=a_person(here, unit=place_of(asker).unit))
    before = topics_of(narrow)
    share_need(need=narrow, sharing=SharingClass.ORGANISATION, by=asker, now=NOON)

    assert topics_of(wide) == {"Line 4"}
    assert (before, topics_of(narrow)) == ({"Layoffs", "Line 4"}, {"Line 4"})
    shown = Evidence.objects.get(source=f"answer:{answer.pk}")
    assert [topic.name for topic in shown.topics.all()] == ["Line 4"]


@pytest.mark.parametrize(
    ("community", "need", "told"),
    [
        (SharingClass.ORGANISATION, SharingClass.ORGANISATION, True),
        (SharingClass.ORGANISATION, SharingClass.PARTNERS, False),
        (SharingClass.PARTNERS, SharingClass.PUBLIC, False),
        (SharingClass.PUBLIC, SharingClass.PUBLIC, True),
        (SharingClass.PRIVATE, SharingClass.PRIVATE, True),
        (SharingClass.PRIVATE, SharingClass.ORGANISATION, False),
    ],
)
def test_a_need_tells_what_its_community_is_about_to_who_sees_that(
    community: SharingClass, need: SharingClass, *, told: bool
) -> None:
    asker = a_person()
    posted_to = a_community(by=asker, topics=("Layoffs",), sharing=community)

    posted = a_need(by=asker, community=posted_to, sharing=need)

    assert topics_of(posted) == ({"Layoffs"} if told else set())


def test_a_need_that_nobody_answered_can_be_taken_back(client: Client) -> None:
    need, answered = a_need("Take me back"), an_answer(a_need()).need

    for person in (a_stranger(), a_person(need.organisation)):
        with pytest.raises(NotAllowed):
            take_back_need(need=need, by=person, now=NOON)
    with pytest.raises(Conflict, match="who can see it"):
        take_back_need(need=answered, by=answered.owner, now=NOON)
    client.force_login(need.owner)
    assert "Delete this need" in client.get(need.get_absolute_url()).content.decode()
    listed = client.post(f"{need.get_absolute_url()}take-back/", follow=True)

    assert "It is gone" in listed.content.decode()
    with pytest.raises(NotFound, match="already"):
        take_back_need(need=need, by=need.owner, now=NOON)
    assert list(Need.objects.all()) == [answered]


def test_what_solved_it_ranks_higher_from_then_on(index: Index) -> None:
    organisation = an_organisation()
    owner, asker = a_person(organisation), a_person(organisation)
    aids = [an_aid("Clear error E4 on the torque wrench", owner=owner) for _ in range(3)]
    index.catch_up()
    before = suggest("clear error on the torque wrench", reach=reach(asker), now=NOON)
    last = before.objects[-1]
    assert last.id in {aid.pk for aid in aids}

    solved_by(last.id, "clear error on the torque wrench", by=asker)

    after = suggest("clear error on the torque wrench", reach=reach(asker), now=NOON)
    assert after.objects[0].id == last.id
    assert after.objects[0].why[0].text == "It solved a need of 1 person."
    assert after.objects[0].score > last.score


def test_nobody_says_of_their_own_thing_that_it_solved_theirs() -> None:
    owner = a_person()
    aid = an_aid(owner=owner)

    with pytest.raises(NotAllowed, match="your own"):
        solved_by(aid.pk, "clear E4", by=owner)

    assert not Solution.objects.exists()


def test_its_owner_is_offered_the_circles_there_are_and_the_present_one(client: Client) -> None:
    organisation = an_organisation()
    asker = a_person(organisation)
    need = a_need(by=asker)
    client.force_login(asker)

    def offered(need: Need) -> list[str]:
        page = client.get(need.get_absolute_url()).content.decode()
        return [c.value for c in SharingClass if f'<option value="{c.value}"' in page]

    assert offered(need) == ["private", "organisation", "public"]
    share_need(need=need, sharing=SharingClass.PARTNERS, by=asker, now=NOON)
    assert offered(need) == ["private", "organisation", "partners", "public"]
    partners(organisation, an_organisation())
    assert offered(a_need("Another", by=asker)) == offered(need)
