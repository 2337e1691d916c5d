"""Taking in ties."""

from collections.abc import Sequence

from whoknows.interop.actions.setting import Outcome, Setting
from whoknows.interop.importers.records import TieRecord
from whoknows.interop.models import SourceRecord
from whoknows.network.actions import Known as KnownTie
from whoknows.network.actions import record_ties
from whoknows.network.models import Tie
from whoknows.people.models import Membership


def take_in(batch: Sequence[TieRecord], setting: Setting) -> Outcome:
    """Take in ties between persons that any import into this organisation, or it itself, knows."""
    outcome = Outcome()
    ids = _persons({key for r in batch for key in (r.source, r.target)}, setting)
    ties: dict[tuple[int, int, str], KnownTie] = {}
    for record in batch:
        seeker, helper = ids.get(record.source), ids.get(record.target)
        if seeker is None or helper is None:
            nobody = record.source if seeker is None else record.target
            outcome.refuse(record, f"“{nobody}” is nobody here; import the persons first.")
        elif seeker == helper:
            outcome.refuse(record, "Both ends are the same person; leave the row out.")
        else:
            tie = KnownTie(seeker, helper, record.kind[:40], record.weight, record.at)
            ties[seeker, helper, tie.kind] = tie
    before = _weights(ties, setting)
    for key, tie in ties.items():
        same = before.get(key) == (tie.weight, tie.at)
        outcome.unchanged += same
        outcome.changed += key in before and not same
        outcome.added += key not in before
    told = list(ties.values())
    record_ties(organisation=setting.organisation, ties=told, now=setting.now, by=setting.by)
    return outcome


def _persons(keys: set[str], setting: Setting) -> dict[str, int]:
    imported = SourceRecord.objects.filter(
        source__organisation=setting.organisation, kind="person", key__in=keys
    )
    found = dict(imported.order_by("pk").values_list("key", "object_id"))
    members = Membership.objects.filter(
        organisation=setting.organisation, owner__email__in={key.lower() for key in keys}
    )
    by_email = dict(members.values_list("owner__email", "owner"))
    return {key: pk for key in keys if (pk := found.get(key) or by_email.get(key.lower()))}


def _weights(
    ties: dict[tuple[int, int, str], KnownTie], setting: Setting
) -> dict[tuple[int, int, str], tuple[float, object]]:
    rows = Tie.objects.filter(
        organisation=setting.organisation,
        seeker__in={seeker for seeker, _, _ in ties},
        helper__in={helper for _, helper, _ in ties},
    ).values_list("seeker", "helper", "kind", "weight", "at")
    return {(s, h, kind): (weight, at) for s, h, kind, weight, at in rows}
