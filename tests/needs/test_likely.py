"""Which thing comes first, and when it is said to solve it, probably."""

from dataclasses import replace

import pytest

from tests.builders import NOON, a_need, a_person, an_answer, an_organisation, reach
from tests.conftest import Index
from whoknows.needs.actions import say_solved
from whoknows.needs.models import Verdict
from whoknows.needs.queries.objects import saying_what_is_likely
from whoknows.needs.queries.suggested import ObjectSuggestion
from whoknows.needs.queries.suggestions import suggest
from whoknows.search.queries import Hit


def found_as(*scores: float, is_answered: bool = True) -> tuple[list[ObjectSuggestion], list[Hit]]:
    """Return past needs as they are shown, moved by what came of them, and as they were found."""
    hits = [Hit("need", number, score) for number, score in enumerate(scores)]
    shown = [
        ObjectSuggestion("need", hit.id, "", "", "", 1.5 * hit.score, [], is_answered=is_answered)
        for hit in hits
    ]
    return shown, hits


@pytest.mark.parametrize(
    ("scores", "is_answered", "is_likely"),
    [
        ((0.9, 0.6), True, True),
        ((0.9, 0.6), False, False),
        ((0.9, 0.88), True, False),
        ((0.5, 0.4), True, False),
    ],
)
def test_a_thing_is_said_to_be_likely_only_if_answered_and_far_ahead(
    *, scores: tuple[float, ...], is_answered: bool, is_likely: bool
) -> None:
    shown, hits = found_as(*scores, is_answered=is_answered)

    assert [o.is_likely for o in saying_what_is_likely(shown, hits)] == [is_likely, False]


def test_what_is_too_weak_to_show_still_tells_that_the_first_does_not_stand_alone() -> None:
    shown, hits = found_as(0.4, 0.37)

    assert not saying_what_is_likely(shown[:1], hits)[0].is_likely
    assert saying_what_is_likely([], hits) == []


def test_what_came_of_a_thing_makes_it_no_likelier_to_be_about_the_matter() -> None:
    shown, hits = found_as(0.9, 0.88)
    boosted = [replace(shown[0], score=9.0), shown[1]]
    weaker = [replace(shown[1], score=9.0), shown[0]]

    assert not saying_what_is_likely(boosted, hits)[0].is_likely
    assert not saying_what_is_likely(weaker, hits)[0].is_likely


@pytest.mark.django_db
def test_what_has_the_very_words_for_a_title_comes_before_what_solved_more(index: Index) -> None:
    organisation = an_organisation()
    asker, expert, reader = (a_person(organisation) for _ in range(3))
    alike = a_need("What is a torque wrench for?", by=asker)
    an_answer(alike, by=expert, verdict=Verdict.SOLVED)
    for person in (a_person(organisation) for _ in range(3)):
        say_solved(
            words="what is a torque wrench for",
            document_kind="need",
            document_id=alike.pk,
            by=person,
            reach=reach(person),
            now=NOON,
        )
    same = a_need("What is a torque wrench?", by=asker)
    index.catch_up()
    asked = "what is a torque wrench"

    unanswered = suggest(asked, reach=reach(reader), now=NOON).objects
    an_answer(same, by=expert)
    answered = suggest(asked, reach=reach(reader), now=NOON).objects

    assert [found.id for found in unanswered] == [alike.pk, same.pk]
    assert [found.id for found in answered] == [same.pk, alike.pk]
