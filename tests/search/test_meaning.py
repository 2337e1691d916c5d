"""Documents are found by what they mean, as soon as the worker has read them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from tests.search.documents import CODE, NOW, Shelf, a_document, only, write
from whoknows.config.doctor import State, examine
from whoknows.search.documents import Source, sources
from whoknows.search.embedding import Embedder, TextUnreadable
from whoknows.search.index import key_of
from whoknows.search.meaning import Meaning, without_vectors
from whoknows.search.minilm import write_model
from whoknows.search.queries import Index
from whoknows.search.vectors import Vectors, VectorWriter

TYRE = a_document(1, "Change a flat tyre at the roadside")
TAX = a_document(2, "Fill in the yearly tax declaration")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    made = Shelf()
    with only(made):
        yield made


@pytest.fixture
def meaning(tmp_path: Path, model: Embedder, shelf: Shelf) -> Iterator[Meaning]:
    made = Meaning(tmp_path, model)
    assert made.open()
    yield made
    made.close()


def read_everything(meaning: Meaning) -> None:
    meaning.look_at_everything()
    while meaning.step():
        pass


def shorten_the_vectors(folder: Path) -> None:
    for path in (folder / "vectors").rglob("signs"):
        path.unlink()  # whoever has it mapped keeps the file as it was
        path.write_bytes(b"no longer whole")


def rows(meaning: Meaning) -> VectorWriter:
    assert meaning.writer is not None
    return meaning.writer


def source() -> Source:
    return sources()["note"]


def ids(folder: Path, model: Embedder, words: str, *, audience: str = "public") -> list[int]:
    index = Index(folder, kinds=sources(), model=lambda: model)
    return [h.id for h in index.find(words, audiences=[audience], kinds=["note"]).hits]


def test_the_model_knows_that_two_sentences_without_a_common_word_mean_the_same(
    model: Embedder,
) -> None:
    asked, same, other = model.embed(
        ["my wheel is punctured", TYRE.title, "Fill in the yearly tax declaration"]
    )

    assert float(asked @ same) > float(asked @ other) + 0.2


def test_a_vector_hangs_on_nothing_but_its_text(model: Embedder, model_folder: Path) -> None:
    texts = ["E4", "How do I reset the torque wrench after calibration?", "wrench " * 200]

    together = model.embed(texts)

    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(together, Embedder(model_folder, threads=2).embed(texts))
    assert np.array_equal(together, np.concatenate([model.embed([text]) for text in texts]))
    assert model.embed([]).shape == (0, model.dimensions)


def test_rounding_leaves_the_vectors_where_they_were(model: Embedder, tmp_path: Path) -> None:
    texts = [TYRE.title, TAX.title, "How do I reset the torque wrench after calibration?", "E4"]
    write_model(tmp_path / "whole", rounded=False)

    whole = Embedder(tmp_path / "whole").embed(texts)

    assert (model.embed(texts) * whole).sum(axis=1).min() > 0.98


def test_finds_what_shares_no_word_with_the_need(
    tmp_path: Path, model: Embedder, shelf: Shelf, meaning: Meaning
) -> None:
    shelf.put(TYRE, TAX)
    write(tmp_path, [TYRE, TAX])
    assert ids(tmp_path, model, "my wheel is punctured") == []

    read_everything(meaning)

    assert ids(tmp_path, model, "my wheel is punctured")[0] == 1


def test_strangers_do_not_find_by_meaning_either(
    tmp_path: Path, model: Embedder, shelf: Shelf, meaning: Meaning
) -> None:
    inside = a_document(3, "Change a flat tyre", audience=["organisation:1", "owner:4:1"])
    shelf.put(inside)
    write(tmp_path, [inside])
    read_everything(meaning)

    assert ids(tmp_path, model, "my wheel is punctured") == []
    assert ids(tmp_path, model, "my wheel is punctured", audience="organisation:1") == [3]


def test_a_changed_document_loses_its_meaning_at_once_and_gets_a_new_one(
    tmp_path: Path, model: Embedder, shelf: Shelf, meaning: Meaning
) -> None:
    shelf.put(TYRE)
    write(tmp_path, [TYRE])
    read_everything(meaning)
    shelf.put(a_document(1, "Bake bread with rye flour"))

    meaning.changed(source(), [1])

    assert ids(tmp_path, model, "my wheel is punctured") == []
    meaning.step()
    assert without_vectors(tmp_path, model) == 0
    near = Index(tmp_path, kinds=sources(), model=lambda: model).find(
        "making a loaf at home", audiences=["public"], kinds=["note"]
    )
    assert near.hits[0].likeness is not None
    assert near.hits[0].likeness > 0.4


def test_starting_again_reads_only_what_is_missing(
    tmp_path: Path, model: Embedder, shelf: Shelf, meaning: Meaning
) -> None:
    shelf.put(TYRE)
    read_everything(meaning)
    shelf.put(TAX)
    assert without_vectors(tmp_path, model) == 1
    meaning.close()

    again = Meaning(tmp_path, model)
    assert again.open()
    rows_before = rows(again).count
    again.look_for_missing()
    assert again.waiting == 1
    again.step()

    assert without_vectors(tmp_path, model) == 0
    assert rows(again).count == rows_before + 1
    again.close()


def test_what_is_gone_from_the_database_is_gone_from_the_vectors(
    tmp_path: Path, model: Embedder, shelf: Shelf, meaning: Meaning
) -> None:
    shelf.put(TYRE, TAX)
    read_everything(meaning)
    del shelf.documents[1]

    meaning.look_at_everything()

    assert {key >> 48 for key in rows(meaning).known()} == {CODE}
    assert len(rows(meaning).known()) == 1


def test_only_one_worker_writes(tmp_path: Path, model: Embedder, meaning: Meaning) -> None:
    second = Meaning(tmp_path, model)
    assert not second.open()

    meaning.close()

    assert second.open()
    second.close()


class Particular(Embedder):
    """A model that cannot read one text."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any("unreadable" in text for text in texts):
            raise TextUnreadable("The model stumbles over this.")
        return super().embed(texts)


