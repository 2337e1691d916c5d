"""``whoknows serve``: database, pages and jobs on one machine, started and stopped together."""

import argparse
import errno
import json
import os
import signal
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from whoknows.base.errors import WhoknowsError
from whoknows.config.parts import Part, say, stop_all
from whoknows.embedded import Lease, home_folder, make_home
from whoknows.embedded.locks import Lock

TICK_S = 0.1
START_TIMEOUT_S = 60
FAILED_STARTS = 3
DATABASE_STOP_S = 60
READY = """
Whoknows is ready at {address}

  Your data   {home}
  Database    {database}
  To stop     press Ctrl-C
"""


class CannotServe(WhoknowsError):
    """The server did not start."""

    code = "cannot_serve"


@dataclass(frozen=True)
class Address:
    """Where the pages are."""

    host: str
    port: int

    @property
    def shown(self) -> str:
        if given := os.environ.get("SITE_URL"):
            return given
        everywhere_or_here = {"127.0.0.1", "0.0.0.0", "::", "::1"}  # noqa: S104 - to be shown
        host = "localhost" if self.host in everywhere_or_here else self.host
        return f"http://{host}:{self.port}"

    def check_is_free(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise CannotServe(self._what_is_wrong(error)) from error

    def _what_is_wrong(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Port {self.port} is taken by another program. "
                f"Choose another one: PORT={self.port + 1} whoknows serve"
            )
        return (
            f"This machine does not let Whoknows use port {self.port} of {self.host} "
            f"({error.strerror}). Choose another one with PORT, or another HOST."
        )

    def answers(self) -> bool:
        """Tell whether the web server says that it is well."""
        allowed = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].lstrip(".*") or "localhost"
        connect_to = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        request = f"GET /healthz HTTP/1.0\r\nHost: {allowed}\r\n\r\n"
        try:
            with socket.create_connection((connect_to, self.port), timeout=5) as connection:
                connection.sendall(request.encode())
                answer = connection.recv(64)
        except OSError:
            return False
        return answer.split()[1:2] == [b"200"]


class Server:
    """The parts that run, until somebody asks to stop."""

    def __init__(self, home: Path, address: Address, *, demo: bool) -> None:
        self._home = home
        self._address = address
        self._demo = demo
        self._requests_to_stop = 0
        self._lease: Lease | None = None
        self._database_run = ""
        self._parts: list[Part] = []
        self._preparing = Lock(home / "preparing.lock")
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._on_signal)

    def run(self) -> None:
        """Run everything until a signal asks to stop, then stop everything.

        Raises:
            CannotServe: It does not start.
            DatabaseUnavailable: It does not start, or was killed and does not start again.
        """
        try:
            if not os.environ.get("DATABASE_URL"):
                self._lease = Lease(self._home)
                self._database_run = self._lease.server()
            self._prepare()
            self._parts = self._parts[1:]
            self._wait_until_ready()
            while not self._requests_to_stop:
                self._look_after_all()
        finally:
            self._stop()

    def _prepare(self) -> None:
        """Bring the data up to date, while the other parts load Django: that takes longest."""
        prepare = Part("prepare", *(["--demo"] if self._demo else []))
        self._parts = [prepare, Part("web"), Part("worker")]
        self._preparing.take_exclusive()
        for part in self._parts:
            part.start(self._environment())
        while prepare.is_running() and not self._requests_to_stop:
            time.sleep(TICK_S)
        if prepare.status and not self._requests_to_stop:
            raise CannotServe("Whoknows could not prepare its data; it said why above.")
        self._preparing.release()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._requests_to_stop:
            self._look_after_all()
            if self._address.answers():
                self._announce()
                return
            web = self._parts[0]
            if web.failures >= FAILED_STARTS or time.monotonic() > deadline:
                raise CannotServe("The web server does not start; it said why above.")

    def _announce(self) -> None:
        note = json.dumps({"pid": os.getpid(), "address": self._address.shown})
        (self._home / "serve.json").write_text(note, encoding="utf-8")
        where = "bundled PostgreSQL" if self._lease else "the one named by DATABASE_URL"
        say(READY.format(address=self._address.shown, home=self._home, database=where))

    def _look_after_all(self) -> None:
        """Bring back what died; return after a moment."""
        self._look_after_database()
        for part in self._parts:
            part.look_after(self._environment)
        time.sleep(TICK_S)

    def _look_after_database(self) -> None:
        if self._lease is None:
            return
        if not self._lease.is_up():
            say("The database stopped; starting it again.")
            self._lease.ensure_up()
        if (run := self._lease.server()) != self._database_run:
            self._database_run = run
            stop_all(self._parts)

    def _environment(self) -> Mapping[str, str]:
        told = {"WHOKNOWS_PREPARING": str(self._home / "preparing.lock")}
        if self._lease is not None:
            told["DATABASE_URL"] = self._lease.url
        return os.environ | told

    def _stop(self) -> None:
        if self._requests_to_stop:
            say("\nStopping ...")
        stop_all(self._parts, is_urgent=lambda: self._requests_to_stop > 1)
        if self._lease is not None:
            self._lease.give_back(wait_s=DATABASE_STOP_S)
        (self._home / "serve.json").unlink(missing_ok=True)

    def _on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        self._requests_to_stop += 1


def serve(arguments: Sequence[str]) -> int:
    """Run Whoknows until it is told to stop; return the exit status.

    Raises:
        CannotServe, DatabaseUnavailable: With a sentence that says what to do.
    """
    parser = argparse.ArgumentParser(
        prog="whoknows serve",
        description="Run everything on this machine: database, pages and jobs. The environment "
        "says where: HOST (127.0.0.1), PORT (8000), WHOKNOWS_HOME, DATABASE_URL.",
    )
    parser.add_argument("--demo", action="store_true", help="fill a new installation with examples")
    options = parser.parse_args(arguments)
    home, address = home_folder(os.environ), address_told()
    make_home(home)
    with _only_server(home):
        address.check_is_free()
        Server(home, address, demo=options.demo).run()
    return 0


def address_told() -> Address:
    """Return where the environment wants the pages."""
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 2**16:
        raise CannotServe(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    return Address(os.environ.get("HOST", "127.0.0.1"), int(port))


@contextmanager
def _only_server(home: Path) -> Iterator[None]:
    lock = Lock(home / "serve.lock")
    if not lock.try_exclusive():
        where = ""
        with suppress(OSError, ValueError):
            where = " at " + json.loads((home / "serve.json").read_text("utf-8"))["address"]
        raise CannotServe(
            f"Whoknows is already running on this data{where}. Use WHOKNOWS_HOME for a second copy."
        )
    try:
        yield
    finally:
        lock.close()
