"""What rooms above may add to the pages of aids, each for the reader who may know it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from whoknows.aids.models import Aid
from whoknows.people.models import Reach


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a line rests on: the words, who said or wrote them, and where they stand."""

    words: str
    who: str
    url: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of an aid, as it is now, and what it rests on; empty when it was written anew."""

    number: int | None
    role: str
    text: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the lines of an aid come from, and the page that tells more."""

    title: str
    url: str
    lines: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the reader: what it is, and where."""

    text: str
    about: str
    url: str


_origins: list[Callable[[Aid, Reach], Origins | None]] = []
_waiting: list[Callable[[Reach], Sequence[Waiting]]] = []


def tell_origins(read: Callable[[Aid, Reach], Origins | None]) -> None:
    """Have ``read`` asked where the lines of an aid come from; None for who may not know."""
    _origins.append(read)


def tell_waiting(read: Callable[[Reach], Sequence[Waiting]]) -> None:
    """Have ``read`` asked what else waits for a reader of the shelf."""
    _waiting.append(read)


def origins_of(aid: Aid, reach: Reach) -> list[Origins]:
    """Return where the lines of ``aid`` come from, as far as ``reach`` may know."""
    return [told for read in _origins if (told := read(aid, reach)) is not None]


def waiting_for(reach: Reach) -> list[Waiting]:
    """Return what rooms above have waiting for a reader; nothing for a stranger."""
    if reach.person is None:
        return []
    return [waiting for read in _waiting for waiting in read(reach)]
