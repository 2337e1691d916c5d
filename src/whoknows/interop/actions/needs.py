"""Taking in needs."""

from collections.abc import Sequence

from whoknows.interop.actions.known import ids_by_key, uids
from whoknows.interop.actions.setting import Outcome, Setting, missing_unit, sharing_of
from whoknows.interop.actions.sorting import Sorting
from whoknows.interop.importers.records import QuestionRecord
from whoknows.interop.queries.records import question_record
from whoknows.needs.actions.bringing_in import NeedFromElsewhere, bring_in_needs
from whoknows.needs.models import Need
from whoknows.people.models import CLASSES, Membership, SharingClass, Unit

KIND = "need"


def take_in(batch: Sequence[QuestionRecord], setting: Setting) -> Outcome:
    """Take in questions as needs, each raised by whoever asked."""
    sorting = Sorting(batch, kind=KIND, setting=setting)
    persons = ids_by_key(setting.source, "person", {r.by for r in batch})
    own = _needs_by_key(batch, sorting.known_ids, setting)
    units = _units(set(persons.values()), setting)
    fresh: list[tuple[QuestionRecord, NeedFromElsewhere]] = []
    for record in batch:
        before = sorting.before(record)
        need = own.get(str(before.object_id) if before else record.key)
        pk = need.pk if need else None
        if need and not before and need.owner_id != persons.get(record.by):
            sorting.outcome.refuse(record, "Its id is that of somebody else's here; change the id.")
            continue
        ours = question_record(need, key=record.key, by=record.by) if need else None
        if not sorting.passes_over(record, ours=ours, pk=pk):
            told = _told(record, persons, units, setting, sorting.outcome, need=need)
            fresh += [(record, told)] if told else []
    rows = bring_in_needs(
        organisation=setting.organisation, needs=[told for _, told in fresh], now=setting.now
    )
    for (record, told), row in zip(fresh, rows, strict=True):
        sorting.took(record, pk=row.pk, was_here=told.pk is not None)
    return sorting.finish()


def _told(
    record: QuestionRecord,
    persons: dict[str, int],
    units: dict[int, Unit],
    setting: Setting,
    outcome: Outcome,
    *,
    need: Need | None,
) -> NeedFromElsewhere | None:
    owner = persons.get(record.by)
    if owner is None:
        outcome.refuse(record, f"Whoever asked, “{record.by}”, was left out; mend that row first.")
        return None
    try:
        sharing = _sharing(record, setting, need)
    except ValueError as error:
        outcome.refuse(record, str(error))
        return None
    unit = (need.unit if need else None) or units.get(owner)
    if missing_unit(sharing, unit):
        outcome.refuse(
            record,
            "Shared with a unit, but whoever asked is in none; add a unit or share it otherwise.",
        )
        return None
    return NeedFromElsewhere(
        pk=need.pk if need else None,
        owner_id=owner,
        title=record.title,
        words=record.text,
        raised_at=record.at,
        topics=record.topics,
        language=record.language,
        url=record.url or "",
        attribution=setting.attribution,
        sharing=sharing,
        unit=unit,
    )


def _sharing(record: QuestionRecord, setting: Setting, need: Need | None) -> SharingClass:
    """Return how far the need is shared: a file narrows, and never widens, what its asker chose."""
    told = sharing_of(record.sharing, setting)
    if need is None:
        return told
    here = SharingClass(need.sharing)
    if record.sharing is None:
        return here
    return min(told, here, key=CLASSES.index) if need.owner.is_active else told


def _needs_by_key(
    batch: Sequence[QuestionRecord], ids: set[int], setting: Setting
) -> dict[str, Need]:
    """Return our needs by the key that tells our own id, and by the id we knew them under."""
    keys = uids(r.key for r in batch)
    found = Need.objects.filter(organisation=setting.organisation).prefetch_related("topics")
    found = found.select_related("owner", "unit")
    by_uid = {need.uid: need for need in found.filter(uid__in=keys.values())}
    by_key = {key: by_uid[uid] for key, uid in keys.items() if uid in by_uid}
    return by_key | {str(need.pk): need for need in found.filter(pk__in=ids)}


def _units(owners: set[int], setting: Setting) -> dict[int, Unit]:
    rows = Membership.objects.filter(
        organisation=setting.organisation, owner__in=owners, unit__isnull=False
    ).select_related("unit")
    return {m.owner_id: m.unit for m in rows if m.unit}
