"""The whole of a suggestion over HTTP, and how soon a new need is found."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from bench import aims
from bench.filling import COMMUNITIES, UNITS, Size, fill
from bench.report import megabytes, percentile, table
from bench.server import Answers, Server, ask
from bench.text import corpus
from bench.vectors import reading_speed, write_vectors
from whoknows.needs.actions import raise_need
from whoknows.people.actions import issue_token
from whoknows.people.models import Membership, Person
from whoknows.people.queries import membership_for_posting, person_by_email, reach_of
from whoknows.search.queries import find

READER = "person50@bench.example"
CLIENTS = 16
UPDATES = 30
_WARM_UP = 30
_LOOK_EVERY_S = 0.005
_GIVE_UP_S = 60


def run(size: Size, *, needs: int) -> str:
    """Fill a home if need be, measure, and return what to read."""
    fill(size)
    write_vectors()
    now = timezone.now()
    reader = person_by_email(READER)
    mine = _tokens([reader])
    everywhere = _tokens(_one_of_each_unit())
    place = membership_for_posting(reader, on=now.date())
    assert place is not None
    connections.close_all()
    words = [need.words for need in corpus().needs][:needs]
    with Server(Path(settings.HOME)) as server:
        idle = server.memory()
        ask(server.port, mine, words[:_WARM_UP], clients=1)
        one = ask(server.port, mine, words, clients=1)
        by_turns = ask(server.port, everywhere, words, clients=1)
        many = ask(server.port, mine, [*words, *words], clients=CLIENTS)
        after = server.memory()
        updates = [_seconds_until_found(place, reader) for _ in range(UPDATES)]
        connections.close_all()
    return "\n".join(
        [
            _requests(size, one, by_turns, many),
            _kinds(one),
            _updates(updates),
            _memory(idle, after),
            reading_speed([" ".join(corpus().document(n).body) for n in range(1_000)]),
        ]
    )


def _one_of_each_unit() -> list[Person]:
    """Return somebody of each unit: no two of them may know of the same needs."""
    places = Membership.objects.exclude(unit=None).order_by("unit_id", "pk").distinct("unit_id")
    return [place.owner for place in places.select_related("owner")]


def _tokens(readers: Sequence[Person]) -> list[str]:
    now = timezone.now()
    return [issue_token(person=reader, label="bench", now=now)[1] for reader in readers]


def _seconds_until_found(place: Membership, reader: Person) -> float:
    """Raise a need with a word of its own; return how long after its commit it is found."""
    now = timezone.now()
    audiences = reach_of(reader, on=now.date()).audiences()
    mark = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(16))
    need = raise_need(words=f"How do I reset the {mark} before work?", by=place, now=now)
    began = time.perf_counter()
    while (took := time.perf_counter() - began) < _GIVE_UP_S:
        found = find(mark, audiences=audiences, kinds=("need",), limit=3)
        if any(hit.id == need.pk for hit in found.hits):
            return took
        time.sleep(_LOOK_EVERY_S)
    raise RuntimeError("A new need was not found within a minute; is the worker well?")


def _requests(size: Size, one: Answers, by_turns: Answers, many: Answers) -> str:
    title = (
        f"Suggestions over HTTP: {size.documents:,} needs and aids, {size.people:,} people, "
        f"{size.ties:,} ties, {COMMUNITIES} communities"
    )
    head = ["", "p50 ms", "p95 ms", "p99 ms", "requests/s", "aim for p95"]
    aim = f"{aims.SUGGESTION_P95_MS:g} ms"
    inside = [float(told["took_ms"]) for told in one.told]
    rows = [
        ["1 client", *_three(one.times_ms), _rate(one), aim],
        ["of which finding (took_ms)", *_three(inside), "", ""],
        [
            f"1 client, readers of {UNITS} units by turns",
            *_three(by_turns.times_ms),
            _rate(by_turns),
            aim,
        ],
        [f"{CLIENTS} clients at once", *_three(many.times_ms), _rate(many), aim],
    ]
    return table(title, head, rows)


def _three(values: Sequence[float]) -> list[str]:
    return [f"{percentile(values, percent):,.1f}" for percent in (50, 95, 99)]


def _rate(answers: Answers) -> str:
    return f"{len(answers.times_ms) / answers.elapsed_s:,.1f}"


def _kinds(answers: Answers) -> str:
    """Tell how much the answers held: quick and empty would be no feat."""
    told = answers.told
    counts = ", ".join(
        f"{sum(len(each[kind]) for each in told) / len(told):.1f} {kind}"
        for kind in ("objects", "people", "groups")
    )
    return f"\nAn answer holds {counts} on average."


def _updates(seconds: Sequence[float]) -> str:
    head = ["", "p50 s", "p95 s", "aim for p95"]
    row = [f"{percentile(seconds, 50):.3f}", f"{percentile(seconds, 95):.3f}"]
    aim = f"{aims.FINDABLE_AFTER_P95_S:g} s"
    return table(
        f"A new need, from its commit until it is found ({len(seconds)} times)",
        head,
        [["commit to found", *row, aim]],
    )


def _memory(idle: dict[str, int], after: dict[str, int]) -> str:
    rows = [
        [part, megabytes(idle.get(part, 0)), megabytes(after.get(part, 0))]
        for part in sorted(after)
    ]
    rows.append(["all", megabytes(sum(idle.values())), megabytes(sum(after.values()))])
    head = ["", "after the start", "after the requests"]
    return table("Memory of all processes (PSS)", head, rows)
