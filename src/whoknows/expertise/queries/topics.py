"""Who knows what, and what shows it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, ManyToManyRel, Max, OuterRef, Q, QuerySet
from django.utils.text import slugify

from whoknows.base.errors import NotAllowed, NotFound
from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.expertise.models import (
    DeclaredTopic,
    Evidence,
    RefusedTopic,
    Topic,
    standing_for_topics,
)
from whoknows.people.models import NARROW, Membership, Person, Reach, Shared, SharingClass
from whoknows.people.queries import person_visible_to
from whoknows.search.documents import Document

_TOPICS_TO_BE_FOUND_BY = 20
_MOST_PIECES = 400
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TopicEvidence:
    """What a person may be known for, and what shows it, newest first."""

    topic: Topic
    evidence: list[Evidence]
    count: int
    last_at: datetime


class Piece(NamedTuple):
    """A piece of evidence, light enough to have hundreds of them in one suggestion."""

    id: int
    person_id: int
    kind: str
    document_kind: str
    document_id: int
    title: str
    url: str
    at: datetime


_PIECES = Prepared(
    lambda: (
        Evidence.objects.visible_to(None)
        .standing()
        .filter(IsAmong("pk", given("ids")))
        .values_list("pk", "owner", "kind", "document_kind", "document_id", "title", "url", "at")
    )
)


def pieces_of(ids: Collection[int], *, reach: Reach) -> list[Piece]:
    """Return what ``reach`` may see of the standing evidence with these ids. One query."""
    return [Piece(*row) for row in _PIECES.rows(ids=list(ids), reach=reach)] if ids else []


def answers_since(since: datetime, *, person_ids: Collection[int]) -> dict[int, int]:
    """Return how many needs each person answered after ``since``, whoever may see them.

    For keeping to the limit a person set; never to be shown.
    """
    rows = (
        Evidence.objects.filter(owner__in=person_ids, at__gt=since, document_kind="need")
        .values_list("owner")
        .annotate(count=Count("document_id", distinct=True))
    )
    return dict(rows)


def can_be_asked(person: Person, *, reach: Reach, now: datetime) -> bool:
    """Whether the reader may ask ``person``, whom they may see, by name.

    Not themselves, nor who cannot sign in or be contacted here, nor who wants no more this week.
    """
    if reach.person in {None, person.pk} or not (person.is_active and person.is_contactable):
        return False
    most = person.most_a_week
    if not most:
        return most is None
    return answers_since(now - _WEEK, person_ids=[person.pk]).get(person.pk, 0) < most


def person_to_ask(reach: Reach, *, uid: UUID, now: datetime) -> Person:
    """Return the person known as ``uid``, whom the reader may ask by name.

    Raises:
        NotFound: There is nobody, or nobody whom this reader may see.
        NotAllowed: They cannot be asked, or want no more just now.
    """
    person = person_visible_to(reach, uid=uid)
    if not can_be_asked(person, reach=reach, now=now):
        raise NotAllowed(
            "{person} cannot be asked just now. Post it, and whoever knows can answer.",
            person=person,
        )
    return person


def topics_of(person: Person, *, reach: Reach, each: int = 5) -> list[TopicEvidence]:
    """Return what ``person`` is known for with up to ``each`` pieces of evidence, most first.

    Only what ``reach`` may see counts. Topics the person refused are left out. Three queries.
    """
    visible = Evidence.objects.visible_to(reach).standing().filter(owner=person)
    rows = (
        visible.filter(standing_for_topics(), topics__isnull=False)
        .values("topics")
        .annotate(count=Count("pk"), last_at=Max("at"))
        .order_by("-count", "-last_at")[:12]
    )
    found = {row["topics"]: row for row in rows}
    topics = Topic.objects.in_bulk(list(found))
    links = Evidence.topics.through.objects.filter(topic__in=found, evidence__in=visible)
    by_topic: dict[int, list[Evidence]] = {}
    for link in links.select_related("evidence").order_by("-evidence__at")[:_MOST_PIECES]:
        by_topic.setdefault(link.topic_id, []).append(link.evidence)
    return [
        TopicEvidence(topics[pk], by_topic.get(pk, [])[:each], row["count"], row["last_at"])
        for pk, row in found.items()
    ]


def evidence_of(person: Person, *, reach: Reach) -> QuerySet[Evidence]:
    """Return all standing evidence about ``person`` that ``reach`` may see, newest first."""
    found = Evidence.objects.visible_to(reach).standing().filter(owner=person)
    return found.prefetch_related("topics").order_by("-at", "-pk")


def topic_shown_by(person: Person, *, topic_id: int) -> Topic:
    """Return a topic that something about ``person`` is evidence of.

    Raises:
        NotFound: Nothing is.
    """
    topic = Topic.objects.filter(pk=topic_id, evidence__owner=person).first()
    if topic is None:
        raise NotFound("Nothing here connects you with that topic.")
    return topic


def refused_by(person: Person) -> QuerySet[RefusedTopic]:
    """Return the topics ``person`` is not to be known for."""
    return RefusedTopic.objects.filter(person=person).select_related("topic")


class Declared(NamedTuple):
    """A topic that somebody says to know, and whether anything they did shows it."""

    topic: Topic
    is_shown: bool


def declared_by(person: Person) -> list[Declared]:
    """Return what ``person`` says to know, by name.

    For that person alone: what is pending is nobody else's business.
    """
    shown = Evidence.objects.standing().filter(owner=person, topics=OuterRef("topic"))
    rows = (
        DeclaredTopic.objects.filter(person=person)
        .select_related("topic")
        .annotate(is_shown=Exists(shown))
        .order_by("topic__name", "pk")
    )
    return [Declared(row.topic, row.is_shown) for row in rows]


def slug_of(name: str) -> str:
    """Return what stands for ``name``: names that differ only in case or punctuation are one topic.

    Nothing for a name without letters or digits.
    """
    return slugify(name, allow_unicode=True)[:80]


def topics_called(name: str, *, organisation_id: int) -> QuerySet[Topic]:
    """Return the topics of an organisation that would be mistaken for one called ``name``."""
    same = Q(slug=slug_of(name)) | Q(name__iexact=name)
    return Topic.objects.filter(same, organisation=organisation_id)


def topics_shown_openly() -> QuerySet[Topic]:
    """Return the topics that something shared with at least its organisation shows."""
    shown = Evidence.objects.standing().exclude(sharing__in=NARROW)
    return Topic.objects.filter(Exists(shown.filter(topics=OuterRef("pk"))))


def topics_seen_openly() -> QuerySet[Topic]:
    """Return the topics of anything shared with at least its organisation, evidence or not."""
    seen = Q(pk__in=[])
    for relation in Topic._meta.related_objects:  # noqa: SLF001 - public in all but name
        things = relation.related_model
        if isinstance(relation, ManyToManyRel) and issubclass(things, Shared):
            of_it = {relation.field.name: OuterRef("pk")}
            rows = things._default_manager.exclude(sharing__in=NARROW)  # noqa: SLF001 - the same
            seen |= Q(Exists(rows.filter(**of_it)))
    return Topic.objects.filter(seen)


def topic_names(reach: Reach, *, most: int = 200) -> list[str]:
    """Return names to choose from, the most used first: topics of the reader's organisations.

    Only those of evidence that the reader may see: a topic can tell what a hidden need is about.
    """
    seen = Evidence.objects.visible_to(reach).standing()
    rows = (
        Topic.objects.filter(organisation__in=reach.organisations, evidence__in=seen)
        .annotate(uses=Count("evidence"))
        .order_by("-uses", "name")
    )
    return list(rows.values_list("name", flat=True)[:most])


def every_membership_id() -> Iterable[int]:
    """Return the ids of the memberships by which persons can be found."""
    shown = Membership.objects.findable().order_by("pk").values_list("pk", flat=True)
    return shown.iterator()


def membership_documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return persons as they can be found through each membership: name, job title and topics.

    One document for each membership, not for each person, because what one employer may know of
    somebody is not for the next one.
    """
    topics = _topics_by_membership(ids)
    for membership in Membership.objects.findable().filter(pk__in=ids).select_related("owner"):
        yield Document(
            id=membership.pk,
            audience=membership.audience(),
            title=membership.owner.name,
            body=f"{membership.title} {membership.owner.about}",
            topics=topics.get(membership.pk, ()),
            language=membership.owner.language,
        )


def _topics_by_membership(ids: Sequence[int]) -> dict[int, list[str]]:
    """Return topics shown by evidence that whoever may see the membership may see as well."""
    wide_enough = Q(pk__in=[])
    for width, sharing in enumerate(SharingClass):
        narrower = [str(c) for c in list(SharingClass)[: width + 1]]
        if sharing in {SharingClass.ORGANISATION, SharingClass.PARTNERS, SharingClass.PUBLIC}:
            wide_enough |= Q(sharing=sharing, owner__memberships__sharing__in=narrower)
    rows = (
        Evidence.objects.standing()
        .filter(
            wide_enough,
            owner__memberships__in=ids,
            owner__memberships__organisation=F("organisation"),
        )
        .filter(standing_for_topics(), topics__isnull=False)
        .values_list("owner__memberships", "topics__name")
        .annotate(count=Count("pk"))
        .order_by("owner__memberships", "-count")
    )
    found: dict[int, list[str]] = {}
    for membership, name, _ in rows:
        if len(found.setdefault(membership, [])) < _TOPICS_TO_BE_FOUND_BY:
            found[membership].append(name)
    return found
