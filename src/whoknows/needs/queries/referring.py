"""Whom one may point to a need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from whoknows.expertise.queries.topics import can_be_asked
from whoknows.needs.models import Answer, Need, Suggested
from whoknows.needs.queries.suggested import Reason
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Person, Reach
from whoknows.people.queries import persons_to_browse
from whoknows.search.index import IndexUnreadable

_MOST = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be pointed to a need, and what says that they may know."""

    person: Person
    why: tuple[Reason, ...] = ()


def candidates(need: Need, *, words: str, reach: Reach, now: datetime) -> list[Candidate]:
    """Return whom a reader may point to ``need``: by name, or without words whoever may know.

    At most ten; not who asked or answered, nor whom the reader knows it to wait for. Without words
    nobody, where nothing can be looked up just now. A query or two for each that is found.
    """
    named = words.strip()
    found = _named(named, reach) if named else _likely(need, reach=reach, now=now)
    passed_over = {need.owner_id, reach.person}
    passed_over.update(Answer.objects.filter(need=need).values_list("author", flat=True))
    known = Suggested.objects.filter(need=need)
    if need.owner_id != reach.person:
        known = known.filter(referred_by=reach.person)
    passed_over.update(known.values_list("person", flat=True))
    left = (one for one in found if one.person.pk not in passed_over)
    able = (one for one in left if can_be_asked(one.person, reach=reach, now=now))
    return [one for one, _ in zip(able, range(_MOST), strict=False)]


def _named(words: str, reach: Reach) -> Iterable[Candidate]:
    # More than are shown: some of them cannot be asked.
    return (Candidate(person) for person in persons_to_browse(reach, words=words)[: 5 * _MOST])


def _likely(need: Need, *, reach: Reach, now: datetime) -> Iterable[Candidate]:
    try:
        people = suggest(need.words, reach=reach, now=now).people
    except IndexUnreadable:
        return ()
    return (Candidate(one.person, tuple(one.why[:1])) for one in people)
