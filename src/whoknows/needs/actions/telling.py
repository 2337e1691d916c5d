"""Telling people by mail what they wait for, and what waits for them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from whoknows.base.days import day_of
from whoknows.needs.models import ASKED_BY_NAME, Answer, Need, Suggested, Verdict
from whoknows.needs.queries.seeing import sees
from whoknows.people.actions import tell
from whoknows.people.models import Membership, Person
from whoknows.people.queries import reach_of

# So long whoever wrote something can mend it, or take it back, before it goes out.
_A_MOMENT_S = 60
# Whoever is the likeliest for everything would else get a mail for everything.
MOST_HINTS = 3
# Nobody fills another's postbox: what is not mailed waits on the first page as ever.
MOST_OF_ONE = 10
_A_DAY = timedelta(days=1)


def tell_soon(task: str, pk: int) -> None:
    """Have the worker do ``task`` about ``pk`` in a minute, once however often it is said."""
    job = app.configure_task(
        task,
        allow_unknown=False,
        queueing_lock=f"{task}:{pk}",
        schedule_in={"seconds": _A_MOMENT_S},
    )
    try:
        # A transaction of its own: what is refused must not take with it what it is about.
        with transaction.atomic():
            job.defer(pk=pk)
    except AlreadyEnqueued:
        return


@transaction.atomic
def tell_of_need(*, need_id: int, now: datetime) -> int:
    """Tell whom a need waits for, and who was not told yet; returns how many are told.

    Whoever is asked by name, unless by somebody who asked them ten times in the last day; and who
    may know, if they had fewer than three such mails in it. Who may not see it any more, or left,
    hears nothing, nor does anybody once it is met.
    """
    need = Need.objects.open().select_related("owner").filter(pk=need_id).first()
    if need is None:
        return 0
    waiting = Suggested.objects.select_for_update(of=["self"])
    waiting = waiting.select_related("person", "referred_by", "need")
    told = [
        one
        for one in waiting.filter(need=need, told_at=None).order_by("place")
        if _tell_of_need(need, one, now=now)
    ]
    Suggested.objects.filter(pk__in=[one.pk for one in told]).update(told_at=now)
    return len(told)


def _tell_of_need(need: Need, one: Suggested, *, now: datetime) -> bool:
    person, is_hint = one.person, not one.is_by_name
    answered = Answer.objects.filter(need=need, author=person)
    if not hears_of(person, need, now=now) or answered.exists():
        return False
    lately = Suggested.objects.filter(person=person, told_at__gt=now - _A_DAY)
    if is_hint:
        many, most = lately.filter(referred_by=None).exclude(place=ASKED_BY_NAME), MOST_HINTS
    else:
        many, most = lately.chosen_by(one.referred_by or need.owner), MOST_OF_ONE
    if many.count() >= most:
        return False
    template = "needs/mail/may_know" if is_hint else "needs/mail/asked"
    if one.pointed_by is not None:
        template = "needs/mail/referred"
    return tell(person, template, is_hint=is_hint, need=need, by=one.pointed_by)


@transaction.atomic
def tell_of_answer(*, answer_id: int, now: datetime) -> bool:
    """Tell whoever raised a need of an answer to it; returns whether there was cause to.

    None, if they wrote it, said something of it already, left where they asked, or had mails enough
    of answers by the same person in the last day.
    """
    answer = _answers().filter(pk=answer_id).first()
    if answer is None or answer.verdict or answer.author_id == answer.need.owner_id:
        return False
    owner = answer.need.owner
    # Whoever left can say no more what helped, also where they may still read it.
    if not answer.need.is_answered_for_by(reach_of(owner, on=day_of(now))):
        return False
    by_the_same = Answer.objects.filter(author=answer.author, need__owner=owner)
    lately = by_the_same.filter(given_at__gt=answer.given_at - _A_DAY, pk__lt=answer.pk)
    if lately.count() >= MOST_OF_ONE:
        return False
    return tell(owner, "needs/mail/answered", answer=answer, need=answer.need)


@transaction.atomic
def tell_of_solution(*, answer_id: int, now: datetime) -> bool:
    """Tell whoever wrote an answer that it solved the need; returns whether there was cause to.

    Once, however often whoever asked takes it back and says it again.
    """
    solved = _answers().filter(verdict=Verdict.SOLVED, told_at=None)
    answer = solved.select_for_update(of=["self"]).filter(pk=answer_id).first()
    if answer is None or not hears_of(answer.author, answer.need, now=now):
        return False
    if not tell(answer.author, "needs/mail/solved", answer=answer, need=answer.need):
        return False
    answer.told_at = now
    answer.save(update_fields=["told_at"])
    return True


def _answers() -> QuerySet[Answer]:
    return Answer.objects.select_related("author", "need__owner")


def hears_of(person: Person, need: Need, *, now: datetime) -> bool:
    """Whether ``person`` may see ``need`` today, and is here or stays as alumni."""
    is_here = Membership.objects.shown().filter(owner=person)
    return is_here.exists() and sees(person, need, now=now)
