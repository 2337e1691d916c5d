"""Opening, joining and leaving communities, and their pages."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    a_stranger,
    a_unit,
    an_organisation,
    partners,
    place_of,
    reach,
)
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.base.models import AuditEntry
from whoknows.base.prepared import Prepared
from whoknows.communities.actions import (
    LastHost,
    NameTaken,
    bring_in_members,
    join_community,
    leave_community,
    make_host,
)
from whoknows.communities.models import Community, CommunityMember
from whoknows.communities.queries import communities_visible_to, community_visible_to, members_of
from whoknows.people.actions import leave_organisation
from whoknows.people.models import Person, Reach, SharingClass

pytestmark = pytest.mark.django_db


def join(community: Community, person: Person) -> CommunityMember:
    return join_community(community=community, person=person, reach=reach(person), now=NOON)


def test_whoever_opens_a_community_hosts_it() -> None:
    host = a_person()

    community = a_community("  Torque   tools ", by=host)

    assert community.name == "Torque tools"
    member = community.members.get()
    assert (member.person, member.is_host) == (host, True)


@pytest.mark.parametrize(
    ("name", "purpose"), [(" ", "Keep them true."), ("Tools", " \n"), ("\u2060", "Keep them.")]
)
def test_refuses_a_community_without_name_or_purpose(name: str, purpose: str) -> None:
    host = a_person()

    with pytest.raises(BadInput):
        a_community(name, purpose=purpose, by=host)

    assert not Community.objects.exists()


def test_a_name_is_taken_once_in_each_organisation() -> None:
    host = a_person()
    a_community("Tools", by=host)

    with pytest.raises(NameTaken, match="Join it"):
        a_community("Tools", by=a_person(place_of(host).organisation))

    assert a_community("Tools", by=a_person()).name == "Tools"


@pytest.mark.parametrize("sharing", [SharingClass.PRIVATE, SharingClass.UNIT])
def test_the_name_of_a_community_that_one_may_not_see_is_free(sharing: SharingClass) -> None:
    here = an_organisation()
    una, norm = a_person(here, unit=a_unit(here)), a_person(here)
    a_community("Takeover circle", by=una, sharing=sharing)

    a_community("Takeover circle", by=norm)

    assert Community.objects.filter(name="Takeover circle").count() == 2
    with pytest.raises(NameTaken):
        a_community("Takeover circle", by=una, sharing=sharing)
    with pytest.raises(IntegrityError), transaction.atomic():
        Community.objects.update(sharing=SharingClass.PARTNERS)


def test_joining_twice_changes_nothing() -> None:
    community = a_community()
    colleague = a_person(community.organisation)

    assert join(community, colleague) == join(community, colleague)

    assert community.members.count() == 2
    assert AuditEntry.objects.filter(action="join_community").count() == 1


def test_nobody_joins_what_they_cannot_see() -> None:
    home, elsewhere = an_organisation(), an_organisation()
    partners(home, elsewhere)
    host = a_person(home)
    narrow = a_community(by=host)
    wide = a_community(by=host, sharing=SharingClass.PARTNERS)
    partner = a_person(elsewhere)

    with pytest.raises(NotFound):
        join(narrow, partner)

    assert narrow.members.count() == 1
    assert join(wide, partner).person == partner
    with pytest.raises(NotFound):
        join(wide, a_stranger())


def test_the_last_host_stays_while_others_are_there() -> None:
    community = a_community()
    host, colleague = community.owner, a_person(community.organisation)
    join(community, colleague)

    with pytest.raises(LastHost, match="somebody else a host"):
        leave_community(community=community, person=host, now=NOON)
    assert community.members.count() == 2

    make_host(community=community, person=colleague, by=host, now=NOON)
    leave_community(community=community, person=host, now=NOON)
    assert [m.person for m in community.members.all()] == [colleague]


def test_whoever_joins_an_empty_community_looks_after_it(client: Client) -> None:
    community = a_community()
    leave_community(community=community, person=community.owner, now=NOON)
    first, second = (a_person(community.organisation) for _ in range(2))

    client.force_login(first)
    page = client.post(f"{community.get_absolute_url()}membership/", follow=True)
    assert f"look after {community.name} now" in page.content.decode()

    assert not join(community, second).is_host
    assert community.members.get(is_host=True).person == first


def test_a_host_who_cannot_look_after_it_any_more_is_none() -> None:
    gone, left = a_community(), a_community()
    Person.objects.get_queryset().filter(pk=gone.owner.pk).update(is_active=False)
    place, day = place_of(left.owner), NOON.date()
    leave_organisation(membership=place, on=day, now=NOON, stays_as_alumni=False)

    for community in (gone, left):
        first, second = (a_person(community.organisation) for _ in range(2))
        assert join(community, first).is_host
        assert not join(community, second).is_host
        with pytest.raises(LastHost):
            leave_community(community=community, person=first, now=NOON)


def test_who_can_hand_it_over_to_nobody_may_leave() -> None:
    community = a_community()
    author = a_person(community.organisation)
    join(community, author)
    Person.objects.get_queryset().filter(pk=author.pk).update(is_active=False)

    leave_community(community=community, person=community.owner, now=NOON)

    assert community.members.get().person == author


def test_a_host_makes_a_member_a_host_once() -> None:
    community = a_community()
    colleague = a_person(community.organisation)
    join(community, colleague)

    for _ in range(2):
        make_host(community=community, person=colleague, by=community.owner, now=NOON)

    assert community.members.filter(is_host=True).count() == 2
    assert AuditEntry.objects.get(action="make_host").detail == {"person": colleague.pk}


def test_only_a_host_makes_hosts_and_only_of_members_who_can_sign_in() -> None:
    community = a_community()
    colleague, outsider = (a_person(community.organisation) for _ in range(2))
    written_by = a_person(community.organisation)
    join(community, colleague)
    join(community, written_by)
    Person.objects.get_queryset().filter(pk=written_by.pk).update(is_active=False)
    written_by.refresh_from_db()

    for person, by, error in (
        (colleague, colleague, NotAllowed),
        (colleague, outsider, NotAllowed),
        (outsider, community.owner, NotFound),
        (written_by, community.owner, BadInput),
    ):
        with pytest.raises(error):
            make_host(community=community, person=person, by=by, now=NOON)

    assert community.members.get(is_host=True).person == community.owner


def test_makes_a_host_on_the_page(client: Client) -> None:
    community = a_community()
    colleague = a_person(community.organisation)
    join(community, colleague)
    address = f"{community.get_absolute_url()}hosts/{colleague.uid}/"
    client.force_login(colleague)
    assert address not in client.get(community.get_absolute_url()).content.decode()
    assert client.post(address).status_code == 403
    client.force_login(community.owner)
    assert address in client.get(community.get_absolute_url()).content.decode()

    client.post(address)

    assert community.members.get(person=colleague).is_host
    assert address not in client.get(community.get_absolute_url()).content.decode()
    client.post(f"{community.get_absolute_url()}membership/", {"leave": "1"})
    assert community.members.get().person == colleague


def test_members_and_a_host_alone_may_leave() -> None:
    community = a_community()
    colleague = a_person(community.organisation)
    join(community, colleague)

    leave_community(community=community, person=colleague, now=NOON)
    leave_community(community=community, person=colleague, now=NOON)
    leave_community(community=community, person=community.owner, now=NOON)

    assert not community.members.exists()


def test_bringing_in_members_leaves_those_in_it_as_they_are() -> None:
    community = a_community()
    others = [a_person(community.organisation) for _ in range(2)]

    for _ in range(2):
        bring_in_members(
            community=community,
            person_ids=[community.owner.pk, *(p.pk for p in others)],
            now=NOON,
        )

    assert community.members.count() == 3
    assert community.members.get(is_host=True).person == community.owner


def test_shows_of_the_members_those_the_reader_may_see() -> None:
    home, elsewhere = an_organisation(), an_organisation()
    partners(home, elsewhere)
    host = a_person(home, sharing=SharingClass.PARTNERS)
    community = a_community(by=host, sharing=SharingClass.PARTNERS)
    join(community, a_person(home, sharing=SharingClass.ORGANISATION))
    colleague, partner = a_person(home), a_person(elsewhere)

    assert members_of(community, reach=reach(colleague)).count() == 2
    assert list(members_of(community, reach=reach(partner))) == [host]


def test_counts_of_the_members_those_the_reader_may_see(client: Client) -> None:
    home, elsewhere = an_organisation(), an_organisation()
    partners(home, elsewhere)
    community = a_community(
        by=a_person(home, sharing=SharingClass.PARTNERS), sharing=SharingClass.PUBLIC
    )
    join(community, a_person(home, sharing=SharingClass.ORGANISATION))
    colleague, partner = a_person(home), a_person(elsewhere)

    prepared = Prepared(lambda: communities_visible_to(None))
    for who, count in ((reach(colleague), 2), (reach(partner), 1), (Reach(), 0)):
        found = [*prepared.rows(reach=who), community_visible_to(who, uid=community.uid)]
        assert [vars(one)["member_count"] for one in found] == [count, count]
    page = client.get(community.get_absolute_url()).content.decode()
    assert "0 people" in page
    assert "Nobody in it is visible to you." in page


def test_opens_joins_and_leaves_on_pages(client: Client) -> None:
    host = a_person()
    client.force_login(host)
    form = {"name": "Tools", "purpose": "Keep them true.", "sharing": "organisation"}

    opened = client.post("/communities/new/", {**form, "topics": "torque, ,torque"})
    community = Community.objects.get()
    assert opened.headers["Location"] == community.get_absolute_url()
    assert community.topics.count() == 1
    assert client.post("/communities/new/", form).status_code == 409
    assert client.post("/communities/new/", {**form, "name": ""}).status_code == 422

    colleague = a_person(place_of(host).organisation)
    client.force_login(colleague)
    address = community.get_absolute_url()
    assert client.get(address).status_code == 200
    client.post(f"{address}membership/")
    assert colleague.communities.exists()

    client.force_login(host)
    assert client.post(f"{address}membership/", {"leave": "1"}).status_code == 409

    client.force_login(colleague)
    client.post(f"{address}membership/", {"leave": "1"})
    assert not colleague.communities.exists()


def test_a_community_of_others_is_not_there(client: Client) -> None:
    community = a_community("Tools")
    address = community.get_absolute_url()

    for reader in (None, a_stranger(), a_person()):
        if reader:
            client.force_login(reader)
        assert client.get(address).status_code == 404
        assert "Tools" not in client.get("/communities/").content.decode()
    assert client.post(f"{address}membership/").status_code == 404

    client.force_login(a_person(community.organisation))
    assert "Tools" in client.get("/communities/").content.decode()


def test_who_belongs_nowhere_cannot_open_one(client: Client) -> None:
    assert client.get("/communities/new/").status_code == 302
    client.force_login(a_stranger())

    form = {"name": "Tools", "purpose": "Keep them true.", "sharing": "public"}
    assert client.post("/communities/new/", form).status_code == 403
    assert not Community.objects.exists()


def test_a_need_outlives_its_community() -> None:
    host = a_person()
    community = a_community(by=host)
    need = a_need(by=host, community=community)

    community.delete()

    need.refresh_from_db()
    assert need.community is None
