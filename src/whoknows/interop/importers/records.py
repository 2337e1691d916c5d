"""What every reader yields, in the words of the product."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from whoknows.base.errors import BadInput

Verdict: TypeAlias = Literal["helped", "solved"]


class UnusableSource(BadInput):
    """The source cannot be read at all: missing, empty, packed, or not what it should be."""

    code = "unusable_source"


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that was left out. ``why`` says what is wrong and what to do, in one sentence."""

    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a record was read, so that a later stage can refuse it by line too.

    The place is no part of the record: two records that say the same are equal.
    """

    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord(Located):
    """A person under the key that the source knows them by; ``manager`` is such a key too.

    ``guest``: True for somebody who wrote here and does not belong to the organisation.
    """

    key: str
    name: str
    email: str | None = None
    organisation: str | None = None
    unit: str | None = None
    site: str | None = None
    title: str | None = None
    manager: str | None = None
    timezone: str | None = None
    left_on: date | None = None
    url: str | None = None
    guest: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRecord(Located):
    """What somebody asked; ``by`` is a person's key and ``text`` is Markdown."""

    key: str
    at: datetime
    by: str
    title: str
    text: str
    topics: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = None
    sharing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord(Located):
    """An answer to the question with the key ``question``.

    ``accepted_at`` is the moment from which the acceptance may count, never earlier than the real
    one; ``None`` means that it was not accepted.
    """

    key: str
    question: str
    at: datetime
    by: str
    text: str
    score: int | None = None
    accepted_at: datetime | None = None
    verdict: Verdict | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PictureRecord:
    """A picture of an aid that was exported, in the file at ``path``."""

    code: str
    alt: str
    path: Path = field(default=Path(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AidRecord(Located):
    """A job aid; ``owner`` is an e-mail address or a name, ``body`` is Markdown.

    ``content`` is its structure as JSON, as an export writes it, and ``kind`` says of which kind;
    without one, the structure is found in the body. ``pictures`` is None when nothing is told
    of any.
    """

    key: str
    title: str
    body: str
    owner: str | None = None
    verify_by: date | None = None
    verified_on: date | None = None
    topics: tuple[str, ...] = ()
    language: str | None = None
    url: str | None = None
    licence: str | None = None
    attribution: str | None = None
    sharing: str | None = None
    kind: str | None = None
    content: str | None = None
    trigger: str | None = None
    outcome: str | None = None
    can_do: str | None = None
    likely_to_change: bool | None = None
    carrier: str | None = None
    pictures: tuple[PictureRecord, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRecord(Located):
    """``source`` turns to ``target``; both are keys of people, ``weight`` is above 0."""

    source: str
    target: str
    weight: float = 1.0
    kind: str = "advice"
    at: datetime | None = None


Record: TypeAlias = PersonRecord | QuestionRecord | AnswerRecord | AidRecord | TieRecord
Item: TypeAlias = Record | Refused


@dataclass(frozen=True, slots=True)
class Description:
    """What a source says about itself; empty where it says nothing.

    ``warnings`` are sentences about what in it will not be read.
    """

    name: str
    licence: str = ""
    attribution: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Meter:
    """How much of a source has been read, in bytes on disk; several passes count several times."""

    total_bytes: int
    bytes_read: int = 0


class Source(Protocol):
    """A source that opened well. Opening a bad one raises ``UnusableSource``."""

    name: str
    meter: Meter

    def describe(self) -> Description:
        """Return the name, licence and attribution that the source states."""

    def records(self) -> Iterator[Item]:
        """Yield people, then questions, then answers (or aids, or ties), once, streaming.

        A bad row is yielded as ``Refused`` in its place; no row makes this raise.
        """
