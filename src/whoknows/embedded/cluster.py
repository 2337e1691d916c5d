"""One PostgreSQL cluster: made, started as a child of this process, watched and stopped."""

import os
import re
import secrets
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from whoknows.embedded.binaries import programs
from whoknows.embedded.errors import DatabaseUnavailable
from whoknows.embedded.leftovers import clear_leftovers, pid_file_lines, stop_server
from whoknows.embedded.locks import wait_for
from whoknows.embedded.parent import ending_with_me
from whoknows.embedded.storage import Storage, remove_tree

USER = DATABASE = "whoknows"
PORT = 5432
# The kernels' limit is 108 bytes on Linux, 104 on macOS; PostgreSQL adds the file's name.
LONGEST_SOCKET_FOLDER = 85
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": 100,
    "shared_buffers": "64MB",
    "max_logical_replication_workers": 0,
    "max_wal_size": "512MB",
    "io_method": "sync",
    "jit": "off",
    "logging_collector": "on",
    "log_filename": "%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "20MB",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] ",
}
INITDB_OPTIONS = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
)
RECOVERY_TIMEOUT_S = 600
LINGER_S = 10
STILL_THERE = re.compile(r'lock file ".*" already exists|shared memory block .* still in use')


class Cluster:
    """The cluster of ``storage``. Only the holder of the storage's cluster lock may use this."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._programs = Path()
        self._server: subprocess.Popen[bytes] | None = None
        self._start_log = storage.folder / "start.log"

    def is_running(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def start(self) -> None:
        """Start the server, and make the cluster first if there is none yet.

        Returns when it takes connections; after a crash it replays its log before.

        Raises:
            DatabaseUnavailable: With the server's own last words.
        """
        try:
            self._start()
        except OSError as error:
            said = error.strerror or type(error).__name__
            folder = self._storage.folder
            raise DatabaseUnavailable(_sentence("start", f"{said}.", folder)) from error

    def _start(self) -> None:
        storage = self._storage
        self._programs = programs(storage)
        for folder in (storage.log, storage.run):
            storage.make_private(folder)
        if not storage.cluster.is_dir():
            self._make()
        clear_leftovers(storage.cluster)
        # What a killed server leaves behind (its process, its children) may linger a moment.
        deadline = time.monotonic() + LINGER_S
        while not self._start_once():
            last_words = self._last_words()
            if not STILL_THERE.search(last_words) or time.monotonic() > deadline:
                raise DatabaseUnavailable(_sentence("start", last_words, storage.folder))
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server, roughly if it takes its time; its log makes up for that next time."""
        if self._server is not None:
            stop_server(self._server.pid, is_gone=lambda: not self.is_running())
        self._forget_socket_folder()

    def _start_once(self) -> bool:
        socket_folder = self._socket_folder()
        settings = SETTINGS | {
            "unix_socket_directories": f'"{socket_folder}"',
            "log_directory": self._storage.log,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with os.fdopen(self._storage.open_anew(self._start_log), "wb") as log:
            self._server = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
                [self._programs / "postgres", "-D", self._storage.cluster, *options],
                cwd=self._storage.cluster,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ending_with_me(signal.SIGINT),  # noqa: PLW1509 - one thread here
                **self._storage.as_runner(),
            )
        wait_for(lambda: self._is_ready() or not self.is_running(), timeout_s=RECOVERY_TIMEOUT_S)
        if not self.is_running():
            return False
        self._storage.write(self._storage.socket_pointer, str(socket_folder))
        return True

    def _is_ready(self) -> bool:
        """Tell whether the server takes connections, from the file in which it says so."""
        lines = pid_file_lines(self._storage.cluster)
        return (
            self._server is not None
            and len(lines) > 7  # noqa: PLR2004 - the eighth line is the state
            and lines[0] == str(self._server.pid)
            and lines[7].strip() == "ready"
        )

    def _socket_folder(self) -> Path:
        """Return a folder for the socket whose path is short and plain enough for one.

        It stays the same when the server is started again, so that its users find it again.
        """
        folder = self._storage.run
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and not re.search('[,"]', str(folder)):
            return folder
        if (known := self._short_socket_folder()) is not None:
            return known
        # Not $TMPDIR, which may itself be too long.
        short = Path(tempfile.mkdtemp(prefix="whoknows-", dir="/tmp"))
        self._storage.give_to_runner(short)
        return short

    def _short_socket_folder(self) -> Path | None:
        """Return the folder made for the socket outside the storage, if there still is one."""
        try:
            folder = Path(self._storage.socket_pointer.read_text("utf-8"))
            owner = folder.lstat()
        except FileNotFoundError:
            return None
        # /tmp is everybody's: after a restart of the machine, another may have taken the name.
        mine = self._storage.runner.uid if self._storage.runner else os.geteuid()
        is_ours = stat.S_ISDIR(owner.st_mode) and owner.st_uid == mine
        return folder if is_ours and folder != self._storage.run else None

    def _forget_socket_folder(self) -> None:
        if (short := self._short_socket_folder()) is not None:
            remove_tree(short)
        self._storage.socket_pointer.unlink(missing_ok=True)

    def _make(self) -> None:
        """Make the cluster and its database aside, and put it in place when it is complete."""
        storage, pending = self._storage, self._storage.folder / "cluster.pending"
        remove_tree(pending)
        storage.make_private(pending)
        if not storage.password.exists():
            storage.write(storage.password, secrets.token_urlsafe(24))
        password = storage.folder / "initial_password"
        storage.write(password, storage.password.read_text("ascii"))
        storage.give_to_runner(password)
        try:
            self._run("initdb", "-D", pending, "-U", USER, "--pwfile", password, *INITDB_OPTIONS)
            self._run(
                "postgres", "--single", "-D", pending, "postgres", words=f"CREATE DATABASE {USER}"
            )
        finally:
            password.unlink()
        pending.rename(storage.cluster)

    def _run(self, program: str, *arguments: str | Path, words: str = "") -> None:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [self._programs / program, *arguments],
            cwd="/",
            env=_environment(),
            input=words,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._storage.as_runner(),
        )
        if done.returncode or "ERROR:" in done.stdout:
            raise DatabaseUnavailable(_sentence("be made", done.stdout, self._storage.folder))

    def _last_words(self) -> str:
        """Return what the server said before it began its log, or the end of that."""
        said = self._start_log.read_text("utf-8", errors="replace")
        if "redirecting log output" not in said:
            return said
        logs = sorted(self._storage.log.glob("*.log"), key=lambda log: log.stat().st_mtime)
        return logs[-1].read_text("utf-8", errors="replace")[-4000:]


def _environment() -> Mapping[str, str]:
    """Return the environment without what would steer PostgreSQL elsewhere or translate it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _sentence(what: str, last_words: str, folder: Path) -> str:
    if "No space left on device" in last_words:
        return f"The disk of {folder} is full. Free some space, then try again."
    serious = re.findall("(?:FATAL|PANIC|ERROR|error): .*", last_words)
    said = serious[-1] if serious else " ".join(last_words.split())
    return f"The bundled PostgreSQL could not {what}: {said} (More in {folder / 'log'}.)"
