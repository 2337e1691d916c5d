"""Whether what was solved stays solved: who is to be asked, and what waits for an answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from whoknows.aids.models import Aid
from whoknows.base.days import day_of
from whoknows.base.errors import NotFound
from whoknows.needs.models import (
    AFTER,
    LASTING,
    Answer,
    FollowUp,
    Need,
    NeedQuerySet,
    Outcome,
    Solution,
    Step,
    Verdict,
)
from whoknows.needs.queries.seeing import thing_visible_to
from whoknows.people.models import Membership, Reach

# So long it may be asked late, and so long it waits: after that it would surprise.
LAPSES_AFTER = timedelta(days=14)
# Of a need: whether whoever raised it did it again without asking, since it was met.
STAYS_MET = Exists(
    FollowUp.objects.filter(need=OuterRef("pk"), since=OuterRef("met_at"), said__in=LASTING)
)


def needs_to_follow_up(step: Step, *, now: datetime) -> NeedQuerySet:
    """Return the needs met so long ago that whoever raised them is to be asked, and is not yet."""
    asked = FollowUp.objects.filter(need=OuterRef("pk"), step=step, since=OuterRef("met_at"))
    due = Need.objects.filter(~Exists(asked), met_at__range=_met(step, now=now))
    return due.filter(_may_be_asked("owner", now=now)).order_by("pk")


def solutions_to_follow_up(step: Step, *, now: datetime) -> QuerySet[Solution]:
    """Return what was said to solve it so long ago, where no need was posted in these words."""
    asked = FollowUp.objects.filter(solution=OuterRef("pk"), step=step)
    words = OuterRef("words")
    posted = Need.objects.filter(Q(words=words) | Q(title=words), owner=OuterRef("person"))
    due = Solution.objects.filter(~Exists(asked), ~Exists(posted), at__range=_met(step, now=now))
    return due.filter(_may_be_asked("person", now=now)).order_by("pk")


def _met(step: Step, *, now: datetime) -> tuple[datetime, datetime]:
    until = now - AFTER[step]
    return until - LAPSES_AFTER, until


def _may_be_asked(who: str, *, now: datetime) -> Q:
    """Keep what belongs to somebody who can sign in, is still there, and agrees to be asked."""
    can_and_may = {"is_active": True, "email__isnull": False, "is_followed_up": True}
    is_here = _belongs(who, now=now)
    return Q(is_here, **{f"{who}__{name}": value for name, value in can_and_may.items()})


def _belongs(who: str, *, now: datetime) -> Exists:
    """Keep what belongs to somebody who is in its organisation today."""
    here = Membership.objects.active(day_of(now))
    return Exists(here.filter(owner=OuterRef(who), organisation=OuterRef("organisation")))


def waiting_follow_ups(*, now: datetime) -> QuerySet[FollowUp]:
    """Return what waits for an answer, of everybody, and is still as it was, the oldest first.

    Not of who left where it was: they can neither open it again nor say more of it.
    """
    is_as_it_was = Q(need__met_at=F("since"), need__owner=F("person")) | Q(solution__isnull=False)
    return (
        FollowUp.objects.filter(
            is_as_it_was,
            _belongs("person", now=now),
            said="",
            asked_at__range=(now - LAPSES_AFTER, now),
            person__is_followed_up=True,
        )
        .select_related("person", "need", "solution")
        .order_by("asked_at", "pk")
    )


def next_follow_up(reach: Reach, *, now: datetime) -> FollowUp | None:
    """Return what the reader is asked today: one thing at most, and none after an answer."""
    mine = FollowUp.objects.filter(person=OuterRef("person"))
    said_today = Exists(mine.filter(said_at__date=day_of(now)))
    found = waiting_follow_ups(now=now).filter(~said_today, person=reach.person or 0)
    return found.first()


def follow_up_of(reach: Reach, *, uid: UUID, now: datetime) -> FollowUp:
    """Return what the reader is asked under ``uid``.

    Raises:
        NotFound: It is somebody else's, was answered, or does not hold any more.
    """
    waiting = waiting_follow_ups(now=now).filter(person=reach.person or 0)
    found = waiting.filter(uid=uid).first()
    if found is None:
        raise NotFound("This was answered already, or is too long ago. There is nothing to do.")
    return found


def words_of(follow_up: FollowUp) -> str:
    """Return in a line what was solved; nothing if that is not there any more."""
    if follow_up.need is not None:
        return follow_up.need.title
    return " ".join(follow_up.solution.words.split()) if follow_up.solution else ""


@dataclass(frozen=True, slots=True)
class Met:
    """What somebody was trying to do, and what met it, as far as they may still see that."""

    words: str
    answers: tuple[Answer, ...] = ()
    thing: Need | Aid | None = None


def what_met_it(follow_up: FollowUp, *, reach: Reach) -> Met:
    """Return what met what ``follow_up`` is about: answers, or a thing. Three queries at most."""
    need, solution = follow_up.need, follow_up.solution
    if need is not None:
        solved = tuple(need.answers.filter(verdict=Verdict.SOLVED).select_related("author"))
        if not solved:
            said = Solution.objects.filter(person=follow_up.person_id)
            solution = said.filter(words__in=[need.words, need.title]).order_by("-at").first()
        return Met(need.title, solved, (solution and _thing(solution, reach)) or need)
    return Met(solution.words, thing=_thing(solution, reach)) if solution else Met("")


def _thing(solution: Solution, reach: Reach) -> Need | Aid | None:
    return thing_visible_to(reach, kind=solution.document_kind, pk=solution.document_id)


def outcomes_of(step: Step) -> list[tuple[str, str]]:
    """Return what can be said so long after, the best first."""
    told = [one for one in Outcome if one != Outcome.OFTEN or step == Step.TWO_MONTHS]
    return [(one.value, str(one.label)) for one in told]
