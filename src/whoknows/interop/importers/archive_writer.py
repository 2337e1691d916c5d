"""Writing a community archive whose bytes depend on nothing but what it says."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

from whoknows.interop.importers.archive import ANSWERS, PEOPLE, QUESTIONS
from whoknows.interop.importers.records import (
    AnswerRecord,
    Description,
    PersonRecord,
    QuestionRecord,
)


def write_archive(
    folder: Path,
    *,
    description: Description,
    people: Iterable[PersonRecord],
    questions: Iterable[QuestionRecord],
    answers: Iterable[AnswerRecord],
    compress: bool = False,
) -> None:
    """Write the archive into ``folder``, which is made when it is not there.

    People stand in the order of their keys, posts in the order of time and key, and fields that
    say nothing are left out: the same records give the same bytes, in whatever order they come.
    With ``compress`` the three lists are gzipped. Cost: each list is held in memory as bytes.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    header = {
        "name": description.name,
        "licence": description.licence,
        "attribution": description.attribution,
    }
    text = json.dumps(header, ensure_ascii=False, indent=2) + "\n"
    (folder / "archive.json").write_text(text, encoding="utf-8", newline="\n")
    lists: dict[str, list[tuple[str, str, bytes]]] = {
        PEOPLE: [("", person.key, _line(person)) for person in people],
        QUESTIONS: [(_moment(each.at), each.key, _line(each)) for each in questions],
        ANSWERS: [(_moment(each.at), each.key, _line(each)) for each in answers],
    }
    for name, lines in lists.items():
        content = b"".join(line for _, _, line in sorted(lines))
        if compress:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        else:
            (folder / name).write_bytes(content)


def _line(record: PersonRecord | QuestionRecord | AnswerRecord) -> bytes:
    row: dict[str, object] = {}
    for each in fields(record):
        value: object = getattr(record, each.name)
        if each.compare and value is not None and value != ():
            row["id" if each.name == "key" else each.name] = _plain(value)
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
