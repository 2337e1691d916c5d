"""Who is suggested: limits, chance, and what is learned from who answered."""

import json
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_unit,
    an_answer,
    an_organisation,
    place_of,
    reach,
)
from tests.conftest import Index
from tests.counting import needs_known, people_known
from whoknows.base.models import AuditEntry
from whoknows.engine.match.features import NAMES
from whoknows.engine.match.history import NEWCOMER, NOBODY
from whoknows.engine.match.ranking import EXPLORED, default_weights
from whoknows.expertise.actions import open_topics, refuse_topic
from whoknows.expertise.models import Evidence
from whoknows.needs.actions import judge_answer, learn_ranking, note_suggested
from whoknows.needs.actions.learning import similar_at
from whoknows.needs.models import Need, RankingWeights, Suggested, Verdict
from whoknows.needs.queries.columns import read_columns
from whoknows.needs.queries.history import histories
from whoknows.needs.queries.seen import common_to, seen_by
from whoknows.needs.queries.suggestions import suggest
from whoknows.needs.queries.weights import weights_in_use
from whoknows.network.actions import Known, record_ties
from whoknows.people.actions import introduce, join_organisation, leave_organisation
from whoknows.people.models import Organisation, Person, Reach, SharingClass
from whoknows.search.queries import Hit

pytestmark = pytest.mark.django_db

WORDS = "torque wrench shows E4 after calibration"


def names(reader: Person, words: str = WORDS) -> set[str]:
    return {p.person.name for p in suggest(words, reach=reach(reader), now=NOON).people}


def an_expert(organisation: Organisation, *, answers: int, name: str = "Ada Byron") -> Person:
    expert = a_person(organisation, name=name)
    for number in range(answers):
        need = a_need(f"{WORDS}, try {number}", by=a_person(organisation))
        an_answer(need, by=expert, at=NOON - timedelta(hours=number + 1))
    return expert


def limit(person: Person, most_a_week: int | None) -> None:
    introduce(person=person, name=person.name, about="", now=NOON, most_a_week=most_a_week)


def test_nobody_is_suggested_beyond_the_limit_they_set(index: Index) -> None:
    organisation = an_organisation()
    expert, reader = an_expert(organisation, answers=3), a_person(organisation)
    index.catch_up()
    assert names(reader) == {"Ada Byron"}

    limit(expert, 3)
    assert names(reader) == set()

    limit(expert, 4)
    assert names(reader) == {"Ada Byron"}


def test_what_was_answered_more_than_a_week_ago_is_no_part_of_the_limit(index: Index) -> None:
    organisation = an_organisation()
    expert = a_person(organisation)
    for day in (6, 8, 9):
        need = a_need(f"{WORDS}, {day}", by=a_person(organisation), at=NOON - timedelta(days=20))
        an_answer(need, by=expert, at=NOON - timedelta(days=day))
    limit(expert, 2)
    index.catch_up()

    assert names(a_person(organisation)) == {expert.name}


def test_where_somebody_is_comes_first_and_who_left_is_said_to_have_left(index: Index) -> None:
    organisation = an_organisation(name="Hill Hospital")
    left, moved = an_expert(organisation, answers=2), an_expert(organisation, answers=2, name="Bo")
    day = NOON.date() - timedelta(days=40)
    for person in (left, moved):
        leave_organisation(membership=place_of(person), on=day, now=NOON, stays_as_alumni=True)
    clinic = an_organisation(name="Dale Clinic")
    join_organisation(
        person=moved, organisation=clinic, on=day, now=NOON, sharing=SharingClass.PUBLIC
    )
    index.catch_up()
    reader = a_person(organisation)

    found = suggest(WORDS, reach=reach(reader), now=NOON).people

    places = {one.person.name: one.organisation for one in found}
    assert places == {"Ada Byron": "Hill Hospital, until September 2026", "Bo": "Dale Clinic"}


