"""The community archive: what is read and what is refused."""

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.records import (
    AnswerRecord,
    Item,
    PersonRecord,
    QuestionRecord,
    Refused,
    UnusableSource,
)

NOON = datetime(2024, 5, 31, 12, tzinfo=UTC)
ANA = {"id": "ana", "name": "Ana"}
HELP = {"id": "q1", "at": "2024-05-01T08:00:00Z", "by": "ana", "title": "Help", "text": "Why?"}
REPLY = {"id": "a1", "question": "q1", "at": "2024-05-01T09:00:00Z", "by": "ana", "text": "So."}


def an_archive(
    folder: Path,
    *,
    people: Sequence[object] | None = None,
    questions: Sequence[object] | None = None,
    answers: Sequence[object] | None = None,
) -> Path:
    (folder / "archive.json").write_text('{"name": "Test"}')
    for name, rows in (
        ("people", [ANA] if people is None else people),
        ("questions", [HELP] if questions is None else questions),
        ("answers", [REPLY] if answers is None else answers),
    ):
        lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(lines))
    return folder


def read(folder: Path) -> list[Item]:
    return list(ArchiveSource(folder, now=NOON).records())


def refusals(items: list[Item]) -> list[Refused]:
    return [item for item in items if isinstance(item, Refused)]


def test_reads_people_then_questions_then_answers(tmp_path: Path) -> None:
    items = read(an_archive(tmp_path))

    assert items == [
        PersonRecord(key="ana", name="Ana"),
        QuestionRecord(
            key="q1",
            at=datetime(2024, 5, 1, 8, tzinfo=UTC),
            by="ana",
            title="Help",
            text="Why?",
        ),
        AnswerRecord(
            key="a1",
            question="q1",
            at=datetime(2024, 5, 1, 9, tzinfo=UTC),
            by="ana",
            text="So.",
        ),
    ]


def test_says_where_each_record_stands(tmp_path: Path) -> None:
    people = [ANA, {"id": "ben", "name": "Ben"}]

    ben = read(an_archive(tmp_path, people=people))[1]

    assert isinstance(ben, PersonRecord)
    assert (ben.file, ben.line) == ("people.jsonl", 2)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b'{"id": "q\xff"}', "not UTF-8"),
        (b'{"id": "q2",', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not a JSON object"),
        ({**HELP, "id": None}, '"id" is missing'),
        ({**HELP, "id": "q2", "title": " "}, '"title" is missing'),
        ({**HELP, "id": "q2", "title": ["x"]}, "not text"),
        ({**HELP, "id": "q2", "title": "a\x00b"}, "no text; remove it"),
        ({**HELP, "id": "q2", "text": "\ud800"}, "no text; remove it"),
        ({**HELP, "id": "q2", "at": "yesterday"}, "no date and time"),
        ({**HELP, "id": "q2", "at": "0001-01-01T00:00:00+14:00"}, "no date and time"),
        ({**HELP, "id": "q2", "at": "0001-01-01T00:00:00Z"}, "before 1900"),
        ({**HELP, "id": "q2", "at": "2024-06-01T00:00:00Z"}, "in the future"),
        ({**HELP, "id": "q2", "by": "zoe"}, "people.jsonl lacks"),
        ({**HELP, "id": "q2", "topics": {"a": 1}}, "no list"),
        ({**HELP, "id": "q2", "url": "javascript:alert(1)"}, "https://"),
        (HELP, "already on line 1"),
    ],
)
def test_refuses_a_bad_question_and_takes_the_rest(tmp_path: Path, bad: object, why: str) -> None:
    last = {**HELP, "id": "q3"}

    items = read(an_archive(tmp_path, questions=[HELP, bad, last]))

    (refused,) = refusals(items)
    assert (refused.file, refused.line) == ("questions.jsonl", 2)
    assert why in refused.why
    assert len(items) == 5


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"question": "q9"}, "questions.jsonl lacks"),
        ({"score": "many"}, "no whole number"),
        ({"score": True}, "not text"),
        ({"verdict": "liked"}, 'write "helped" or "solved"'),
        ({"accepted_at": "soon"}, "no date and time"),
    ],
)
def test_refuses_a_bad_answer(tmp_path: Path, change: dict[str, object], why: str) -> None:
    items = read(an_archive(tmp_path, answers=[{**REPLY, **change}]))

    (refused,) = refusals(items)
    assert why in refused.why
    assert refused.file == "answers.jsonl"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"email": "ana at home"}, "no e-mail address"),
        ({"left_on": "2024-02-30"}, "no date"),
        ({"timezone": "Europe/Atlantis"}, "no timezone; write one like Europe/Berlin"),
    ],
)
def test_refuses_a_bad_person_and_what_they_wrote(
    tmp_path: Path, change: dict[str, object], why: str
) -> None:
    items = read(an_archive(tmp_path, people=[{**ANA, **change}]))

    first, second, third = refusals(items)
    assert why in first.why
    assert "people.jsonl lacks" in second.why
    assert "questions.jsonl lacks" in third.why


def test_reads_a_file_with_a_byte_order_mark_and_blank_lines(tmp_path: Path) -> None:
    an_archive(tmp_path)
    people = tmp_path / "people.jsonl"
    people.write_bytes(b"\xef\xbb\xbf" + people.read_bytes() + b"\r\n\r\n")

    assert not refusals(read(tmp_path))


def test_refuses_the_rest_of_a_gzip_file_that_breaks_off(tmp_path: Path) -> None:
    people = [{"id": f"p{n}", "name": f"{n * n}"} for n in range(5000)]
    an_archive(tmp_path, people=people, questions=[], answers=[])
    plain = tmp_path / "people.jsonl"
    packed = gzip.compress(plain.read_bytes())
    (tmp_path / "people.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    plain.unlink()

    items = read(tmp_path)

    (refused,) = refusals(items)
    assert "damaged from here on" in refused.why
    assert refused.line == len(items)
    assert len(items) > 100


def test_meter_ends_at_the_size_of_the_files(tmp_path: Path) -> None:
    source = ArchiveSource(an_archive(tmp_path), now=NOON)

    list(source.records())

    assert source.meter.bytes_read == source.meter.total_bytes > 0


@pytest.mark.parametrize("missing", ["archive.json", "people.jsonl", "answers.jsonl"])
def test_names_the_file_that_is_missing(tmp_path: Path, missing: str) -> None:
    an_archive(tmp_path)
    (tmp_path / missing).unlink()

    with pytest.raises(UnusableSource, match=f"has no {missing}"):
        ArchiveSource(tmp_path, now=NOON)


def test_says_to_unpack_a_packed_file(tmp_path: Path) -> None:
    packed = tmp_path / "dump"
    packed.write_bytes(b"PK\x03\x04rest")

    with pytest.raises(UnusableSource, match="unpack it"):
        ArchiveSource(packed, now=NOON)


def test_says_that_a_folder_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="There is no folder"):
        ArchiveSource(tmp_path / "nowhere", now=NOON)


@pytest.mark.parametrize("header", ["", "{}", "[]", "not json"])
def test_refuses_an_archive_without_a_name(tmp_path: Path, header: str) -> None:
    an_archive(tmp_path)
    (tmp_path / "archive.json").write_text(header)

    with pytest.raises(UnusableSource, match=r"archive\.json"):
        ArchiveSource(tmp_path, now=NOON)
