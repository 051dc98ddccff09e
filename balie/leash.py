"""A process that `balie up` started ends when `balie up` is gone, even when that was killed: its standard input closes."""

from __future__ import annotations

import os
import signal
import sys
import threading

SUPERVISED = "BALIE_SUPERVISED"


def hold() -> None:
    """Watch standard input in the background where this process was started by the supervisor."""
    if os.environ.get(SUPERVISED):
        threading.Thread(target=_wait, name="leash", daemon=True).start()


def _wait() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
