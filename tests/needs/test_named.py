"""Whoever the words of a need name is suggested, of those whom the reader may see."""

from datetime import timedelta
from functools import partial

import pytest

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_stranger,
    an_answer,
    an_organisation,
    partners,
    reach,
)
from tests.conftest import Index
from tests.needs.weighing import weigh_only
from whoknows.needs.models import Answer, Need
from whoknows.needs.queries import experts
from whoknows.needs.queries.experts import people_found
from whoknows.needs.queries.suggested import PersonSuggestion
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.actions import introduce
from whoknows.people.models import Organisation, Person, SharingClass
from whoknows.search.queries import Hit

pytestmark = pytest.mark.django_db

WORDS = "torque wrench shows E4 after calibration"


def suggested(words: str, reader: Person) -> list[PersonSuggestion]:
    return suggest(words, reach=reach(reader), now=NOON).people


def names(words: str, reader: Person) -> list[str]:
    return [one.person.name for one in suggested(words, reader)]


def who_answered(
    what: str,
    name: str,
    organisation: Organisation,
    *,
    times: int = 1,
    sharing: SharingClass = SharingClass.ORGANISATION,
) -> Person:
    person = a_person(organisation, name=name, sharing=sharing)
    for number in range(times):
        need = a_need(f"{what}, {number}", by=a_person(organisation), sharing=sharing)
        an_answer(need, by=person, at=NOON)
    return person


def test_who_is_named_is_suggested_and_told_so(index: Index) -> None:
    here = an_organisation()
    who_answered(WORDS, "Ada Byron", here, times=3)
    who_answered("Where is the key of the bicycle shed?", "Bob Hope", here)
    reader = a_person(here)
    index.catch_up()

    assert names(WORDS, reader) == ["Ada Byron"]
    found = suggested(f"{WORDS}, does @Bob Hope know?", reader)

    whys = {one.person.name: [why.text for why in one.why] for one in found}
    assert set(whys) == {"Ada Byron", "Bob Hope"}
    assert whys["Bob Hope"][0] == "You name them."
    assert "You name them." not in whys["Ada Byron"]


def test_where_nothing_is_alike_whoever_is_named_can_still_be_asked(index: Index) -> None:
    here = an_organisation()
    bob = who_answered("Where is the key of the bicycle shed?", "Bob Hope", here)
    index.catch_up()
    words = "Bob Hope explained quarterly depreciation to us"

    assert names(words, a_person(here)) == ["Bob Hope"]
    assert names(words, bob) == []


def test_nobody_is_named_whom_the_reader_may_not_see(index: Index) -> None:
    here, there = an_organisation(), an_organisation()
    who_answered(WORDS, "Bob Hope", here)
    partner, stranger = a_person(there), a_stranger()
    index.catch_up()
    partners(here, there)
    words = "Does Bob Hope still know the bicycle shed?"

    assert names(words, partner) == []
    assert suggest(words, reach=reach(stranger), now=NOON).people == []
    who_answered(WORDS, "Cy Twombly", here, sharing=SharingClass.PARTNERS)
    index.catch_up()
    assert names("Does Cy Twombly or Bob Hope know?", partner) == ["Cy Twombly"]


def test_a_name_counts_no_longer_once_somebody_has_another(index: Index) -> None:
    here = an_organisation()
    bob = who_answered("Where is the key of the bicycle shed?", "Bob Hope", here)
    reader = a_person(here)
    index.catch_up()
    assert names("What does Bob Hope say of it?", reader) == ["Bob Hope"]

    introduce(person=bob, name="Rob Hope", about="", now=NOON)

    assert names("What does Bob Hope say of it?", reader) == []
    assert names("What does Rob Hope say of it?", reader) == ["Rob Hope"]


def test_who_wants_no_more_is_not_suggested_by_name_either(index: Index) -> None:
    here = an_organisation()
    bob = who_answered(WORDS, "Bob Hope", here)
    index.catch_up()
    introduce(person=bob, name=bob.name, about="", now=NOON, most_a_week=0)

    found = suggest("Does Bob Hope know?", reach=reach(a_person(here)), now=NOON)

    assert (found.people, found.all_are_busy) == ([], True)


