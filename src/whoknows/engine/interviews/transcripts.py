"""Transcripts, pasted or from a file, as numbered statements of who said what.

Read are WebVTT (W3C, as Zoom, Teams and most programs write it), SubRip and plain text. Whoever has
a transcript wants it in, so what is odd is read as well as it can be and nothing is ever run or
trusted: a time that makes no sense is left out, markup in a cue is taken away. A parser of our own,
because those around refuse a whole file for one bad line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from whoknows.engine.text.sentences import Unusable

MOST_CHARACTERS = 2_000_000
MOST_STATEMENTS = 5_000
LONGEST_STATEMENT = 5_000
LONGEST_SPEAKER = 80
# Cues are cut to fit a screen, in the middle of a sentence: up to here they are joined again.
_JOIN_UP_TO = 500
_JOIN_WITHIN_MS = 2_000

_TIME = re.compile(r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)(?:[.,](\d{1,3}))?")
_ARROW = re.compile(r"^\s*(\S+)\s+-->\s+(\S+)")
# Each sign can be read in one way only: else a file made for it would take seconds.
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]{0,199})>")
_TAG = re.compile(r"<[^<>]{0,500}>")
_SPOKEN_BY = re.compile(
    r"""^\s*(?:[\[(]?(?P<time>(?:\d{1,3}:)?[0-5]?\d:[0-5]\d(?:[.,]\d{1,3})?)[\])]?\s*[-\u2013]?\s*)?
        (?:(?P<speaker>(?:[A-Z][a-z]{1,2}\.\ )?[^\W\d_][^:\n.,!?;]{0,40}?)\s*
        (?:[\[(](?P<later>(?:\d{1,3}:)?[0-5]?\d:[0-5]\d)[\])])?
        :\s+)?(?P<text>.*)$""",
    re.VERBOSE,
)
_SENTENCE_ENDS = re.compile(r"[.!?…][\"'”\u2019)\]]*$")
_MOST_WORDS_OF_A_NAME = 4


class BadTranscript(Unusable):
    """There is nothing in it to read, or far too much."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said in one go.

    Attributes:
        number: Counted from 1.
        speaker: As the transcript calls them; "" when it does not say.
        at_ms: When it began, in milliseconds from the start; None when it does not say.
    """

    number: int
    speaker: str
    at_ms: int | None
    text: str


@dataclass(slots=True)
class _Said:
    speaker: str
    at_ms: int | None
    until_ms: int | None
    text: str


def read_transcript(text: str) -> list[Statement]:
    """Return the statements of a transcript, whichever of the three forms it has.

    Raises:
        BadTranscript: It says nothing, or more than 2 million characters or 5,000 statements.

    >>> [(s.number, s.speaker, s.text) for s in read_transcript("Ana: What then?\\nBo: I stop.")]
    [(1, 'Ana', 'What then?'), (2, 'Bo', 'I stop.')]
    """
    if len(text) > MOST_CHARACTERS:
        raise BadTranscript("This is too long for one conversation. Bring it in parts.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    said = list(_joined(_cues(text))) if _is_timed(text) else list(_plain(text))
    if not said:
        raise BadTranscript("There is nothing said in this. Paste what was said, line by line.")
    if len(said) > MOST_STATEMENTS:
        raise BadTranscript(
            "This has more than {most_statements} statements. Bring it in parts.",
            most_statements=MOST_STATEMENTS,
        )
    return [Statement(n, s.speaker, s.at_ms, s.text) for n, s in enumerate(said, 1)]


def _is_timed(text: str) -> bool:
    return text.lstrip().startswith("WEBVTT") or any(
        _ARROW.match(line) for line in text[:5_000].split("\n")
    )


def _cues(text: str) -> Iterator[_Said]:
    """Yield the cues of WebVTT or SubRip; blocks that are none (NOTE, STYLE, REGION) are not."""
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.split("\n")
        arrow = next((i for i, line in enumerate(lines[:3]) if _ARROW.match(line)), None)
        if arrow is None:
            continue
        match = _ARROW.match(lines[arrow])
        begins, ends = (_ms(part) for part in match.groups()) if match else (None, None)
        yield from _voices("\n".join(lines[arrow + 1 :]), begins, ends)


def _voices(payload: str, begins: int | None, ends: int | None) -> Iterator[_Said]:
    """Yield what each voice says in a cue; one cue may hold several."""
    parts = _VOICE.split(payload)
    if parts[0].strip():
        plain = _clean(parts[0])
        speaker, words = _named(plain)
        yield from _one(speaker, words, begins, ends)
    for speaker, words in zip(parts[1::2], parts[2::2], strict=True):
        yield from _one(_clean(speaker), _clean(words), begins, ends)


def _one(speaker: str, words: str, begins: int | None, ends: int | None) -> Iterator[_Said]:
    if words:
        yield _Said(speaker[:LONGEST_SPEAKER], begins, ends, words[:LONGEST_STATEMENT])


def _named(text: str) -> tuple[str, str]:
    match = _SPOKEN_BY.match(text)
    speaker = (match["speaker"] or "").strip() if match else ""
    if match is None or not speaker or len(speaker.split()) > _MOST_WORDS_OF_A_NAME:
        return "", text
    return speaker, match["text"].strip()


def _joined(cues: Iterator[_Said]) -> Iterator[_Said]:
    """Join cues that go on in the middle of a sentence of the same speaker."""
    open_one: _Said | None = None
    for cue in cues:
        if open_one is not None and _goes_on(open_one, cue):
            open_one.text = f"{open_one.text} {cue.text}"
            open_one.until_ms = cue.until_ms
            continue
        if open_one is not None:
            yield open_one
        open_one = cue
    if open_one is not None:
        yield open_one


def _goes_on(before: _Said, cue: _Said) -> bool:
    if cue.speaker and cue.speaker != before.speaker:
        return False
    if before.speaker and not cue.speaker and _SENTENCE_ENDS.search(before.text):
        return False
    if len(before.text) + len(cue.text) > _JOIN_UP_TO or _SENTENCE_ENDS.search(before.text):
        return False
    gap = (cue.at_ms or 0) - (before.until_ms if before.until_ms is not None else cue.at_ms or 0)
    return gap <= _JOIN_WITHIN_MS


def _plain(text: str) -> Iterator[_Said]:
    """Yield the lines of plain text; a line without a name goes on with the one before it.

    A blank line ends a statement, and so does a line end where nobody is named at all.
    """
    lines = text.split("\n")
    names_are_told = any(_line(line).speaker for line in lines)
    open_one: _Said | None = None
    for line in lines:
        said = _line(line)
        if open_one is not None and (
            not said.text or said.speaker or said.at_ms is not None or not names_are_told
        ):
            yield open_one
            open_one = None
        if not said.text:
            continue
        if open_one is None:
            open_one = said
        elif len(open_one.text) + len(said.text) < LONGEST_STATEMENT:
            open_one.text = f"{open_one.text} {said.text}"
    if open_one is not None:
        yield open_one


def _line(line: str) -> _Said:
    match = _SPOKEN_BY.match(line[: LONGEST_STATEMENT * 2])
    if match is None:
        return _Said("", None, None, "")
    speaker = (match["speaker"] or "").strip()
    words = " ".join(match["text"].split())
    if len(speaker.split()) > _MOST_WORDS_OF_A_NAME:
        speaker, words = "", " ".join(line.split())
    at = _ms(match["time"] or match["later"] or "")
    return _Said(speaker[:LONGEST_SPEAKER], at, None, words[:LONGEST_STATEMENT])


def _clean(text: str) -> str:
    """Return words without markup; entities are read once, after it is gone."""
    return " ".join(unescape(_TAG.sub("", text)).split())


def _ms(time: str) -> int | None:
    """Return a time of WebVTT in milliseconds, None when it is none.

    >>> _ms("01:02:03.500"), _ms("02:03,5"), _ms("99:99")
    (3723500, 123500, None)
    """
    match = _TIME.fullmatch(time)
    if match is None:
        return None
    hours, minutes, seconds, rest = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int((rest or "0").ljust(3, "0"))


def spoken_time(at_ms: int) -> str:
    """Return a time as on a clock.

    >>> spoken_time(3_723_500), spoken_time(59_000)
    ('1:02:03', '0:59')
    """
    minutes, seconds = divmod(at_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
