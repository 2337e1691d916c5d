"""Locks on files that the kernel takes back when their holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

POLL_S = 0.02


class Lock:
    """An advisory lock on one file; held once shared or exclusively, until released or closed.

    Processes forked while it is held share it, and keep it until the last of them ends. Programs
    that are started (``exec``) do not inherit it.
    """

    def __init__(self, path: Path) -> None:
        # O_NOFOLLOW: root may lock a file in a folder that belongs to somebody else.
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o600)
        if os.geteuid() == 0:
            owner = path.parent.stat()
            os.fchown(self._file, owner.st_uid, owner.st_gid)

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def take_exclusive(self) -> None:
        """Wait for the lock; only for locks that others merely look at."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def take_shared(self) -> None:
        """Wait until nobody holds the lock exclusively."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._file)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_held(path: Path) -> bool:
    """Tell whether somebody holds the lock on ``path`` exclusively."""
    lock = Lock(path)
    try:
        return not lock.try_shared()
    finally:
        lock.close()


def wait_for(condition: Callable[[], bool], *, timeout_s: float) -> bool:
    """Return True as soon as ``condition`` holds, False when it does not within ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
