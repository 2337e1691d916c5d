"""The messages of a Zulip chat, read from either form of its export."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField
from whoknows.interop.importers.html_to_markdown import html_to_markdown
from whoknows.interop.importers.json_rows import json_row
from whoknows.interop.importers.reading import read_lines
from whoknows.interop.importers.records import Meter, Refused

_NO_ELEMENT = re.compile(r"[\s,]*")
_MAX_TOPIC_BYTES = 64 * 2**20
# A reply quotes the message it answers; that message stands above it already.
_QUOTED_REPLY = re.compile(
    r"<p>\s*<span class=\"user-mention[^>]*>[^<]*</span>\s*<a [^>]*>[^<]*</a>:?\s*</p>\s*"
    r"<blockquote>(?:(?!<blockquote>).)*?</blockquote>",
    re.DOTALL,
)
_MENTION = re.compile(r"@_?\*\*([^*|]+)(?:\|\d+)?\*\*")


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``line`` is its place in a topic file, its line in a file of lines."""

    file: str
    line: int
    number: int
    at: datetime
    sender: str
    email: str | None
    topic_key: str
    topic: str
    stream: str | None
    content: str
    is_html: bool

    @property
    def sender_key(self) -> str:
        return self.email or self.sender

    def markdown(self) -> str:
        """Return the text without the quoted reply and the markup of mentions."""
        if self.is_html:
            return html_to_markdown(_QUOTED_REPLY.sub("", self.content))
        return _MENTION.sub(r"@\1", self.content).strip()


@dataclass(frozen=True, slots=True)
class _Topic:
    key: str
    name: str
    stream: str | None


def from_topic_files(folder: Path, paths: list[Path], meter: Meter) -> Iterator[Message | Refused]:
    """Yield the messages of one JSON file a topic; a broken file is refused as a whole."""
    for path in paths:
        file = path.relative_to(folder).as_posix()
        size = path.stat().st_size
        meter.bytes_read += size
        if size > _MAX_TOPIC_BYTES:
            yield Refused(file, 1, "The topic is over 64 MiB; split the file.")
            continue
        stream = path.parent.relative_to(folder).name
        topic = _Topic(file, _decoded(path.stem), _decoded(_without_number(stream)) or None)
        yield from _topic_messages(file, path.read_bytes(), topic)


def from_json_lines(messages: Path, topics: Path, meter: Meter) -> Iterator[Message | Refused]:
    """Yield the messages of ``messages.jsonl``, named after the topics of ``topics.jsonl``."""
    known: dict[str, _Topic] = {}
    for line in read_lines(topics, Meter(0)):
        if isinstance(line, Refused):
            yield line
            continue
        try:
            row = json_row(line.raw)
            key = fields.required_text(row, "topic_id")
            name = fields.optional_text(row, "topic") or ""
            known[key] = _Topic(key, name, fields.optional_text(row, "stream"))
        except BadField as problem:
            yield Refused(topics.name, line.number, str(problem))
    for line in read_lines(messages, meter):
        if isinstance(line, Refused):
            yield line
        elif line.raw.strip():
            yield _line_message(messages.name, line.number, line.raw, known)


def _line_message(
    file: str, number: int, raw: bytes, known: dict[str, _Topic]
) -> Message | Refused:
    try:
        row = json_row(raw)
        topic = _topic(row, known)
        return Message(
            file=file,
            line=number,
            number=_number(row, "id"),
            at=_moment(row, "ts"),
            sender=fields.required_text(row, "sender"),
            email=None,
            topic_key=topic.key,
            topic=topic.name,
            stream=topic.stream,
            content=fields.body_text(row, "text"),
            is_html=False,
        )
    except BadField as problem:
        return Refused(file, number, str(problem))


def _topic(row: dict[str, object], known: dict[str, _Topic]) -> _Topic:
    key = fields.required_text(row, "topic_id")
    if key not in known:
        raise BadField("The message is in a topic that topics.jsonl lacks; add it there.")
    return known[key]


def _topic_messages(file: str, raw: bytes, topic: _Topic) -> Iterator[Message | Refused]:
    try:
        text = raw.decode("utf-8-sig")
        rows = json.loads(text)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        yield Refused(file, line, "The file is not UTF-8; export it again.")
        return
    except json.JSONDecodeError as error:
        yield Refused(file, error.lineno, "The file breaks off being JSON here; export it again.")
        return
    except (ValueError, RecursionError):
        yield Refused(file, 1, "The file is not JSON that can be read; export it again.")
        return
    if not isinstance(rows, list):
        yield Refused(file, 1, "The file is no list of messages; only topic files belong here.")
        return
    lines = _lines_of_elements(text)
    for (place, row), line in zip(enumerate(rows, start=1), lines, strict=True):
        yield _topic_message(file, place, line, row, topic)


def _lines_of_elements(text: str) -> Iterator[int]:
    """Yield the line that each element of a JSON list begins on; ``text`` is such a list."""
    decoder, at, line = json.JSONDecoder(), text.index("[") + 1, 1
    counted = 0
    while (began := _NO_ELEMENT.match(text, at)) and text[began.end()] != "]":
        line += text.count("\n", counted, began.end())
        counted = began.end()
        yield line
        at = decoder.raw_decode(text, counted)[1]


def _topic_message(
    file: str, place: int, line: int, row: object, topic: _Topic
) -> Message | Refused:
    if not isinstance(row, dict):
        return Refused(file, line, f"Message {place} of the file is no JSON object; correct it.")
    try:
        return Message(
            file=file,
            line=line,
            number=_number(row, "id"),
            at=_moment(row, "timestamp"),
            sender=fields.required_text(row, "sender_full_name"),
            email=fields.optional_email(row, "sender_email"),
            topic_key=topic.key,
            topic=fields.optional_text(row, "subject") or topic.name,
            stream=topic.stream,
            content=fields.body_text(row, "content"),
            is_html=row.get("content_type") != "text/x-markdown",
        )
    except BadField as problem:
        return Refused(file, line, f"Message {place} of the file: {problem}")


def _number(row: dict[str, object], name: str) -> int:
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadField(f'"{name}" is {fields.shown(value)}, which is no number; correct it.')
    return value


def _moment(row: dict[str, object], name: str) -> datetime:
    value = row.get(name)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadField(f'"{name}" is {value}, which is no time; write Unix seconds.') from error
    raise BadField(f'"{name}" is {fields.shown(value)}; write the time as Unix seconds.')


def _decoded(name: str) -> str:
    """Return a file name as the topic it was made of.

    >>> _decoded(".E2.9C.94.203D.20plotting")
    '✔ 3D plotting'
    """
    return unquote(re.sub(r"\.(?=[0-9A-F]{2})", "%", name.replace("%", "%25")))


def _without_number(stream: str) -> str:
    return re.sub(r"^\d+-", "", stream)
