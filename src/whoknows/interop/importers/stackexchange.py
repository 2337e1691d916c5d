"""A StackExchange data dump as it is published: a folder of XML files, bodies in HTML."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField
from whoknows.interop.importers.html_to_markdown import html_to_markdown
from whoknows.interop.importers.reading import find_file, open_folder, open_text_file
from whoknows.interop.importers.records import (
    AnswerRecord,
    Description,
    Item,
    Meter,
    PersonRecord,
    QuestionRecord,
    Refused,
    UnusableSource,
)
from whoknows.interop.importers.xml_rows import XmlRow, read_rows

_QUESTION, _ANSWER, _ACCEPTED = "1", "2", "1"
_COMMUNITY_USER = "-1"
_OWN_HOSTS = r"stackoverflow|superuser|serverfault|askubuntu|stackapps|mathoverflow"
_SITE_NAME = re.compile(
    rf"(?:[a-z0-9.-]+\.stackexchange|(?:[a-z.]+\.)?(?:{_OWN_HOSTS}))\.(?:com|net)"
)


class StackExchangeSource:
    """The dump in ``folder``; a moment after ``now`` is refused.

    Only people who asked or answered become records: a dump lists every visitor who signed up.
    Wikis, tag descriptions and posts of the Community user, which is a program, are passed over.
    Memory grows with the number of posts, not with their texts; Posts.xml is read three times.

    Args:
        site: Address of the community, for links back. Without it a folder named like
            ``cooking.stackexchange.com`` says it; otherwise records have no link.

    Raises:
        UnusableSource: Users.xml or Posts.xml is missing, empty or packed.
    """

    def __init__(self, folder: Path, *, now: datetime, site: str | None = None) -> None:
        folder = open_folder(folder)
        self._now = now
        self._users, self._posts = _need(folder, "Users.xml"), _need(folder, "Posts.xml")
        self._votes = find_file(folder, "Votes.xml")
        self._site = _site_address(site or folder.resolve().name)
        if site and not self._site:
            raise UnusableSource(f"{site} is no web address; write it like cooking.example.com.")
        self.name = (self._site or folder.resolve().name).removeprefix("https://")
        self.meter = Meter(self._total_bytes())
        # Numbers, not texts: a large community has millions of posts.
        self._accepted: dict[int, datetime | None] = {}
        self._questions: set[int] = set()
        self._answers: set[int] = set()

    def describe(self) -> Description:
        return Description(
            name=self.name,
            licence="CC BY-SA (2.5, 3.0 or 4.0 by the date of each post)",
            attribution=f"Text by the named users of {self.name}",
        )

    def records(self) -> Iterator[Item]:
        members, passers_by = self._survey()
        self._date_acceptances()
        yield from self._people(members, passers_by)
        yield from self._posts_of(_QUESTION, self._question)
        yield from self._posts_of(_ANSWER, self._answer)

    def _total_bytes(self) -> int:
        votes = self._votes.stat().st_size if self._votes else 0
        return 3 * self._posts.stat().st_size + self._users.stat().st_size + votes

    def _survey(self) -> tuple[set[str], dict[str, XmlRow]]:
        """Return who posted: the ids of members, and names of deleted users with a post of each.

        Notes in passing which answers were accepted. Broken rows are refused by a later pass.
        """
        members: set[str] = set()
        passers_by: dict[str, XmlRow] = {}
        for row in _rows_only(read_rows(self._posts, self.meter)):
            if row.attributes.get("PostTypeId") not in {_QUESTION, _ANSWER}:
                continue
            if owner := row.attributes.get("OwnerUserId"):
                members.add(owner)
            elif name := row.attributes.get("OwnerDisplayName", "").strip():
                passers_by.setdefault(name, XmlRow(row.file, row.line, {}))
            if accepted := _number(row.attributes.get("AcceptedAnswerId", "")):
                self._accepted[accepted] = None
        members.discard(_COMMUNITY_USER)
        return members, passers_by

    def _date_acceptances(self) -> None:
        """Note from when each acceptance counts: votes carry the day only, so from its end."""
        if self._votes is None:
            return
        for row in _rows_only(read_rows(self._votes, self.meter)):
            post = _number(row.attributes.get("PostId", ""))
            if row.attributes.get("VoteTypeId") == _ACCEPTED and post in self._accepted:
                try:
                    at = fields.required_moment(row.attributes, "CreationDate", now=self._now)
                except BadField:
                    # The acceptance itself is certain; it then counts from the answer's date.
                    continue
                whole_day = timedelta(days=1) if at.time() == time.min else timedelta()
                self._accepted[post] = min(at + whole_day, self._now)

    def _people(self, members: set[str], passers_by: dict[str, XmlRow]) -> Iterator[Item]:
        for row in read_rows(self._users, self.meter):
            if isinstance(row, Refused):
                yield row
            elif (key := row.attributes.get("Id", "")) in members:
                members.discard(key)
                yield self._person(row, key)
        for name, row in passers_by.items():
            yield PersonRecord(file=row.file, line=row.line, key=_name_key(name), name=name)
        for key in sorted(members):
            # Their posts stand, so they do too, under the name that the site itself shows.
            yield PersonRecord(file=self._users.name, key=key, name=f"user{key}")

    def _person(self, row: XmlRow, key: str) -> Item:
        try:
            name = fields.optional_text(row.attributes, "DisplayName") or f"user{key}"
        except BadField:
            name = f"user{key}"
        url = self._link(f"users/{key}")
        return PersonRecord(file=row.file, line=row.line, key=key, name=name, url=url)

    def _posts_of(self, kind: str, parse: Callable[[XmlRow], Item]) -> Iterator[Item]:
        for row in read_rows(self._posts, self.meter):
            if isinstance(row, Refused):
                # Both passes meet it; it is one mistake.
                if kind == _QUESTION:
                    yield row
            elif (
                row.attributes.get("PostTypeId") == kind
                and row.attributes.get("OwnerUserId") != _COMMUNITY_USER
            ):
                try:
                    yield parse(row)
                except BadField as problem:
                    yield Refused(row.file, row.line, str(problem))

    def _question(self, row: XmlRow) -> QuestionRecord:
        number = _new_number(row, self._questions)
        record = QuestionRecord(
            file=row.file,
            line=row.line,
            key=str(number),
            at=fields.required_moment(row.attributes, "CreationDate", now=self._now),
            by=_owner(row),
            title=fields.required_text(row.attributes, "Title"),
            text=self._body(row),
            topics=_tags(row.attributes.get("Tags", "")),
            url=self._link(f"q/{number}"),
        )
        self._questions.add(number)
        return record

    def _answer(self, row: XmlRow) -> AnswerRecord:
        number = _new_number(row, self._answers)
        written = fields.required_text(row.attributes, "ParentId")
        parent = _number(written)
        if parent not in self._questions:
            raise BadField(
                f"It answers question {fields.shown(written)}, which was not taken in; add that."
            )
        at = fields.required_moment(row.attributes, "CreationDate", now=self._now)
        record = AnswerRecord(
            file=row.file,
            line=row.line,
            key=str(number),
            question=str(parent),
            at=at,
            by=_owner(row),
            text=self._body(row),
            score=fields.optional_count(row.attributes, "Score"),
            accepted_at=max(at, self._accepted[number] or at) if number in self._accepted else None,
            url=self._link(f"a/{number}"),
        )
        self._answers.add(number)
        return record

    def _body(self, row: XmlRow) -> str:
        return html_to_markdown(fields.body_text(row.attributes, "Body"), site=self._site)

    def _link(self, path: str) -> str | None:
        return f"{self._site}/{path}" if self._site else None


def _need(folder: Path, name: str) -> Path:
    found = find_file(folder, name)
    if found is None:
        raise UnusableSource(f"{folder.name} has no {name}; a StackExchange dump has that file.")
    return open_text_file(found)


def _site_address(name: str) -> str | None:
    """Return the address of a community given by its address, its host or its dump's folder."""
    host = re.sub(r"^https?://", "", name.strip().rstrip("/").lower())
    is_address = name.startswith(("https://", "http://"))
    if _SITE_NAME.fullmatch(host) or (is_address and re.fullmatch(r"[a-z0-9.:-]+", host)):
        return f"https://{host}"
    return None


