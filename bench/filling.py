"""Filling a home with an organisation of a given size, made of real sentences."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from bench.text import SEED, Corpus, Made, corpus
from whoknows.aids.actions import AidText, make_aid
from whoknows.communities.actions import bring_in_members, open_community
from whoknows.needs.actions.bringing_in import (
    AnswerFromElsewhere,
    NeedFromElsewhere,
    bring_in_answers,
    bring_in_needs,
)
from whoknows.needs.models import Need, Verdict
from whoknows.people.actions import (
    PersonFromElsewhere,
    bring_in_persons,
    open_organisation,
    open_unit,
)
from whoknows.people.models import Membership, Organisation, Person, SharingClass
from whoknows.search.actions import reindex
from whoknows.search.index import IndexFolder

_T = TypeVar("_T")
_FORM = 1  # one more whenever the same size is filled in another way
_BATCH = 1_000
UNITS = 40
COMMUNITIES = 200
AIDS = 0.05
_YEARS = timedelta(days=3 * 365)
# How many answers a need gets, 0 to 4: 1.2 on average.
_ANSWERS = [0.32, 0.34, 0.2, 0.1, 0.04]
_SOLVED = 0.4
_SHARED = {
    SharingClass.ORGANISATION: 80,
    SharingClass.PUBLIC: 5,
    SharingClass.UNIT: 10,
    SharingClass.PRIVATE: 5,
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is in a home."""

    people: int
    documents: int
    ties: int


def fill(size: Size) -> bool:
    """Fill the database and build the index, unless that was done; returns whether it was not.

    Interrupted, it begins anew the next time.
    """
    done = Path(settings.HOME) / "filled.json"
    told = json.dumps({**asdict(size), "form": _FORM})
    # The model too: without it nothing would have vectors before the worker had read everything.
    call_command("prepare", verbosity=0)
    if done.exists() and done.read_text("ascii") == told:
        return False
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0, interactive=False)
    _Filling(size).run()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with tqdm(desc="Index", unit=" documents", disable=None) as bar:

        def progress(count: int) -> None:
            bar.update(count - bar.n)

        reindex(IndexFolder(settings.INDEX_FOLDER), now=timezone.now(), progress=progress)
    done.write_text(told, "ascii")
    return True


