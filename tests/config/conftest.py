"""Organisations and whoever looks after them, for the tests of the administration."""

import pytest
from pytest_django import Settings

from tests.builders import (
    NOON,
    a_person,
    an_organisation,
    plain_static_files,
)
from whoknows.people.actions import (
    welcome_person,
)
from whoknows.people.models import (
    Organisation,
    Person,
    Role,
)

OURS, THEIRS = "Ourworks", "Theirworks"


@pytest.fixture
def pages(settings: Settings) -> None:
    """Let pages name static files that nobody collected."""
    for name, value in plain_static_files().items():
        setattr(settings, name, value)


@pytest.fixture
def ours() -> Organisation:
    return an_organisation(OURS)


@pytest.fixture
def theirs() -> Organisation:
    return an_organisation(THEIRS)


@pytest.fixture
def administrator(ours: Organisation) -> Person:
    return a_person(ours, name="Ourworks Admin", role=Role.ADMINISTRATOR)


@pytest.fixture
def superuser() -> Person:
    return welcome_person(name="Root", email="root@example.org", now=NOON, runs_installation=True)
