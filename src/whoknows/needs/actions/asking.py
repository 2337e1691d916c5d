"""Saying what one is trying to do."""

import re
from datetime import datetime, timedelta

from django.db import transaction

from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.communities.models import Community, CommunityMember
from whoknows.engine.text.languages import detect_language
from whoknows.engine.text.visible import has_letters
from whoknows.expertise.actions import change_sharing
from whoknows.expertise.models import Evidence, Topic
from whoknows.expertise.queries.topics import person_to_ask, topic_names
from whoknows.needs.actions.answering import note_evidence
from whoknows.needs.actions.referring import have_wait
from whoknows.needs.models import LONGEST_NEED, Need
from whoknows.needs.queries.seeing import sees
from whoknows.people.models import CLASSES, Membership, Person, Reach, SharingClass
from whoknows.people.queries import must_belong, reach_of
from whoknows.search.actions import note_changed
from whoknows.search.analysis import query_terms

_LONGEST_TITLE = 140
_MOST_TOPICS = 1_000
_ORGANISATION = CLASSES.index(SharingClass.ORGANISATION)
_A_MOMENT = timedelta(minutes=1)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


@transaction.atomic
def raise_need(
    *,
    words: str,
    by: Membership,
    now: datetime,
    sharing: SharingClass = SharingClass.ORGANISATION,
    community: Community | None = None,
    asked: Person | None = None,
) -> Need:
    """Return a new need in ``words``, open to whom ``sharing`` says. Nobody has to approve it.

    It waits for whom they asked by name, as for those who are suggested.

    Raises:
        BadInput: There are no words that one can see, too many, no unit to share it with, or the
            person asked would not see it.
        NotAllowed: The community is one the person is not in, or the person asked cannot be.
        NotFound: They may not see whom they ask.
    """
    words = words.replace("\x00", "").strip()
    if not has_letters(words):
        raise BadInput("Say what you are trying to do, in your own words.")
    if len(words) > LONGEST_NEED:
        raise BadInput(
            "A need has at most {most:,} characters. Keep what matters.", most=LONGEST_NEED
        )
    if sharing == SharingClass.UNIT and by.unit_id is None:
        raise BadInput("You belong to no unit here. Choose another circle of readers.")
    if community is not None and not _may_post(community, by):
        raise NotAllowed("Join the community before you post to it.")
    need = _sent_twice(words, by=by, sharing=sharing, now=now)
    if need is None:
        need = _raise(words, by=by, sharing=sharing, community=community, now=now)
    if asked is not None:
        _ask_by_name(need, asked, reach=reach_of(by.owner, on=day_of(now)), now=now)
    return need


def _raise(
    words: str, *, by: Membership, sharing: SharingClass, community: Community | None, now: datetime
) -> Need:
    need = Need.objects.create(
        organisation_id=by.organisation_id,
        unit_id=by.unit_id,
        owner_id=by.owner_id,
        sharing=sharing,
        title=title_of(words),
        words=words,
        language=detect_language(words) or by.owner.language,
        community=community,
        raised_at=now,
    )
    need.topics.set(_topics_of(need))
    note_changed("need", [need.pk])
    audit.record(
        "raise_need",
        f"need:{need.pk}",
        by=by.owner,
        now=now,
        organisation_id=need.organisation_id,
        sharing=sharing,
    )
    return need


def _sent_twice(words: str, *, by: Membership, sharing: SharingClass, now: datetime) -> Need | None:
    """Return what the same form raised a moment ago: a button pressed twice is one need."""
    Person.objects.get_queryset().select_for_update().get(pk=by.owner_id)
    return Need.objects.filter(
        owner=by.owner_id,
        organisation=by.organisation_id,
        sharing=sharing,
        words=words,
        raised_at__gt=now - _A_MOMENT,
        raised_at__lte=now,
    ).first()


def _ask_by_name(need: Need, person: Person, *, reach: Reach, now: datetime) -> None:
    """Have ``need`` wait for ``person``, whom its owner chose."""
    person_to_ask(reach, uid=person.uid, now=now)
    if not sees(person, need, now=now):
        raise BadInput("{person} would not see it. Let more people see it.", person=person)
    have_wait(need, person, by=need.owner, now=now)


