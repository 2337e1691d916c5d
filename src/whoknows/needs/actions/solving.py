"""Saying that a need is solved, and by what, beside the answers to it."""

from datetime import datetime

from django.db import transaction

from whoknows.aids.models import Aid
from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.base.errors import Conflict, NotAllowed, NotFound
from whoknows.engine.carriers import readable_code
from whoknows.needs.models import LONGEST_NEED, Need, Solution, Verdict
from whoknows.needs.queries.seeing import thing_visible_to
from whoknows.people.models import Person, Reach
from whoknows.people.queries import must_belong


@transaction.atomic
def say_solved(
    *,
    words: str,
    document_kind: str,
    document_id: int,
    by: Person,
    reach: Reach,
    now: datetime,
) -> Solution | None:
    """Note that ``by``, trying to do ``words``, was helped by something already there.

    Saying so twice changes nothing. The thing ranks higher from then on, and what ``by`` posted in
    the same words is solved. What helped somebody of elsewhere is not noted (None): an organisation
    learns from its own people only.

    Raises:
        NotFound: The thing does not exist or this person may not see it.
        NotAllowed: It is their own.
    """
    found = thing_visible_to(reach, kind=document_kind, pk=document_id)
    if found is None:
        raise NotFound("What you said solved it is not here any more. Search for it again.")
    if found.owner_id == by.pk or _answered(found, by):
        raise NotAllowed("This is your own. It counts when it solves something for others.")
    words = words.replace("\x00", "").strip()[:LONGEST_NEED]
    solution = _note_solution(words, kind=document_kind, found=found, by=by, reach=reach, now=now)
    posted = Need.objects.visible_to(reach).open().in_words(words).filter(owner=by)
    for need in posted.filter(raised_at__lte=now).select_for_update(of=["self"]).order_by("pk"):
        _end(need, by=by, now=now)
    return solution


@transaction.atomic
def meet_need(*, need: Need, by: Person, reach: Reach, now: datetime, code: str = "") -> Need:
    """Note that ``need`` is solved without an answer of others, by the aid of this code if any.

    Nobody gains evidence by it. The aid ranks higher from then on, unless it is their own. Saying
    so twice changes nothing.

    Raises:
        NotAllowed: Somebody other than whoever raised it tries, or they left where it belongs.
        NotFound: There is no such aid, or they may not see it.
    """
    need = _locked(need, by=by, now=now)
    if code:
        aid = Aid.objects.visible_to(reach).filter(code=readable_code(code)).first()
        if aid is None:
            raise NotFound("There is no aid with this code here, or it is not visible to you.")
        if aid.owner_id != by.pk:
            _note_solution(need.words, kind="aid", found=aid, by=by, reach=reach, now=now)
    _end(need, by=by, now=now)
    return need


@transaction.atomic
def reopen_need(*, need: Need, by: Person, now: datetime) -> Need:
    """Take back that ``need`` is solved, and what ``by`` said solved it beside the answers.

    Raises:
        NotAllowed: Somebody other than whoever raised it tries, or they left where it belongs.
        Conflict: An answer is said to have solved it.
    """
    need = _locked(need, by=by, now=now)
    if need.answers.filter(verdict=Verdict.SOLVED).exists():
        raise Conflict("An answer is said to have solved it. Take that back below the answer.")
    if need.met_at is not None:
        Solution.objects.filter(person=by, words__in=[need.words, need.title]).delete()
        need.met_at = None
        need.save(update_fields=["met_at"])
        _record("reopen_need", need, by=by, now=now)
    return need


def _locked(need: Need, *, by: Person, now: datetime) -> Need:
    found = Need.objects.select_for_update().get(pk=need.pk)
    if found.owner_id != by.pk:
        raise NotAllowed("Only whoever raised a need can say whether it is solved.")
    must_belong(by, to=found.organisation, on=day_of(now))
    return found


def _end(need: Need, *, by: Person, now: datetime) -> None:
    if need.met_at is None:
        need.met_at = now
        need.save(update_fields=["met_at"])
        _record("meet_need", need, by=by, now=now)


def _record(what: str, need: Need, *, by: Person, now: datetime) -> None:
    audit.record(what, f"need:{need.pk}", by=by, now=now, organisation_id=need.organisation_id)


def _note_solution(
    words: str, *, kind: str, found: Need | Aid, by: Person, reach: Reach, now: datetime
) -> Solution | None:
    if found.organisation_id not in reach.organisations:
        return None
    solution, created = Solution.objects.get_or_create(
        person=by,
        words=words,
        document_kind=kind,
        document_id=found.pk,
        defaults={"at": now, "organisation_id": found.organisation_id},
    )
    if created:
        audit.record(
            "say_solved",
            f"{kind}:{found.pk}",
            by=by,
            now=now,
            organisation_id=found.organisation_id,
        )
    return solution


def _answered(found: Need | Aid, by: Person) -> bool:
    return isinstance(found, Need) and found.answers.filter(author=by).exists()