def test_a_text_that_the_model_cannot_read_holds_up_no_other(
    tmp_path: Path, model_folder: Path, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    model = Particular(model_folder)
    meaning = Meaning(tmp_path, model)
    assert meaning.open()
    documents = [TYRE, a_document(3, "A flat unreadable tyre"), TAX]
    shelf.put(*documents)
    write(tmp_path, documents)

    read_everything(meaning)

    assert rows(meaning).known() == {key_of(CODE, 1), key_of(CODE, 2)}
    assert "found by its words only: note 3" in caplog.text
    assert ids(tmp_path, model, "unreadable") == [3]
    meaning.close()


def test_a_text_longer_than_the_model_takes_is_said_to_be_unreadable(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whoknows.search.embedding.MOST_TOKENS", 4_000)
    model = Embedder(model_folder)
    with pytest.raises(TextUnreadable):
        model.embed(["many words " * 1_000])


def test_where_the_vectors_are_damaged_words_still_find(
    tmp_path: Path,
    model: Embedder,
    meaning: Meaning,
    shelf: Shelf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shelf.put(TYRE)
    write(tmp_path, [TYRE])
    read_everything(meaning)
    assert ids(tmp_path, model, "my wheel is punctured") == [1]

    shorten_the_vectors(tmp_path)

    assert ids(tmp_path, model, "flat tyre") == [1]
    assert ids(tmp_path, model, "my wheel is punctured") == []
    assert "Needs are found by their words only" in caplog.text


@pytest.mark.django_db
def test_doctor_says_which_damaged_vectors_to_remove(
    tmp_path: Path, model_folder: Path, meaning: Meaning, shelf: Shelf, settings: Settings
) -> None:
    shelf.put(TYRE)
    read_everything(meaning)
    settings.INDEX_FOLDER, settings.MODEL_FOLDER = tmp_path, model_folder

    shorten_the_vectors(tmp_path)

    found = {finding.name: finding for finding in examine(now=NOW)}
    assert found["model"].state == State.BROKEN
    assert str(meaning.folder) in found["model"].mend
