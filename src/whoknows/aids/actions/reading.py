"""What readers and writers leave behind."""

from datetime import datetime

from django.db import transaction

from whoknows.aids.models import Acknowledgement, Aid, Unsaved, Use
from whoknows.base import audit
from whoknows.base.errors import BadInput, Conflict, NotFound
from whoknows.engine.aids import Kind
from whoknows.people.models import Person, Reach

LONGEST_UNSAVED = 1_000_000


def _seen(aid: Aid, reach: Reach) -> Aid:
    found = Aid.objects.visible_to(reach).filter(pk=aid.pk).first()
    if found is None:
        raise NotFound("There is no aid with this code here, or it is not visible to you.")
    return found


@transaction.atomic
def say_whether_it_helped(
    *, aid: Aid, helped: bool, by: Person, reach: Reach, now: datetime
) -> Use:
    """Note at the end of use whether ``aid`` helped; what a person says last counts.

    Raises:
        NotFound: ``by`` may not see it.
    """
    aid = _seen(aid, reach)
    use, _ = Use.objects.update_or_create(
        aid=aid, person=by, defaults={"version": aid.version, "helped": helped, "at": now}
    )
    # Shown as a count only: neither what was said nor, to administrators, that it was.
    audit.record("say_whether_it_helped", f"aid:{aid.pk}", by=by, now=now)
    return use


@transaction.atomic
def acknowledge(*, aid: Aid, version: int, by: Person, reach: Reach, now: datetime) -> None:
    """Note that ``by`` read version ``version`` of ``aid``, the newest.

    Raises:
        NotFound: ``by`` may not see it.
        Conflict: There is a newer version by now, or nobody asks for proof of reading.
    """
    aid = _seen(aid, reach)
    if not aid.asks_reading:
        raise Conflict("Nobody asks who read this aid. There is nothing to do.")
    if aid.version != version:
        raise Conflict("The aid changed while you read. Read the new version, then say so.")
    Acknowledgement.objects.update_or_create(
        aid=aid, person=by, defaults={"version": version, "at": now}
    )
    audit.record(
        "acknowledge",
        f"aid:{aid.pk}",
        by=by,
        now=now,
        organisation_id=aid.organisation_id,
        version=version,
    )


@transaction.atomic
def keep_unsaved(
    *, form: dict[str, list[str]], kind: Kind, aid: Aid | None, by: Person, now: datetime
) -> None:
    """Keep what ``by`` is writing, so that a lost connection loses nothing.

    Of new aids of a kind one is kept: ``began`` in the form says which of several editors it was.

    Raises:
        Conflict: Another editor of a new aid has its text kept already.
        BadInput: It is too long to be an aid, or holds what no text can.
    """
    if sum(len(value) for values in form.values() for value in values) > LONGEST_UNSAVED:
        raise BadInput("This is too long for one aid. Split it into several.")
    if any("\x00" in text for name, values in form.items() for text in (name, *values)):
        raise BadInput("A null character cannot be kept. Remove it.")
    # Two at once must not both find nothing kept.
    Person.objects.get_queryset().select_for_update().get(pk=by.pk)
    kept = Unsaved.objects.filter(person=by, aid=None, kind=kind.value).first()
    if aid is None and kept is not None and _began(kept.form) != _began(form):
        raise Conflict(
            "This text is not kept, because another new one of this kind is. Save one of them."
        )
    Unsaved.objects.update_or_create(
        person=by, aid=aid, kind=kind.value, defaults={"form": form, "at": now}
    )


@transaction.atomic
def forget_unsaved(*, kind: Kind, aid: Aid | None, by: Person, began: str | None = None) -> None:
    """Forget what ``by`` was writing: it is saved, or they do not want it.

    With ``began`` only what was written in that editor, see :func:`keep_unsaved`.
    """
    kept = Unsaved.objects.filter(person=by, aid=aid, kind=kind.value).first()
    if kept is not None and began in {None, _began(kept.form)}:
        kept.delete()


def _began(form: dict[str, list[str]]) -> str:
    return next(iter(form.get("began", ())), "")
