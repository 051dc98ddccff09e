"""The hook that kills this process at its n-th write point. Test code only: the product knows nothing of it.

A point is: before and after each statement, before and after each commit, each call that makes, syncs, renames, links,
cuts or deletes a file, and, now and then, some microseconds into a commit, while the database's own code is at work.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

_OS_CALLS = ("open", "fsync", "replace", "rename", "link", "unlink", "ftruncate")
_COMMITS_CUT = 0.3
"""Share of the kills that come in the midst of a commit."""
_LONGEST_COMMIT = 0.004
"""Seconds: a kill in the midst of a commit comes at a random moment up to then."""


class Points:
    """Counts points once armed, and kills at the chosen one."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._left: int | None = None
        self._in_commit = False
        self.passed = 0

    def arm(self, number: int) -> None:
        """Kill at the `number`-th point from now on, or in the midst of the next commit after it."""
        self._left, self._in_commit = number, self._chance.random() < _COMMITS_CUT

    def disarm(self) -> None:
        """Kill no more."""
        self._left = None
        signal.setitimer(signal.ITIMER_REAL, 0)

    def pass_by(self) -> None:
        """Be at a point."""
        if self._left is None:
            return
        self.passed += 1
        self._left -= 1
        if self._left <= 0 and not self._in_commit:
            os.kill(os.getpid(), signal.SIGKILL)

    def enter_commit(self) -> None:
        """Be at a commit that is about to begin."""
        self.pass_by()
        if self._left is not None and self._left <= 0 and self._in_commit:
            # SIGALRM is not handled, so the kernel ends the process there and then, in whatever code it is.
            signal.setitimer(signal.ITIMER_REAL, self._chance.uniform(1e-6, _LONGEST_COMMIT))


def install(points: Points) -> None:
    """Let every write of this process pass by `points`."""

    @event.listens_for(Engine, "before_cursor_execute")
    def _before(*_: Any) -> None:
        points.pass_by()

    @event.listens_for(Engine, "after_cursor_execute")
    def _after(*_: Any) -> None:
        points.pass_by()

    commit: Callable[[DefaultDialect, Any], None] = DefaultDialect.do_commit

    def committing(self: DefaultDialect, connection: Any) -> None:
        points.enter_commit()
        commit(self, connection)
        points.pass_by()

    DefaultDialect.do_commit = committing  # type: ignore[method-assign]  # what a hook is
    for name in _OS_CALLS:
        setattr(os, name, _hooked(getattr(os, name), points))


def _hooked(call: Callable[..., Any], points: Points) -> Callable[..., Any]:
    def hooked(*arguments: Any, **named: Any) -> Any:
        points.pass_by()
        done = call(*arguments, **named)
        points.pass_by()
        return done

    return hooked
