"""What `whoknows doctor` says of the people."""

import pytest

from tests.builders import LONG_AGO, NOON, a_person, an_organisation, place_of
from whoknows.config.doctor import State, examine
from whoknows.people.actions import leave_organisation, set_password, welcome_person
from whoknows.people.models import Person, Role

pytestmark = pytest.mark.django_db


def said_of_people() -> tuple[State, str]:
    (found,) = (finding for finding in examine(now=NOON) if finding.name == "people")
    return found.state, found.sentence


def with_password(person: Person) -> Person:
    set_password(person=person, password="Kestrel-over-quay-7", now=NOON)
    return person


def left(person: Person) -> None:
    leave_organisation(membership=place_of(person), on=LONG_AGO, now=NOON, stays_as_alumni=False)


def test_counts_who_can_really_sign_in() -> None:
    works = an_organisation()
    with_password(a_person(works, role=Role.ADMINISTRATOR))
    with_password(a_person(works))
    a_person(works)
    left(a_person(works))
    welcome_person(name="Author of an archive", now=NOON)

    assert said_of_people() == (
        State.WELL,
        "2 people have a password and can sign in; 1 belong here and have none yet.",
    )


def test_an_administrator_who_left_is_none() -> None:
    left(with_password(a_person(role=Role.ADMINISTRATOR)))

    assert said_of_people()[0] == State.MISSING
