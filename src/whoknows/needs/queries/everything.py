"""Search over everything: things to use, people and groups, in one order."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from whoknows.base.days import day_of
from whoknows.communities.queries import communities_visible_to
from whoknows.needs.queries.objects import objects_found
from whoknows.needs.queries.suggested import Reason
from whoknows.people.models import Membership, Reach
from whoknows.people.queries import persons_visible_to
from whoknows.search.queries import Hit, find

KINDS = {
    "aid": _("Job aids"),
    "need": _("Needs and answers"),
    "person": _("People"),
    "community": _("Communities"),
}
MOST_RESULTS = 30


@dataclass(frozen=True, slots=True)
class Result:
    """One thing, person or group found."""

    kind: str
    title: str
    url: str
    snippet: str
    score: float
    why: list[Reason]


def search(words: str, *, kind: str, reach: Reach, now: datetime) -> list[Result]:
    """Return what fits ``words``, of one kind or (any other ``kind``) of all, best first."""
    wanted = [kind] if kind in KINDS else list(KINDS)
    indexed = ["membership" if k == "person" else k for k in wanted]
    found = find(words, audiences=reach.audiences(), kinds=indexed, limit=MOST_RESULTS)
    results = [
        Result(o.kind, o.title, o.url, o.snippet, o.score, o.why)
        for o in objects_found(found, reach=reach, on=day_of(now))
    ]
    results += _people(found.hits, reach=reach)
    results += _communities(found.hits, reach=reach)
    return sorted(results, key=lambda r: -r.score)


def _people(hits: list[Hit], *, reach: Reach) -> list[Result]:
    scores = {h.id: h.score for h in hits if h.kind == "membership"}
    rows = Membership.objects.visible_to(reach).shown().filter(pk__in=scores)
    owners = dict(rows.values_list("pk", "owner"))
    persons = persons_visible_to(reach).in_bulk(set(owners.values()))
    best: dict[int, float] = {}
    for membership, owner in owners.items():
        best[owner] = max(best.get(owner, 0.0), scores[membership])
    return [
        Result("person", p.name, p.get_absolute_url(), _place(p.shown_memberships), best[pk], [])
        for pk, p in persons.items()
    ]


def _place(memberships: list[Membership]) -> str:
    return " · ".join(
        f"{m.title}, {m.organisation.name}" if m.title else m.organisation.name for m in memberships
    )


def _communities(hits: list[Hit], *, reach: Reach) -> list[Result]:
    scores = {h.id: h.score for h in hits if h.kind == "community"}
    return [
        Result("community", c.name, c.get_absolute_url(), c.purpose, scores[c.pk], [])
        for c in communities_visible_to(reach).filter(pk__in=scores)
    ]
