"""The file of vectors: what is near is found, what went is not, whoever dies when."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from whoknows.search.index import key_of
from whoknows.search.vectors import Row, VectorReader, VectorWriter

DIMENSIONS = 96
CODE = 7
HERE, THERE = 11, 12


def some_vectors(count: int, *, seed: int = 1) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    unit: NDArray[np.float32] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def a_row(
    number: int, vector: NDArray[np.float32], *, audience: int = HERE, digest: int = 1
) -> Row:
    return Row(key_of(CODE, number), (audience, 0), digest, vector)


def nearest(reader: VectorReader, vector: NDArray[np.float32], limit: int = 5) -> list[int]:
    found = reader.nearest(vector, audiences=[HERE], codes=[CODE], limit=limit)
    return [key & 0xFFFF for key in found]


@pytest.fixture
def writer(tmp_path: Path) -> VectorWriter:
    return VectorWriter(tmp_path, DIMENSIONS)


@pytest.fixture
def reader(tmp_path: Path) -> VectorReader:
    return VectorReader(tmp_path, DIMENSIONS)


def test_nothing_is_near_before_there_is_anything(reader: VectorReader) -> None:
    assert nearest(reader, some_vectors(1)[0]) == []


def test_finds_what_a_full_comparison_finds(writer: VectorWriter, reader: VectorReader) -> None:
    vectors = some_vectors(9000)
    writer.put([a_row(n, v) for n, v in enumerate(vectors, 1)])
    wanted = some_vectors(40, seed=2)

    agreed = 0
    for vector in wanted:
        true = set((np.argsort(-(vectors @ vector))[:10] + 1).tolist())
        agreed += len(true & set(nearest(reader, vector, limit=10)))

    # Drawn at random they lie as far apart as can be; real ones are found more surely.
    assert agreed >= 0.8 * 40 * 10


def test_likeness_is_the_cosine_to_two_digits(writer: VectorWriter, reader: VectorReader) -> None:
    vectors = some_vectors(50)
    writer.put([a_row(n, v) for n, v in enumerate(vectors, 1)])

    found = reader.likeness(vectors[3], [key_of(CODE, n) for n in range(1, 51)])

    expected = vectors @ vectors[3]
    assert [found[key_of(CODE, n)] for n in range(1, 51)] == pytest.approx(expected, abs=0.01)


def test_a_document_is_as_near_as_its_nearest_row(
    writer: VectorWriter, reader: VectorReader
) -> None:
    far, near = some_vectors(2)
    writer.put([a_row(1, far), a_row(1, near)])

    assert reader.likeness(near, [key_of(CODE, 1)])[key_of(CODE, 1)] == pytest.approx(1, abs=0.01)


def test_what_is_not_for_a_reader_is_not_near(writer: VectorWriter, reader: VectorReader) -> None:
    vectors = some_vectors(5000)
    writer.put([a_row(n, v, audience=THERE) for n, v in enumerate(vectors, 1)])
    writer.put([a_row(9000, -vectors[0])])

    assert nearest(reader, vectors[0]) == [9000]


def test_other_kinds_are_left_out(writer: VectorWriter, reader: VectorReader) -> None:
    vector = some_vectors(1)[0]
    writer.put([Row(key_of(CODE + 1, 5), (HERE, 0), 1, vector)])

    assert nearest(reader, vector) == []


def test_of_a_kind_with_few_each_is_compared_among_however_many_others(
    writer: VectorWriter, reader: VectorReader
) -> None:
    vectors = some_vectors(6003)
    wanted = vectors[0]
    writer.put([a_row(n, wanted + 0.1 * v) for n, v in enumerate(vectors[3:], 1)])
    few = [Row(key_of(CODE + 1, n), (HERE, 0), 1, v) for n, v in enumerate(vectors[1:3], 1)]
    hidden = Row(key_of(CODE + 1, 9), (THERE, 0), 1, wanted)
    writer.put([*few, hidden])

    found = reader.nearest(wanted, audiences=[HERE], codes=[CODE + 1], limit=5, are_few=True)

    assert sorted(key & 0xFFFF for key in found) == [1, 2]
    assert found[key_of(CODE + 1, 1)] == pytest.approx(float(vectors[1] @ wanted), abs=0.01)


def test_changed_documents_have_their_new_vectors_only(
    writer: VectorWriter, reader: VectorReader
) -> None:
    before, after = some_vectors(2)
    writer.put([a_row(1, before)])
    writer.put([a_row(1, after, digest=2)])

    key = key_of(CODE, 1)
    assert reader.likeness(before, [key])[key] < 0.5
    assert writer.digests([key]) == {key: 2}


def test_removed_documents_are_gone_for_readers_that_are_open(
    writer: VectorWriter, reader: VectorReader
) -> None:
    one, two = some_vectors(2)
    writer.put([a_row(1, one), a_row(2, two)])
    assert nearest(reader, one)[0] == 1

    writer.remove([key_of(CODE, 1)])

    assert nearest(reader, one) == [2]
    assert writer.known() == {key_of(CODE, 2)}


def test_rows_that_were_being_written_at_a_death_are_written_over(
    tmp_path: Path, writer: VectorWriter
) -> None:
    one, two, three = some_vectors(3)
    writer.put([a_row(1, one)])
    count = (tmp_path / "1" / "count").read_text()
    writer.put([a_row(2, two)])
    (tmp_path / "1" / "count").write_text(count)  # as if it had died before it counted

    again = VectorWriter(tmp_path, DIMENSIONS)
    again.put([a_row(3, three)])

    assert nearest(VectorReader(tmp_path, DIMENSIONS), two) != [2]
    assert again.known() == {key_of(CODE, 1), key_of(CODE, 3)}


def test_compacting_keeps_what_holds(writer: VectorWriter, reader: VectorReader) -> None:
    vectors = some_vectors(200)
    writer.put([a_row(n, v) for n, v in enumerate(vectors, 1)])
    assert nearest(reader, vectors[9], limit=1) == [10]
    writer.remove([key_of(CODE, n) for n in range(1, 200, 2)])

    writer.compact()

    assert writer.count == 100
    assert writer.dead_share == 0
    assert nearest(reader, vectors[9], limit=1) == [10]
    assert nearest(reader, vectors[10], limit=1) != [11]
    assert len(reader.nearest(vectors[0], audiences=[HERE], codes=[CODE], limit=500)) == 100


def test_compacting_nothing_leaves_a_folder_to_read_and_to_write(
    writer: VectorWriter, reader: VectorReader
) -> None:
    one, two = some_vectors(2)
    writer.put([a_row(1, one)])
    writer.remove([key_of(CODE, 1)])

    writer.compact()

    assert nearest(reader, one) == []
    writer.put([a_row(2, two)])
    assert nearest(reader, two, limit=1) == [2]


def test_a_folder_that_was_just_begun_can_be_read(tmp_path: Path, reader: VectorReader) -> None:
    VectorWriter(tmp_path, DIMENSIONS)
    assert nearest(reader, some_vectors(1)[0]) == []