def _rows_only(rows: Iterator[XmlRow | Refused]) -> Iterator[XmlRow]:
    return (row for row in rows if isinstance(row, XmlRow))


def _number(written: str) -> int | None:
    return int(written) if re.fullmatch("[0-9]{1,18}", written) else None


def _new_number(row: XmlRow, taken: set[int]) -> int:
    written = fields.required_text(row.attributes, "Id")
    number = _number(written)
    if number is None:
        raise BadField(f'"Id" is {fields.shown(written)}, which is no number; correct it.')
    if number in taken:
        raise BadField(f"Post {number} stands in the file twice; remove one of them.")
    return number


def _owner(row: XmlRow) -> str:
    """Return the key of a post's author; deleted users are known by the name they left."""
    if owner := fields.optional_text(row.attributes, "OwnerUserId"):
        return owner
    name = fields.optional_text(row.attributes, "OwnerDisplayName")
    if name is None:
        raise BadField("The post names no author; add OwnerUserId or OwnerDisplayName.")
    return _name_key(name)


def _name_key(name: str) -> str:
    return f"name:{name}"


def _tags(written: str) -> tuple[str, ...]:
    """Return the tags of both forms in use, ``<a><b>`` and ``|a|b|``."""
    return tuple(dict.fromkeys(tag for tag in re.split(r"[<>|]+", written) if tag))
