"""What helps with a need: things to use, people to ask, groups to join."""

from datetime import datetime
from time import perf_counter

from whoknows.needs.queries.experts import people_found
from whoknows.needs.queries.groups import MOST_GROUPS, groups_found
from whoknows.needs.queries.objects import objects_found
from whoknows.needs.queries.suggested import Suggestions
from whoknows.people.models import Reach
from whoknows.search.queries import find

FEWEST_WORDS = 3
MOST_OBJECTS = 5
_LOOK_AT = 10
_VOTING_DOCUMENTS = 100


def suggest(words: str, *, reach: Reach, now: datetime) -> Suggestions:
    """Return what and who helps with ``words``, of what ``reach`` may see.

    Nothing, nobody and no group are possible answers. Costs two to four searches and at most
    twelve queries, whatever the size of the installation.
    """
    began = perf_counter()
    audiences = reach.audiences()
    found = find(words, audiences=audiences, kinds=("need", "aid"), limit=_VOTING_DOCUMENTS)
    groups = find(words, audiences=audiences, kinds=("community",), limit=MOST_GROUPS)
    return Suggestions(
        query=words,
        objects=objects_found(found, reach=reach, on=now.date(), most=_LOOK_AT)[:MOST_OBJECTS],
        people=people_found(found.hits, reach=reach, now=now),
        groups=groups_found(groups.hits, found.hits, reach=reach),
        took_ms=round((perf_counter() - began) * 1000, 1),
    )
