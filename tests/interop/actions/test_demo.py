"""The demo as somebody finds it who looks around."""

from datetime import timedelta

import pytest

from tests.builders import NOON
from whoknows.aids.models import Aid, State, Trust
from whoknows.engine.aids import Kind, Procedure, problems
from whoknows.engine.interviews import gaps
from whoknows.interop.actions.demo import set_up_demo
from whoknows.interviews.models import Interview
from whoknows.needs.queries.waiting import waiting_here
from whoknows.people.models import Person
from whoknows.people.queries import reach_of

pytestmark = pytest.mark.django_db


def test_the_demo_has_aids_in_every_state_of_trust() -> None:
    assert set_up_demo(now=NOON, say=lambda line: None)

    trusts = {aid.trust(NOON.date()) for aid in Aid.objects.all()}
    assert trusts >= {Trust.UNVERIFIED, Trust.VERIFIED, Trust.DUE, Trust.STALE}
    assert {aid.kind for aid in Aid.objects.all()} == {kind.value for kind in Kind}
    for aid in Aid.objects.exclude(kind__in=["procedure", "reference"]):
        assert problems(aid.parts()) == []
    assert not set_up_demo(now=NOON + timedelta(days=1), say=lambda line: None)


def test_the_demo_has_an_interview_whose_draft_waits_for_the_facilitator() -> None:
    set_up_demo(now=NOON, say=lambda line: None)

    interview = Interview.objects.get()
    assert interview.aid is not None
    assert interview.aid.state == State.DRAFT
    content = interview.aid.parts()
    assert isinstance(content, Procedure)
    assert [step.action for step in content.steps][:2] == [
        "See what users see",
        "Find out what changed lately",
    ]
    # Something is left to ask: how one sees that everybody was told.
    assert [(gap.number, gap.lacks) for gap in gaps(content)][:1] == [(4, ("cue", "result"))]
    for name, sees in (("facilitator", True), ("expert", True), ("newcomer", False)):
        person = Person.objects.get(email=f"{name}@demo.example")
        reach = reach_of(person, on=NOON.date())
        assert Interview.objects.visible_to(reach).exists() is sees


def test_the_demo_asks_the_newcomer_whether_something_stays_solved() -> None:
    set_up_demo(now=NOON, say=lambda line: None)

    newcomer = Person.objects.get(email="newcomer@demo.example")
    (waits,) = (
        one
        for one in waiting_here(reach_of(newcomer, on=NOON.date()), now=NOON)
        if "does it stay so?" in one.about
    )
    assert waits.text == "Customers are complaining, who tells them what is going on?"
