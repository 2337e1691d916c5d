"""`whoknows web`: the pages, served by granian."""

import os
import signal
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from whoknows.config.loading import load_django
from whoknows.config.serve import Address

THREADS = 8
STOPPING_S = 10


def run_web(address: Address, *, workers: int) -> None:
    """Serve the pages at ``address`` from so many processes, until told to stop."""
    Server(
        "whoknows.config.wsgi:application",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=min(THREADS, 2 * (os.cpu_count() or 1) + 1),
        log_level=LogLevels.warning,
        # One that cannot start must not be tried for ever; whoever runs us starts us again.
        respawn_failed_workers=workers > 1,
        workers_kill_timeout=STOPPING_S,
    ).serve(target_loader=_load_application, wrap_loader=False)


def _load_application() -> Callable[..., Any]:
    # Granian's workers hear signals only once they serve. Loading takes longer than anybody
    # wants to wait who asks to stop. Ctrl-C is for granian itself, which then asks its workers.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    load_django()
    from whoknows.config.wsgi import application  # noqa: PLC0415 - needs Django loaded

    return application
