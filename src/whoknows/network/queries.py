"""How two people know each other."""

from collections.abc import Collection

from django.db.models import Q

from whoknows.network.models import Tie


def direct_ties(person_id: int | None, others: Collection[int]) -> set[int]:
    """Return those of ``others`` with whom a person has a tie, in either direction. One query."""
    if person_id is None or not others:
        return set()
    rows = Tie.objects.filter(
        Q(seeker=person_id, helper__in=others) | Q(helper=person_id, seeker__in=others)
    ).values_list("seeker", "helper")
    return {side for pair in rows for side in pair} - {person_id}
