"""Telling people by mail what they wait for, and what waits for them."""

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from whoknows.base.days import day_of
from whoknows.needs.models import ASKED_BY_NAME, Answer, Need, Suggested, Verdict
from whoknows.people.actions import tell
from whoknows.people.models import Person
from whoknows.people.queries import reach_of

# So long whoever wrote something can mend it, or take it back, before it goes out.
_A_MOMENT_S = 60
# Whoever is the likeliest for everything would else get a mail for everything.
MOST_HINTS = 3
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

    Whoever is asked by name, and who may know: of these only who had no three such mails in the
    last day. Who may not see it any more hears nothing, nor does anybody once it is met.
    """
    need = Need.objects.open().select_related("owner").filter(pk=need_id).first()
    if need is None:
        return 0
    waiting = Suggested.objects.select_for_update(of=["self"])
    waiting = waiting.select_related("person", "referred_by")
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
    if not sees(person, need, now=now) or answered.exists():
        return False
    lately = Suggested.objects.filter(person=person, told_at__gt=now - _A_DAY)
    hints = lately.filter(referred_by=None).exclude(place=ASKED_BY_NAME)
    if is_hint and hints.count() >= MOST_HINTS:
        return False
    template = "needs/mail/may_know" if is_hint else "needs/mail/asked"
    if one.referred_by not in {None, need.owner}:
        template = "needs/mail/referred"
    return tell(person, template, is_hint=is_hint, need=need, by=one.referred_by)


@transaction.atomic
def tell_of_answer(*, answer_id: int, now: datetime) -> bool:
    """Tell whoever raised a need of an answer to it; returns whether there was cause to.

    None, if they wrote it, said something of it already, or may not see the need any more.
    """
    answer = _answer(answer_id)
    if answer is None or answer.verdict or answer.author_id == answer.need.owner_id:
        return False
    owner = answer.need.owner
    if not sees(owner, answer.need, now=now):
        return False
    return tell(owner, "needs/mail/answered", answer=answer, need=answer.need)


@transaction.atomic
def tell_of_solution(*, answer_id: int, now: datetime) -> bool:
    """Tell whoever wrote an answer that it solved the need; returns whether there was cause to."""
    answer = _answer(answer_id)
    if answer is None or answer.verdict != Verdict.SOLVED:
        return False
    if not sees(answer.author, answer.need, now=now):
        return False
    return tell(answer.author, "needs/mail/solved", answer=answer, need=answer.need)


def _answer(pk: int) -> Answer | None:
    found = Answer.objects.select_related("author", "need__owner")
    return found.filter(pk=pk).first()


def sees(person: Person, need: Need, *, now: datetime) -> bool:
    """Whether ``person`` may see ``need`` today."""
    reach = reach_of(person, on=day_of(now))
    return Need.objects.visible_to(reach).filter(pk=need.pk).exists()
