"""Keeping aids at hand, ticking items off, and taking in what was done without a network."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from whoknows.aids.actions.states import ChangedMeanwhile
from whoknows.aids.models import Aid, Delivery, Pin, Tick
from whoknows.aids.queries import material_version
from whoknows.base import audit
from whoknows.engine.aids.plain import MOST_ROWS
from whoknows.people.models import Person

# As many as a checklist may have.
MOST_LINES = MOST_ROWS
DELIVERIES_KEPT = timedelta(days=365)


@transaction.atomic
def pin_aid(*, aid: Aid, by: Person, now: datetime) -> Pin:
    """Keep ``aid`` on the devices of ``by``; keeping it twice changes nothing."""
    pin, is_new = Pin.objects.get_or_create(aid=aid, person=by, defaults={"pinned_at": now})
    if is_new:
        _audit("pin_aid", aid, by=by, now=now)
    return pin


@transaction.atomic
def unpin_aid(*, aid: Aid, by: Person, now: datetime) -> None:
    """Keep ``aid`` no longer; nothing happens if it was not kept."""
    gone, _rows = Pin.objects.filter(aid=aid, person=by).delete()
    if gone:
        _audit("unpin_aid", aid, by=by, now=now)


@transaction.atomic
def tick_items(
    *,
    aid: Aid,
    material: int,
    among: Collection[int],
    done: Collection[int],
    by: Person,
    now: datetime,
) -> None:
    """Note that of the items ``among`` these are ``done``, and the others are not.

    Args:
        material: The version in which what one does had last changed when the items were ticked,
            perhaps on a device that was offline since. Only as long as that is still so, each
            number means the same item.
    Raises:
        ChangedMeanwhile: The list has become another since.
    """
    # As change_aid does, which takes the ticks away: not between looking and writing.
    Aid.objects.select_for_update(no_key=True).get(pk=aid.pk)
    if material != material_version(aid):
        raise ChangedMeanwhile(
            "The list changed since you opened it, so nothing was ticked. Open it again, then "
            "tick what is done."
        )
    ticked = {line for line in done if 0 < line <= MOST_LINES and line in among}
    Tick.objects.filter(aid=aid, person=by, line__in=among).exclude(line__in=ticked).delete()
    ticks = [Tick(aid=aid, person=by, line=line, at=now) for line in sorted(ticked)]
    Tick.objects.bulk_create(ticks, ignore_conflicts=True)
    _audit("tick_items", aid, by=by, now=now, ticked=len(ticked))


@transaction.atomic
def take_delivery(*, key: UUID | None, by: Person, now: datetime, do: Callable[[], object]) -> bool:
    """Call ``do`` unless this key was delivered before; return whether it was called.

    Both are written in one transaction: what fails was not delivered and may be sent again. Two
    deliveries of one key at once wait for each other. Without a key it is done every time.
    """
    if key is not None:
        _known, is_new = Delivery.objects.get_or_create(person=by, key=key, defaults={"at": now})
        if not is_new:
            return False
    do()
    return True


def forget_deliveries(*, now: datetime) -> int:
    """Delete the keys of what devices delivered over a year ago; return how many.

    A device that was without network for longer than that would have it done twice.
    """
    deleted, _by_model = Delivery.objects.filter(at__lt=now - DELIVERIES_KEPT).delete()
    return deleted


def _audit(action: str, aid: Aid, *, by: Person, now: datetime, **detail: int) -> None:
    # Seen by ``by`` only: not where an organisation's administrators read.
    audit.record(action, f"aid:{aid.pk}", by=by, now=now, **detail)
