"""Nothing that somebody may not see shows anywhere, and what they may see can be found.

Seven ways to look are held against the rules in words: the database, the index, the pages, search,
the HTTP interface, the command line, and mail.
"""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import models, transaction
from django.test import Client, TestCase
from hypothesis import HealthCheck, given, settings
from pytest_django import Settings

from tests.builders import NOON
from tests.counting import evidence_counted, needs_known, people_known
from tests.properties.building import EVERY_TITLE_SAYS, World, mark, moment
from tests.properties.worlds import Plan, may_see, may_see_person, may_see_place, plans
from whoknows.aids.models import Aid
from whoknows.communities.models import Community
from whoknows.communities.queries import communities_visible_to
from whoknows.expertise.models import Evidence
from whoknows.needs.actions import tell_of_answer, tell_of_need
from whoknows.needs.models import ASKED_BY_NAME, Answer, Need, Suggested
from whoknows.needs.queries.columns import read_columns
from whoknows.needs.queries.seen import seen_by
from whoknows.people.models import Person
from whoknows.search.actions import Follower, reindex
from whoknows.search.index import IndexFolder
from whoknows.search.queries import find

ASKED = f"How do I mend the {EVERY_TITLE_SAYS}?"
MARK = re.compile(r"tok(\d+)zq")
NAME = re.compile(r"Nam(\d+)zq")


class Eyes:
    """One reader of a world, and what the rules say they may see."""

    def __init__(self, world: World, reader: int | None) -> None:
        self.world, self.reader = world, reader
        plan = world.plan
        self.reach = world.reach(reader)
        self.things = {n for n, t in enumerate(plan.things) if may_see(plan, reader, t)}
        self.persons = {p for p in range(len(plan.persons)) if may_see_person(plan, reader, p)}
        self.places = {
            (person, place.organisation)
            for person, places in enumerate(plan.persons)
            for place in places
            if may_see_place(plan, reader, person, place)
        }
        # Whoever may see a thing sees who made it and who answered.
        self.named = (
            self.persons
            | {plan.things[n].owner for n in self.things}
            | {person for person, thing in world.answered if thing in self.things}
        )
        self.client = Client()
        if reader is not None:
            self.client.force_login(world.persons[reader])

    def page(self, address: str, **query: str) -> str:
        answer = self.client.get(address, query)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert self.linked(page) <= self.persons
        return page

    def linked(self, page: str) -> set[int]:
        """Return the persons to whose pages links lead."""
        persons = enumerate(self.world.persons)
        return {n for n, person in persons if f'href="{person.get_absolute_url()}' in page}

    def of_kind(self, kind: str) -> set[int]:
        return {n for n in self.things if self.world.plan.things[n].kind == kind}


def marks(text: str) -> set[int]:
    return {int(number) for number in MARK.findall(text)}


def named(text: str) -> set[int]:
    return {int(number) for number in NAME.findall(text)}


def test_the_oracle_and_these_tests_see_a_leak() -> None:
    assert marks(f"… {mark(3)}. {mark(12)}") == {3, 12}
    assert named("By Nam0zq Quarl") == {0}


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=plans())
def test_what_is_seen_is_just_what_may_be_seen(
    plan: Plan, settings: Settings, tmp_path: Path
) -> None:
    settings.INDEX_FOLDER = tmp_path / "index"
    folder = IndexFolder(settings.INDEX_FOLDER)
    follower = Follower(folder)
    try:
        with transaction.atomic():
            world = World(plan)
            reindex(folder, now=moment())
            world.move_on()
            follower.catch_up(now=moment())
            for reader in [None, *range(len(plan.persons))]:
                eyes = Eyes(world, reader)
                see_in_the_database(eyes)
                see_in_the_index(eyes)
                see_in_columns(eyes)
                see_on_pages(eyes)
                see_in_lists_and_search(eyes)
                see_in_suggestions(eyes)
            see_in_mail(world)
            transaction.set_rollback(True)
    finally:
        follower.close()


