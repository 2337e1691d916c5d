"""What a PostgreSQL server leaves behind when it, or its guardian, is killed."""

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from whoknows.embedded.locks import wait_for

FAST_STOP_S = 60
CRASH_STOP_S = 10
PROCESSES = Path("/proc")


def pid_file_lines(cluster: Path) -> Sequence[str]:
    """Return what the server of ``cluster`` wrote about itself; nothing if none runs or died."""
    try:
        return (cluster / "postmaster.pid").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def clear_leftovers(cluster: Path) -> None:
    """Stop the server that outlived its guardian, and remove the files of one that was killed.

    PostgreSQL would take its own dead process for a live one until somebody has reaped it, which
    some containers never do, and any other program that has got its number since.
    """
    lines = pid_file_lines(cluster)
    if not lines or not lines[0].isdigit():
        return
    pid = int(lines[0])
    if _is_server(pid, cluster):
        stop_server(pid, is_gone=lambda: not _is_server(pid, cluster))
    # Should a child of the old server still be busy, PostgreSQL finds its shared memory in use and
    # does not start beside it.
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    for lock in _socket_locks(lines):
        lock.unlink(missing_ok=True)


def stop_server(pid: int, *, is_gone: Callable[[], bool]) -> None:
    """Ask the server ``pid`` to stop: fast, then without a checkpoint, then without asking."""
    for how, patience_s in (
        (signal.SIGINT, FAST_STOP_S),
        (signal.SIGQUIT, CRASH_STOP_S),
        (signal.SIGKILL, CRASH_STOP_S),
    ):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        if wait_for(is_gone, timeout_s=patience_s):
            return


def _socket_locks(lines: Sequence[str]) -> Sequence[Path]:
    """Return the lock file beside the socket, whose port and folder the lines tell."""
    _, _, _, port, folder, *_ = *lines, "", "", "", "", ""
    return [Path(folder) / f".s.PGSQL.{port}.lock"] if folder.startswith("/") else []


def _is_server(pid: int, cluster: Path) -> bool:
    """Tell whether ``pid`` lives and is the server of ``cluster``, not some later program."""
    if PROCESSES.exists():
        try:
            words = (PROCESSES / str(pid) / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return words[1:3] == [b"-D", os.fsencode(cluster)]
    asked = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return f"postgres -D {cluster} " in answer.stdout
