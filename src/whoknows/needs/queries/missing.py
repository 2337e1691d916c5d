"""What people looked for and did not find."""

from dataclasses import dataclass

from django.db.models import Count, Min

from whoknows.needs.models import Miss
from whoknows.people.models import Reach

FEWEST_COUNTED = 5


@dataclass(frozen=True, slots=True)
class Missing:
    """Words that led to nothing. ``people`` is None where fewer than five looked."""

    words: str
    people: int | None


def missing_here(reach: Reach, *, most: int = 100) -> list[Missing]:
    """Return what people of the reader's organisations say is missing, the most wanted first.

    What differs only in capitals is the same, told as one of them typed it. Who looked is never
    told; below five people, not even how many. One query.
    """
    here = Miss.objects.filter(organisation__in=reach.organisations)
    counted = here.values("folded").annotate(
        people=Count("person", distinct=True), said=Min("words")
    )
    rows = counted.order_by("-people", "folded")[:most]
    return [
        Missing(row["said"], row["people"] if row["people"] >= FEWEST_COUNTED else None)
        for row in rows
    ]
