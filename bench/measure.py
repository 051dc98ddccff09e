"""Measuring: seconds on the clock, one contender after the other, and how far memory grows meanwhile."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_FORGET_THE_PEAK = "5"
_MANY = 20


def in_turns(acts: Sequence[Callable[[int], object]], rounds: int) -> list[float]:
    """Do each act once a round, in turns, so that a busy machine slows all alike.

    acts: each is given the number of the round, beginning at 0.

    Returns the seconds of each: the median of many rounds, the best of few.
    """
    took: list[list[float]] = [[] for _ in acts]
    for number in range(rounds):
        for place, act in enumerate(acts):
            took[place].append(seconds(lambda: act(number)))  # noqa: B023  # called at once
    return [statistics.median(each) if rounds >= _MANY else min(each) for each in took]


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes, on the clock."""
    gc.collect(0)
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def growth(act: Callable[[], object]) -> float | None:
    """By how many MB the process grows at most while it does something; None where the system does not tell."""
    if not _CLEAR.exists():
        act()
        return None
    gc.collect()
    _CLEAR.write_text(_FORGET_THE_PEAK)
    before = _kilobytes("VmRSS")
    act()
    return max(0, _kilobytes("VmHWM") - before) / 1024


def sync_seconds(folder: Path, times: int = 30) -> float:
    """What it takes the disk under `folder` to have a few bytes for good: the median."""
    file = os.open(folder / "sync", os.O_RDWR | os.O_CREAT, 0o600)

    def once(_: int) -> None:
        os.write(file, b"balie")
        os.fsync(file)

    try:
        return in_turns([once], times)[0]
    finally:
        os.close(file)


def _kilobytes(name: str) -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
