"""Opening communities, joining, looking after and leaving them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.communities.models import Community, CommunityMember
from whoknows.engine.text.visible import has_letters
from whoknows.expertise.actions import open_topics
from whoknows.people.models import Membership, Organisation, Person, Reach, SharingClass
from whoknows.people.queries import reach_of
from whoknows.search.actions import note_changed


class NameTaken(Conflict):
    """Two communities of one organisation would be mistaken for each other."""

    code = "name_taken"


class LastHost(Conflict):
    """A community needs somebody who looks after it."""

    code = "last_host"


@transaction.atomic
def open_community(
    *,
    name: str,
    purpose: str,
    by: Membership,
    now: datetime,
    topics: Iterable[str] = (),
    sharing: SharingClass = SharingClass.ORGANISATION,
) -> Community:
    """Return a new community whose first member and host is whoever opens it.

    Raises:
        BadInput: Name or purpose is missing, or there is nothing to see in it.
        NameTaken: The organisation has one of this name that whoever opens this one may see.
    """
    name, purpose = " ".join(name.split())[:120], " ".join(purpose.split())[:300]
    if not has_letters(name) or not has_letters(purpose):
        raise BadInput("A community needs a name and, in one sentence, what it is for.")
    # Locked, so that two who choose one name at once do not both get it.
    Organisation.objects.select_for_update().get(pk=by.organisation_id)
    # Of those that one may not see, a refusal would tell.
    seen = Community.objects.visible_to(reach_of(by.owner, on=day_of(now)))
    if seen.filter(organisation=by.organisation_id, name=name).exists():
        raise NameTaken(
            "There is a community called {name} already. Join it, or choose another name.",
            name=name,
        )
    community = Community.objects.create(
        organisation_id=by.organisation_id,
        unit_id=by.unit_id,
        owner_id=by.owner_id,
        sharing=sharing,
        name=name,
        purpose=purpose,
        opened_at=now,
    )
    community.topics.set(open_topics(organisation=by.organisation, names=topics).values())
    CommunityMember.objects.create(
        community=community, person_id=by.owner_id, is_host=True, joined_at=now
    )
    note_changed("community", [community.pk])
    audit.record(
        "open_community",
        f"community:{community.pk}",
        by=by.owner,
        now=now,
        organisation_id=by.organisation_id,
        sharing=sharing,
    )
    return community


@transaction.atomic
def join_community(
    *, community: Community, person: Person, reach: Reach, now: datetime
) -> CommunityMember:
    """Return the place of ``person`` in ``community``; joining twice changes nothing.

    Whoever joins while nobody looks after it who still can does so from then on.

    Raises:
        NotFound: The person may not see it.
    """
    if not Community.objects.visible_to(reach).filter(pk=community.pk).exists():
        raise NotFound("There is no such community here, or it is not visible to you.")
    _lock(community)
    has_host = _any_can_host(community.members.filter(is_host=True), community, now=now)
    member, created = CommunityMember.objects.get_or_create(
        community=community, person=person, defaults={"joined_at": now, "is_host": not has_host}
    )
    if created:
        audit.record(
            "join_community",
            f"community:{community.pk}",
            by=person,
            now=now,
            organisation_id=community.organisation_id,
        )
    return member


@transaction.atomic
def make_host(
    *, community: Community, person: Person, by: Person, now: datetime
) -> CommunityMember:
    """Let ``person`` look after ``community`` beside its other hosts; a host stays one.

    Raises:
        NotAllowed: Somebody who is no host tries.
        NotFound: The person is not in the community.
        BadInput: They cannot sign in, so they could look after nobody.
    """
    # Locked as by whoever leaves: a host who is gone a moment later makes nobody a host.
    _lock(community)
    by_person = {member.person_id: member for member in community.members.all()}
    if by.pk not in by_person or not by_person[by.pk].is_host:
        raise NotAllowed("Only somebody who looks after the community can make others hosts.")
    if person.pk not in by_person:
        raise NotFound("They are not in this community. Ask them to join it first.")
    if not person.is_active:
        raise BadInput(
            "{person} cannot sign in here. Choose somebody who can look after it.", person=person
        )
    member = by_person[person.pk]
    if not member.is_host:
        member.is_host = True
        member.save(update_fields=["is_host"])
        audit.record(
            "make_host",
            f"community:{community.pk}",
            by=by,
            now=now,
            organisation_id=community.organisation_id,
            person=person.pk,
        )
    return member


@transaction.atomic
def leave_community(*, community: Community, person: Person, now: datetime) -> None:
    """Take ``person`` out of ``community``; somebody who is not in it stays out.

    Raises:
        LastHost: Nobody would look after it, though somebody is left who could.
    """
    _lock(community)
    mine = community.members.filter(person=person).first()
    if mine is None:
        return
    others = community.members.exclude(person=person)
    has_host = _any_can_host(others.filter(is_host=True), community, now=now)
    if mine.is_host and not has_host and _any_can_host(others, community, now=now):
        raise LastHost("You are the only host. Make somebody else a host before you leave.")
    mine.delete()
    audit.record(
        "leave_community",
        f"community:{community.pk}",
        by=person,
        now=now,
        organisation_id=community.organisation_id,
    )


def _any_can_host(
    members: QuerySet[CommunityMember], community: Community, *, now: datetime
) -> bool:
    """Whether any of ``members`` can sign in and still sees ``community``."""
    active = members.filter(person__is_active=True).select_related("person")
    reaches = (reach_of(member.person, on=day_of(now)) for member in active.order_by("pk"))
    seen = Community.objects.filter(pk=community.pk)
    return any(seen.visible_to(reach).exists() for reach in reaches)


def _lock(community: Community) -> None:
    """Let nobody else join, leave or become a host until the transaction ends.

    Not its members are locked: who is about to join is none yet.
    """
    Community.objects.select_for_update().get(pk=community.pk)


@transaction.atomic
def bring_in_members(
    *, community: Community, person_ids: Iterable[int], now: datetime, by: Person | None = None
) -> None:
    """Add people whom an import or an administrator names; those in it already stay as they are."""
    CommunityMember.objects.bulk_create(
        [CommunityMember(community=community, person_id=pk, joined_at=now) for pk in person_ids],
        ignore_conflicts=True,
    )
    audit.record(
        "bring_in_members",
        f"community:{community.pk}",
        by=by,
        now=now,
        organisation_id=community.organisation_id,
    )
