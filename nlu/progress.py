"""A dot now and then while something takes long, so that whoever waits sees that it goes on."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 3.0
"""Between two dots."""


@contextmanager
def dots(out: int, every: float = SECONDS) -> Iterator[None]:
    """Write dots until the block ends, then a new line if there were any.

    Args:
        out: file descriptor that they go to, whatever standard output is meanwhile.
        every: seconds between two dots.
    """
    done = threading.Event()
    thread = threading.Thread(target=_write, args=(out, every, done), name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _write(out: int, every: float, done: threading.Event) -> None:
    ahead = b"  "
    while not done.wait(every):
        os.write(out, ahead + b".")
        ahead = b""
    if not ahead:
        os.write(out, b"\n")
