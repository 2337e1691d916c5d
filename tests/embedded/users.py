"""Processes that use the bundled database, and what is left of them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

PROGRAM = """
import sys
from pathlib import Path
from whoknows.embedded import DatabaseUnavailable, database
try:
    with database(Path(sys.argv[1])) as url:
        print(url, flush=True)
        sys.stdin.read()
except DatabaseUnavailable as error:
    print(error, flush=True)
"""


class User:
    """A process that uses the database of ``home`` until told to leave, or killed."""

    def __init__(self, home: Path, python: str = sys.executable, **popen: Any) -> None:
        self.process = subprocess.Popen(
            [python, "-c", PROGRAM, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **popen,
        )

    def said(self) -> str:
        """Wait until it uses the database; return the URL, or its sentence if it cannot."""
        assert self.process.stdout
        return str(self.process.stdout.readline()).strip()

    def leave(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)

    def kill(self) -> None:
        self.process.kill()
        self.leave()


def answers(url: str) -> bool:
    """Tell whether a query on ``url`` is answered."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("SELECT 'yes'").fetchone()
    except psycopg.OperationalError:
        return False
    return row == ("yes",)


def told_of(pid: int | str, what: str) -> bytes:
    """Return what the system tells of a process; nothing if it has gone, or is somebody else's."""
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""


def processes(home: Path) -> Mapping[int, str]:
    """Return the command lines, by process id, that name ``home`` or where its data lies."""
    pointer = home / "database_folder"
    names = [os.fsencode(home)] + ([pointer.read_bytes()] if pointer.exists() else [])
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        command = told_of(folder.name, "cmdline")
        if any(name in command for name in names) and PROGRAM.encode() not in command:
            found[int(folder.name)] = command.replace(b"\0", b" ").decode()
    return found


def the_guardian(home: Path) -> int:
    return next(pid for pid, words in processes(home).items() if "embedded.guardian" in words)


def the_server(home: Path) -> int:
    return next(pid for pid, words in processes(home).items() if "/bin/postgres" in words)


def kill(*pids: int) -> None:
    """Kill them all at once, and wait until they are dead."""
    for pid in pids:
        # One may end because of another.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert soon(lambda: all(map(_is_dead, pids)))


def _is_dead(pid: int) -> bool:
    stat = told_of(pid, "stat")
    return not stat or b") Z " in stat


def soon(condition: Callable[[], bool], timeout_s: float = 15) -> bool:
    """Tell whether ``condition`` comes true within ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def remove(home: Path) -> None:
    """Remove a home, and the data that lies elsewhere."""
    pointer = home / "database_folder"
    if pointer.exists():
        shutil.rmtree(pointer.read_text("utf-8"))
    shutil.rmtree(home)
