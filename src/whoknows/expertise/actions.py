"""Collecting evidence, and letting its person take it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import ManyToManyRel, Model, QuerySet

from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.expertise.models import (
    DeclaredTopic,
    Evidence,
    EvidenceKind,
    RefusedTopic,
    Topic,
)
from whoknows.expertise.queries.topics import (
    slug_of,
    topics_called,
    topics_seen_openly,
    topics_shown_openly,
)
from whoknows.people.models import Membership, Organisation, Person, Shared, SharingClass
from whoknows.people.queries import must_belong
from whoknows.search.actions import note_changed

MOST_DECLARED = 50
_LOCK = 7_406_211  # of the topics of an organisation; any number will do


@dataclass(frozen=True, slots=True)
class Shown:
    """Something a person did, seen in ``document``; input of :func:`record_evidence`.

    Attributes:
        document: The thing it can be seen in; evidence is as visible as that.
    """

    source: str
    kind: EvidenceKind
    person_id: int
    document_kind: str
    document: Shared
    title: str
    url: str
    at: datetime
    topics: Sequence[Topic] = ()


@transaction.atomic
def record_evidence(shown: Iterable[Shown]) -> None:
    """Write down what people did; the same source again brings its evidence up to date.

    What its person removed stays removed. Costs a fixed number of queries.
    """
    items = list({item.source: item for item in shown}.values())
    here = Evidence.objects.filter(source__in=[item.source for item in items])
    # Read now: an import that corrects an author takes the evidence from somebody else.
    before = dict(here.values_list("pk", "owner"))
    known, persons = list(before), {item.person_id for item in items} | {*before.values()}
    Evidence.objects.bulk_create(
        [_evidence(item) for item in items],
        update_conflicts=True,
        unique_fields=["source"],
        update_fields=["kind", "owner", "title", "url", "at", "sharing", "unit", "organisation"],
        batch_size=1000,
    )
    ids = dict(here.values_list("source", "pk"))
    if known:
        # Whose it is, or who may see it, may have changed; new evidence is noted with its document.
        note_changed("evidence", known)
    links = Evidence.topics.through
    links.objects.filter(evidence__in=ids.values()).delete()
    links.objects.bulk_create(
        [links(evidence_id=ids[i.source], topic_id=t.pk) for i in items for t in i.topics],
        ignore_conflicts=True,
        batch_size=5000,
    )
    _note_persons(persons)


def _evidence(item: Shown) -> Evidence:
    return Evidence(
        source=item.source,
        kind=item.kind,
        owner_id=item.person_id,
        organisation_id=item.document.organisation_id,
        unit_id=item.document.unit_id,
        sharing=item.document.sharing,
        document_kind=item.document_kind,
        document_id=item.document.pk,
        title=item.title[:300],
        url=item.url,
        at=item.at,
    )


def _note_persons(ids: set[int]) -> None:
    memberships = Membership.objects.filter(owner__in=ids)
    note_changed("membership", memberships.values_list("pk", flat=True))


@transaction.atomic
def follow_sharing(*, document_kind: str, document: Shared) -> None:
    """Make the evidence in ``document`` as visible as the document itself now is."""
    evidence = Evidence.objects.filter(document_kind=document_kind, document_id=document.pk)
    evidence.update(
        sharing=document.sharing, unit=document.unit_id, organisation=document.organisation_id
    )
    note_changed("evidence", evidence.values_list("pk", flat=True))
    # Their persons are found by topics that only evidence wide enough may show.
    _note_persons({*evidence.values_list("owner", flat=True)})


@transaction.atomic
def change_sharing(
    document: Shared, *, kind: str, sharing: SharingClass, by: Person, now: datetime
) -> None:
    """Let others than before see ``document`` (locked by the caller) and the evidence in it.

    Raises:
        NotAllowed: Somebody other than its owner tries, or an owner who left.
        BadInput: It belongs to no unit.
    """
    if document.owner_id != by.pk:
        raise NotAllowed("Only its owner can change who sees this.")
    must_belong(by, to=document.organisation, on=day_of(now))
    if sharing == SharingClass.UNIT and document.unit_id is None:
        raise BadInput("This belongs to no unit. Choose another circle of readers.")
    document.sharing = sharing
    document.save(update_fields=["sharing"])
    follow_sharing(document_kind=kind, document=document)
    note_changed(kind, [document.pk])
    audit.record(
        f"share_{kind}",
        f"{kind}:{document.pk}",
        by=by,
        now=now,
        organisation_id=document.organisation_id,
        sharing=sharing,
    )


@transaction.atomic
def forget_document(*, document_kind: str, document_id: int) -> None:
    """Delete the evidence in a document that is deleted: nothing is left to be seen there."""
    _forget(Evidence.objects.filter(document_kind=document_kind, document_id=document_id))


@transaction.atomic
def forget_evidence(*, source: str) -> None:
    """Delete the evidence that came from something that is deleted: an answer, say."""
    _forget(Evidence.objects.filter(source=source))


def _forget(evidence: QuerySet[Evidence]) -> None:
    owners = set(evidence.values_list("owner", flat=True))
    note_changed("evidence", evidence.values_list("pk", flat=True))
    evidence.delete()
    _note_persons(owners)


@transaction.atomic
def remove_evidence(*, evidence_id: int, by: Person, now: datetime) -> Evidence:
    """Take one piece of evidence about ``by`` away for good.

    Raises:
        NotFound: There is none of that id about this person.
    """
    evidence = Evidence.objects.select_for_update().filter(pk=evidence_id, owner=by).first()
    if evidence is None:
        raise NotFound("There is no such evidence about you.")
    if evidence.removed_at is None:
        evidence.removed_at = now
        evidence.save(update_fields=["removed_at"])
        note_changed("evidence", [evidence.pk])
        _note_persons({by.pk})
        audit.record(
            "remove_evidence",
            f"evidence:{evidence.pk}",
            by=by,
            now=now,
            organisation_id=evidence.organisation_id,
        )
    return evidence


@transaction.atomic
def refuse_topic(*, topic: Topic, by: Person, now: datetime) -> None:
    """Stop connecting ``by`` with ``topic``, whatever they do, until they declare it again."""
    DeclaredTopic.objects.filter(person=by, topic=topic).delete()
    _, created = RefusedTopic.objects.get_or_create(person=by, topic=topic, defaults={"at": now})
    if created:
        _note_about([topic], by)
        _record_of_oneself("refuse_topic", topic, by=by, now=now)


@transaction.atomic
def declare_topics(
    *, names: Sequence[str], organisation: Organisation, by: Person, now: datetime
) -> list[Topic]:
    """Note that ``by`` says to know about these topics, and take back that they refused any.

    What nothing shows yet stays pending.

    Raises:
        BadInput: A name has no letters, or it would be more than fifty topics in all.
    """
    topics = list(dict.fromkeys(open_topics(organisation=organisation, names=names).values()))
    before = set(DeclaredTopic.objects.filter(person=by).values_list("topic", flat=True))
    if len(before | {topic.pk for topic in topics}) > MOST_DECLARED:
        raise BadInput(
            "Name at most {most} topics: those you want to be asked about.", most=MOST_DECLARED
        )
    DeclaredTopic.objects.bulk_create(
        [DeclaredTopic(person=by, topic=topic, at=now) for topic in topics], ignore_conflicts=True
    )
    RefusedTopic.objects.filter(person=by, topic__in=topics).delete()
    _note_about(topics, by)
    for topic in topics:
        _record_of_oneself("declare_topic", topic, by=by, now=now)
    return topics


@transaction.atomic
def withdraw_topic(*, topic_id: int, by: Person, now: datetime) -> Topic:
    """Let ``by`` no longer say that they know about a topic; what shows it stays.

    Raises:
        NotFound: They never said so.
    """
    said = DeclaredTopic.objects.filter(person=by, topic=topic_id).select_related("topic").first()
    if said is None:
        raise NotFound("You never said that you know about this.")
    said.delete()
    _note_about([said.topic], by)
    _record_of_oneself("withdraw_topic", said.topic, by=by, now=now)
    return said.topic


def _note_about(topics: Sequence[Topic], person: Person) -> None:
    """Let whatever reads evidence look again at that of ``person`` on ``topics``."""
    about = Evidence.objects.filter(owner=person, topics__in=topics).distinct()
    note_changed("evidence", about.values_list("pk", flat=True))
    _note_persons({person.pk})


def _record_of_oneself(what: str, topic: Topic, *, by: Person, now: datetime) -> None:
    """Write down what only ``by`` sees: not where an organisation's administrators read."""
    audit.record(what, f"topic:{topic.pk}", by=by, now=now)


