"""A model that cannot be read costs the meaning, and nothing else."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.search.documents import Shelf, a_document, only, write
from whoknows.search.embedding import Embedder, ModelUnusable, Vectors, embedder, trouble_with_model
from whoknows.search.minilm import weights_folder
from whoknows.search.queries import find


@pytest.fixture
def broken(tmp_path: Path, settings: Settings) -> Path:
    source = weights_folder()
    assert source is not None
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    (folder / "model.onnx").write_text("not a network")
    settings.MODEL_FOLDER = folder
    settings.INDEX_FOLDER = tmp_path / "index"
    return folder


def test_says_what_cannot_be_read(broken: Path) -> None:
    with pytest.raises(ModelUnusable, match="holds no model that can be read"):
        Embedder(broken)

    (broken / "tokenizer.json").write_text("not a tokenizer")
    with pytest.raises(ModelUnusable, match="holds no model that can be read"):
        Embedder(broken)

    (broken / "tokenizer.json").unlink()
    with pytest.raises(ModelUnusable, match=r"has no tokenizer\.json"):
        Embedder(broken)


def test_a_need_is_read_once_however_many_threads_ask(model_folder: Path) -> None:
    texts: list[str] = []

    class Counting(Embedder):
        def embed(self, given: Sequence[str]) -> Vectors:
            texts.extend(given)
            return super().embed(given)

    model = Counting(model_folder)
    texts.clear()
    words = "the torque wrench shows E4"

    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(model.vector_of, [words] * 8))

    assert texts == [words]
    assert all(vector is vectors[0] for vector in vectors)


def test_finds_by_words_with_a_model_that_cannot_be_read(broken: Path) -> None:
    with only(Shelf()):
        write(broken.parent / "index", [a_document(1, "Torque wrench")])

        found = find("wrench", audiences=["public"], kinds=["note"])

    assert [(hit.id, hit.likeness) for hit in found.hits] == [(1, None)]
    assert embedder() is None
    assert "holds no model that can be read" in trouble_with_model()
