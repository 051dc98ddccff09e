"""An engine that `balie up` started ends when `balie up` is gone, even when that was killed: its standard input closes."""

from __future__ import annotations

import os
import signal
import sys
import threading


def hold() -> None:
    """Watch standard input in the background where the supervisor started this process."""
    if os.environ.get("BALIE_SUPERVISED"):
        threading.Thread(target=_wait, name="leash", daemon=True).start()


def _wait() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
