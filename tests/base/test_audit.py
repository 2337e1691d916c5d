"""What leaves no line, and how long a line stays."""

import pytest

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_stranger,
    an_answer,
    an_organisation,
    place_of,
)
from whoknows.base.models import AuditEntry
from whoknows.expertise.actions import remove_evidence
from whoknows.expertise.models import Evidence
from whoknows.people.actions import (
    introduce,
    revoke_token,
)

pytestmark = pytest.mark.django_db


def test_what_changed_nothing_leaves_no_line() -> None:
    person = a_person()
    evidence = Evidence.objects.get(owner=an_answer(a_need(), by=None).author)
    before = AuditEntry.objects.count()

    revoke_token(person=person, token_id=999_999, now=NOON)
    an_organisation(place_of(person).organisation.name)
    remove_evidence(evidence_id=evidence.pk, by=evidence.owner, now=NOON)
    remove_evidence(evidence_id=evidence.pk, by=evidence.owner, now=NOON)

    assert AuditEntry.objects.count() == before + 1


def test_the_trail_outlives_whoever_left_it() -> None:
    person = a_stranger()
    introduce(person=person, name="Mika", about="", now=NOON)
    person.delete()

    assert AuditEntry.objects.get(action="introduce").actor is None
