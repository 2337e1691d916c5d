"""What helps with a need: things to use, people to ask, groups to join."""

from datetime import datetime
from time import perf_counter

from whoknows.base.days import day_of
from whoknows.engine.match.blend import is_worth_showing
from whoknows.engine.match.describe import SIMILAR
from whoknows.needs.queries.experts import people_found
from whoknows.needs.queries.groups import MOST_GROUPS, groups_found
from whoknows.needs.queries.objects import (
    object_with_code,
    objects_found,
    saying_what_is_likely,
)
from whoknows.needs.queries.suggested import Suggestions
from whoknows.needs.queries.synonyms import synonyms_for
from whoknows.people.models import Reach
from whoknows.search.queries import Found, begin_to_find, find

FEWEST_WORDS = 3
MOST_OBJECTS = 5
_LOOK_AT = 10
_OF_THE_BEST = 0.5


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
    also = synonyms_for(words, reach=reach)
    groups = find(words, audiences=audiences, kinds=("community",), limit=MOST_GROUPS)
    found = looking.found(also=also)
    fitting = Found(
        [hit for hit in found.hits if is_worth_showing(hit.fit, hit.likeness)], found.terms
    )
    # A community is known by common words; whether they mean anything, the things found tell. Far
    # behind the best one, somebody shares no more than such a word.
    best = max((hit.fit for hit in groups.hits), default=0.0)
    joining = [
        hit
        for hit in groups.hits
        if hit.fit >= _OF_THE_BEST * best
        and (fitting.hits or is_worth_showing(hit.fit, hit.likeness))
    ]
    objects = objects_found(fitting, reach=reach, on=day_of(now), most=_LOOK_AT, keep=MOST_OBJECTS)
    return Suggestions(
        query=words,
        objects=saying_what_is_likely(objects, found.hits),
        people=people_found(words, found.hits, fitting.hits, reach=reach, now=now),
        groups=groups_found(joining, fitting.hits, reach=reach),
        took_ms=_ms_since(began),
    )


def _ms_since(began: float) -> float:
    return round((perf_counter() - began) * 1000, 1)
