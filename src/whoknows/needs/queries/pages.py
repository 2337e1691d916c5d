"""Needs, one by one and in lists."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce

from whoknows.base.errors import NotAllowed, NotFound
from whoknows.needs.models import Answer, Need, NeedQuerySet, Suggested, Verdict
from whoknows.needs.queries.following_up import STAYS_MET
from whoknows.needs.queries.seeing import sees
from whoknows.needs.queries.waiting import ASKED_LATELY
from whoknows.people.models import Person, Reach, SharingClass
from whoknows.people.queries import sharing_choices


def needs_visible_to(reach: Reach) -> NeedQuerySet:
    """Return the needs ``reach`` may see with ``answer_count``, the newest first."""
    # Counted need by need: a join would count for all of them before the first page is cut off.
    answers = Answer.objects.filter(need=OuterRef("pk")).order_by().values("need")
    counts = answers.annotate(count=Count("pk")).values("count")
    found = Need.objects.visible_to(reach).annotate(answer_count=Coalesce(Subquery(counts), 0))
    return found.select_related("owner", "organisation").order_by("-raised_at", "-pk")


def need_visible_to(reach: Reach, *, uid: UUID) -> Need:
    """Return one need with its topics and answers, what solved it first.

    Raises:
        NotFound: There is none, or this reader may not see it.
    """
    answers = Answer.objects.select_related("author").order_by("-verdict", "given_at", "pk")
    found = needs_visible_to(reach).annotate(stays_met=STAYS_MET)
    found = found.select_related("owner", "organisation", "community", "unit")
    need = (
        found.prefetch_related("topics", Prefetch("answers", queryset=answers))
        .filter(uid=uid)
        .first()
    )
    if need is None:
        raise NotFound("There is no such need here, or it is not visible to you.")
    return need


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who may know: whether it waits on their first page, and who chose them, if any."""

    person: Person
    is_told: bool
    is_by_name: bool
    pointed_by: Person | None = None


def suggested_for(need: Need, *, reach: Reach, now: datetime) -> list[Asked]:
    """Return whom ``need`` was posted to by name and who was suggested, the former first.

    To whoever posted it, while it is open. Three queries for each of them, or a few more.
    """
    if need.owner_id != reach.person or need.met_at is not None:
        return []
    waiting = Suggested.objects.filter(need=need).select_related("referred_by", "need")
    waiting = waiting.order_by("place")
    persons = Person.objects.visible_to(reach).in_bulk([one.person_id for one in waiting])
    return [
        Asked(
            (person := persons[one.person_id]),
            is_told=one.at > now - ASKED_LATELY and _may_answer(person, need, now=now),
            is_by_name=one.is_by_name,
            pointed_by=one.pointed_by,
        )
        for one in sorted(waiting, key=lambda one: not one.is_by_name)
        if one.person_id in persons
    ]


def _may_answer(person: Person, need: Need, *, now: datetime) -> bool:
    """Whether ``person`` can sign in, may be contacted and sees ``need``."""
    return person.is_active and person.is_contactable and sees(person, need, now=now)


def circles_of(need: Need, *, on: date) -> list[tuple[str, str]]:
    """Return who could see ``need`` where it belongs, and who does now, narrowest first."""
    circles = {need.sharing, *(value for value, _ in sharing_choices(need, on=on))}
    return [(c.value, str(c.label)) for c in SharingClass if c.value in circles]


def is_met_otherwise(need: Need) -> bool:
    """Whether whoever raised ``need`` says that it is solved, and of no answer that it did it."""
    return need.met_at is not None and all(a.verdict != Verdict.SOLVED for a in need.answers.all())


def answer_to(need: Need, *, uid: UUID) -> Answer:
    """Return one of the answers to ``need``.

    Raises:
        NotFound: It has no such answer.
    """
    answer = Answer.objects.filter(need=need, uid=uid).first()
    if answer is None:
        raise NotFound("This answer is not here any more.")
    return answer


def answer_by(person: Person, need: Need, *, uid: UUID) -> Answer:
    """Return an answer of ``person`` to ``need``.

    Raises:
        NotFound: It has no such answer.
        NotAllowed: Somebody else wrote it.
    """
    answer = answer_to(need, uid=uid)
    if answer.author_id != person.pk:
        raise NotAllowed("Only whoever wrote an answer can change it or take it back.")
    return answer


def needs_of(person: Person, *, reach: Reach) -> NeedQuerySet:
    """Return what ``person`` raised and ``reach`` may see."""
    return needs_visible_to(reach).filter(owner=person)


def met_in_words(words: str, *, reach: Reach) -> list[Need]:
    """Return what the reader posted in these words and says is solved, the newest first."""
    mine = Need.objects.visible_to(reach).in_words(words).filter(owner=reach.person or 0)
    return list(mine.filter(met_at__isnull=False).order_by("-raised_at")[:3])


def examples(reach: Reach, *, most: int = 3) -> list[Need]:
    """Return a few answered needs of others that show how people ask here, the newest first.

    Those of the reader's own organisations come before what others let them see. Two queries.
    """
    found = Need.objects.visible_to(reach).answered().filter(title__endswith="?")
    found = found.exclude(owner=reach.person or 0).order_by("-raised_at")
    near = list(found.filter(organisation__in=reach.organisations)[:most])
    return near + list(found.exclude(organisation__in=reach.organisations)[: most - len(near)])
