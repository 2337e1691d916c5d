"""What tests of pages need."""

import pytest
from pytest_django import Settings

from tests.builders import plain_static_files


@pytest.fixture(autouse=True)
def _static_files_as_they_lie(settings: Settings) -> None:
    for name, value in plain_static_files().items():
        setattr(settings, name, value)
