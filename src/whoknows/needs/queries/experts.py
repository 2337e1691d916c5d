"""People to ask: those most likely to help with this need, told from what everybody did."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict
from zlib import crc32

import numpy as np
from django.conf import settings
from django.db.models import Count, F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from whoknows.base.days import day_of
from whoknows.base.prepared import IsAfter, IsAmong, Prepared, given
from whoknows.engine.match.activity import DEED_HALF_LIVES
from whoknows.engine.match.features import Need, counting_deeds
from whoknows.engine.match.history import NOBODY
from whoknows.engine.match.listwise import Weights
from whoknows.engine.match.ranking import (
    Ranked,
    Shown,
    comparable_outsider,
    explore,
    rank,
    with_room,
)
from whoknows.engine.match.reasons import reasons
from whoknows.engine.match.spread import fair_first
from whoknows.engine.text.languages import detect_language
from whoknows.expertise.queries.topics import answers_since, pieces_of
from whoknows.needs.models import Suggested
from whoknows.needs.queries.history import Seen, histories
from whoknows.needs.queries.reasons import why_person
from whoknows.needs.queries.suggested import PersonSuggestion
from whoknows.needs.queries.weights import weights_in_use
from whoknows.network.queries import direct_ties
from whoknows.people.models import Membership, Person, Reach
from whoknows.search.queries import Hit

MOST_PEOPLE = 3
_RANKED = 60
_LOOK_AT = 12
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
        .values_list("owner", "organisation__name", "ended_on")
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


def people_found(
    words: str, hits: Sequence[Hit], fitting: Sequence[Hit], *, reach: Reach, now: datetime
) -> list[PersonSuggestion]:
    """Return at most three people who showed with needs like ``words`` that they can help.

    Never the reader, never somebody whom the reader may not see, never on evidence that the reader
    may not see; one of them is outside the usual few when comparable. Ranked by all ``hits``, shown
    for what they did about the ``fitting`` ones. Five queries.
    """
    if not fitting:
        return []
    seen = histories.seen_by(reach, on=day_of(now))
    shown_for = set(seen.documents(fitting))
    if not shown_for:
        return []
    need = _need(words, seen, hits, reach=reach, now=now)
    able, _documents_of = counting_deeds(np.array(sorted(shown_for)), need, seen.activity)
    who = seen.history.person[able]
    weights = weights_in_use(reach)
    ranked = rank(need, seen.activity, weights, places=_RANKED, among=who)
    useful = [one for one in ranked if shown_for.intersection(_documents(seen, one))][:_LOOK_AT]
    ids = {one.person: int(seen.persons[one.person]) for one in useful}
    persons = {p.pk: p for p in _PERSONS.rows(ids=list(ids.values()), reach=reach)}
    visible = [one for one in useful if ids[one.person] in persons]
    free = with_room(visible, **_load(visible, ids, persons, now=now))
    in_turn = _in_turn(seen, free, now=now)
    chosen = comparable_outsider(in_turn, usual=_usual_few(seen, need), places=MOST_PEOPLE)
    shown = explore(chosen, free[MOST_PEOPLE:], seed=_seed(hits, reach=reach, now=now))
    return _with_reasons(shown, persons, shown_for, seen, need, weights, reach=reach)


def _in_turn(seen: Seen, free: Sequence[Ranked], *, now: datetime) -> list[Ranked]:
    """Return ``free`` with the first place shared out, told by who was first in thirty days."""
    firsts = {
        number: float(count)
        for person_id, count in _FIRSTS.rows(since=now - _MONTH)
        if (number := seen.person(person_id)) != NOBODY
    }
    answers = seen.activity.deeds[_LONG]
    return fair_first(free, firsts=firsts, answers=answers, odds=settings.SPREAD)


def _seed(hits: Sequence[Hit], *, reach: Reach, now: datetime) -> int:
    """Return a number that stays while somebody types, and is another one the next day."""
    nearest = max(hits, key=lambda hit: hit.score)
    return crc32(f"{nearest.kind}:{nearest.id}:{reach.person}:{now:%Y-%m-%d}".encode())


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
    topics = seen.likely_topics(similar)
    # A clock that is a little behind must not make us look ahead.
    at = max(now.timestamp(), seen.activity.at)
    return Need(
        at=at,
        asker=seen.person(reach.person),
        topics=topics,
        similar=similar,
        declared=seen.declared_on(topics),
        flags=seen.places.flags(reach.person, language=detect_language(words), at=at),
    )


def _documents(seen: Seen, one: Ranked) -> list[int]:
    return [int(seen.history.document[deed]) for deed in one.evidence]


def _usual_few(seen: Seen, need: Need) -> set[int]:
    """Return those who do most of the answering about such needs."""
    deeds, _documents_of = counting_deeds(seen.all_of(need.similar), need, seen.activity)
    counts = Counter(seen.history.person[deeds].tolist())
    return {
        person for person, _ in sorted(counts.items(), key=lambda i: (-i[1], i[0]))[:_USUAL_FEW]
    }


def _place(organisation: str, ended_on: date | None, *, on: date) -> str:
    """Return where somebody is, or until when they were: who left may not see what is asked."""
    if ended_on is None or ended_on > on:
        return organisation
    until = {"organisation": organisation, "month": date_format(ended_on, "F Y")}
    return _("%(organisation)s, until %(month)s") % until


def _with_reasons(
    shown: Sequence[Shown],
    persons: Mapping[int, Person],
    shown_for: Collection[int],
    seen: Seen,
    need: Need,
    weights: Weights,
    *,
    reach: Reach,
) -> list[PersonSuggestion]:
    chosen = [one.ranked for one in shown]
    ids = [int(seen.persons[one.person]) for one in chosen]
    places: dict[int, str] = {}
    on = day_of(datetime.fromtimestamp(need.at, tz=UTC))
    for owner, organisation, ended_on in _PLACES.rows(ids=ids, reach=reach):
        places.setdefault(owner, _place(organisation, ended_on, on=on))
    deeds = {
        one.person: [d for d in one.evidence if int(seen.history.document[d]) in shown_for]
        for one in chosen
    }
    wanted = [int(seen.evidence[deed]) for mine in deeds.values() for deed in mine]
    pieces = {piece.id: piece for piece in pieces_of(wanted, reach=reach)}
    tied = direct_ties(reach.person, ids)
    made = []
    for one, person_id, place in zip(chosen, ids, shown, strict=True):
        evidence = [int(seen.evidence[deed]) for deed in deeds[one.person]]
        mine = [pieces[piece] for piece in evidence if piece in pieces]
        if mine:
            person = persons[person_id]
            whys = reasons(one, need, seen.activity, weights)
            why = why_person(person, whys, mine, knows_reader=person_id in tied)
            organisation, score = places.get(person_id, ""), round(one.score, 4)
            made.append(PersonSuggestion(person, organisation, score, why, place.propensity))
    return made
