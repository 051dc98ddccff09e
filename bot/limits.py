"""Pace: who sends too much is slowed down, never turned away while there is a place in the queue.

A limit that drops messages could drop a request under the AVG. So a message over the pace waits its turn; only when
a whole queue waits already is it handed back, unhandled, with a time to send it again.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

_KEPT = 20_000


class Busy(Exception):
    """Raised when the queue is full. Nothing was handled; it may be sent again after `wait_seconds`."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"{wait_seconds} s")
        self.wait_seconds = wait_seconds


@dataclass(slots=True)
class _Pace:
    next_free: float
    waiting: int = 0


class Pace:
    """So many per minute after a first burst, for each key apart. Keys are kept as salted hashes, in memory only."""

    def __init__(
        self, per_minute: int, burst: int, queue: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`queue`: how many may wait at the same time for one key."""
        self._gap = 60 / per_minute
        self._slack = burst * self._gap
        self._queue = queue
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._paces: dict[bytes, _Pace] = {}

    async def wait(self, key: str) -> None:
        """Return when it is this key's turn. Raises Busy when its queue is full."""
        now = self._clock()
        pace = self._of(key, now)
        start = max(pace.next_free, now - self._slack)
        delay = start + self._gap - now
        if delay > 0 and pace.waiting >= self._queue:
            raise Busy(max(1, round(delay)))
        pace.next_free = start + self._gap
        if delay <= 0:
            return
        pace.waiting += 1
        try:
            await asyncio.sleep(delay)
        finally:
            pace.waiting -= 1

    def _of(self, key: str, now: float) -> _Pace:
        digest = hashlib.blake2b(key.encode(), key=self._salt, digest_size=16).digest()
        if len(self._paces) >= _KEPT:
            self._paces = {
                known: pace
                for known, pace in self._paces.items()
                if pace.waiting or pace.next_free > now - self._slack
            }
        return self._paces.setdefault(digest, _Pace(now - self._slack))
