"""How far something that takes long has come."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from tqdm import tqdm

# A log that is followed says soon enough that something moves, and is not filled with it.
_EVERY_S = 10.0


@contextmanager
def telling_progress(
    total: int, *, say: Callable[[str], object]
) -> Iterator[Callable[[int], None]]:
    """Yield what wants to be told how many of ``total`` are done since it was last told.

    A bar moves where stderr is a terminal. Elsewhere, in a log say, ``say`` gets a line now and
    then.
    """
    if not sys.stderr.isatty():
        yield _Lines(total, say)
        return
    with tqdm(total=total) as bar:

        def progress(done: int) -> None:
            bar.update(done)

        yield progress


class _Lines:
    """A line now and then, none where all is done soon."""

    def __init__(self, total: int, say: Callable[[str], object]) -> None:
        self._total, self._say = total, say
        self._done = 0
        self._told_at = monotonic()

    def __call__(self, done: int) -> None:
        self._done += done
        if monotonic() - self._told_at >= _EVERY_S:
            self._told_at = monotonic()
            self._say(f"{self._done:,} of {self._total:,} done.")
