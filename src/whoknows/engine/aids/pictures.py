"""Where the texts of an aid name its pictures: ``![what it shows](picture:CODE)``."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from whoknows.engine.aids.kinds import Content

_C = TypeVar("_C", bound=Content)
_T = TypeVar("_T")
_NAMED = re.compile(r"!\[([^\[\]]*)\]\(picture:([0-9A-Za-z]{1,8})\)")
_ANY = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*\)")


def named_pictures(text: str) -> list[str]:
    """Return the codes of the pictures that ``text`` names, in their order, each once.

    >>> named_pictures("Press ![the knob](picture:k7) and ![](picture:K7).")
    ['K7']
    """
    return list(dict.fromkeys(found[2].upper() for found in _NAMED.finditer(text)))


def with_pictures(text: str, place: Callable[[str, str], str]) -> str:
    """Return ``text`` with ``place(words, code)`` for each picture that it names.

    >>> with_pictures("Press ![the knob](picture:K7).", lambda words, code: f"{words} ({code})")
    'Press the knob (K7).'
    """
    return _NAMED.sub(lambda found: place(found[1].strip(), found[2].upper()), text)


def tidy_pictures(text: str) -> str:
    """Return ``text`` with each picture named in the one way that an export reads back.

    >>> tidy_pictures("Press ![ the knob ](picture:k7).")
    'Press ![the knob](picture:K7).'
    """
    return with_pictures(text, lambda words, code: f"![{words}](picture:{code})")


def words_for_pictures(text: str) -> str:
    """Return ``text`` with the words of each picture in its place.

    >>> words_for_pictures("Press ![the knob](picture:K7).")
    'Press the knob.'
    """
    return _ANY.sub(r"\1", text)


def with_texts(content: _C, change: Callable[[str], str]) -> _C:
    """Return ``content`` with every text in it changed; what is equal before is equal after."""
    return _changed(content, change)


def _changed(value: _T, change: Callable[[str], str]) -> _T:
    if isinstance(value, str):
        return cast("_T", change(value))
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        return cast("_T", tuple(_changed(item, change) for item in items))
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: _changed(getattr(value, each.name), change) for each in fields(value)}
        return cast("_T", replace(value, **told))
    return value
