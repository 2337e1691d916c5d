"""Learning of ties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from whoknows.base import audit
from whoknows.network.models import Tie
from whoknows.people.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class Known:
    """A tie as a source tells it; input of :func:`record_ties`."""

    seeker_id: int
    helper_id: int
    kind: str
    weight: float
    at: datetime | None


@transaction.atomic
def record_ties(
    *, organisation: Organisation, ties: Sequence[Known], now: datetime, by: Person | None = None
) -> int:
    """Write down ties; one that is known already takes the new weight. Returns how many."""
    rows = {(t.seeker_id, t.helper_id, t.kind): t for t in ties}
    Tie.objects.bulk_create(
        [
            Tie(
                organisation=organisation,
                seeker_id=tie.seeker_id,
                helper_id=tie.helper_id,
                kind=tie.kind,
                weight=tie.weight,
                at=tie.at,
            )
            for tie in rows.values()
        ],
        update_conflicts=True,
        unique_fields=["organisation", "seeker", "helper", "kind"],
        update_fields=["weight", "at"],
        batch_size=2000,
    )
    if rows:
        audit.record(
            "record_ties",
            f"organisation:{organisation.pk}",
            by=by,
            now=now,
            organisation_id=organisation.pk,
            ties=len(rows),
        )
    return len(rows)
