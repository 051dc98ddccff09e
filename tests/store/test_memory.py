"""Backup, verifying and going through everybody take as much memory for many persons as for some."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from store import archives, audit_check, people
from store.database import Store

_, RECIPIENT = archives.new_key()
SOME, MANY = 2400, 7200
"""More than two portions, and three times as many."""


def _fill(store: Store, now: datetime, count: int) -> None:
    with store.work(now) as work:
        for number in range(count):
            record = {"name": f"Persoon {number}", "email": f"p{number}@example.nl"}
            person = people.add(work, record, source="desk", purpose="p", legal_basis="l")
            work.note("person.registered", "coach", person=person)


def _peak(act: Callable[[], object]) -> int:
    act()  # statements are compiled and cached by now
    tracemalloc.start()
    act()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def _through_everybody(store: Store) -> int:
    with store.read() as reading:
        return sum(1 for _ in people.everybody(reading))


@pytest.mark.slow
def test_three_times_as_many_persons_take_no_more_memory(store: Store, tmp_path: Path, now: datetime) -> None:
    acts: dict[str, Callable[[], object]] = {
        "back up": lambda: archives.write(store, tmp_path / "backups", RECIPIENT, archives.KINDS, now),
        "verify": lambda: audit_check.verify(store),
        "everybody": lambda: _through_everybody(store),
    }
    _fill(store, now, SOME)
    before = {name: _peak(act) for name, act in acts.items()}
    _fill(store, now, MANY - SOME)
    after = {name: _peak(act) for name, act in acts.items()}
    grew = {name: after[name] / before[name] for name in acts}
    assert all(times < 1.25 for times in grew.values()), grew
