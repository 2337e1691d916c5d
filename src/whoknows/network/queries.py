"""How two people know each other."""

from collections.abc import Collection

from django.db.models import Q

from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.network.models import Tie

_BETWEEN = Prepared(
    lambda: (
        Tie.objects.filter(
            (Q(IsAmong("seeker", given("one"))) & Q(IsAmong("helper", given("others"))))
            | (Q(IsAmong("helper", given("one"))) & Q(IsAmong("seeker", given("others"))))
        )
        .order_by()
        .values_list("seeker", "helper")
    )
)


def direct_ties(person_id: int | None, others: Collection[int]) -> set[int]:
    """Return those of ``others`` with whom a person has a tie, in either direction. One query."""
    if person_id is None or not others:
        return set()
    pairs = _BETWEEN.rows(one=[person_id], others=list(others))
    return {side for pair in pairs for side in pair} - {person_id}
