"""Communities: which there are and who is in them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import F, QuerySet

from whoknows.base.errors import NotFound
from whoknows.communities.models import Community, CommunityMember, CommunityQuerySet
from whoknows.people.models import Person, Reach
from whoknows.people.queries import persons_visible_to
from whoknows.search.documents import Document


def communities_visible_to(reach: Reach | None) -> CommunityQuerySet:
    """Return the communities ``reach`` may see, by name.

    The ``member_count`` of each is how many of its members the reader may see. None stands for the
    reach given later, in a query that is prepared.
    """
    found = Community.objects.visible_to(reach).with_member_counts(reach)
    return found.select_related("organisation").order_by("name")


def community_visible_to(reach: Reach, *, uid: UUID) -> Community:
    """Return one community with its topics.

    Raises:
        NotFound: There is none, or this reader may not see it.
    """
    community = communities_visible_to(reach).prefetch_related("topics").filter(uid=uid).first()
    if community is None:
        raise NotFound("There is no such community here, or it is not visible to you.")
    return community


def members_of(community: Community, *, reach: Reach) -> QuerySet[Person]:
    """Return the members whom ``reach`` may see, hosts first, as persons with ``is_host``."""
    found = persons_visible_to(reach).filter(communities__community=community)
    return found.annotate(is_host=F("communities__is_host")).order_by("-is_host", "name")


def communities_of(person: Person, *, reach: Reach) -> CommunityQuerySet:
    """Return the communities of ``person`` that ``reach`` may see."""
    return communities_visible_to(reach).filter(
        pk__in=CommunityMember.objects.filter(person=person).values("community")
    )


def is_member(community: Community, person_id: int | None) -> bool:
    """Whether the person of this id is in ``community``."""
    return CommunityMember.objects.filter(community=community, person=person_id).exists()


def is_host(community: Community, person_id: int | None) -> bool:
    """Whether the person of this id looks after ``community``."""
    hosts = CommunityMember.objects.filter(community=community, is_host=True)
    return hosts.filter(person=person_id).exists()


def every_community_id() -> Iterable[int]:
    """Return all ids, for building the index."""
    return Community.objects.order_by("pk").values_list("pk", flat=True).iterator()


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return communities as they can be found: name, purpose and topics."""
    for community in Community.objects.filter(pk__in=ids).prefetch_related("topics"):
        topics = [topic.name for topic in community.topics.all()]
        yield Document(
            id=community.pk,
            audience=community.audience(),
            title=community.name,
            body=community.purpose,
            # What a name leaves open, its topics tell: without them few needs are near in meaning.
            more=", ".join(topics),
            topics=topics,
        )