def see_in_the_database(eyes: Eyes) -> None:
    """Hold ``visible_to`` against the rules."""
    found: dict[type[models.Model], set[int]] = {
        Need: set(Need.objects.visible_to(eyes.reach).values_list("pk", flat=True)),
        Aid: set(Aid.objects.visible_to(eyes.reach).values_list("pk", flat=True)),
        Community: set(Community.objects.visible_to(eyes.reach).values_list("pk", flat=True)),
        Person: set(Person.objects.visible_to(eyes.reach).values_list("pk", flat=True)),
    }

    things = eyes.world.things
    seen = {n for n, made in enumerate(things) if made.pk in found[type(made)]}
    persons = {n for n, person in enumerate(eyes.world.persons) if person.pk in found[Person]}
    assert (seen, persons) == (eyes.things, eyes.persons)


def see_in_the_index(eyes: Eyes) -> None:
    """Hold the audiences of documents against the rules: found by all words and by its own."""
    audiences = eyes.reach.audiences()

    def found(words: str, kind: str) -> list[int]:
        return sorted(h.id for h in find(words, audiences=audiences, kinds=(kind,)).hits)

    for kind in ("need", "aid", "community"):
        seen = sorted(eyes.world.things[n].pk for n in eyes.of_kind(kind))
        assert found(EVERY_TITLE_SAYS, kind) == seen
        for n in eyes.of_kind(kind):
            assert found(mark(n), kind) == [eyes.world.things[n].pk]
    places = sorted(eyes.world.places[place].pk for place in eyes.places)
    assert found("fitter", "membership") == places


def see_in_columns(eyes: Eyes) -> None:
    """Hold what people are ranked by against the rules: one's own alone is no part of it."""
    seen = seen_by(eyes.reach, read_columns(NOON.date()))

    visible = {eyes.world.things[n].pk for n in eyes.of_kind("need")}
    mine = {
        eyes.world.things[n].pk
        for n in eyes.of_kind("need")
        if eyes.world.plan.things[n].owner == eyes.reader
    }
    assert visible - mine <= needs_known(seen) <= visible
    evidence = Evidence.objects.visible_to(eyes.reach).standing().values_list("pk", flat=True)
    assert evidence_counted(seen) <= set(evidence)
    others = (
        Evidence.objects.visible_to(eyes.reach)
        .standing()
        .exclude(document_kind="need", document_id__in=mine)
    )
    others = others.exclude(owner=eyes.reach.person)
    assert set(others.values_list("pk", flat=True)) <= evidence_counted(seen)
    asked = Need.objects.visible_to(eyes.reach).values_list("owner", flat=True)
    answered = Evidence.objects.filter(pk__in=evidence_counted(seen))
    assert people_known(seen) <= {*asked, *answered.values_list("owner", flat=True)}


def see_on_pages(eyes: Eyes) -> None:
    """Hold the page of each thing and person against the rules."""
    for n, made in enumerate(eyes.world.things):
        answer = eyes.client.get(made.get_absolute_url())
        assert answer.status_code == (200 if n in eyes.things else 404)
        page = answer.content.decode()
        assert marks(page) <= eyes.things & {n}
        # Whoever is named and may be seen is a link, and nobody else.
        assert named(page) & eyes.persons <= eyes.linked(page) <= eyes.persons
    for n, person in enumerate(eyes.world.persons):
        answer = eyes.client.get(person.get_absolute_url())
        assert answer.status_code == (200 if n in eyes.persons else 404)
        # One's own evidence stays in sight, so that it can be removed.
        own = {thing for who, thing in eyes.world.answered if who == eyes.reader == n}
        own |= {
            t for t, made in enumerate(eyes.world.plan.things) if made.owner == eyes.reader == n
        }
        assert marks(answer.content.decode()) <= eyes.things | own
        assert eyes.linked(answer.content.decode()) <= eyes.persons


