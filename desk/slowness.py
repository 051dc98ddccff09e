"""Guessing is made slow, nobody is locked out: after a few misses each next try has to wait longer.

Misses on an account are counted in the store, so that a restart forgives nothing. The tally here counts the rest, in
memory: names that don't exist (they wait just as long, or the waiting would tell which names exist), browsers that
signed in before, and sessions that prove themselves again. The last two are counted apart from the account, so that
somebody who keeps guessing elsewhere can't keep the coach out (OWASP: device cookies).
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_FREE_MISSES = 3
_LONGEST_SECONDS = 300
_MOST_KEPT = 2000


def wait_after(misses: int) -> timedelta:
    """How long the next try waits: nothing for the first misses, then 2, 4, 8 ... seconds, at most five minutes."""
    beyond = misses - _FREE_MISSES
    if beyond < 0:
        return timedelta()
    return timedelta(seconds=min(2 ** min(beyond + 1, 16), _LONGEST_SECONDS))


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted before it is checked. Not allowed: it came too early, and was not counted.

    seconds: until this try is allowed, or until the next one after it is.
    """

    allowed: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Misses:
    """Misses in a row and until when the next try has to wait."""

    count: int = 0
    until: datetime | None = None

    def seconds_left(self, now: datetime) -> int:
        """Whole seconds that still have to be waited, rounded up."""
        if self.until is None or self.until <= now:
            return 0
        return int((self.until - now).total_seconds()) + 1

    def one_more(self, now: datetime) -> "Misses":
        """The state after a miss at this moment."""
        wait = wait_after(self.count + 1)
        return Misses(self.count + 1, now + wait if wait else None)


@dataclass(slots=True)
class Tally:
    """Misses by key; only digests of the keys are kept, and only the latest of them."""

    _misses: OrderedDict[str, Misses] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def count(self, key: str, now: datetime) -> Try:
        """Count a try as a miss, unless it comes too early."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        with self._guard:
            before = self._misses.get(digest, Misses())
            if seconds := before.seconds_left(now):
                return Try(allowed=False, seconds=seconds)
            missed = self._misses[digest] = before.one_more(now)
            self._misses.move_to_end(digest)
            while len(self._misses) > _MOST_KEPT:
                self._misses.popitem(last=False)
            return Try(allowed=True, seconds=missed.seconds_left(now))

    def forgive(self, key: str) -> None:
        """The try was right: forget the misses."""
        with self._guard:
            self._misses.pop(hashlib.sha256(key.encode()).hexdigest(), None)
