"""Job aids from a folder of Markdown files with YAML front matter."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from whoknows.engine.text.visible import has_letters
from whoknows.interop.importers import fields
from whoknows.interop.importers.aid_content import told_content
from whoknows.interop.importers.aid_pictures import text_with_codes, told_pictures
from whoknows.interop.importers.fields import BadField
from whoknows.interop.importers.reading import open_folder
from whoknows.interop.importers.records import (
    AidRecord,
    Description,
    Item,
    Meter,
    Refused,
    UnusableSource,
)
from whoknows.interop.importers.review_dates import review_dates

_MAX_BYTES = 2**20
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)

# Each field under the names that sites and handbooks in use give it, the clearest first.
_OWNER = ("owner", "owner_email", "maintainer", "author", "owner_slack")
_TOPICS = ("topics", "tags", "keywords", "categories", "section")
_LINK = ("url", "source_url", "source", "canonical", "canonical_url")
_LICENCE = ("licence", "license")
_LANGUAGE = ("language", "lang", "locale")


class MarkdownAidsSource:
    """The ``.md`` files in ``folder`` and the folders in it, in the order of their paths.

    Hidden folders are passed over; links are refused, because they may lead out of the folder.
    The key of an aid is its path, so that a second import finds the first one's aids again.

    Raises:
        UnusableSource: There is no Markdown file in the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = open_folder(folder)
        self._files = _markdown_files(folder)
        self.name = folder.resolve().name
        if not self._files:
            raise UnusableSource(f"{self.name} holds no Markdown files (*.md).")
        self.meter = Meter(sum(path.lstat().st_size for path in self._files))

    def describe(self) -> Description:
        return Description(name=self.name)

    def records(self) -> Iterator[Item]:
        for path in self._files:
            file = path.relative_to(self._folder).as_posix()
            self.meter.bytes_read += path.lstat().st_size
            if path.is_symlink():
                yield Refused(file, 1, "The file is a link; put the file itself there.")
            elif path.stat().st_size > _MAX_BYTES:
                yield Refused(file, 1, "The file is over 1 MiB; split it into aids.")
            else:
                yield _aid(file, path.read_bytes(), self._folder)


class _BrokenFront(Exception):
    """The front matter cannot be read; carries the line of the file."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


def _markdown_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in {".md", ".markdown"}
        and (path.is_file() or path.is_symlink())
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _aid(file: str, raw: bytes, folder: Path) -> Item:
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Refused(file, line, "The file is not UTF-8; save it again as UTF-8.")
    try:
        front, body, body_line = _split(text)
        return _record(file, front, body, body_line, folder)
    except _BrokenFront as problem:
        return Refused(file, problem.line, str(problem))
    except BadField as problem:
        return Refused(file, 1, str(problem))


def _split(text: str) -> tuple[dict[str, object], str, int]:
    """Return the front matter, the body and the line on which the body starts."""
    if not re.match(r"---[ \t]*\n", text):
        return {}, text, 1
    found = _FRONT.match(text)
    if not found:
        raise _BrokenFront(1, "The front matter has no closing line ---; add it.")
    try:
        # The base loader leaves every value the text that was written: no dates, no “no” as False.
        front = yaml.load(found[1], Loader=yaml.BaseLoader)  # noqa: S506 - it builds only text
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = (mark.line if mark else 0) + 2
        why = f"The front matter is not YAML: {error.problem or 'it breaks off'}; correct it."
        raise _BrokenFront(line, why) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _BrokenFront(1, "The front matter is not YAML; correct it.") from error
    if front in (None, ""):
        front = {}
    if not isinstance(front, dict):
        raise _BrokenFront(2, "The front matter is no list of “name: value” lines; correct it.")
    known = {str(name).strip().lower().replace("-", "_"): value for name, value in front.items()}
    return known, text[found.end() :], text.count("\n", 0, found.end()) + 1


def _record(
    file: str, front: dict[str, object], body: str, body_line: int, folder: Path
) -> AidRecord:
    title = fields.optional_text(front, "title")
    heading = _HEADING.search(body)
    if not title:
        stem = re.sub(r"[-_]+", " ", Path(file).stem).strip()
        title = _said(heading) if heading else stem[:1].upper() + stem[1:]
    if not has_letters(title):
        raise BadField("The title has no letters; write what one does with the aid.")
    if heading and _said(heading) == title and not body[: heading.start()].strip():
        # The page shows the title already.
        body = body[heading.end() :]
    body = fields.body_text({"body": body}, "body").strip()
    if not body:
        raise BadField("The aid says nothing below its title; write it or remove the file.")
    pictures = told_pictures(front, beside=(folder / file).parent, within=folder)
    body = text_with_codes(body, pictures or {})
    verify_by, verified_on = review_dates(front)
    kind, content = told_content(front, body)
    return AidRecord(
        file=file,
        line=body_line,
        key=file,
        title=title,
        body=body,
        owner=_first(front, _OWNER),
        verify_by=verify_by,
        verified_on=verified_on,
        topics=_topics(front),
        language=_first(front, _LANGUAGE),
        url=_link(front),
        licence=_first(front, _LICENCE),
        attribution=_attribution(front),
        sharing=fields.optional_text(front, "sharing"),
        kind=kind,
        content=content,
        trigger=_line(front, "trigger"),
        outcome=_line(front, "outcome"),
        can_do=_line(front, "can_do"),
        pictures=None if pictures is None else tuple(pictures.values()),
        likely_to_change=True if _first(front, ("likely_to_change",)) == "true" else None,
        carrier=fields.optional_text(front, "carrier"),
    )


def _said(heading: re.Match[str]) -> str:
    """Return the text of a heading, without the signs that may close it.

    Not by the pattern: where it may end before each of many blanks, that takes their square.
    """
    text = heading[1].strip()
    unclosed = text.rstrip("#")
    return unclosed.rstrip() if unclosed.endswith((" ", "\t")) else text


def _line(front: dict[str, object], name: str) -> str | None:
    text = fields.optional_text(front, name)
    return " ".join(text.split())[:300] if text else None


def _first(front: dict[str, object], names: tuple[str, ...]) -> str | None:
    """Return the first of ``names`` that says something; of several owners the first one."""
    for name in names:
        value = front.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        if text := fields.optional_text({name: value}, name):
            return text
    return None


def _topics(front: dict[str, object]) -> tuple[str, ...]:
    return next((found for name in _TOPICS if (found := fields.topics(front, name))), ())


def _link(front: dict[str, object]) -> str | None:
    """Return the first web address; a source that is a name goes to the attribution instead."""
    written = (_first(front, (name,)) for name in _LINK)
    return next((each for each in written if each and _is_link(each)), None)


def _attribution(front: dict[str, object]) -> str | None:
    stated = fields.optional_text(front, "attribution")
    source = _first(front, ("source",))
    return stated or (source if source and not _is_link(source) else None)


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://"))
