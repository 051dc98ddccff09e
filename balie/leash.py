"""A process that `balie up` started ends when `balie up` is gone, even when that was killed: its standard input closes."""

from __future__ import annotations

import os
import signal
import threading

SUPERVISED = "BALIE_SUPERVISED"


def hold() -> None:
    """Watch standard input in the background where this process was started by the supervisor."""
    if os.environ.get(SUPERVISED):
        threading.Thread(target=_wait, name="leash", daemon=True).start()


def _wait() -> None:
    # Not through sys.stdin: its buffer stays locked while this waits, and Python aborts when it finds that at its end.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
