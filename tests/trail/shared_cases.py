"""What communities, topics and evidence leave in the trail."""

from functools import partial

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    a_stranger,
    an_aid,
    an_answer,
    place_of,
    reach,
)
from tests.trail.deeds import SECRET, Cases, Deed, Line
from whoknows.communities.actions import (
    bring_in_members,
    join_community,
    leave_community,
    make_host,
    open_community,
)
from whoknows.communities.models import Community
from whoknows.expertise.actions import (
    declare_topics,
    open_topics,
    refuse_topic,
    remove_evidence,
    rename_topic,
    withdraw_topic,
)
from whoknows.expertise.models import Evidence, Topic
from whoknows.people.models import Organisation, Person, SharingClass

CASES = Cases()


def a_joined_community() -> tuple[Community, Person]:
    """Return a community and somebody in it who is no host."""
    community = a_community(SECRET, purpose=SECRET)
    person = a_person(community.organisation, name=SECRET)
    join_community(community=community, person=person, reach=reach(person), now=NOON)
    return community, person


@CASES.of("open_community")
def opening_a_community() -> Deed:
    person = a_person()
    place = place_of(person)
    return Deed(
        lambda: open_community(name=SECRET, purpose=SECRET, by=place, now=NOON, topics=[SECRET]),
        lambda made: [Line(f"community:{made.pk}", person, place.organisation)],
        lambda: open_community(name=SECRET, purpose=SECRET, by=place, now=NOON, topics=["?"]),
    )


@CASES.of("join_community")
def joining_a_community() -> Deed:
    community = a_community(SECRET)
    person, stranger = a_person(community.organisation), a_stranger()
    join = partial(join_community, community=community, now=NOON)
    return Deed(
        lambda: join(person=person, reach=reach(person)),
        lambda _: [Line(f"community:{community.pk}", person, community.organisation)],
        lambda: join(person=stranger, reach=reach(stranger)),
    )


@CASES.of("make_host")
def making_a_host() -> Deed:
    community, person = a_joined_community()
    make = partial(make_host, community=community, person=person, now=NOON)
    return Deed(
        partial(make, by=community.owner),
        lambda _: [Line(f"community:{community.pk}", community.owner, community.organisation)],
        partial(make, by=person),
    )


@CASES.of("leave_community")
def leaving_a_community() -> Deed:
    community, person = a_joined_community()
    leave = partial(leave_community, community=community, now=NOON)
    return Deed(
        partial(leave, person=person),
        lambda _: [Line(f"community:{community.pk}", person, community.organisation)],
        partial(leave, person=community.owner),
    )


@CASES.of("bring_in_members")
def bringing_in_members() -> Deed:
    community = a_community(SECRET)
    boss, person = community.owner, a_person(community.organisation)
    return Deed(
        lambda: bring_in_members(community=community, person_ids=[person.pk], now=NOON, by=boss),
        lambda _: [Line(f"community:{community.pk}", boss, community.organisation)],
        None,
    )


@CASES.of("remove_evidence")
def removing_evidence() -> Deed:
    answer = an_answer(a_need(SECRET), SECRET)
    author, works = answer.author, answer.need.organisation
    evidence = Evidence.objects.get(owner=author)
    remove = partial(remove_evidence, evidence_id=evidence.pk, now=NOON)
    return Deed(
        partial(remove, by=author),
        lambda _: [Line(f"evidence:{evidence.pk}", author, works)],
        partial(remove, by=answer.need.owner),
    )


def a_topic(name: str = SECRET) -> tuple[Topic, Person, Organisation]:
    """Return a topic that only something private shows, and somebody where it belongs."""
    person = a_person()
    works = place_of(person).organisation
    return open_topics(organisation=works, names=[name])[name], person, works


@CASES.of("refuse_topic")
def refusing_a_topic() -> Deed:
    topic, person, _ = a_topic()
    return Deed(
        lambda: refuse_topic(topic=topic, by=person, now=NOON),
        lambda _: [Line(f"topic:{topic.pk}", person, None)],
        None,
    )


@CASES.of("declare_topic")
def declaring_topics() -> Deed:
    topic, person, works = a_topic()
    declare = partial(declare_topics, organisation=works, by=person, now=NOON)
    return Deed(
        partial(declare, names=[SECRET]),
        lambda _: [Line(f"topic:{topic.pk}", person, None)],
        partial(declare, names=[SECRET, "?"]),
    )


@CASES.of("withdraw_topic")
def withdrawing_a_topic() -> Deed:
    topic, person, works = a_topic()
    declare_topics(names=[SECRET], organisation=works, by=person, now=NOON)
    withdraw = partial(withdraw_topic, topic_id=topic.pk, now=NOON)
    return Deed(
        partial(withdraw, by=person),
        lambda _: [Line(f"topic:{topic.pk}", person, None)],
        partial(withdraw, by=a_person(works)),
    )


@CASES.of("rename_topic")
def renaming_a_topic() -> Deed:
    topic, person, works = a_topic()
    rename = partial(rename_topic, topic=topic, joins=False, by=person, now=NOON)
    return Deed(
        partial(rename, name=f"{SECRET} {SECRET}"),
        lambda _: [Line(f"topic:{topic.pk}", person, works)],
        partial(rename, name="?"),
    )


@CASES.of("join_topic")
def joining_topics() -> Deed:
    topic, person, works = a_topic()
    # The name of a topic that everybody sees is nobody's, so it may stand in the trail.
    an_aid(owner=person, topics=("Torque",))
    other = Topic.objects.get(name="Torque")
    rename = partial(rename_topic, topic=topic, name="torque", by=person, now=NOON)
    return Deed(
        partial(rename, joins=True),
        lambda _: [
            Line(f"topic:{other.pk}", person, works),
            Line(f"topic:{topic.pk}", person, works, "rename_topic"),
        ],
        partial(rename, joins=False),
    )


@CASES.of("join_topic", "that only something private shows")
def joining_a_hidden_topic() -> Deed:
    topic, person, works = a_topic("Torque")
    an_aid(owner=person, topics=(SECRET,), sharing=SharingClass.PRIVATE)
    hidden = Topic.objects.get(name=SECRET)
    rename = partial(rename_topic, topic=topic, joins=False, by=person, now=NOON)
    return Deed(
        partial(rename, name=SECRET),
        lambda _: [
            Line(f"topic:{hidden.pk}", person, None),
            Line(f"topic:{topic.pk}", person, works, "rename_topic"),
        ],
        partial(rename, name="?"),
    )
