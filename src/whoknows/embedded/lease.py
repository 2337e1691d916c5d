"""The use of the bundled database by one process."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from whoknows.embedded.cluster import DATABASE, PORT, USER
from whoknows.embedded.errors import DatabaseUnavailable
from whoknows.embedded.locks import Lock, is_held, wait_for
from whoknows.embedded.storage import explaining_trouble, open_storage

STOPPING_TIMEOUT_S = 120


class Lease:
    """A promise that the database of ``home`` runs until this is given back or its holder dies.

    Raises:
        DatabaseUnavailable: It cannot be started; the message says what to do.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._storage = open_storage(home)
        with explaining_trouble(home):
            self._users = Lock(self._storage.users_lock)
        try:
            self._enter()
            self.ensure_up()
        except BaseException:
            self._users.close()
            raise

    def _enter(self) -> None:
        """Wait while the database stops, if it does: from then on it will not."""
        if not wait_for(self._users.try_shared, timeout_s=STOPPING_TIMEOUT_S):
            raise DatabaseUnavailable(
                "The bundled database has been stopping for two minutes. Look into "
                f"{self._storage.log}, and try again when it has stopped."
            )

    @property
    def url(self) -> str:
        """Return where the database is; it may change when the database is brought back."""
        storage = self._storage
        password = storage.password.read_text("ascii")
        folder = quote(storage.socket_pointer.read_text("utf-8"), safe="")
        return f"postgresql://{USER}:{password}@/{DATABASE}?host={folder}&port={PORT}"

    def is_up(self) -> bool:
        """Tell whether the database takes connections; it may be on its way back."""
        return is_held(self._storage.ready_lock)

    def ensure_up(self) -> None:
        """Return when the database takes connections; bring it back if it was killed."""
        while not self.is_up():
            _run_guardian(self._home)

    def server(self) -> str:
        """Return what tells one run of the server from the next, "" while there is none."""
        try:
            lines = (self._storage.cluster / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return ""
        return " ".join(lines[:3:2])  # process id and start time

    def give_back(self, *, wait_s: float = 0) -> None:
        """Stop using the database; wait up to ``wait_s`` for it to stop if nobody else uses it."""
        self._users.release()
        wait_for(self._is_stopped_or_used, timeout_s=wait_s)
        self._users.close()

    def _is_stopped_or_used(self) -> bool:
        if not is_held(self._storage.cluster_lock):
            return True
        alone_or_stopping = self._users.try_exclusive() or not self._users.try_shared()
        self._users.release()
        return not alone_or_stopping


@contextmanager
def database(home: Path) -> Iterator[str]:
    """Yield the URL of the bundled database of ``home``, started if it does not run yet.

    It keeps running while any process uses it, and stops by itself soon after the last one has
    left or died.

    Raises:
        DatabaseUnavailable: It cannot be started; the message says what to do.
    """
    lease = Lease(home)
    try:
        yield lease.url
    finally:
        lease.give_back()


def _run_guardian(home: Path) -> None:
    # -P: a stray file in the current folder must not stand in for a module. A session of its
    # own: Ctrl-C is meant for the one who asked, not for the database.
    answer = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-P", "-m", "whoknows.embedded.guardian", str(home)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    if answer.returncode:
        raise DatabaseUnavailable(answer.stderr.strip())