def test_a_limit_of_nothing_is_never(index: Index) -> None:
    organisation = an_organisation()
    limit(an_expert(organisation, answers=1), 0)
    index.catch_up()

    assert names(a_person(organisation)) == set()


def test_whoever_posts_sees_who_was_suggested_while_the_need_is_open(
    index: Index, client: Client
) -> None:
    organisation = an_organisation()
    expert, asker = an_expert(organisation, answers=2), a_person(organisation)
    index.catch_up()

    def page(reader: Person, address: str) -> str:
        client.force_login(reader)
        return client.get(address).content.decode()

    client.force_login(asker)
    posted = client.post("/needs/new/", {"words": WORDS, "sharing": "organisation"})
    address = posted.headers["Location"]

    assert Suggested.objects.get().person == expert
    assert "Who may know" in page(asker, address)
    assert expert.name in page(asker, address)
    assert "Who may know" not in page(a_person(organisation), address)
    answer = an_answer(Need.objects.get(owner=asker), by=expert)
    judge_answer(answer=answer, verdict=Verdict.SOLVED, by=asker, now=timezone.now())
    assert "Who may know" not in page(asker, address)


def test_what_is_kept_of_a_suggestion_is_its_place_and_how_likely_it_was(index: Index) -> None:
    organisation = an_organisation()
    expert, reader = an_expert(organisation, answers=2), a_person(organisation)
    index.catch_up()
    shown = suggest(WORDS, reach=reach(reader), now=NOON).people
    need = a_need(WORDS, by=reader)

    for _twice in range(2):
        people = [(one.person.pk, one.propensity) for one in shown]
        note_suggested(need=need, people=people, now=NOON)

    kept = Suggested.objects.get(need=need)
    assert (kept.person, kept.place) == (expert, 1)
    assert 0 < kept.propensity <= 1


def test_the_same_words_suggest_the_same_people_all_day(index: Index) -> None:
    organisation = an_organisation()
    for number in range(9):
        an_expert(organisation, answers=2, name=f"Expert {number}")
    reader = a_person(organisation)
    index.catch_up()

    first = names(reader)

    assert all(names(reader) == first for _ in range(5))


def test_fewer_than_forty_answered_needs_leave_the_default_ranking(index: Index) -> None:
    an_expert(an_organisation(), answers=5)
    index.catch_up()

    assert learn_ranking(now=NOON) == 0
    assert not RankingWeights.objects.exists()