def test_the_likeliest_of_the_named_makes_room_for_nobody(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = an_organisation()
    for name in ("Ada Byron", "Cy Twombly", "Di Vine", "Ed Wood"):
        who_answered(WORDS, name, here, times=4)
    who_answered("Where is the key of the bicycle shed?", "Bob Hope", here)
    reader = a_person(here)
    index.catch_up()
    monkeypatch.setattr(experts, "EXPLORED", 1.0)

    found = suggested(f"{WORDS}, ask Bob Hope", reader)

    assert [one.person.name for one in found][2] == "Bob Hope"
    assert found[2].propensity == 1.0


def test_names_that_say_nothing_take_nobodys_place(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experts, "EXPLORED", 0.0)
    here = an_organisation()
    for name in ("Ada Byron", "Cy Twombly", "Di Vine"):
        who_answered(WORDS, name, here, times=4)
    for name in ("How Do", "I Do", "How To", "torque wrench", "After C"):
        who_answered("Where is the key of the bicycle shed?", name, here)
    index.catch_up()
    words, reader = f"How do I do this, I do not know how to: {WORDS}", a_person(here)
    assert set(names(words, reader)) == {"Ada Byron", "Cy Twombly", "Di Vine"}

    for name in ("Torque Wrench", "Wrench Shows", "After Calibration"):
        who_answered("Where is the key of the bicycle shed?", name, here)
    index.catch_up()

    found = names(words, reader)
    assert len({"Ada Byron", "Cy Twombly", "Di Vine"} & set(found)) == 2, "one place for the named"


def test_nobody_is_named_who_cannot_help(index: Index) -> None:
    here = an_organisation()
    gone, locked = (
        who_answered(WORDS if on else "Where is the key of the bicycle shed?", name, here)
        for name, on in (("Bob Hope", False), ("Ada Byron", True))
    )
    reader = a_person(here)
    index.catch_up()
    words = f"{WORDS}, ask Bob Hope or Ada Byron"
    assert set(names(words, reader)) == {"Bob Hope", "Ada Byron"}

    Person.objects.filter(pk=gone.pk).update(is_contactable=False)
    assert names(words, reader) == ["Ada Byron"], "nothing to read of his, and no way to ask"
    Person.objects.filter(pk=locked.pk).update(is_active=False)
    assert names(words, reader) == []


def test_who_is_likelier_than_somebody_on_the_matter_is_shown_and_nobody_after_them() -> None:
    here = an_organisation()
    ada = who_answered(WORDS, "Ada Byron", here)
    bob = who_answered("Where is the key of the bicycle shed?", "Bob Hope", here, times=12)
    old = a_need("Who waters the plants?", by=a_person(here), at=NOON - timedelta(days=300))
    an_answer(old, by=a_person(here, name="Cy Twombly"), at=NOON - timedelta(days=299))
    weigh_only(here, "deeds_30d", words_ever=0.01)
    hits = [Hit("need", pk, 1.0, words=1.0) for pk in Need.objects.values_list("pk", flat=True)]
    on_it = [hit for hit in hits if hit.id == Answer.objects.get(author=ada).need_id]
    found = partial(people_found, WORDS, reach=reach(a_person(here)), now=NOON)

    people = found(hits, on_it).people

    assert [one.person for one in people] == [bob, ada]
    said = [[why.text for why in one.why] for one in people]
    assert said[0][0] == "Answered 12 needs in the last thirty days."
    assert said[0][-1] == "Answered nothing like this here yet, but is likely to answer."
    assert said[0][-1] not in said[1]
    assert found(hits, []).people == []


def test_who_is_named_and_one_of_the_usual_few_makes_room_for_no_outsider(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Di comes third because she is named; Ed, who answered less, is hardly less likely."""
    monkeypatch.setattr(experts, "_seed", lambda *_, **__: 0)
    here = an_organisation()
    asker, reader = a_person(here), a_person(here)
    called = ("Ada Byron", "Cy Twombly", "Di Vine", "Ed Wood")
    ada, cy, di, ed = (a_person(here, name=name) for name in called)
    for day in range(1, 11):
        at = NOON - timedelta(days=day)
        need = a_need(f"{WORDS}, {day}", by=asker, at=at)
        for person in [di] if day > 5 else [ada, cy, ed] if day < 4 else [ada, cy]:
            an_answer(need, by=person, at=at + timedelta(hours=1))
    index.catch_up()

    assert set(names(WORDS, reader)) == {"Ada Byron", "Cy Twombly", "Ed Wood"}
    assert names(f"{WORDS}, ask @Di Vine", reader)[2] == "Di Vine"


def test_who_did_something_on_the_matter_is_found_behind_however_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(experts, "_RANKED", 2)
    here = an_organisation()
    ada = who_answered(WORDS, "Ada Byron", here)
    for name in ("Bob Hope", "Cy Twombly", "Di Vine"):
        who_answered("Where is the key of the bicycle shed?", name, here, times=3)
    weigh_only(here, "deeds_30d", words_ever=0.01)
    hits = [Hit("need", pk, 1.0, words=1.0) for pk in Need.objects.values_list("pk", flat=True)]
    on_it = [hit for hit in hits if hit.id == Answer.objects.get(author=ada).need_id]

    found = people_found(WORDS, hits, on_it, reach=reach(a_person(here)), now=NOON)

    assert [one.person for one in found.people] == [ada]
