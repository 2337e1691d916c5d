"""Processes that end with the process that started them."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def end_with(parent: int, how: signal.Signals) -> None:
    """Have the kernel send ``how`` to this process when ``parent``, its parent, dies.

    Only Linux offers this; elsewhere it does nothing. Changing the user of a process undoes it,
    so call it last. The kernel means the parent's *thread*: start such children in a thread that
    lives as long as the parent should.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(how))
    if os.getppid() != parent:  # it died before we could say so
        os.kill(os.getpid(), how)


def ending_with_me(how: signal.Signals) -> Callable[[], None]:
    """Return a ``preexec_fn`` that ties a child to this process; for single-threaded parents."""
    parent = os.getpid()
    return lambda: end_with(parent, how)