def see_in_lists_and_search(eyes: Eyes) -> None:
    """Hold lists and the search page against the rules."""
    lists = {"/needs/": "need", "/aids/": "aid", "/communities/": "community"}
    for address, kind in lists.items():
        assert marks(eyes.page(address)) == eyes.of_kind(kind)
    people = eyes.page("/people/")
    assert named(people) - {eyes.reader} == eyes.persons - {eyes.reader}
    everything = eyes.page("/search/", q=EVERY_TITLE_SAYS)
    assert marks(everything) == eyes.things
    assert named(everything) <= eyes.named | {eyes.reader}
    found = eyes.page("/search/", q="fitter", kind="person")
    for n, person in enumerate(eyes.world.persons):
        through = any(who == n for who, _ in eyes.places)
        assert (f'href="{person.get_absolute_url()}" dir' in found) == through


def see_in_suggestions(eyes: Eyes) -> None:
    """Hold what the ask page, the HTTP interface and the command line suggest against the rules."""
    person = eyes.world.person(eyes.reader)
    told = [eyes.page("/", q=ASKED)]
    out = StringIO()
    call_command("ask", ASKED, email=person and person.email, json=True, stdout=out)
    told.append(out.getvalue())
    if eyes.reader is not None:
        headers = {"Authorization": f"Bearer {eyes.world.secrets[eyes.reader]}"}
        answer = Client().get("/api/v1/suggestions", {"q": ASKED}, headers=headers)
        assert {**answer.json(), "took_ms": 0} == {**json.loads(told[1]), "took_ms": 0}
        told.append(answer.content.decode())
    hidden = [
        *(t.get_absolute_url() for n, t in enumerate(eyes.world.things) if n not in eyes.things),
        *(p.get_absolute_url() for n, p in enumerate(eyes.world.persons) if n not in eyes.persons),
    ]
    # Nobody is told their own question, as long as nobody answered it, nor of an empty community.
    answered = {thing for _who, thing in eyes.world.answered}
    own = {n for n in eyes.of_kind("need") if eyes.world.plan.things[n].owner == eyes.reader}
    objects = len((eyes.of_kind("need") | eyes.of_kind("aid")) - (own - answered))
    groups = [c for c in communities_visible_to(eyes.reach) if vars(c)["member_count"]]
    for text in told:
        assert marks(text) <= eyes.things
        assert named(text) <= eyes.named | {eyes.reader}
        assert [address for address in hidden if address in text] == []
    plain = json.loads(told[1])
    assert len(plain["objects"]) == min(5, objects)
    assert len(plain["groups"]) == min(3, len(groups))


def see_in_mail(world: World) -> None:
    """Hold what comes by mail against the rules: needs wait for everybody, all answers are new."""
    needs = {n: made for n, made in enumerate(world.things) if isinstance(made, Need)}
    everybody = range(len(world.persons))
    waiting = {(p, n) for n in needs for p in everybody if p != world.plan.things[n].owner}
    rows = [
        Suggested(
            need=needs[n], person=world.persons[p], place=ASKED_BY_NAME, propensity=1, at=world.now
        )
        for p, n in waiting - world.answered
    ]
    Suggested.objects.bulk_create(rows)
    answers = Answer.objects.filter(need__in=needs.values())
    mail.outbox.clear()

    with TestCase.captureOnCommitCallbacks(execute=True):
        for need in needs.values():
            tell_of_need(need_id=need.pk, now=moment())
        for answer in answers:
            tell_of_answer(answer_id=answer.pk, now=moment())

    readers = {person.email: n for n, person in enumerate(world.persons)}
    told = {
        (readers[to], n) for m in mail.outbox for to in m.to for n in marks(f"{m.subject} {m.body}")
    }
    to_owners = {
        (thing.owner, n)
        for n, thing in enumerate(world.plan.things)
        if any(which == n and who != thing.owner for who, which in world.answered)
        if stays_at(world, thing.owner, {thing.organisation})
    }
    asked = {(p, n) for p, n in waiting - world.answered if stays_at(world, p, None)}
    assert told == {(p, n) for p, n in asked | to_owners if n in Eyes(world, p).things}


def stays_at(world: World, person: int, where: set[int] | None) -> bool:
    """Whether somebody is in one of these organisations; without any, here or among the alumni."""
    places = world.plan.persons[person]
    if where is None:
        return any(place.ends != "gone" for place in places)
    return any(place.ends == "stays" and place.organisation in where for place in places)
