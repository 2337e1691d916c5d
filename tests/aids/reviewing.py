"""Reviews as the tests give them."""

from tests.builders import NOON, a_person, an_aid, reach
from whoknows.aids.actions import (
    Findings,
    ask_for_review,
    give_review,
)
from whoknows.aids.models import (
    Aid,
    Review,
    ReviewRole,
    ReviewVerdict,
)
from whoknows.engine.aids import Procedure, Step
from whoknows.people.models import Person

STEPS = Procedure((Step("Switch it off."), Step("Hold the button.")))
WORKS = Findings(ReviewVerdict.PASS)
EXPERT, NOVICE = ReviewRole.EXPERT, ReviewRole.NOVICE


def says(
    aid: Aid,
    person: Person,
    findings: Findings = WORKS,
    *,
    role: ReviewRole = NOVICE,
    version: int | None = None,
) -> Review:
    return give_review(
        aid=aid,
        version=version or Aid.objects.get(pk=aid.pk).version,
        role=role,
        findings=findings,
        by=person,
        reach=reach(person),
        now=NOON,
    )


def in_review() -> tuple[Aid, Person, Person]:
    """Return an aid in review, the expert asked and a novice."""
    aid = an_aid(content=STEPS)
    expert, novice = a_person(aid.organisation), a_person(aid.organisation)
    ask_for_review(aid=aid, reviewer=expert, role=EXPERT, by=aid.owner, now=NOON)
    aid.refresh_from_db()
    return aid, expert, novice