def _topics_of(need: Need) -> list[Topic]:
    """Return the topics of the community it is posted to, and those that its words name.

    Of the organisation's topics only those that everybody in it may know of: else a need would tell
    what a hidden one is about.
    """
    everybody = Reach(organisations=frozenset({need.organisation_id}))
    # Not remembered, as what is asked for is: so many names would push that out.
    said = set(query_terms(need.words))
    named = [
        name
        for name in topic_names(everybody, most=_MOST_TOPICS)
        if (terms := set(query_terms(name))) and terms <= said
    ]
    topics = list(Topic.objects.filter(organisation=need.organisation_id, name__in=named))
    return topics + _topics_of_community(need)


def _topics_of_community(need: Need) -> list[Topic]:
    """Return the topics of the community ``need`` is posted to that all its readers may know of.

    Those who see the community do; to others only what is shown as widely as the need names one.
    """
    if need.community is None:
        return []
    topics = need.community.topics.all()
    if not _is_seen_with(need, need.community):
        widely = CLASSES[max(CLASSES.index(SharingClass(need.sharing)), _ORGANISATION) :]
        shown = Evidence.objects.standing().filter(sharing__in=widely)
        # What the need itself shows is no reason to let it.
        shown = shown.exclude(document_kind="need", document_id=need.pk)
        topics = topics.filter(organisation=need.organisation_id, evidence__in=shown).distinct()
    return list(topics)


def _is_seen_with(need: Need, community: Community) -> bool:
    """Whether everybody who may see ``need`` may see ``community``."""
    need_is, community_is = SharingClass(need.sharing), SharingClass(community.sharing)
    if need_is == SharingClass.PRIVATE or community_is == SharingClass.PUBLIC:
        return True
    if community.organisation_id != need.organisation_id:
        within = CLASSES.index(need_is) <= _ORGANISATION
        return community_is == SharingClass.PARTNERS and within
    if community_is == SharingClass.UNIT:
        return need_is == SharingClass.UNIT and need.unit_id == community.unit_id
    return CLASSES.index(need_is) <= CLASSES.index(community_is)


@transaction.atomic
def take_back_need(*, need: Need, by: Person, now: datetime) -> None:
    """Delete ``need`` for whoever raised it, as long as nobody answered.

    What others wrote is not theirs to delete; then they can still change who sees it.

    Raises:
        NotFound: It is taken back already.
        NotAllowed: Somebody else tries, or who left the organisation.
        Conflict: Somebody answered.
    """
    found = Need.objects.select_for_update().filter(pk=need.pk).first()
    if found is None:
        raise NotFound("This need is taken back already.")
    if found.owner_id != by.pk:
        raise NotAllowed("Only whoever raised a need can take it back.")
    must_belong(by, to=found.organisation, on=day_of(now))
    if found.answers.exists():
        raise Conflict("Somebody answered by now. Change who can see it instead.")
    note_changed("need", [found.pk])
    audit.record(
        "take_back_need", f"need:{found.pk}", by=by, now=now, organisation_id=found.organisation_id
    )
    found.delete()


def title_of(words: str) -> str:
    """Return the first sentence of ``words`` that one can see, cut at a word if it is long.

    >>> title_of("The wrench shows E4. It did not yesterday.")
    'The wrench shows E4.'
    """
    sentences = _SENTENCE_END.split(words.strip())
    first = " ".join(next(filter(has_letters, sentences), sentences[0]).split())
    if len(first) <= _LONGEST_TITLE:
        return first
    return first[:_LONGEST_TITLE].rsplit(" ", 1)[0][:_LONGEST_TITLE] + "…"


def _may_post(community: Community, by: Membership) -> bool:
    return CommunityMember.objects.filter(community=community, person=by.owner_id).exists()


@transaction.atomic
def share_need(*, need: Need, sharing: SharingClass, by: Person, now: datetime) -> Need:
    """Let others than before see ``need`` and the answers to it.

    Raises:
        NotAllowed: Somebody other than whoever raised it tries, or they left the organisation.
        BadInput: The need belongs to no unit.
    """
    need = Need.objects.select_for_update().get(pk=need.pk)
    change_sharing(need, kind="need", sharing=sharing, by=by, now=now)
    if need.community is not None:
        _forget_hidden_topics(need)
    return need


def _forget_hidden_topics(need: Need) -> None:
    """Take from ``need``, and the evidence in it, topics that not all its readers may know of."""
    told = {topic.pk for topic in _topics_of(need)}
    hidden = need.topics.filter(communities=need.community).exclude(pk__in=told)
    if found := list(hidden):
        need.topics.remove(*found)
        note_evidence(list(need.answers.all()))
