"""What helps with a need: things to use, people to ask, groups to join."""

from collections.abc import Sequence
from datetime import datetime
from time import perf_counter

from whoknows.base.days import day_of
from whoknows.engine.match.blend import (
    holds_keywords,
    is_group_on_it,
    is_on_the_matter,
    is_worth_showing,
)
from whoknows.engine.match.describe import SIMILAR
from whoknows.engine.text.languages import keywords
from whoknows.needs.queries.experts import people_found
from whoknows.needs.queries.groups import groups_found
from whoknows.needs.queries.objects import (
    object_with_code,
    objects_found,
    saying_what_is_likely,
)
from whoknows.needs.queries.suggested import Suggestions
from whoknows.needs.queries.synonyms import synonyms_for
from whoknows.people.models import Reach
from whoknows.search.queries import Found, Hit, begin_to_find

FEWEST_WORDS = 3
MOST_OBJECTS = 5
_LOOK_AT = 10


def suggest(words: str, *, reach: Reach, now: datetime) -> Suggestions:
    """Return what and who helps with ``words``, of what ``reach`` may see.

    Nothing, nobody and no group are possible answers: better none than a chance likeness. The code
    of an aid finds that aid and nothing else.
    Costs two to four searches and at most fifteen queries, whatever the size of the installation.
    """
    began = perf_counter()
    if only := object_with_code(words, reach=reach, on=day_of(now)):
        return Suggestions(words, [only], [], [], took_ms=_ms_since(began), is_by_code=True)
    audiences = reach.audiences()
    # While the model reads the words, look for what needs no model.
    looking = begin_to_find(words, audiences=audiences, kinds=("need", "aid"), limit=SIMILAR)
    joining = begin_to_find(words, audiences=audiences, kinds=("community",), limit=_LOOK_AT)
    found = looking.found(also=synonyms_for(words, reach=reach))
    of = len(keywords(words))
    fitting = Found([hit for hit in found.hits if _fits(hit, keywords=of)], found.terms)
    about = [hit for hit in fitting.hits if is_on_the_matter(hit.fit, hit.likeness)]
    objects = objects_found(
        fitting,
        reach=reach,
        on=day_of(now),
        most=_LOOK_AT,
        keep=MOST_OBJECTS,
        are_for_asker=True,
        asked=words,
    )
    people = people_found(words, found.hits, about, reach=reach, now=now)
    return Suggestions(
        query=words,
        objects=saying_what_is_likely(objects, found.hits),
        people=people.people,
        groups=groups_found(_on_it(joining.found().hits, fitting), about, reach=reach),
        took_ms=_ms_since(began),
        all_are_busy=people.all_are_busy,
    )


def _fits(hit: Hit, *, keywords: int) -> bool:
    if keywords and hit.words > 0 and holds_keywords(hit.fit, of=keywords):
        return True
    return is_worth_showing(hit.fit, hit.likeness)


def _on_it(groups: Sequence[Hit], fitting: Found) -> list[Hit]:
    """Return the communities that are on it; where nothing else fits, only those that fit alone."""
    best = max((hit.fit for hit in groups), default=0.0)
    return [
        hit
        for hit in groups
        if is_group_on_it(hit.fit, hit.likeness, best_fit=best)
        and (fitting.hits or hit.likeness is not None or is_worth_showing(hit.fit, None))
    ]


def _ms_since(began: float) -> float:
    return round((perf_counter() - began) * 1000, 1)