@transaction.atomic
def open_topics(*, organisation: Organisation, names: Iterable[str]) -> dict[str, Topic]:
    """Return the topics of these names by name as given, new ones where there were none.

    Names that differ only in case or punctuation are one topic, and stay so until the transaction
    ends. One that only narrow things show is spelled as it was typed last: to answer in the words
    of others would tell of what they keep to themselves. Costs four queries, none without names.
    """
    slugs = {name: slug_of(name) for name in names}
    if not slugs:
        return {}
    if bad := next((name for name, slug in slugs.items() if not slug), None):
        raise BadInput("“{bad}” cannot be a topic: it has no letters or digits.", bad=bad)
    _keep_topics_as_they_are(organisation.pk)
    Topic.objects.bulk_create(
        [
            Topic(organisation=organisation, slug=slug, name=name[:80])
            for slug, name in {slug: name for name, slug in slugs.items()}.items()
        ],
        ignore_conflicts=True,
    )
    found = Topic.objects.filter(organisation=organisation, slug__in=slugs.values())
    by_slug = {topic.slug: topic for topic in found}
    opened = {name: by_slug[slug] for name, slug in slugs.items()}
    _spell_as_typed(opened)
    return opened


def _spell_as_typed(opened: Mapping[str, Topic]) -> None:
    others = {topic.pk: name[:80] for name, topic in opened.items() if topic.name != name[:80]}
    hidden = Topic.objects.filter(pk__in=others).exclude(pk__in=topics_seen_openly())
    respelled = set(hidden.values_list("pk", flat=True)) if others else set()
    for topic in opened.values():
        if topic.pk in respelled:
            topic.name = others[topic.pk]
            topic.save(update_fields=["name"])
            _note_respelled(topic)


