"""Pointing somebody to a need: whoever raised it, and whoever knows who knows."""

from datetime import datetime

from django.db import transaction

from whoknows.base import audit
from whoknows.base.errors import BadInput, Conflict, NotFound
from whoknows.expertise.queries.topics import person_to_ask
from whoknows.needs.actions.telling import tell_soon
from whoknows.needs.models import ASKED_BY_NAME, Answer, Need, Suggested
from whoknows.needs.queries.seeing import sees
from whoknows.people.models import Person, Reach

# By one person for one need: whoever has more in mind means a community.
MOST_REFERRALS = 5


class TooManyReferred(Conflict):
    """Pointing everybody to everything helps nobody."""

    code = "too_many_referred"


@transaction.atomic
def refer_need(*, need: Need, to: Person, by: Person, reach: Reach, now: datetime) -> Suggested:
    """Have ``need`` wait for ``to``, because ``by`` says that they may know.

    Nothing changes where somebody has said so before.

    Raises:
        NotFound: ``by`` may not see the need, or the person.
        NotAllowed: The person cannot be asked, or wants no more just now.
        Conflict: It is solved, or they answered already.
        TooManyReferred: ``by`` pointed five people to it.
        BadInput: The person asked it themselves, is ``by``, or would not see it.
    """
    # Locked, so that the fifth and the sixth do not come at once.
    seen = Need.objects.visible_to(reach).select_for_update(of=["self"])
    found = seen.select_related("owner").filter(pk=need.pk).first()
    if found is None:
        raise NotFound("There is no such need here, or it is not visible to you.")
    _check(found, to, by=by, reach=reach, now=now)
    waiting = Suggested.objects.filter(need=found)
    is_first = not waiting.by_name().filter(person=to).exists()
    if is_first and waiting.filter(referred_by=by).count() >= MOST_REFERRALS:
        raise TooManyReferred(
            "You pointed {many} people to this already. Wait for what they say.",
            many=MOST_REFERRALS,
        )
    referred = have_wait(found, to, by=by, now=now)
    if is_first:
        there = found.organisation_id
        audit.record("refer_need", f"need:{found.pk}", by=by, now=now, organisation_id=there)
    return referred


def have_wait(need: Need, person: Person, *, by: Person, now: datetime) -> Suggested:
    """Have ``need`` wait for ``person``, whom ``by`` chose, and tell them so by name.

    Nothing changes where somebody has chosen them before.
    """
    waiting = Suggested.objects.filter(need=need)
    if again := waiting.by_name().filter(person=person).first():
        return again
    # Who was suggested keeps the place and the odds with which that was.
    chosen, _ = waiting.update_or_create(
        need=need,
        person=person,
        defaults={"referred_by": by, "at": now, "told_at": None},
        create_defaults={
            "place": ASKED_BY_NAME,
            "propensity": 1.0,
            "referred_by": by,
            "at": now,
        },
    )
    tell_soon("tell_of_need", need.pk)
    return chosen


def _check(need: Need, to: Person, *, by: Person, reach: Reach, now: datetime) -> None:
    if need.met_at is not None:
        raise Conflict("This is solved already. Nobody needs to be asked any more.")
    if to.pk == by.pk:
        raise BadInput("You know it yourself? Then answer it.")
    if to.pk == need.owner_id:
        raise BadInput("{person} asked this. Choose somebody who may know.", person=to)
    person_to_ask(reach, uid=to.uid, now=now)
    if Answer.objects.filter(need=need, author=to).exists():
        raise Conflict("{person} has answered this already.", person=to)
    if not sees(to, need, now=now):
        raise BadInput("{person} does not see this need. Point somebody else to it.", person=to)
