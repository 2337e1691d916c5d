"""Where the bundled database keeps its things, and as whom it runs."""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whoknows.embedded.errors import DatabaseUnavailable

UNPRIVILEGED = "nobody"
STATE_FOLDER = Path("/var/lib")


@dataclass(frozen=True)
class Runner:
    """The user that PostgreSQL runs as, when that is not the user who asks: it refuses root."""

    uid: int
    gid: int

    def as_popen(self) -> Mapping[str, Any]:
        """Return the arguments that make ``subprocess`` switch to this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, *command: str | Path) -> bool:
        """Tell whether ``command`` succeeds when this user runs it."""
        try:
            answer = subprocess.run(  # noqa: S603 - our own fixed commands
                command, cwd="/", capture_output=True, check=False, **self.as_popen()
            )
        except PermissionError:
            return False
        return answer.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        return self.can("/bin/sh", "-c", 'cd -- "$1"', "sh", folder)


@dataclass(frozen=True)
class Storage:
    """The folder of one bundled database.

    The folder itself belongs to whoever runs Whoknows and holds the locks and the password.
    ``cluster``, ``log`` and ``run`` belong to the user that PostgreSQL runs as.
    """

    folder: Path
    runner: Runner | None = field(compare=False)

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def socket_pointer(self) -> Path:
        """The file that names the folder of the socket while PostgreSQL runs."""
        return self.folder / "socket_folder"

    @property
    def password(self) -> Path:
        return self.folder / "password"

    @property
    def users_lock(self) -> Path:
        """Held shared by every process that uses the database; exclusively while it stops."""
        return self.folder / "users.lock"

    @property
    def cluster_lock(self) -> Path:
        """Held exclusively by the guardian, all its life."""
        return self.folder / "cluster.lock"

    @property
    def ready_lock(self) -> Path:
        """Held exclusively by the guardian while PostgreSQL answers."""
        return self.folder / "ready.lock"

    def as_runner(self) -> Mapping[str, Any]:
        """Return the arguments that make ``subprocess`` run a program of PostgreSQL."""
        return self.runner.as_popen() if self.runner else {}

    def give_to_runner(self, path: Path) -> None:
        if self.runner:
            os.chown(path, self.runner.uid, self.runner.gid, follow_symlinks=False)

    def make_private(self, folder: Path) -> None:
        """Make ``folder``, if need be, for the eyes of the runner only."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self.give_to_runner(folder)

    def open_anew(self, path: Path) -> int:
        """Return a descriptor of ``path``, empty and for the eyes of its owner only."""
        # Not truncated: it may be root's, left in the folder of another user.
        path.unlink(missing_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        if os.geteuid() == 0:
            owner = self.folder.stat()
            os.fchown(file, owner.st_uid, owner.st_gid)
        return file

    def write(self, path: Path, text: str) -> None:
        """Put ``text`` into ``path``, whole or not at all, for the eyes of its owner only."""
        pending = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(self.open_anew(pending), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        pending.rename(path)


def open_storage(home: Path) -> Storage:
    """Return the storage of ``home``, decided on first use and the same ever after.

    It lies in ``home``. Only where root runs Whoknows and PostgreSQL's unprivileged user cannot
    enter ``home``, it lies in /var/lib, and a pointer in ``home`` says where: nobody's folders
    are opened up to let that user in.

    Raises:
        DatabaseUnavailable: ``home`` cannot be made or written to.
    """
    with explaining_trouble(home):
        return _open_storage(home)


@contextmanager
def explaining_trouble(home: Path) -> Iterator[None]:
    """Turn the system's refusal of a file below ``home`` into words that help."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DatabaseUnavailable(
            f"The data folder {home} cannot be used ({reason}). "
            "Set WHOKNOWS_HOME to a folder that you own, on a disk with free space."
        ) from error


def _open_storage(home: Path) -> Storage:
    runner = _make_home(home)
    with _only_one(home):
        inside, pointer = home / "database", home / "database_folder"
        if pointer.is_file():
            folder = Path(pointer.read_text(encoding="utf-8"))
            folder.mkdir(mode=0o700, exist_ok=True)
        elif inside.is_dir() or runner is None or runner.can_enter(home):
            folder = inside
            folder.mkdir(mode=0o700, exist_ok=True)
        else:
            digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
            folder = Path(tempfile.mkdtemp(prefix=f"whoknows-{digest}-", dir=STATE_FOLDER))
            pointer.write_text(str(folder), encoding="utf-8")
        return Storage(folder, _let_in(runner, folder))


def make_home(home: Path) -> None:
    """Make the folder ``home`` if need be, such that the database may lie in it.

    Raises:
        DatabaseUnavailable: It cannot be made.
    """
    with explaining_trouble(home):
        _make_home(home)


def _make_home(home: Path) -> Runner | None:
    """Make ``home`` if need be: its owner's alone, but the runner, returned, may pass through."""
    runner = _default_runner() if os.geteuid() == 0 else None
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
        if runner:
            os.chown(home, -1, runner.gid)
            home.chmod(0o710)
    return runner


def _let_in(runner: Runner | None, folder: Path) -> Runner | None:
    """Let the runner of this storage pass through its folder, and return that runner.

    Root uses the database of another user as that user: the data must stay theirs.
    """
    if runner is None:
        return None
    owner = folder.stat()
    if owner.st_uid != 0:
        return Runner(owner.st_uid, owner.st_gid)
    os.chown(folder, -1, runner.gid)
    folder.chmod(0o710)
    return runner


def _default_runner() -> Runner:
    try:
        user = pwd.getpwnam(UNPRIVILEGED)
    except KeyError as error:
        raise DatabaseUnavailable(
            f"PostgreSQL refuses to run as root and there is no user {UNPRIVILEGED!r} here. "
            "Run Whoknows as an ordinary user."
        ) from error
    return Runner(user.pw_uid, user.pw_gid)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove_tree(folder: Path) -> None:
    """Remove ``folder`` and everything in it; it need not exist."""
    if folder.exists():
        shutil.rmtree(folder)
