"""The product as people run it: ``whoknows serve`` in processes of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from whoknows.embedded.storage import open_storage

_START_S = 600
_STOP_S = 60
# What a process is called, by something in its command; the rest takes its parent's name.
_PARTS = {
    "config.cli web": "pages",
    "config.cli worker": "worker",
    "config.cli serve": "serve",
    "embedded.guardian": "database",
}


class Server:
    """A server on a free port, for as long as the block lasts."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._home = home
        environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SITE_URL"}}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "whoknows.config.cli", "serve"],
            env=environment | {"WHOKNOWS_HOME": str(home), "PORT": str(self.port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        deadline = time.monotonic() + _START_S
        while not self._is_well():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._stop()
                raise RuntimeError("The server did not start; it said why above.")
            time.sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _is_well(self) -> bool:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            client.request("GET", "/healthz")
            return client.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            client.close()

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def memory(self) -> dict[str, int]:
        """Return the bytes of each part's processes; shared pages are counted once in all.

        Source: ``Pss`` of the kernel's ``smaps_rollup``, which splits each shared page among those
        who share it. Empty where the kernel does not tell.
        """
        pid_file = open_storage(self._home).cluster / "postmaster.pid"
        roots = {self._process.pid: "serve"}
        if pid_file.exists():
            roots[int(pid_file.read_text("utf-8").split()[0])] = "database"
        total: dict[str, int] = {}
        for pid, part in _parts(roots).items():
            with suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
                    if line.startswith("Pss:"):
                        total[part] = total.get(part, 0) + int(line.split()[1]) * 1024
        return total


def _parts(roots: dict[int, str]) -> dict[int, str]:
    """Return the part that each process below ``roots`` belongs to."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(
                stat.read_text("utf-8").rpartition(")")[2].split()[1]
            )
    found = dict(roots)
    for root in roots:
        if _command(guardian := parents.get(root, 0)).find("embedded.guardian") >= 0:
            found[guardian] = "database"
    growing = True
    while growing:
        below = {p: found[parent] for p, parent in parents.items() if parent in found}
        fresh = {p: _own_part(p) or part for p, part in below.items() if p not in found}
        found |= fresh
        growing = bool(fresh)
    return found


def _own_part(pid: int) -> str | None:
    command = _command(pid)
    return next((part for words, part in _PARTS.items() if words in command), None)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", errors="replace").replace("\0", " ")
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of asking: the answers, how long each took, and how long all together."""

    told: list[dict[str, Any]]
    times_ms: list[float]
    elapsed_s: float


def ask(port: int, secrets: Sequence[str], needs: Sequence[str], *, clients: int) -> Answers:
    """Ask for suggestions, ``clients`` at a time, each over one connection that stays open.

    Each need is another reader's, by turns, of those with these tokens.
    """
    told: list[dict[str, Any]] = []
    times: list[float] = []
    waiting = zip(needs, cycle(secrets), strict=False)
    lock = threading.Lock()

    def one_client() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                turn = next(waiting, None)
            if turn is None:
                client.close()
                return
            words, secret = turn
            path = f"/api/v1/suggestions?q={quote(words)}"
            began = time.perf_counter()
            client.request("GET", path, headers={"Authorization": f"Bearer {secret}"})
            answer = client.getresponse()
            body = answer.read()
            took = (time.perf_counter() - began) * 1000
            if answer.status != http.HTTPStatus.OK:
                raise RuntimeError(f"{answer.status} for “{words}”: {body[:200]!r}")
            with lock:
                times.append(took)
                told.append(json.loads(body))

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for client in [pool.submit(one_client) for _ in range(clients)]:
            client.result()
    return Answers(told, times, time.perf_counter() - began)
