"""The processes that `whoknows serve` starts, watches and stops."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from whoknows.embedded.parent import ending_with_me

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10
LONG_LIFE_S = 30
STOP_S = 15


def say(words: str) -> None:
    # The terminal may be gone; that is why we are stopping, then.
    with suppress(OSError):
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


def _never() -> bool:
    return False


class Part:
    """One command of ours as a process group of its own, which ends when this process does."""

    def __init__(self, name: str, *arguments: str) -> None:
        self.name = name
        self.failures = 0
        self.status = 0
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_again_at = 0.0

    def start(self, environment: Mapping[str, str]) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-P", "-m", "whoknows.config.cli", self.name, *self._arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=ending_with_me(signal.SIGKILL),  # noqa: PLW1509 - one thread here
        )

    def is_running(self) -> bool:
        """Tell whether it runs; once it has died, ``status`` says how."""
        if self._process is None:
            return False
        status = self._process.poll()
        if status is None:
            return True
        self.kill()  # the rest of its group
        self.status, self._process = status, None
        return False

    def look_after(self, environment: Callable[[], Mapping[str, str]]) -> None:
        """Start it if it does not run; after a death wait, the longer the more often it died."""
        had_process = self._process is not None
        if self.is_running():
            return
        now = time.monotonic()
        if had_process:
            lived_long = now - self._started_at > LONG_LIFE_S
            self.failures = 1 if lived_long else self.failures + 1
            pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (self.failures - 1))
            self._start_again_at = now + pause_s
            say(f"{self.name} died ({_how(self.status)}); starting it again in {pause_s:g} s.")
        if now >= self._start_again_at:
            self.start(environment())

    def ask_to_stop(self) -> None:
        """Ask the first process of the group; it knows how to stop the others."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """Kill the whole group."""
        if self._process is not None:
            # macOS says "not permitted" of a group whose members are all zombies.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def stop_all(parts: Sequence[Part], *, is_urgent: Callable[[], bool] = _never) -> None:
    """Ask ``parts`` to stop and wait for it; kill what takes too long, or when it is urgent."""
    for part in parts:
        part.ask_to_stop()
    deadline = time.monotonic() + STOP_S
    while any(part.is_running() for part in parts):
        if is_urgent() or time.monotonic() > deadline:
            for part in parts:
                part.kill()
        time.sleep(0.02)


def _how(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name
