"""A model that cannot be read costs the meaning, and nothing else."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.search.documents import NOW, Shelf, a_damaged_copy, a_document, only, write
from whoknows.config.doctor import State, examine
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


def test_a_model_that_lost_some_of_its_numbers_is_not_used(
    model_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelUnusable, match=r"model\.onnx is damaged"):
        Embedder(a_damaged_copy(model_folder, tmp_path / "model"))

    shutil.copytree(model_folder, tmp_path / "words")
    with (tmp_path / "words" / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelUnusable, match=r"tokenizer\.json is damaged"):
        Embedder(tmp_path / "words")


def test_a_model_that_somebody_else_made_is_taken_as_it_is(
    model: Embedder, model_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(model_folder, tmp_path / "model", ignore=shutil.ignore_patterns("SHA256SUMS"))

    assert Embedder(tmp_path / "model").name == model.name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("named", "mend"), [("", "Run whoknows prepare"), ("/opt/model", "Put the model there anew")]
)
def test_doctor_says_how_to_mend_a_damaged_model(
    model_folder: Path,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    named: str,
    mend: str,
) -> None:
    settings.MODEL_FOLDER = a_damaged_copy(model_folder, tmp_path / "model")
    monkeypatch.setenv("MODEL", named)

    found = {finding.name: finding for finding in examine(now=NOW)}

    assert found["model"].state == State.BROKEN
    assert "model.onnx is damaged" in found["model"].sentence
    assert found["model"].mend.startswith(mend)


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
