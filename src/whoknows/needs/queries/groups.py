"""Groups to join: communities that are on it already."""

from collections.abc import Sequence

from django.utils.translation import ngettext

from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.communities.queries import communities_visible_to
from whoknows.needs.models import Need
from whoknows.needs.queries.objects import ids_of
from whoknows.needs.queries.suggested import GroupSuggestion, Reason
from whoknows.people.models import Reach
from whoknows.search.queries import Hit

MOST_GROUPS = 3
_POSTED_TO = Prepared(
    lambda: (
        Need.objects.visible_to(None)
        .filter(IsAmong("pk", given("ids")), community__isnull=False)
        .values_list("community", flat=True)
    )
)
_COMMUNITIES = Prepared(
    lambda: communities_visible_to(None).filter(IsAmong("pk", given("ids"))).order_by()
)


def groups_found(
    hits: Sequence[Hit], similar: Sequence[Hit], *, reach: Reach
) -> list[GroupSuggestion]:
    """Return the communities found by their own words, and those where such needs were posted."""
    posted: dict[int, int] = {}
    for pk in _POSTED_TO.rows(ids=ids_of(similar[:30], "need"), reach=reach):
        posted[pk] = posted.get(pk, 0) + 1
    scores = {hit.id: hit.score for hit in hits}
    wanted = set(scores) | set(posted)
    made = []
    for community in _COMMUNITIES.rows(ids=sorted(wanted), reach=reach) if wanted else ():
        count = posted.get(community.pk, 0)
        size: int = community.member_count  # type: ignore[attr-defined] # annotated above
        if not size:
            # Nobody there whom the reader could see: nobody to join.
            continue
        people = ngettext("%d person.", "%d people.", size) % size
        why = [Reason(f"{people} {community.purpose}", community.get_absolute_url())]
        if count:
            sentence = ngettext(
                "%d need like this was posted here.", "%d needs like this were posted here.", count
            )
            why.append(Reason(sentence % count, community.get_absolute_url()))
        score = scores.get(community.pk, 0.0) + 2.0 * count
        made.append(GroupSuggestion(community, round(score, 4), why))
    return sorted(made, key=lambda g: (-g.score, g.community.pk))[:MOST_GROUPS]
