"""Needs posted to a community."""

from datetime import datetime, timedelta

from django.urls import reverse

from whoknows.communities.http import Posted, PostedHere
from whoknows.communities.models import Community
from whoknows.needs.models import Need, NeedQuerySet
from whoknows.needs.queries.pages import needs_visible_to
from whoknows.people.models import Reach

_MOST_OPEN = 20
_MOST_SOLVED = 5
_LATELY = timedelta(days=90)


def needs_posted_to(community: Community, *, reach: Reach) -> NeedQuerySet:
    """Return the needs posted to ``community`` that ``reach`` may see, the newest first."""
    return needs_visible_to(reach).filter(community=community)


def posted_lately(community: Community, reach: Reach, now: datetime) -> PostedHere:
    """Return the open needs posted to ``community``, newest first, then those solved lately.

    Of those that ``reach`` may see at most twenty open ones and five solved in 90 days, those
    solved last first. Two queries, or three.
    """
    here = needs_posted_to(community, reach=reach)
    solved = here.filter(met_at__gt=now - _LATELY).order_by("-met_at", "-pk")
    lately = [*here.open()[:_MOST_OPEN], *solved[:_MOST_SOLVED]]
    is_more = bool(lately) or here.exists()
    url = reverse("needs:posted_to", args=[community.uid]) if is_more else ""
    return PostedHere([_posted(need) for need in lately], url)


def _posted(need: Need) -> Posted:
    answers: int = need.answer_count  # type: ignore[attr-defined] # annotated by needs_visible_to
    return Posted(
        need.title,
        need.get_absolute_url(),
        need.owner.name,
        need.raised_at,
        answers,
        need.met_at is not None,
    )
