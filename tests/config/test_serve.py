"""`whoknows serve` with real pages, real jobs and a real database, stopped in every way."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.users import kill, processes, remove, soon, the_guardian, the_server, told_of

START_S = 60


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Serving:
    """One `whoknows serve`."""

    def __init__(self, home: Path, port: int) -> None:
        ours = {"DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS", "HOST", "WHOKNOWS_DEBUG"}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        self.home, self.port = home, port
        self.log = home.parent / f"{home.name}.{port}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "whoknows.config.cli", "serve"],
                env=kept | {"WHOKNOWS_HOME": str(home), "PORT": str(port)},
                stdout=log,
                stderr=log,
            )

    def until_ready(self) -> "Serving":
        assert soon(lambda: "is ready at" in self.said() or self.has_ended(), START_S), self.said()
        assert not self.has_ended(), self.said()
        return self

    def said(self) -> str:
        return self.log.read_text("utf-8")

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def is_well(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def children(self) -> dict[str, int]:
        """Return the direct children by the name of their part."""
        found = {}
        for pid, words in self.parts().items():
            if f"\nPPid:\t{self.process.pid}\n".encode() in told_of(pid, "status"):
                found[words.split()[-1]] = pid
        return found

    def parts(self) -> dict[int, str]:
        """Return every process that has this home in its environment, but serve itself."""
        mark = f"WHOKNOWS_HOME={self.home}\0".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            is_ours = mark in told_of(folder.name, "environ")
            words = told_of(folder.name, "cmdline").replace(b"\0", b" ").decode()
            if is_ours and words and int(folder.name) != self.process.pid:
                found[int(folder.name)] = words
        return found

    def leaves_nothing(self) -> bool:
        return soon(lambda: not self.parts() and not processes(self.home))


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wk") as folder:
        yield Path(folder) / "home"
        remove(Path(folder) / "home")


@pytest.fixture(scope="module")
def started(home: Path) -> Iterator[list[Serving]]:
    """Return the servers that tests have started; the last may still run."""
    servers: list[Serving] = []
    yield servers
    for serving in servers:
        serving.process.terminate()
        serving.process.wait(30)


@pytest.fixture
def serving(home: Path, started: list[Serving]) -> Serving:
    """Return a server that is ready: starting takes long, so the last one if it still runs."""
    if not started or started[-1].has_ended():
        started.append(Serving(home, a_free_port()).until_ready())
    return started[-1]


def test_tells_where_the_pages_and_the_data_are(serving: Serving) -> None:
    address = f"http://localhost:{serving.port}"

    assert address in serving.said()
    assert str(serving.home) in serving.said()
    assert json.loads((serving.home / "serve.json").read_text()) == {
        "pid": serving.process.pid,
        "address": address,
    }
    assert serving.is_well()


def test_a_second_server_on_the_same_data_is_sent_to_the_first(serving: Serving) -> None:
    second = Serving(serving.home, a_free_port())

    assert second.process.wait(20) == 1
    assert f"already running on this data at http://localhost:{serving.port}." in second.said()


def test_pages_come_before_jobs_where_both_want_the_processor(serving: Serving) -> None:
    def nice(part: str) -> int:
        return os.getpriority(os.PRIO_PROCESS, serving.children()[part])

    assert soon(lambda: nice("worker") > nice("web"))


def test_a_taken_port_is_named(serving: Serving) -> None:
    second = Serving(serving.home.parent / "other", serving.port)

    assert second.process.wait(20) == 1
    assert f"Port {serving.port} is taken by another program" in second.said()
    assert "Traceback" not in second.said()


def test_pages_come_back_when_any_web_process_is_killed(serving: Serving) -> None:
    main = serving.children()["web"]
    kill(main)
    assert soon(serving.is_well, START_S)

    workers = [
        pid
        for pid, words in serving.parts().items()
        if words.split()[-1] == "web" and pid != serving.children().get("web")
    ]
    kill(*workers)

    assert workers
    assert soon(serving.is_well, START_S)
    assert main not in serving.parts()


def test_comes_back_when_the_database_is_killed(serving: Serving) -> None:
    worker = serving.children()["worker"]

    kill(the_server(serving.home), the_guardian(serving.home))

    assert soon(lambda: serving.children().get("worker", worker) != worker, START_S)
    assert soon(serving.is_well, START_S)


def test_ctrl_c_stops_everything_and_so_does_kill_9(home: Path, serving: Serving) -> None:
    serving.process.send_signal(signal.SIGINT)
    assert serving.process.wait(30) == 0
    assert not serving.parts()
    assert not processes(home)
    assert not (home / "serve.json").exists()

    again = Serving(home, serving.port).until_ready()
    again.process.kill()
    again.process.wait()
    assert again.leaves_nothing()


def test_stopping_while_it_starts_is_quick_and_leaves_nothing(home: Path, serving: Serving) -> None:
    serving.process.terminate()
    serving.process.wait(30)
    starting = Serving(home, a_free_port())
    assert soon(lambda: "worker" in starting.children(), START_S)

    starting.process.send_signal(signal.SIGHUP)

    assert starting.process.wait(8) == 0
    assert starting.leaves_nothing()


def test_a_process_that_has_gone_meanwhile_is_nobodys_child(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    parts = serving.parts() | {gone.pid: "python worker"}
    monkeypatch.setattr(serving, "parts", lambda: parts)

    assert gone.pid not in serving.children().values()
    kill(gone.pid)
