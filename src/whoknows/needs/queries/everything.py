"""Search over everything: things to use, people and groups, in one order."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from whoknows.base.days import day_of
from whoknows.communities.queries import communities_visible_to
from whoknows.engine.match.blend import is_worth_showing
from whoknows.needs.queries.objects import object_with_code, objects_found
from whoknows.needs.queries.suggested import ObjectSuggestion, Reason
from whoknows.needs.queries.synonyms import synonyms_for
from whoknows.people.models import Membership, Reach
from whoknows.people.queries import persons_visible_to
from whoknows.search.queries import Found, Hit, find

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
    """Return what fits ``words``, of one kind or (any other ``kind``) of all, best first.

    Things are ordered as the ask page would, and what is like them by chance is left out there and
    here. People and communities are found by words that stand with them. The code of an aid that
    the reader may see finds that aid alone.
    """
    if only := object_with_code(words, reach=reach, on=day_of(now)):
        return [_thing(only)]
    wanted = [kind] if kind in KINDS else list(KINDS)
    indexed = ["membership" if k == "person" else k for k in wanted]
    all_found = find(
        words,
        audiences=reach.audiences(),
        kinds=indexed,
        limit=MOST_RESULTS,
        also=synonyms_for(words, reach=reach),
    )
    found = Found([hit for hit in all_found.hits if _fits(hit)], all_found.terms)
    results = [_thing(o) for o in objects_found(found, reach=reach, on=day_of(now))]
    results += _people(found.hits, reach=reach)
    results += _communities(found.hits, reach=reach)
    return sorted(results, key=lambda r: -r.score)


def _thing(o: ObjectSuggestion) -> Result:
    return Result(o.kind, o.title, o.url, o.snippet, o.score, o.why)


def _fits(hit: Hit) -> bool:
    """Whatever has the words is listed, however far down: the page says so where nothing does."""
    if hit.words > 0:
        return True
    return hit.kind in {"need", "aid"} and is_worth_showing(hit.fit, hit.likeness)


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
    return " · ".join(m.in_words for m in memberships)


def _communities(hits: list[Hit], *, reach: Reach) -> list[Result]:
    scores = {h.id: h.score for h in hits if h.kind == "community"}
    return [
        Result("community", c.name, c.get_absolute_url(), c.purpose, scores[c.pk], [])
        for c in communities_visible_to(reach).filter(pk__in=scores)
    ]
