"""What the cases of the trail need around them."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.builders import plain_static_files


@pytest.fixture(autouse=True)
def pages(settings: Settings) -> None:
    """Let pages name static files that nobody collected."""
    for name, value in plain_static_files().items():
        setattr(settings, name, value)


@pytest.fixture(autouse=True)
def recordings(settings: Settings, tmp_path: Path) -> None:
    """Keep sound in a folder of the test's own."""
    settings.RECORDINGS_FOLDER = tmp_path / "recordings"
