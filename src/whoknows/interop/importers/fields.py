"""Reading one field of a row: each function returns its value or raises a sentence about it."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import available_timezones

_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SHOWN = 40
# Whatever is said to be older is a mistake, and cannot be told in every timezone.
_EARLIEST = 1900


class BadField(Exception):
    """A field cannot be used; the message is one sentence that says why and what to do."""


def required_text(row: Mapping[str, object], name: str) -> str:
    """Return a field that must say something. Whole numbers are read as their digits."""
    text = optional_text(row, name)
    if text is None:
        raise BadField(f'"{name}" is missing; add it.')
    return text


def optional_text(row: Mapping[str, object], name: str) -> str | None:
    """Return a field's text without surrounding space, ``None`` when empty or not there."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadField(f'"{name}" is {shown(value)}, which is not text; put it in quotation marks.')
    if _UNSTORABLE.search(value):
        raise BadField(f'"{name}" holds a character that is no text; remove it.')
    return value.strip() or None


def body_text(row: Mapping[str, object], name: str) -> str:
    """Return a text exactly as it stands; ``""`` is a text, a missing field is not."""
    if row.get(name) == "":
        return ""
    if optional_text(row, name) is None and not isinstance(row.get(name), str):
        raise BadField(f'"{name}" is missing; add it.')
    return str(row[name])


def optional_email(row: Mapping[str, object], name: str) -> str | None:
    """Return an e-mail address as written, ``None`` when there is none."""
    address = optional_text(row, name)
    if address is not None and not _EMAIL.fullmatch(address):
        raise BadField(f'"{name}" is {shown(address)}, which is no e-mail address; correct it.')
    return address


def optional_timezone(row: Mapping[str, object], name: str) -> str | None:
    """Return a timezone that this machine knows, ``None`` when there is none."""
    zone = optional_text(row, name)
    if zone is not None and zone not in _timezones():
        raise BadField(
            f'"{name}" is {shown(zone)}, which is no timezone; write one like Europe/Berlin.'
        )
    return zone


@cache
def _timezones() -> frozenset[str]:
    # Asked for anew, they are read from the disk each time.
    return frozenset(available_timezones())


def optional_link(row: Mapping[str, object], name: str) -> str | None:
    """Return a web address, ``None`` when there is none; only http and https are links."""
    link = optional_text(row, name)
    if link is not None and not link.startswith(("https://", "http://")):
        raise BadField(f'"{name}" is {shown(link)}; write it with https:// or leave it out.')
    return link


def required_moment(row: Mapping[str, object], name: str, *, now: datetime) -> datetime:
    """Return a moment that must be there, in UTC and not after ``now``."""
    moment = optional_moment(row, name, now=now)
    if moment is None:
        raise BadField(f'"{name}" is missing; write it like 2024-05-31T09:30:00Z.')
    return moment


def optional_moment(row: Mapping[str, object], name: str, *, now: datetime) -> datetime | None:
    """Return an ISO 8601 moment in UTC, ``None`` when empty; without a zone it is read as UTC."""
    text = optional_text(row, name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadField(
            f'"{name}" is {shown(text)}, which is no date and time; '
            "write it like 2024-05-31T09:30:00Z."
        ) from error
    _refuse_too_early(name, text, moment)
    if moment > now:
        raise BadField(f'"{name}" is {shown(text)}, which lies in the future; correct it.')
    return moment


def optional_day(row: Mapping[str, object], name: str) -> date | None:
    """Return an ISO 8601 date, ``None`` when empty; the time of a full timestamp is dropped."""
    text = optional_text(row, name)
    if text is None:
        return None
    try:
        day = date.fromisoformat(re.split(r"[T ]", text, maxsplit=1)[0])
    except ValueError as error:
        raise BadField(
            f'"{name}" is {shown(text)}, which is no date; write it like 2024-05-31.'
        ) from error
    _refuse_too_early(name, text, day)
    return day


def _refuse_too_early(name: str, text: str, day: date) -> None:
    if day.year < _EARLIEST:
        raise BadField(f'"{name}" is {shown(text)}, which lies before {_EARLIEST}; correct it.')


def optional_flag(row: Mapping[str, object], name: str) -> bool | None:
    """Return True where the field says so, ``None`` where it says false or nothing."""
    value = row.get(name)
    if value is None or isinstance(value, bool):
        return value or None
    raise BadField(f'"{name}" is {shown(value)}; write true or false.')


def optional_count(row: Mapping[str, object], name: str) -> int | None:
    """Return a whole number of at most 9 digits, ``None`` when empty."""
    text = optional_text(row, name)
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise BadField(f'"{name}" is {shown(text)}, which is no whole number; correct it.')
    return int(text)


def topics(row: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return a list of topics in its order, each once; a single text is split at commas."""
    value = row.get(name)
    if value is None:
        return ()
    found = value.split(",") if isinstance(value, str) else value
    if not isinstance(found, list):
        raise BadField(f'"{name}" is {shown(value)}, which is no list; write it like ["printer"].')
    texts = (optional_text({name: each}, name) for each in found)
    return tuple(dict.fromkeys(each for each in texts if each is not None))


def shown(value: object) -> str:
    """Return ``value`` in quotation marks, cut to a length that fits a sentence.

    Of lists only that they are some: written out, one that names others can be endless.
    """
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a group of names and values"
    text = " ".join(str(value).split())
    return f'"{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"}"'
