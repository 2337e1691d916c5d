"""People to ask: those most likely to help with this need, told from what everybody did."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypedDict
from zlib import crc32

import numpy as np
from django.conf import settings
from django.db.models import Count, F

from whoknows.base.days import day_of
from whoknows.base.prepared import IsAfter, IsAmong, Prepared, given
from whoknows.engine.match.activity import DEED_HALF_LIVES
from whoknows.engine.match.describe import Need, counting_deeds
from whoknows.engine.match.history import NOBODY, Ints
from whoknows.engine.match.listwise import Weights
from whoknows.engine.match.ranking import (
    EXPLORED,
    Ranked,
    Shown,
    comparable_outsider,
    explore,
    rank,
    with_a_place,
    with_room,
)
from whoknows.engine.match.reasons import reasons
from whoknows.engine.match.spread import fair_first
from whoknows.engine.text.languages import detect_language
from whoknows.expertise.queries.topics import Piece, answers_since, pieces_of
from whoknows.needs.models import Suggested
from whoknows.needs.queries.history import histories
from whoknows.needs.queries.reasons import ACQUAINTED, ALWAYS_TOLD, NAMED, why_person
from whoknows.needs.queries.seen import Seen
from whoknows.needs.queries.suggested import PersonSuggestion
from whoknows.needs.queries.weights import weights_in_use
from whoknows.network.queries import all_ties
from whoknows.people.models import Membership, Person, Reach
from whoknows.people.models.membership import until_in_words
from whoknows.search.queries import Hit

MOST_PEOPLE = 3
_RANKED = 60
_AT_ONCE = 12
_USUAL_FEW = 3
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_LONG = DEED_HALF_LIVES.index(180.0)
_PERSONS = Prepared(lambda: Person.objects.visible_to(None).filter(IsAmong("pk", given("ids"))))
_PLACES = Prepared(
    lambda: (
        Membership.objects.visible_to(None)
        .shown()
        .filter(IsAmong("owner", given("ids")))
        .order_by(F("ended_on").desc(nulls_first=True), "started_on")
        .values_list("owner", "organisation__name", "ended_on", "title")
    )
)
_FIRSTS = Prepared(
    lambda: (
        Suggested.objects.filter(place=1)
        .filter(IsAfter("at", given("since")))
        .values_list("person")
        .annotate(count=Count("pk"))
        .order_by()
    )
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A need as one reader asks it; ``fitting`` are the documents that fit, by number."""

    need: Need
    seen: Seen
    weights: Weights
    reach: Reach
    fitting: frozenset[int]

    def id_of(self, one: Ranked) -> int:
        return self.seen.person_id(one.person)

    def names(self, one: Ranked) -> bool:
        """Say whether the words name them."""
        return one.person in self.need.flags[NAMED]

    def deeds_shown(self, one: Ranked) -> list[int]:
        """Return what somebody did about the documents that fit, what carried most first."""
        document = self.seen.history.document
        return [deed for deed in one.evidence if int(document[deed]) in self.fitting]


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """Those to ask; ``all_are_busy`` if there are some and none wants to be asked more for now."""

    people: list[PersonSuggestion]
    all_are_busy: bool = False


def people_found(
    words: str, hits: Sequence[Hit], fitting: Sequence[Hit], *, reach: Reach, now: datetime
) -> PeopleFound:
    """Return at most three people who are likely to help with ``words``.

    Never the reader, never somebody whom the reader may not see, never on evidence that the reader
    may not see; one of them is outside the usual few when comparable. Ranked are those who did
    something about any of ``hits``; the ``fitting`` ones tell whether anybody is shown, and what is
    shown of each. Of those whom the words name the likeliest has a place, and makes room for
    nobody. Eight queries at most, and two more for each dozen in which fewer than four can be
    asked.
    """
    seen = histories.seen_by(reach, on=day_of(now))
    documents = seen.documents_of(fitting)
    about = frozenset(documents[documents != NOBODY].tolist())
    need = _need(words, seen, hits, reach=reach, now=now)
    if not about and not len(need.flags[NAMED]):
        return PeopleFound([])
    asked = _Asked(need, seen, weights_in_use(reach), reach, about)
    free, persons = _first_free(_useful(asked), asked, now=now)
    in_turn = _in_turn(seen, free, now=now)
    named = set(need.flags[NAMED].tolist())
    chosen = comparable_outsider(
        with_a_place(in_turn, named, places=MOST_PEOPLE),
        usual=_usual_few(seen, need) - named,
        places=MOST_PEOPLE,
    )
    rate = 0.0 if chosen and asked.names(chosen[-1]) else EXPLORED
    shown = explore(chosen, free, seed=_seed(words, hits, reach=reach, now=now), rate=rate)
    return PeopleFound(_with_reasons(shown, persons, asked), bool(persons) and not free)


