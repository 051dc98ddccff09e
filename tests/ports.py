"""Loopback ports for tests.

A port that the system hands out itself is free only until the next outgoing connection takes it, and a Balie that is
killed and started again needs its port twice. So ports come from below that range, and each test process has a part of
it to itself. Runs on Python 3.10, for the engine's tests.
"""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import closing

LOWEST, HIGHEST = 12_000, 32_000
"""Linux hands out ports from 32768 on, macOS from 49152 on."""
SHARE = 100
"""Ports of one process, by its number; processes that run at the same time have numbers close to each other."""


def _own_ports() -> Iterator[int]:
    start = LOWEST + os.getpid() * SHARE % (HIGHEST - LOWEST)
    return itertools.cycle(range(start, start + SHARE))


_ports = _own_ports()


def free_port() -> int:
    """A port that nobody uses now, and that no other test is given soon."""
    for port in itertools.islice(_ports, SHARE):
        with closing(socket.socket()) as door:
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError(f"none of {SHARE} ports is free")