def test_learning_takes_what_everybody_in_the_organisation_may_see(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whoknows.needs.actions.learning.LEAST_NEEDS", 12)
    organisation = an_organisation()
    asker = a_person(organisation)
    often, seldom = (a_person(organisation, name=name) for name in ("Often", "Seldom"))
    for number in range(16):
        at = NOON - timedelta(days=20 - number)
        need = a_need(f"wrench number {number} is stuck", by=asker, at=at)
        an_answer(need, by=often if number % 4 else seldom, at=at + timedelta(hours=1))
    inside, beside = (a_person(organisation, unit=unit) for unit in [a_unit(organisation)] * 2)
    for number in range(3):
        kept = a_need(f"wrench {number} of ours is stuck", by=inside, sharing=SharingClass.UNIT)
        an_answer(kept, by=beside)
    index.catch_up()

    learn_ranking(now=NOON)

    told = AuditEntry.objects.get(action="learn_ranking")
    # The first answer of each of the two could not have been foreseen.
    assert told.detail["needs"] == 14
    # Too few to beat the default: nothing is kept, and suggesting goes on.
    assert "Often" in names(a_person(organisation), "my wrench is stuck")
    assert place_of(asker).organisation == organisation


def test_learning_finds_only_what_had_begun_when_a_need_was_raised(index: Index) -> None:
    organisation = an_organisation()
    expert = a_person(organisation)
    needs = []
    for hours in (30, 20, 10):
        at = NOON - timedelta(hours=hours)
        needs.append(a_need(WORDS, by=a_person(organisation), at=at))
        an_answer(needs[-1], by=expert, at=at + timedelta(hours=1))
    index.catch_up()
    reader = Reach(organisations=frozenset({organisation.pk}))
    seen = seen_by(reader, read_columns(NOON.date()))

    found = [
        similar_at(WORDS, seen, reader, (NOON - timedelta(hours=hours)).timestamp())
        for hours in (30, 20, 10, 0)
    ]

    order = [int(np.searchsorted(seen.numbers.needs, need.pk)) for need in needs]
    assert [set(similar.by_words.tolist()) for similar in found] == [
        set(order[:count]) for count in range(4)
    ]


def test_what_was_learned_is_used_where_it_foretells_better_until_too_little_is_left(
    index: Index,
) -> None:
    organisation = an_organisation()
    asker = a_person(organisation)
    helpers = [a_person(organisation, name=f"Helper {number}") for number in range(4)]
    for number in range(48):
        at = NOON - timedelta(days=60 - number)
        need = a_need(f"wrench number {number} is stuck", by=asker, at=at)
        # Turn by turn: who answered last is never the next one, against what is usual.
        an_answer(need, by=helpers[number % 4], at=at + timedelta(hours=1))
    index.catch_up()

    reader = a_person(organisation)

    def scores() -> list[float]:
        found = suggest("my wrench is stuck", reach=reach(reader), now=NOON).people
        return [one.score for one in found]

    before = scores()
    assert learn_ranking(now=NOON) == 1
    after = scores()

    assert RankingWeights.objects.get().needs == 44, "each first answer could not be foreseen"
    assert before != after
    Evidence.objects.update(removed_at=NOON)
    assert learn_ranking(now=NOON) == 0


def test_that_whoever_is_named_answers_is_learned(index: Index) -> None:
    organisation = an_organisation()
    asker = a_person(organisation)
    called = ["Ada Byron", "Cy Twombly", "Di Vine", "Ed Wood"]
    helpers = [a_person(organisation, name=name) for name in called]
    drawing = Random(5)  # noqa: S311 - a lottery, not a secret
    for number in range(48):
        at = NOON - timedelta(days=60 - number)
        # Nothing but the name tells who will answer.
        helper = drawing.choice(helpers)
        need = a_need(f"Wrench {number} is stuck, @{helper.name} please", by=asker, at=at)
        an_answer(need, by=helper, at=at + timedelta(hours=1))
    index.catch_up()

    assert learn_ranking(now=NOON) == 1

    learned = weights_in_use(reach(asker)).values[NAMES.index("named")]
    assert learned > default_weights().values[NAMES.index("named")]


def test_what_is_about_a_topic_somebody_refused_counts_for_nobody() -> None:
    organisation = an_organisation()
    topic = open_topics(organisation=organisation, names=["Flanges"])["Flanges"]
    need, expert = a_need(by=a_person(organisation)), a_person(organisation)
    need.topics.add(topic)
    an_answer(need, by=expert)
    reader = reach(a_person(organisation))
    assert len(seen_by(reader, read_columns(NOON.date())).history.at) == 1

    refuse_topic(topic=topic, by=expert, now=NOON)

    assert len(seen_by(reader, read_columns(NOON.date())).history.at) == 0


def test_of_several_organisations_the_one_that_answered_most_decides() -> None:
    values = {name: {"weight": 0.0, "error": 0.0, "scale": 1.0} for name in NAMES}
    few, many = an_organisation(), an_organisation()
    for organisation, needs in ((few, 40), (many, 50)):
        values[NAMES[0]]["weight"] = float(needs)
        RankingWeights.objects.create(
            organisation=organisation, weights=json.dumps(values), needs=needs, fitted_at=NOON
        )

    both = Reach(organisations=frozenset({few.pk, many.pk}))

    assert weights_in_use(both).values[0] == 50.0
    assert weights_in_use(Reach(organisations=frozenset({few.pk}))).values[0] == 40.0
    assert weights_in_use(Reach()) is default_weights()


def test_the_first_place_is_shared_out_as_the_setting_says(
    index: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whoknows.needs.queries.experts._seed", lambda *_, **__: 0)
    organisation = an_organisation()
    people = [an_expert(organisation, answers=12 - n, name=f"Expert {n:02}") for n in range(12)]
    index.catch_up()
    reader = a_person(organisation)

    def first() -> str:
        return suggest(WORDS, reach=reach(reader), now=NOON).people[0].person.name

    always = first()
    usual = next(person for person in people if person.name == always)
    for number in range(60):
        need = a_need(f"Something else, number {number}", by=reader)
        note_suggested(need=need, people=[(usual.pk, 1.0)], now=NOON)
    settings.SPREAD = 1.0
    assert first() == always

    settings.SPREAD = float("inf")
    assert first() != always


def test_those_who_can_take_no_more_hide_nobody_who_comes_after_them(index: Index) -> None:
    organisation = an_organisation()
    for number in range(13):
        busy = an_expert(organisation, answers=2, name=f"Busy {number}")
        limit(busy, 0)
    free = a_person(organisation, name="Free")
    need = a_need(f"{WORDS}, long ago", by=a_person(organisation), at=NOON - timedelta(days=90))
    an_answer(need, by=free, at=NOON - timedelta(days=90))
    index.catch_up()

    assert names(a_person(organisation)) == {"Free"}


def test_whoever_makes_room_for_the_first_place_is_not_out_of_the_lottery(
    index: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = an_organisation()
    for number in range(14):
        an_expert(organisation, answers=1, name=f"Expert {number}")
    index.catch_up()
    reader = a_person(organisation)
    lots = [seed for seed in range(999) if Random(seed).random() < EXPLORED]  # noqa: S311
    no_lot = next(seed for seed in range(999) if seed not in lots)

    def shown(seed: int) -> list[Person]:
        monkeypatch.setattr("whoknows.needs.queries.experts._seed", lambda *_, **__: seed)
        return [one.person for one in suggest(WORDS, reach=reach(reader), now=NOON).people]

    settings.SPREAD = 1.0
    one, two, three = shown(no_lot)
    for number in range(20):
        need = a_need(f"Something else, number {number}", by=reader)
        for usual in (one, two, three):
            note_suggested(need=need, people=[(usual.pk, 1.0)], now=NOON)
    settings.SPREAD = float("inf")
    drawn = [shown(seed) for seed in lots]

    assert shown(no_lot)[1:] == [one, two], "the fourth came first"
    assert three in {last for _first, _second, last in drawn}


def test_an_answer_proves_something_once_it_was_judged_and_not_before(index: Index) -> None:
    organisation = an_organisation()
    asker, expert = a_person(organisation), a_person(organisation)
    answer = an_answer(a_need(WORDS, by=asker), by=expert, at=NOON - timedelta(days=9))
    judge_answer(answer=answer, verdict=Verdict.SOLVED, by=asker, now=NOON)

    seen = seen_by(reach(a_person(organisation)), read_columns(NOON.date()))

    assert seen.history.proven_at.tolist() == [NOON.timestamp()]
    assert seen.activity.proven.tolist().count(1.0) == 1, "what was judged last counts at once"


def test_readers_of_units_that_keep_nothing_to_themselves_share_what_is_kept_of_it() -> None:
    organisation = an_organisation()
    wide, narrow, other = (a_unit(organisation) for _ in range(3))
    need = a_need(WORDS, by=a_person(organisation))
    an_answer(need, by=a_person(organisation))
    kept = a_need(WORDS, by=a_person(organisation, unit=narrow), sharing=SharingClass.UNIT)
    an_answer(kept, by=a_person(organisation, unit=narrow))
    eyes = [
        Reach(organisations=frozenset({organisation.pk}), units=frozenset({unit.pk}))
        for unit in (wide, narrow, other)
    ]

    seen = [histories.seen_by(one, on=NOON.date()) for one in eyes]

    assert seen[0] is seen[2]
    assert [need.pk in needs_known(one) for one in seen] == [True, True, True]
    assert [kept.pk in needs_known(one) for one in seen] == [False, True, False]


def test_for_who_may_not_know_what_somebody_did_they_never_did_anything() -> None:
    organisation = an_organisation()
    unit = a_unit(organisation)
    asker, expert = a_person(organisation, unit=unit), a_person(organisation, unit=unit)
    kept = a_need(WORDS, by=asker, sharing=SharingClass.UNIT)
    an_answer(kept, by=expert)
    columns = read_columns(NOON.date())
    common = common_to(reach(asker), columns)
    without = Reach(organisations=frozenset({organisation.pk}))

    inside, outside = common.seen_by(reach(asker)), common.seen_by(without)

    assert people_known(inside) == {asker.pk, expert.pk}
    assert people_known(outside) == set()
    assert (inside.person(asker.pk), outside.person(asker.pk)) == (0, NEWCOMER)
    hit = Hit("need", kept.pk, 1.0, words=1.0, likeness=0.9)
    assert [one.documents_of([hit]).tolist() for one in (inside, outside)] == [[0], [NOBODY]]


def test_an_answer_from_before_its_need_stays_evidence_of_who_gave_it() -> None:
    organisation = an_organisation()
    early, late = a_person(organisation), a_person(organisation)
    need = a_need(WORDS, by=a_person(organisation), at=NOON - timedelta(days=1))
    other = a_need(WORDS, by=a_person(organisation), at=NOON - timedelta(days=9))
    # Two clocks that differ: it counts as given with its need, after the other one.
    an_answer(need, by=early, at=NOON - timedelta(days=8))
    an_answer(other, by=late, at=NOON - timedelta(days=7))

    seen = seen_by(reach(a_person(organisation)), read_columns(NOON.date()))

    who = [seen.person_id(number) for number in seen.history.person.tolist()]
    evidence = Evidence.objects.in_bulk(seen.numbers.evidence.tolist())
    assert who == [late.pk, early.pk]
    assert who == [evidence[piece].owner_id for piece in seen.numbers.evidence.tolist()]


def test_topics_are_those_that_the_words_name() -> None:
    organisation = an_organisation()
    names = ["Flanges", "Pump tests", "Visas"]
    topics = open_topics(organisation=organisation, names=names)
    need = a_need(WORDS, by=a_person(organisation))
    need.topics.set([topics["Flanges"], topics["Pump tests"]])
    an_answer(need, by=a_person(organisation))
    seen = seen_by(reach(a_person(organisation)), read_columns(NOON.date()))

    def named(words: str) -> list[int]:
        found: list[int] = seen.numbers.topics[seen.topics_named_in(words)].tolist()
        return found

    assert named("The flange leaks since the pump test. A pump") == [
        topics["Flanges"].pk,
        topics["Pump tests"].pk,
    ]
    assert named("My visa for the pump factory") == [], "no need has the one, nothing the other"


def test_whoever_the_reader_knows_comes_first_of_equals_and_is_said_to_be_known(
    index: Index,
) -> None:
    organisation = an_organisation()
    need = a_need(WORDS, by=a_person(organisation))
    one, two = (a_person(organisation, name=name) for name in ("Ada", "Bea"))
    for person in (one, two):
        an_answer(need, by=person, at=NOON - timedelta(hours=1))
    reader = a_person(organisation)
    index.catch_up()

    def found() -> list[tuple[str, bool]]:
        people = suggest(WORDS, reach=reach(reader), now=NOON).people
        known = "You know each other."
        return [(p.person.name, known in [why.text for why in p.why]) for p in people]

    before = found()
    tie = Known(reader.pk, two.pk, "advice", 1.0, NOON)
    record_ties(now=NOON, organisation=organisation, ties=[tie])

    assert before == [("Ada", False), ("Bea", False)]
    assert found() == [("Bea", True), ("Ada", False)]
