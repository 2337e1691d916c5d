"""What people say they know: pending until something shows it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    a_unit,
    an_aid,
    an_answer,
    an_organisation,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.base.errors import BadInput, NotFound
from whoknows.base.models import AuditEntry
from whoknows.expertise.actions import (
    MOST_DECLARED,
    declare_topics,
    open_topics,
    refuse_topic,
    withdraw_topic,
)
from whoknows.expertise.models import DeclaredTopic, RefusedTopic, Topic
from whoknows.expertise.queries.topics import declared_by, topic_names
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Organisation, Person, Reach, SharingClass

pytestmark = pytest.mark.django_db
WORDS = "How do I mend the zirconium flange?"
PENDING = "Pending: nothing shows it yet."


def say(person: Person, organisation: Organisation, *names: str) -> list[Topic]:
    return declare_topics(names=names, organisation=organisation, by=person, now=NOON)


def answered(organisation: Organisation, *people: Person) -> None:
    """Let each of ``people`` answer two needs on flanges at the same times."""
    topic = open_topics(organisation=organisation, names=["Flanges"])["Flanges"]
    for number in range(2):
        need = a_need(f"{WORDS} Number {number}", by=a_person(organisation))
        need.topics.add(topic)
        for person in people:
            an_answer(need, "Warm it first.", by=person)


def test_what_nothing_shows_yet_is_pending_and_seen_by_nobody_else(client: Client) -> None:
    organisation = an_organisation()
    person, colleague = a_person(organisation), a_person(organisation)

    client.force_login(person)
    client.post("/people/topics/", {"topics": "Flanges"})
    own = client.get(person.get_absolute_url()).content.decode()
    client.force_login(colleague)
    others = client.get(person.get_absolute_url()).content.decode()

    assert "Flanges" in own
    assert PENDING in own
    assert "Flanges" not in others


def test_an_answer_on_the_topic_shows_it() -> None:
    organisation = an_organisation()
    person = a_person(organisation)
    say(person, organisation, "Flanges", "Welding")

    answered(organisation, person)

    assert [(one.topic.name, one.is_shown) for one in declared_by(person)] == [
        ("Flanges", True),
        ("Welding", False),
    ]


def test_of_two_who_did_the_same_the_one_who_says_so_is_suggested_first(index: Index) -> None:
    organisation = an_organisation()
    first, second = a_person(organisation, name="Ada"), a_person(organisation, name="Bea")
    answered(organisation, first, second)
    index.catch_up()
    eyes = reach(a_person(organisation))

    def suggested() -> list[str]:
        return [p.person.name for p in suggest(WORDS, reach=eyes, now=NOON).people]

    before = suggested()
    say(second, organisation, "flanges")

    assert before == ["Ada", "Bea"]
    assert suggested() == ["Bea", "Ada"]


def test_saying_so_alone_suggests_nobody(index: Index) -> None:
    organisation = an_organisation()
    helper, claimant = a_person(organisation, name="Ada"), a_person(organisation, name="Bea")
    answered(organisation, helper)
    say(claimant, organisation, "Flanges")
    index.catch_up()

    people = suggest(WORDS, reach=reach(a_person(organisation)), now=NOON).people

    assert [one.person for one in people] == [helper]


@pytest.mark.parametrize("sharing", [SharingClass.PRIVATE, SharingClass.ORGANISATION])
def test_a_topic_that_one_may_not_know_of_answers_in_ones_own_spelling(
    client: Client, sharing: SharingClass
) -> None:
    una = a_person()
    norm = a_person(place_of(una).organisation)
    an_aid(owner=una, topics=("Projekt ADLER: Übernahme",), sharing=sharing)
    client.force_login(norm)

    said = client.post(
        reverse("expertise:declare"), {"topics": "projekt-adler übernahme"}, follow=True
    )
    mine = an_aid(owner=norm, topics=("projekt adler Übernahme",), sharing=SharingClass.PRIVATE)

    is_open = sharing == SharingClass.ORGANISATION
    assert ("ADLER" in said.content.decode()) is is_open
    assert [topic.name for topic in mine.topics.all()] == (
        ["Projekt ADLER: Übernahme"] if is_open else ["projekt adler Übernahme"]
    )


def test_what_one_says_of_oneself_is_not_in_what_administrators_read() -> None:
    person = a_person()
    here = place_of(person).organisation
    topic = say(person, here, "Whistles")[0]
    withdraw_topic(topic_id=topic.pk, by=person, now=NOON)
    refuse_topic(topic=topic, by=person, now=NOON)

    entries = AuditEntry.objects.filter(subject=f"topic:{topic.pk}")

    assert entries.count() == 3
    assert not entries.filter(organisation_id__isnull=False).exists()


def test_what_a_community_shows_openly_is_spelled_as_it_is_there() -> None:
    norm = a_person()
    community = a_community(by=norm, topics=("Line 4",))

    declare_topics(names=["LINE-4"], organisation=community.organisation, by=norm, now=NOON)

    assert [topic.name for topic in community.topics.all()] == ["Line 4"]


def test_saying_so_takes_a_refusal_back_and_refusing_takes_the_saying_back() -> None:
    organisation = an_organisation()
    person = a_person(organisation)
    (topic,) = say(person, organisation, "Flanges")

    refuse_topic(topic=topic, by=person, now=NOON)
    after_refusal = DeclaredTopic.objects.count(), RefusedTopic.objects.count()
    say(person, organisation, "Flanges")

    assert after_refusal == (0, 1)
    assert (DeclaredTopic.objects.count(), RefusedTopic.objects.count()) == (1, 0)


def test_a_topic_is_taken_back_once_and_by_its_person_only(client: Client) -> None:
    organisation = an_organisation()
    person, other = a_person(organisation), a_person(organisation)
    (topic,) = say(person, organisation, "Flanges")
    client.force_login(other)

    assert client.post(f"/people/topics/{topic.pk}/withdrawal/").status_code == 404
    assert DeclaredTopic.objects.exists()

    withdraw_topic(topic_id=topic.pk, by=person, now=NOON)
    assert not DeclaredTopic.objects.exists()
    with pytest.raises(NotFound):
        withdraw_topic(topic_id=topic.pk, by=person, now=NOON)


def test_topics_to_choose_from_are_those_of_what_one_may_see() -> None:
    organisation = an_organisation()
    unit = a_unit(organisation)
    asker, helper = (a_person(organisation, unit=unit) for _ in range(2))
    colleague = a_person(organisation)
    for sharing in (SharingClass.ORGANISATION, SharingClass.UNIT):
        topics = open_topics(organisation=organisation, names=[f"Known to {sharing}"])
        need = a_need(WORDS, by=asker, sharing=sharing)
        need.topics.add(*topics.values())
        an_answer(need, by=helper)
    say(asker, organisation, "Pending")

    assert topic_names(reach(colleague)) == ["Known to organisation"]
    assert topic_names(reach(helper)) == ["Known to organisation", "Known to unit"]
    assert topic_names(Reach()) == []


def test_nobody_names_more_topics_than_they_can_be_asked_about() -> None:
    organisation = an_organisation()
    person = a_person(organisation)
    say(person, organisation, *(f"Topic {number}" for number in range(MOST_DECLARED)))

    say(person, organisation, "Topic 3")
    with pytest.raises(BadInput, match="at most 50 topics"):
        say(person, organisation, "One more")

    assert DeclaredTopic.objects.count() == MOST_DECLARED


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Write a topic"),
        (" , ,", "Write a topic"),
        ("Flanges, ???", "has no letters or digits"),
        ("x" * 501, "at most 500 characters"),
    ],
)
def test_what_is_no_topic_is_told_and_kept(client: Client, typed: str, says: str) -> None:
    person = a_person(an_organisation())
    client.force_login(person)

    page = client.post("/people/topics/", {"topics": typed})

    assert page.status_code == 422
    assert says in page.content.decode()
    assert typed in page.content.decode()
    assert not DeclaredTopic.objects.exists()


def test_who_belongs_nowhere_and_who_is_not_signed_in_say_nothing(client: Client) -> None:
    asked_to_sign_in = client.post("/people/topics/", {"topics": "Flanges"})
    nowhere = a_person()
    place_of(nowhere).delete()
    client.force_login(nowhere)

    refused = client.post("/people/topics/", {"topics": "Flanges"})

    assert "/login/" in asked_to_sign_in["Location"]
    assert refused.status_code == 403
    assert not Topic.objects.exists()