class _Filling:
    """One organisation; a few of its people do most of the answering."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.now = timezone.now()
        self.text: Corpus = corpus()
        self.chance = random.Random(SEED)
        self.organisation: Organisation = open_organisation(name="Bench", now=self.now)
        self.people: list[Person] = []
        self.places: list[Membership] = []
        self.needs_of: dict[int, list[int]] = {}

    def run(self) -> None:
        self._people()
        self._needs()
        self._aids()
        self._communities()
        self._ties()

    def _people(self) -> None:
        units = [
            open_unit(organisation=self.organisation, name=f"Unit {n}", now=self.now)
            for n in range(1, UNITS + 1)
        ]
        threads = self.text.threads
        told = (
            PersonFromElsewhere(
                name=f"Person {n}",
                email=f"person{n}@bench.example",
                organisation=self.organisation,
                unit=self.chance.choice(units),
                title=self.chance.choice(threads).title,
                started_on=(self.now - _YEARS).date(),
            )
            for n in range(1, self.size.people + 1)
        )
        for batch in _batches(told, self.size.people, "People"):
            self.people += bring_in_persons(persons=batch, now=self.now)
        places = Membership.objects.select_related("owner", "organisation", "unit")
        self.places = list(places.order_by("owner"))

    def _zipf(self, count: int, *, exponent: float = 1.0) -> list[int]:
        """Return ``count`` positions of people; few of them come up most of the time."""
        weights = accumulate(1 / place**exponent for place in range(1, len(self.places) + 1))
        who = random.Random(SEED).sample(range(len(self.places)), len(self.places))
        return self.chance.choices(who, cum_weights=list(weights), k=count)

    def _needs(self) -> None:
        count = self.size.documents - self._aid_count()
        made = self.text.documents(count)
        for batch in _batches(made, count, "Needs and answers"):
            owners = self._zipf(len(batch), exponent=0.5)
            told = [self._need(each, self.places[o]) for each, o in zip(batch, owners, strict=True)]
            needs = bring_in_needs(organisation=self.organisation, needs=told, now=self.now)
            answers = [
                answer
                for need, each in zip(needs, batch, strict=True)
                for answer in self._answers(need, each)
            ]
            bring_in_answers(organisation=self.organisation, answers=answers, now=self.now)
            for need, each in zip(needs, batch, strict=True):
                self.needs_of.setdefault(each.thread, []).append(need.pk)

    def _aid_count(self) -> int:
        return round(self.size.documents * AIDS)

    def _need(self, made: Made, place: Membership) -> NeedFromElsewhere:
        return NeedFromElsewhere(
            owner_id=place.owner_id,
            title=made.title,
            words=" ".join(made.body),
            raised_at=self._moment(),
            topics=self.text.threads[made.thread].topics,
            language="en",
            sharing=self._sharing(),
            unit=place.unit,
        )

    def _answers(self, need: Need, made: Made) -> Iterator[AnswerFromElsewhere]:
        [count] = self.chance.choices(range(len(_ANSWERS)), _ANSWERS)
        for number, author in enumerate(self._zipf(count)):
            at = min(self.now, need.raised_at + timedelta(hours=self.chance.expovariate(1 / 24)))
            solved = number == 0 and self.chance.random() < _SOLVED
            yield AnswerFromElsewhere(
                need_id=need.pk,
                author_id=self.places[author].owner_id,
                text=" ".join(made.more[number::count]) or made.more[0],
                given_at=at,
                verdict=Verdict.SOLVED if solved else None,
                judged_at=at if solved else None,
            )

    def _moment(self) -> datetime:
        return self.now - self.chance.random() * _YEARS

    def _sharing(self) -> SharingClass:
        [chosen] = self.chance.choices(list(_SHARED), list(_SHARED.values()))
        return chosen

    def _aids(self) -> None:
        first = self.size.documents - self._aid_count()
        made = (self.text.document(n) for n in range(first, self.size.documents))
        for batch in _batches(made, self._aid_count(), "Aids", size=100):
            with transaction.atomic():
                for each, owner in zip(batch, self._zipf(len(batch)), strict=True):
                    self._aid(each, self.places[owner])

    def _aid(self, made: Made, place: Membership) -> None:
        make_aid(
            text=AidText(
                title=made.title[:200],
                body=" ".join([*made.body, *made.more]),
                topics=self.text.threads[made.thread].topics,
                language="en",
            ),
            owner=place.owner,
            organisation=self.organisation,
            unit=place.unit,
            sharing=self._sharing(),
            now=self._moment(),
        )

    def _communities(self) -> None:
        """Open communities; a quarter of all needs were posted to one."""
        chosen = self.chance.sample(range(len(self.text.threads)), COMMUNITIES)
        hosts = self._zipf(len(chosen))
        for which, host in tqdm(
            list(zip(chosen, hosts, strict=True)), desc="Communities", disable=None
        ):
            thread = self.text.threads[which]
            community = open_community(
                name=f"{thread.title[:100]} ({which})",
                purpose=thread.sentences[0],
                topics=thread.topics,
                by=self.places[host],
                now=self.now,
            )
            members = {self.places[p].owner_id for p in self._zipf(self.chance.randint(5, 100))}
            members.discard(self.places[host].owner_id)
            bring_in_members(community=community, person_ids=members, now=self.now)
            # Past every action: needs from elsewhere come without a community.
            Need.objects.filter(pk__in=self.needs_of.get(which, [])).update(community=community)

    def _ties(self) -> None:
        """Copy the ties in, a million at a time through the action would take minutes."""
        ids = [person.pk for person in self.people]
        pairs = self._pairs(len(ids))
        columns = "organisation_id, seeker_id, helper_id, kind, weight, at"
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY network_tie ({columns}) FROM STDIN") as copy,
        ):
            for seeker, helper in tqdm(pairs, desc="Ties", disable=None):
                row = (self.organisation.pk, ids[seeker], ids[helper], "advice", 1.0)
                copy.write_row((*row, self.now))

    def _pairs(self, people: int) -> list[tuple[int, int]]:
        """Return who turns to whom: everybody to some, many to the same few."""
        found: set[tuple[int, int]] = set()
        while len(found) < self.size.ties:
            missing = self.size.ties - len(found)
            seekers = self.chance.choices(range(people), k=missing)
            helpers = self._zipf(missing, exponent=0.6)
            found |= {(s, h) for s, h in zip(seekers, helpers, strict=True) if s != h}
        return sorted(found)


def _batches(
    items: Iterator[_T], count: int, what: str, *, size: int = _BATCH
) -> Iterator[Sequence[_T]]:
    with tqdm(total=count, desc=what, disable=None) as bar:
        while batch := list(islice(items, size)):
            yield batch
            bar.update(len(batch))
