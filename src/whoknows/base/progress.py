"""How far something that takes long has come."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Protocol

from tqdm import tqdm

# A log that is followed says soon enough that something moves, and is not filled with it.
_EVERY_S = 10.0


class Progress(Protocol):
    """Wants to be told how many are done since it was last told."""

    def __call__(self, done: int, /) -> None: ...

    def make_way(self) -> object:
        """Leave room for a line that something else writes to stderr."""


@contextmanager
def telling_progress(
    total: int | None, *, say: Callable[[str], object], is_in_bytes: bool = False
) -> Iterator[Progress]:
    """Yield what wants to be told how many of ``total`` are done; None if nobody knows of how many.

    A bar moves where stderr is a terminal. Elsewhere, in a log say, ``say`` gets a line now and
    then.
    """
    if not sys.stderr.isatty():
        yield _Lines(total, say, in_words=_in_bytes if is_in_bytes else "{:,}".format)
        return
    unit = "B" if is_in_bytes else "it"
    with tqdm(total=total, unit=unit, unit_scale=is_in_bytes) as bar:
        yield _Bar(bar)


class _Bar:
    def __init__(self, bar: "tqdm[Any]") -> None:
        self._bar = bar

    def __call__(self, done: int, /) -> None:
        self._bar.update(done)

    def make_way(self) -> None:
        self._bar.clear()


class _Lines:
    """A line now and then, none where all is done soon."""

    def __init__(
        self, total: int | None, say: Callable[[str], object], *, in_words: Callable[[int], str]
    ) -> None:
        self._of = "" if total is None else f" of {in_words(total)}"
        self._say, self._in_words = say, in_words
        self._done = 0
        self._told_at = monotonic()

    def __call__(self, done: int, /) -> None:
        self._done += done
        if monotonic() - self._told_at >= _EVERY_S:
            self._told_at = monotonic()
            self._say(f"{self._in_words(self._done)}{self._of} done.")

    def make_way(self) -> None:
        """Lines stand below each other."""


def _in_bytes(count: int) -> str:
    """Return ``count`` bytes as people say it.

    >>> _in_bytes(999), _in_bytes(12_345_678)
    ('999 B', '12.3 MB')
    """
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:  # noqa: PLR2004 - the next unit says it shorter
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:,.1f} GB"
