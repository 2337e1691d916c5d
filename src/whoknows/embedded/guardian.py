"""The guardian: a process that runs the bundled PostgreSQL for as long as somebody uses it.

``python -m whoknows.embedded.guardian HOME`` returns 0 once the database of HOME takes
connections, whether this call or another one started it, or 1 with a sentence on stderr. The
guardian itself stays behind, detached, and stops PostgreSQL when the last user has left.

All that anybody knows of another process is which locks are held, so that no death, however
sudden, leaves a state behind that is not true.
"""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from whoknows.embedded.cluster import Cluster
from whoknows.embedded.errors import DatabaseUnavailable
from whoknows.embedded.locks import POLL_S, Lock, is_held
from whoknows.embedded.storage import Storage, open_storage

WATCH_S = 0.2
READY = b"ready"


def main(home: Path) -> int:
    """Return once the database of ``home`` takes connections, or cannot."""
    storage = open_storage(home)
    lock = Lock(storage.cluster_lock)
    while not lock.try_exclusive():
        if is_held(storage.ready_lock):
            return 0
        time.sleep(POLL_S)
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        _detach(storage)
        return _guard(storage, news=writing)
    os.close(writing)
    lock.close()
    return _relay(reading, storage)


def _relay(reading: int, storage: Storage) -> int:
    """Wait for the news of the guardian that stays behind, and pass it on."""
    with os.fdopen(reading, "rb") as pipe:
        news = pipe.read()
    if news == READY:
        return 0
    unsaid = f"The guardian of the database died; see {storage.folder / 'guardian.log'}."
    sys.stderr.write(news.decode() or unsaid)
    return 1


def _detach(storage: Storage) -> None:
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    log = storage.open_anew(storage.folder / "guardian.log")
    for ours, theirs in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(ours, theirs)
    os.close(nothing)
    os.close(log)


def _guard(storage: Storage, *, news: int) -> int:
    """Run the server until nobody uses it; the cluster's lock is ours."""
    users, ready = Lock(storage.users_lock), Lock(storage.ready_lock)
    cluster = Cluster(storage)
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, _leave)
    try:
        _start(cluster, ready, news=news)
        _watch(cluster, users, ready)
    except DatabaseUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, signal.SIG_IGN)
        # Whoever arrives now must not take it for ready. The other locks go with this process:
        # once they are free, nothing of it is left.
        ready.release()
        cluster.stop()
    return 0


def _start(cluster: Cluster, ready: Lock, *, news: int) -> None:
    try:
        cluster.start()
    except DatabaseUnavailable as error:
        os.write(news, str(error).encode())
        raise
    ready.take_exclusive()
    os.write(news, READY)
    os.close(news)


def _watch(cluster: Cluster, users: Lock, ready: Lock) -> None:
    """Keep the server up until no user is left; then hold their lock, so that none comes in."""
    while not users.try_exclusive():
        if not cluster.is_running():
            ready.release()
            cluster.start()
            ready.take_exclusive()
        time.sleep(WATCH_S)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
