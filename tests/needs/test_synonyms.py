"""Words that mean the same: learned from what helped, entered, refused."""

from datetime import UTC, datetime

from tests.builders import a_person, a_stranger, an_aid, an_organisation, place_of, reach
from tests.conftest import Index
from whoknows.aids.models import Aid
from whoknows.needs.actions import learn_synonyms, say_solved
from whoknows.needs.models import Synonym
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Organisation, Person, SharingClass

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def it_helped(aid: Aid, words: str, person: Person) -> None:
    say_solved(
        words=words,
        document_kind="aid",
        document_id=aid.pk,
        by=person,
        reach=reach(person),
        now=NOW,
    )


def an_aid_that_helped(organisation: Organisation, *, people: int) -> Aid:
    aid = an_aid(title="Replace a punctured tube", owner=a_person(organisation=organisation))
    for number in range(people):
        person = a_person(organisation=organisation)
        it_helped(aid, f"Somebody has a flat at gate {number}", person)
    return aid


def learned() -> set[tuple[str, str]]:
    return set(Synonym.objects.filter(is_refused=False).values_list("word", "means"))


def test_what_three_people_call_otherwise_is_learned(db: None) -> None:
    an_aid_that_helped(an_organisation(), people=3)

    learn_synonyms(now=NOW)

    assert ("flat", "punctured") in learned()


def test_nothing_is_learned_or_counted_from_people_of_elsewhere(index: Index) -> None:
    aid = an_aid(title="Replace a punctured tube", sharing=SharingClass.PUBLIC)
    elsewhere = an_organisation()
    for person in (a_stranger(), a_person(elsewhere), a_person(elsewhere)):
        it_helped(aid, "Somebody has a flat", person)
    index.catch_up()

    def told() -> str:
        found = suggest("replace a punctured tube", reach=reach(aid.owner), now=NOW)
        return " ".join(reason.text for reason in found.objects[0].why)

    assert learn_synonyms(now=NOW) == 0
    assert "It solved" not in told()

    it_helped(aid, "Somebody has a flat", a_person(aid.organisation))
    assert "It solved" in told()


def test_two_people_are_too_few(db: None) -> None:
    an_aid_that_helped(an_organisation(), people=2)

    assert learn_synonyms(now=NOW) == 0


def test_a_word_that_goes_with_other_things_as_often_is_not_learned(db: None) -> None:
    organisation = an_organisation()
    an_aid_that_helped(organisation, people=3)
    other = an_aid(title="Repair the roof", owner=a_person(organisation=organisation))
    for _ in range(4):
        it_helped(other, "there is a flat with water damage", a_person(organisation=organisation))

    learn_synonyms(now=NOW)

    assert ("flat", "punctured") not in learned()


def test_learning_again_brings_nothing_new_and_nothing_refused(db: None) -> None:
    an_aid_that_helped(an_organisation(), people=3)
    learn_synonyms(now=NOW)
    Synonym.objects.filter(word="flat", means="punctured").update(is_refused=True)

    assert learn_synonyms(now=NOW) == 0
    assert ("flat", "punctured") not in learned()


def titles(words: str, person: Person) -> list[str]:
    return [o.title for o in suggest(words, reach=reach(person), now=NOW).objects]


def test_what_was_learned_is_found_by_the_other_word_inside_the_organisation_only(
    index: Index,
) -> None:
    here, elsewhere = an_organisation(), an_organisation()
    for organisation in (here, elsewhere):
        an_aid(title="Replace a punctured tube", owner=a_person(organisation=organisation))
    index.catch_up()
    Synonym.objects.create(organisation=here, word="flat", means="punctured")

    assert titles("it is flat again", a_person(organisation=here)) == ["Replace a punctured tube"]
    assert titles("it is flat again", a_person(organisation=elsewhere)) == []


def test_an_entered_synonym_of_several_words_works_both_ways(index: Index) -> None:
    person = a_person()
    organisation = place_of(person).organisation
    an_aid(title="Order personal protective equipment", owner=person)
    an_aid(title="Store the PPE", owner=person)
    Synonym.objects.create(
        organisation=organisation, word="ppe", means="personal protective equipment"
    )
    index.catch_up()

    assert "Order personal protective equipment" in titles("where is my ppe", person)
    assert "Store the PPE" in titles("personal protective equipment lost", person)
