"""How two people know each other."""

from collections.abc import Collection

from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.network.models import Tie

_FROM = Prepared(
    lambda: (
        Tie.objects.filter(IsAmong("seeker", given("one")), IsAmong("helper", given("others")))
        .order_by()
        .values_list("helper", flat=True)
    )
)
_TO = Prepared(
    lambda: (
        Tie.objects.filter(IsAmong("helper", given("one")), IsAmong("seeker", given("others")))
        .order_by()
        .values_list("seeker", flat=True)
    )
)


def direct_ties(person_id: int | None, others: Collection[int]) -> set[int]:
    """Return those of ``others`` with whom a person has a tie, in either direction. Two queries."""
    if person_id is None or not others:
        return set()
    wanted = {"one": [person_id], "others": list(others)}
    return {*_FROM.rows(**wanted), *_TO.rows(**wanted)} - {person_id}
