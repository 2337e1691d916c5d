"""Seeing to it that what was solved stays solved.

Asked two weeks and two months after, the longer times of spaced follow-up (A. Kohn, Brain Science:
Overcoming the Forgetting Curve, 2014): whoever recalls it then keeps it.
"""

from datetime import datetime, timedelta

from django.db import transaction

from whoknows.base import audit
from whoknows.base.errors import BadInput, Conflict, NotFound
from whoknows.needs.actions.answering import judge_answer
from whoknows.needs.actions.solving import reopen_need
from whoknows.needs.actions.telling import hears_of, tell_soon
from whoknows.needs.models import FollowUp, Need, Outcome, Step, Suggested, Verdict
from whoknows.needs.queries.following_up import (
    needs_to_follow_up,
    outcomes_of,
    solutions_to_follow_up,
    waiting_follow_ups,
    words_of,
)
from whoknows.people.actions import tell
from whoknows.people.models import Person
from whoknows.people.queries import hears_by_mail

_A_WEEK = timedelta(days=7)
# The clock strikes once a day, not always at the same minute.
_TOLD_LATELY = timedelta(hours=20)


@transaction.atomic
def plan_follow_ups(*, now: datetime) -> int:
    """Note who is to be asked from now on whether it stays solved; returns of how many things."""
    planned = []
    for step in Step:
        planned += [
            FollowUp(
                organisation_id=need.organisation_id,
                person_id=need.owner_id,
                need=need,
                step=step,
                since=need.met_at or now,
                asked_at=now,
            )
            for need in needs_to_follow_up(step, now=now)
        ]
        planned += [
            FollowUp(
                organisation_id=solution.organisation_id,
                person_id=solution.person_id,
                solution=solution,
                step=step,
                since=solution.at,
                asked_at=now,
            )
            for solution in solutions_to_follow_up(step, now=now)
        ]
    FollowUp.objects.bulk_create(planned, ignore_conflicts=True)
    return len(planned)


def tell_of_follow_ups(*, now: datetime) -> int:
    """Mail everybody for whom something waits, of one thing a day; returns how many mails."""
    told: set[int] = set()
    lately = FollowUp.objects.filter(told_at__gt=now - _TOLD_LATELY).values("person")
    for one in waiting_follow_ups(now=now).filter(told_at=None).exclude(person__in=lately):
        reader = one.person
        if reader.pk not in told and hears_by_mail(reader) and _tell_of_follow_up(one, now=now):
            told.add(reader.pk)
    return len(told)


@transaction.atomic
def _tell_of_follow_up(one: FollowUp, *, now: datetime) -> bool:
    """Mail of one thing, in a transaction of its own: nobody who answers waits for all the mails.

    What somebody is answering at this moment is left out.
    """
    waiting = waiting_follow_ups(now=now).filter(pk=one.pk, told_at=None)
    found = waiting.select_for_update(of=["self"], skip_locked=True).first()
    if found is None:
        return False
    tell(found.person, "needs/mail/follow_up", follow_up=found, words=words_of(found))
    found.told_at = now
    found.save(update_fields=["told_at"])
    return True


@transaction.atomic
def say_how_it_went(*, follow_up: FollowUp, said: Outcome, by: Person, now: datetime) -> FollowUp:
    """Note how it went since. Who is stuck again has an open need again, where they posted one.

    What somebody said solved it without posting counts no more then.

    Raises:
        NotFound: Somebody else is asked.
        Conflict: They said so already, or it was opened again, or taken back, meanwhile.
        BadInput: That cannot be said so soon.
    """
    follow_up = _locked(follow_up, by=by)
    if said not in dict(outcomes_of(Step(follow_up.step))):
        raise BadInput("Choose one of the answers.")
    follow_up.said, follow_up.said_at = said, now
    follow_up.save(update_fields=["said", "said_at"])
    audit.record(
        "say_how_it_went",
        _subject(follow_up),
        by=by,
        now=now,
        organisation_id=follow_up.organisation_id,
    )
    if said == Outcome.STUCK and follow_up.need is not None:
        _open_again(follow_up.need, by=by, now=now)
    elif said == Outcome.STUCK and follow_up.solution is not None:
        follow_up.solution.delete()
    return follow_up


@transaction.atomic
def put_off(*, follow_up: FollowUp, by: Person, now: datetime) -> None:
    """Ask again in a week.

    Raises:
        NotFound: Somebody else is asked.
        Conflict: They said so already, or it was opened again, or taken back, meanwhile.
    """
    follow_up = _locked(follow_up, by=by)
    follow_up.asked_at, follow_up.told_at = now + _A_WEEK, None
    follow_up.save(update_fields=["asked_at", "told_at"])


def _locked(follow_up: FollowUp, *, by: Person) -> FollowUp:
    # The need first, as whoever judges does: so neither waits for the other for ever.
    need = Need.objects.select_for_update().filter(pk=follow_up.need_id or 0).first()
    found = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if found.person_id != by.pk:
        raise NotFound("Somebody else is asked this.")
    is_as_it_was = need.met_at == found.since if need else found.solution_id is not None
    if found.said or not is_as_it_was:
        raise Conflict("This was answered already. There is nothing to do.")
    return found


def _subject(follow_up: FollowUp) -> str:
    if follow_up.need is not None:
        return f"need:{follow_up.need.pk}"
    solution = follow_up.solution
    return f"{solution.document_kind}:{solution.document_id}" if solution else ""


def _open_again(need: Need, *, by: Person, now: datetime) -> None:
    """Open ``need``: what was said to solve it helped, and it waits for others as if it were new.

    Whoever wrote that hears of it, for they may know what is different now.
    """
    solved = list(need.answers.filter(verdict=Verdict.SOLVED).select_related("author", "need"))
    for answer in solved:
        # One's own, from an archive that knows such, is not judged.
        verdict = None if answer.author_id == by.pk else Verdict.HELPED
        judge_answer(answer=answer, verdict=verdict, by=by, now=now)
    if not solved:
        reopen_need(need=need, by=by, now=now)
    for answer in solved:
        if answer.author_id != by.pk and hears_of(answer.author, need, now=now):
            tell(answer.author, "needs/mail/stuck_again", need=need, answer=answer)
    Suggested.objects.filter(need=need).update(at=now, told_at=None)
    tell_soon("tell_of_need", need.pk)
