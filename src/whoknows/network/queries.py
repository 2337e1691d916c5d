"""How two people know each other."""

from django.db.models import Q

from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.network.models import Tie

_OF = Prepared(
    lambda: (
        Tie.objects.filter(Q(IsAmong("seeker", given("one"))) | Q(IsAmong("helper", given("one"))))
        .order_by()
        .values_list("seeker", "helper")
    )
)


def all_ties(person_id: int | None) -> frozenset[int]:
    """Return everybody with whom a person has a tie, in either direction. One query at most."""
    if person_id is None:
        return frozenset()
    return frozenset(side for pair in _OF.rows(one=[person_id]) for side in pair) - {person_id}