def _useful(asked: _Asked) -> list[Ranked]:
    """Return the likeliest whom the words name, and then others, as ranked.

    Of those who did nothing that fits only who is likelier than somebody who did. Where nobody
    among the first did, these are all who did.
    """
    ranking = partial(rank, asked.need, asked.seen.activity, asked.weights, places=_RANKED)
    names = asked.need.flags[NAMED]
    # No more than have a place: others are to be looked at as well, however many are named.
    named = ranking(among=names)[:MOST_PEOPLE] if len(names) else []
    apart = [one.person for one in named]
    alike = _who_did(asked, asked.seen.all_of(asked.need.similar))
    others = ranking(among=np.setdiff1d(alike, apart))
    last = max((n for n, one in enumerate(others, 1) if asked.deeds_shown(one)), default=0)
    if not last:
        on_it = _who_did(asked, np.array(sorted(asked.fitting), np.int64))
        others = [r for r in ranking(among=np.setdiff1d(on_it, apart)) if asked.deeds_shown(r)]
        last = len(others)
    return [*named, *others[:last]]


def _who_did(asked: _Asked, documents: Ints) -> Ints:
    """Return the people who did anything about ``documents`` that the reader may know of."""
    deeds, _documents_of = counting_deeds(documents, asked.need, asked.seen.activity)
    people: Ints = asked.seen.history.person[deeds]
    return people


def _first_free(
    useful: Sequence[Ranked], asked: _Asked, *, now: datetime
) -> tuple[list[Ranked], dict[int, Person]]:
    """Return the first of ``useful`` who can be asked, and persons by id: some to choose from.

    Who left, is locked out, or wants no more this week, takes nobody's place: then those after them
    are looked at. Two queries for each dozen, and mostly there is one.
    """
    free: list[Ranked] = []
    persons: dict[int, Person] = {}
    for start in range(0, len(useful), _AT_ONCE):
        some = useful[start : start + _AT_ONCE]
        ids = {one.person: asked.id_of(one) for one in some}
        persons |= {p.pk: p for p in _PERSONS.rows(ids=list(ids.values()), reach=asked.reach)}
        visible = [
            one
            for one in some
            if (person := persons.get(ids[one.person]))
            and _can_help(person, asked.deeds_shown(one))
        ]
        free += with_room(visible, **_load(visible, ids, persons, now=now))
        if len(free) > MOST_PEOPLE:
            break
    return free, persons


def _can_help(person: Person, deeds_shown: Sequence[int]) -> bool:
    """Say whether it is of use to name them: who cannot be contacted may have written the answer.

    Without an address they never could sign in; with one and not active they are locked out.
    """
    if person.is_active and person.is_contactable:
        return True
    return bool(deeds_shown) and (person.is_active or person.email is None)


def _in_turn(seen: Seen, free: Sequence[Ranked], *, now: datetime) -> list[Ranked]:
    """Return ``free`` with the first place shared out, told by who was first in thirty days."""
    firsts = {
        number: float(count)
        for person_id, count in _FIRSTS.rows(since=now - _MONTH)
        if (number := seen.person(person_id)) >= 0
    }
    answers = seen.activity.deeds[_LONG]
    ranked = sorted(free, key=lambda one: -one.score)
    return fair_first(ranked, firsts=firsts, answers=answers, odds=settings.SPREAD)


def _seed(words: str, hits: Sequence[Hit], *, reach: Reach, now: datetime) -> int:
    """Return a number that stays while somebody types, and is another one the next day."""
    nearest = max(hits, key=lambda hit: hit.score, default=None)
    about = f"{nearest.kind}:{nearest.id}" if nearest else words
    return crc32(f"{about}:{reach.person}:{now:%Y-%m-%d}".encode())


