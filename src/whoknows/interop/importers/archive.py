"""The community archive: a folder of JSON lines, one file each for people and posts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, cast, get_args

from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField
from whoknows.interop.importers.json_rows import json_row
from whoknows.interop.importers.reading import find_file, open_folder, open_text_file, read_lines
from whoknows.interop.importers.records import (
    AnswerRecord,
    Description,
    Item,
    Meter,
    PersonRecord,
    QuestionRecord,
    Refused,
    UnusableSource,
    Verdict,
)

Row: TypeAlias = dict[str, object]
PEOPLE, QUESTIONS, ANSWERS = "people.jsonl", "questions.jsonl", "answers.jsonl"


class ArchiveSource:
    """A community archive in ``folder``; a moment after ``now`` is refused.

    Memory grows with the number of ids, not with the texts.

    Raises:
        UnusableSource: A file is missing, empty or packed, or ``archive.json`` is broken.
    """

    def __init__(self, folder: Path, *, now: datetime) -> None:
        folder = open_folder(folder)
        self._now = now
        self._header = _read_header(_need(folder, "archive.json"))
        self._files = {name: _need(folder, name) for name in (PEOPLE, QUESTIONS, ANSWERS)}
        self._seen: dict[str, dict[str, int]] = {name: {} for name in self._files}
        self.name = self._header.name
        self.meter = Meter(sum(file.stat().st_size for file in self._files.values()))

    def describe(self) -> Description:
        return self._header

    def records(self) -> Iterator[Item]:
        yield from self._read(PEOPLE, self._person)
        yield from self._read(QUESTIONS, self._question)
        yield from self._read(ANSWERS, self._answer)

    def _read(self, name: str, parse: Callable[[Row, str, int], Item]) -> Iterator[Item]:
        path = self._files[name]
        for line in read_lines(path, self.meter):
            if isinstance(line, Refused):
                yield line
            elif line.raw.strip():
                try:
                    yield self._once(name, line.number, line.raw, parse)
                except BadField as problem:
                    yield Refused(path.name, line.number, str(problem))

    def _once(
        self, name: str, number: int, raw: bytes, parse: Callable[[Row, str, int], Item]
    ) -> Item:
        row = json_row(raw)
        key = fields.required_text(row, "id")
        seen = self._seen[name]
        if key in seen:
            raise BadField(
                f"The id {fields.shown(key)} is already on line {seen[key]}; give each its own."
            )
        record = parse(row, self._files[name].name, number)
        seen[key] = number
        return record

    def _person(self, row: Row, file: str, line: int) -> PersonRecord:
        return PersonRecord(
            file=file,
            line=line,
            key=fields.required_text(row, "id"),
            name=fields.required_text(row, "name"),
            email=fields.optional_email(row, "email"),
            organisation=fields.optional_text(row, "organisation"),
            unit=fields.optional_text(row, "unit"),
            site=fields.optional_text(row, "site"),
            title=fields.optional_text(row, "title"),
            manager=fields.optional_text(row, "manager"),
            timezone=fields.optional_timezone(row, "timezone"),
            left_on=fields.optional_day(row, "left_on"),
            url=fields.optional_link(row, "url"),
            guest=fields.optional_flag(row, "guest"),
        )

    def _question(self, row: Row, file: str, line: int) -> QuestionRecord:
        return QuestionRecord(
            file=file,
            line=line,
            key=fields.required_text(row, "id"),
            at=fields.required_moment(row, "at", now=self._now),
            by=self._known(PEOPLE, row, "by"),
            title=fields.required_text(row, "title"),
            text=fields.body_text(row, "text"),
            topics=fields.topics(row, "topics"),
            url=fields.optional_link(row, "url"),
            language=fields.optional_text(row, "language"),
            sharing=fields.optional_text(row, "sharing"),
        )

    def _answer(self, row: Row, file: str, line: int) -> AnswerRecord:
        return AnswerRecord(
            file=file,
            line=line,
            key=fields.required_text(row, "id"),
            question=self._known(QUESTIONS, row, "question"),
            at=fields.required_moment(row, "at", now=self._now),
            by=self._known(PEOPLE, row, "by"),
            text=fields.body_text(row, "text"),
            score=fields.optional_count(row, "score"),
            accepted_at=fields.optional_moment(row, "accepted_at", now=self._now),
            verdict=_verdict(row),
            url=fields.optional_link(row, "url"),
        )

    def _known(self, name: str, row: Row, field: str) -> str:
        key = fields.required_text(row, field)
        if key not in self._seen[name]:
            file = self._files[name].name
            raise BadField(f'"{field}" is {fields.shown(key)}, which {file} lacks; add it there.')
        return key


def _need(folder: Path, name: str) -> Path:
    found = find_file(folder, name)
    if found is None:
        raise UnusableSource(f"{folder.name} has no {name}; a community archive needs that file.")
    # A community may have people and no questions yet.
    return open_text_file(found, may_be_empty=name != "archive.json")


def _read_header(path: Path) -> Description:
    lines = [line for line in read_lines(path, Meter(0)) if not isinstance(line, Refused)]
    try:
        header = json_row(b"\n".join(line.raw for line in lines))
        return Description(
            name=fields.required_text(header, "name"),
            licence=fields.optional_text(header, "licence") or "",
            attribution=fields.optional_text(header, "attribution") or "",
        )
    except BadField as problem:
        raise UnusableSource(f"{path.name} cannot be used: {problem}") from problem


def _verdict(row: Row) -> Verdict | None:
    verdict = fields.optional_text(row, "verdict")
    for known in get_args(Verdict):
        if verdict == known:
            return cast("Verdict", known)
    if verdict is None:
        return None
    raise BadField(f'"verdict" is {fields.shown(verdict)}; write "helped" or "solved".')
