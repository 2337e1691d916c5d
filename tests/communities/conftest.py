"""What the tests of pages here share."""

import pytest
from pytest_django import Settings

from tests.builders import plain_static_files


@pytest.fixture(autouse=True)
def pages(settings: Settings) -> None:
    """Let pages name static files that nobody collected."""
    for name, value in plain_static_files().items():
        setattr(settings, name, value)