class _Load(TypedDict):
    answered: dict[int, int]
    most: dict[int, int]


def _load(
    ranked: Sequence[Ranked],
    ids: Mapping[int, int],
    persons: Mapping[int, Person],
    *,
    now: datetime,
) -> _Load:
    """Return how much those with a limit did in seven days, and the limits. At most one query."""
    limits = {one.person: persons[ids[one.person]].most_a_week for one in ranked}
    most = {number: limit for number, limit in limits.items() if limit is not None}
    if not most:
        return _Load(answered={}, most={})
    done = answers_since(now - _WEEK, person_ids=[ids[number] for number in most])
    return _Load(answered={number: done.get(ids[number], 0) for number in most}, most=most)


def _need(words: str, seen: Seen, hits: Sequence[Hit], *, reach: Reach, now: datetime) -> Need:
    similar = seen.similar(hits)
    topics = seen.topics_named_in(words)
    # A clock that is a little behind must not make us look ahead.
    at = max(now.timestamp(), seen.activity.at)
    flags = seen.places.flags(reach.person, language=detect_language(words), at=at)
    return Need(
        at=at,
        asker=seen.person(reach.person),
        topics=topics,
        similar=similar,
        declared=seen.declared_on(topics),
        flags={
            **flags,
            ACQUAINTED: seen.people(all_ties(reach.person)),
            NAMED: seen.named_in(words),
        },
    )


def _usual_few(seen: Seen, need: Need) -> set[int]:
    """Return those who do most of the answering about such needs."""
    deeds, _documents_of = counting_deeds(seen.all_of(need.similar), need, seen.activity)
    counts = Counter(seen.history.person[deeds].tolist())
    return {
        person for person, _ in sorted(counts.items(), key=lambda i: (-i[1], i[0]))[:_USUAL_FEW]
    }


def _with_reasons(
    shown: Sequence[Shown], persons: Mapping[int, Person], asked: _Asked
) -> list[PersonSuggestion]:
    """Return those ``shown``, and why: by what the reader may see."""
    ids = [asked.id_of(one.ranked) for one in shown]
    places = _places_of(ids, asked)
    pieces = _pieces_of([one.ranked for one in shown], asked)
    made = []
    for one, person_id in zip(shown, ids, strict=True):
        mine = pieces[one.ranked.person]
        if not mine and asked.deeds_shown(one.ranked):
            # Shared more narrowly a moment ago.
            continue
        whys = reasons(one.ranked, asked.need, asked.seen.activity, asked.weights)
        so = [name for name in ALWAYS_TOLD if one.ranked.person in asked.need.flags[name]]
        why = why_person(persons[person_id], whys, mine, so=so)
        score = round(one.ranked.score, 4)
        place, title = places.get(person_id, ("", ""))
        person = persons[person_id]
        made.append(PersonSuggestion(person, place, score, why, one.propensity, title))
    return made


def _places_of(ids: Sequence[int], asked: _Asked) -> dict[int, tuple[str, str]]:
    """Return in words where these persons are, and as what, as far as the reader may know."""
    on = day_of(datetime.fromtimestamp(asked.need.at, tz=UTC))
    places: dict[int, tuple[str, str]] = {}
    for owner, organisation, ended_on, title in _PLACES.rows(ids=list(ids), reach=asked.reach):
        # Who left may not see what is asked; who will leave still does.
        left_on = ended_on if ended_on and ended_on <= on else None
        places.setdefault(owner, (until_in_words(organisation, left_on), title))
    return places


def _pieces_of(chosen: Sequence[Ranked], asked: _Asked) -> dict[int, list[Piece]]:
    """Return for each of ``chosen``, by number, the evidence to show, what carried most first."""
    evidence = {
        one.person: [int(asked.seen.numbers.evidence[deed]) for deed in asked.deeds_shown(one)]
        for one in chosen
    }
    wanted = [piece for mine in evidence.values() for piece in mine]
    pieces = {piece.id: piece for piece in pieces_of(wanted, reach=asked.reach)}
    return {
        person: [pieces[piece] for piece in mine if piece in pieces]
        for person, mine in evidence.items()
    }
