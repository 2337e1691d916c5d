"""Gives the tests a PostgreSQL of their own: the bundled one, unless DATABASE_URL names another."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from whoknows.embedded import Lease

_running = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start it before anything reads Django's settings."""
    home = Path(tempfile.mkdtemp(prefix="whoknows-tests-"))
    # As root the database runs as somebody else, who has to be able to enter.
    home.chmod(0o755)
    _running.callback(shutil.rmtree, home, ignore_errors=True)
    os.environ["WHOKNOWS_HOME"] = str(home)
    # Pages would look for hashed static files that nobody collected.
    os.environ["WHOKNOWS_DEBUG"] = "1"
    if "DATABASE_URL" not in os.environ:
        lease = Lease(home)
        # Wait for it to stop, or its folder would be filled again while it is removed.
        _running.callback(lease.give_back, wait_s=30)
        os.environ["DATABASE_URL"] = lease.url


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_unconfigure() -> Iterator[None]:
    """Stop it after everything else has let go."""
    try:
        return (yield)
    finally:
        _running.close()