def _note_respelled(topic: Topic) -> None:
    for kind, ids in _on(topic).items():
        note_changed(kind, ids)
    _note_persons(set(Evidence.objects.filter(topics=topic).values_list("owner", flat=True)))


@transaction.atomic
def rename_topic(*, topic: Topic, name: str, joins: bool, by: Person, now: datetime) -> Topic:
    """Call ``topic`` otherwise; with ``joins``, others that have this name become one with it.

    Those that only something narrower than the organisation shows do so in any case: to refuse
    their names would tell of them.

    Raises:
        BadInput: The name has no letters.
        NotFound: It became one with another topic meanwhile.
        Conflict: Another topic has the name, and they are not to be one.
    """
    slug = slug_of(name)
    if not slug:
        raise BadInput("“{bad}” cannot be a topic: it has no letters or digits.", bad=name)
    _keep_topics_as_they_are(topic.organisation_id, but_for_me=True)
    found = Topic.objects.select_for_update().filter(pk=topic.pk).first()
    if found is None:
        raise NotFound("This topic became one with another meanwhile. Look for it in the list.")
    same = topics_called(name, organisation_id=found.organisation_id).exclude(pk=found.pk)
    open_ones = set(same.filter(pk__in=topics_shown_openly()).values_list("pk", flat=True))
    for other in same.select_for_update():
        is_open = other.pk in open_ones
        if is_open and not joins:
            raise Conflict(
                "There is a topic “{name}” by now. Choose another name, or tick that the two "
                "become one.",
                name=other.name,
            )
        _record_join(other, found, is_open=is_open, by=by, now=now)
        _join(found, other)
    found.name, found.slug = name[:80], slug
    found.save(update_fields=["name", "slug"])
    _note_respelled(found)
    subject = f"topic:{found.pk}"
    audit.record("rename_topic", subject, by=by, now=now, organisation_id=found.organisation_id)
    return found


def _keep_topics_as_they_are(organisation_id: int, *, but_for_me: bool = False) -> None:
    """Let nobody rename a topic of the organisation until the transaction ends.

    With ``but_for_me`` nobody else, who opens one, does either. Not the rows are locked: one that
    is about to be made has none yet.
    """
    shared = "" if but_for_me else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s, %s)", [_LOCK, organisation_id])


def _record_join(other: Topic, topic: Topic, *, is_open: bool, by: Person, now: datetime) -> None:
    """Write down that ``other`` goes; of one not shown openly only who runs all of it reads."""
    audit.record(
        "join_topic",
        f"topic:{other.pk}",
        by=by,
        now=now,
        organisation_id=other.organisation_id if is_open else None,
        into=topic.pk,
        **({"name": other.name} if is_open else {}),
    )


def _links() -> dict[str, type[Model]]:
    """Return the tables that put things on topics, by kind: the rooms above have some, too."""
    relations = Topic._meta.related_objects  # noqa: SLF001 - public in all but name
    return {
        relation.related_model._meta.model_name or "": relation.through  # noqa: SLF001 - the same
        for relation in relations
        if isinstance(relation, ManyToManyRel) and relation.through
    }


def _join(topic: Topic, other: Topic) -> None:
    """Put what is on ``other`` on ``topic``, and let ``other`` go."""
    tables: list[tuple[str, type[Model]]] = [("person", RefusedTopic), ("person", DeclaredTopic)]
    for of, links in [*tables, *_links().items()]:
        rows = links._default_manager  # noqa: SLF001 - whatever model it is
        there = rows.filter(topic=topic).values(of)
        rows.filter(topic=other).exclude(**{f"{of}__in": there}).update(topic=topic)
    # Who did not want to be known for one of them is not known for both.
    refused = RefusedTopic.objects.filter(topic=topic).values("person")
    DeclaredTopic.objects.filter(topic=topic, person__in=refused).delete()
    other.delete()


def _on(topic: Topic) -> dict[str, list[int]]:
    """Return the ids of what is on ``topic``, by the kinds under which it is found."""
    return {
        kind: list(links._default_manager.filter(topic=topic).values_list(kind, flat=True))  # noqa: SLF001 - whatever model it is
        for kind, links in _links().items()
    }
