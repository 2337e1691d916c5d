"""What the writer wrote, the reader reads, and writing it again changes no byte."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.archive_writer import write_archive
from whoknows.interop.importers.records import (
    AnswerRecord,
    Description,
    PersonRecord,
    QuestionRecord,
)

NOON = datetime(2024, 5, 31, 12, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
words = texts.map(str.strip).filter(bool)
moments = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants it bare
    max_value=datetime(2024, 5, 30),  # noqa: DTZ001 - hypothesis wants it bare
    timezones=st.just(UTC),
)
links = st.none() | words.map(lambda word: f"https://example.org/{word}")


@st.composite
def archives(
    draw: st.DrawFn,
) -> tuple[list[PersonRecord], list[QuestionRecord], list[AnswerRecord]]:
    keys = st.lists(words, unique=True, max_size=4)
    people = [
        PersonRecord(
            key=key,
            name=draw(words),
            email=draw(st.sampled_from([None, "ana@example.org"])),
            unit=draw(st.none() | words),
            left_on=draw(st.sampled_from([None, date(2030, 2, 28)])),
            url=draw(links),
            guest=draw(st.sampled_from([None, True])),
        )
        for key in ["first", *[key for key in draw(keys) if key != "first"]]
    ]
    authors = st.sampled_from([person.key for person in people])
    questions = [
        QuestionRecord(
            key=key,
            at=draw(moments),
            by=draw(authors),
            title=draw(words),
            text=draw(texts),
            topics=tuple(draw(st.lists(words, unique=True, max_size=3))),
            language=draw(st.sampled_from([None, "de"])),
            sharing=draw(st.sampled_from([None, "partners"])),
            url=draw(links),
        )
        for key in draw(keys)
    ]
    answers = [
        AnswerRecord(
            key=key,
            question=draw(st.sampled_from([question.key for question in questions])),
            at=draw(moments),
            by=draw(authors),
            text=draw(texts),
            score=draw(st.none() | st.integers(-999_999_999, 999_999_999)),
            accepted_at=draw(st.none() | moments),
            verdict=draw(st.sampled_from([None, "helped", "solved"])),
            url=draw(links),
        )
        for key in (draw(keys) if questions else [])
    ]
    return people, questions, answers


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(archives(), st.booleans(), st.randoms(use_true_random=False))
def test_what_was_written_is_read_back_and_written_alike(
    content: tuple[list[PersonRecord], list[QuestionRecord], list[AnswerRecord]],
    compress: bool,  # noqa: FBT001 - hypothesis hands it over
    shuffler: random.Random,
) -> None:
    people, questions, answers = content
    with TemporaryDirectory() as name:
        once, again = Path(name, "once"), Path(name, "again")
        description = Description("Test", "CC0-1.0", "by us")
        write_archive(
            once,
            description=description,
            people=people,
            questions=questions,
            answers=answers,
            compress=compress,
        )
        source = ArchiveSource(once, now=NOON)
        items = list(source.records())

        assert source.describe() == description
        assert len(items) == len(people) + len(questions) + len(answers)
        assert set(items) == {*people, *questions, *answers}

        shuffler.shuffle(items)
        write_archive(
            again,
            description=source.describe(),
            people=[item for item in items if isinstance(item, PersonRecord)],
            questions=[item for item in items if isinstance(item, QuestionRecord)],
            answers=[item for item in items if isinstance(item, AnswerRecord)],
            compress=compress,
        )
        assert [path.read_bytes() for path in sorted(once.iterdir())] == [
            path.read_bytes() for path in sorted(again.iterdir())
        ]


def test_gzip_carries_no_time(tmp_path: Path) -> None:
    write_archive(
        tmp_path,
        description=Description("Test"),
        people=[],
        questions=[],
        answers=[],
        compress=True,
    )

    time_of_writing = (tmp_path / "people.jsonl.gz").read_bytes()[4:8]
    assert time_of_writing == bytes(4)
