"""A sentence model for the tests that need one: the one that comes along."""

from pathlib import Path

import pytest

from whoknows.search.embedding import Embedder
from whoknows.search.minilm import write_model


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model that comes along, written out once for all tests."""
    folder: Path = tmp_path_factory.mktemp("models") / "minilm"
    assert write_model(folder)
    return folder


@pytest.fixture(scope="session")
def model(model_folder: Path) -> Embedder:
    return Embedder(model_folder)
