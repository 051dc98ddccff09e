"""One `balie up` for one folder: a second would restart its processes for ever on ports and databases that are in use."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from balie.errors import SetupError

NAME = ".up.lock"


@contextmanager
def in_folder(home: Path) -> Iterator[None]:
    """Hold the folder while Balie runs. The system lets go of it when the process ends in any way, so nothing goes stale.

    Raises SetupError: another `balie up` holds it.
    """
    handle = os.open(home / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, home)
        yield
    finally:
        os.close(handle)


def _take(handle: int, home: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SetupError(
            f"Balie draait al met de map {home}. Stop die eerst met Ctrl-C, of kies met BALIE_HOME een andere map.",
            f"Balie is running already on the folder {home}. Stop that one first with Ctrl-C, or choose another folder with BALIE_HOME.",
        ) from None
