"""What every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import JobDeferrer
from pytest_django import Settings

from whoknows.search.actions import Follower
from whoknows.search.embedding import Embedder
from whoknows.search.index import IndexFolder
from whoknows.search.minilm import write_model


class Index:
    """An index of the test's own, brought up to date when the test says so."""

    def __init__(self, folder: Path) -> None:
        self._follower = Follower(IndexFolder(folder))

    def catch_up(self) -> int:
        """Apply what changed; returns how many changes."""
        return self._follower.catch_up(now=timezone.now())

    def close(self) -> None:
        self._follower.close()


@pytest.fixture(autouse=True)
def jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each job done when what it is about is saved, as if a worker waited for it."""

    def defer(deferrer: JobDeferrer, **told: object) -> int:
        transaction.on_commit(lambda: app.tasks[deferrer.job.task_name](**told))
        return 0

    monkeypatch.setattr(JobDeferrer, "defer", defer)


@pytest.fixture
def index(
    db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Index]:
    """Return an empty index that nobody else reads or writes.

    What everybody did is read anew at once, however slow the machine: beside the request, as for a
    large installation, another connection would not see what the test did.
    """
    monkeypatch.setattr("whoknows.needs.queries.history._QUICK_S", float("inf"))
    settings.INDEX_FOLDER = tmp_path / "index"
    made = Index(tmp_path / "index")
    made.catch_up()
    yield made
    made.close()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sentence model that comes along, written out once for all tests."""
    folder: Path = tmp_path_factory.mktemp("models") / "minilm"
    assert write_model(folder)
    return folder


@pytest.fixture(scope="session")
def model(model_folder: Path) -> Embedder:
    return Embedder(model_folder)
