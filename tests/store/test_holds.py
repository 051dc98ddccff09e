"""A hold opens under its own key: after its person's key is gone, and no longer than it lasts."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from store import holds, people
from store.database import Store
from store.terms import Ground
from store.work import Erased

GROUND = Ground("guidance", "contract")


def test_a_hold_outlives_the_key_of_its_person_and_not_its_own(store: Store, now: datetime):
    with store.work(now) as work:
        anna = people.add(work, {"name": "Anna"}, source="desk", purpose="guidance", legal_basis="contract")
        row = holds.add(
            work, anna, "fiscal", date(2026, 1, 1), date(2033, 12, 31), {"note": "Factuur 1"}, ground=GROUND
        )
        people.erase(work, anna)
    with store.read() as reading:
        (kept,) = holds.of_person(reading, anna)
        assert holds.note(reading, kept) == {"note": "Factuur 1"}
    sealed = row.note
    assert sealed is not None
    with store.work(now) as work:
        (over,) = holds.over(work, date(2034, 1, 1))
        holds.remove(work, over)
    with store.read() as reading:
        assert holds.of_person(reading, anna) == []
        with pytest.raises(Erased):
            reading.open(row.id, "hold", "note", row.id, sealed)


def test_a_hold_lasts_through_its_last_day(store: Store, now: datetime):
    with store.work(now) as work:
        anna = people.add(work, {"name": "Anna"}, source="desk", purpose="guidance", legal_basis="contract")
        holds.add(work, anna, "fiscal", date(2026, 1, 1), date(2033, 12, 31), {}, ground=GROUND)
        holds.add(work, anna, "dispute", date(2026, 1, 1), None, {}, ground=GROUND)
        assert holds.over(work, date(2033, 12, 31)) == []
        assert [row.kind for row in holds.over(work, date(2034, 1, 1))] == ["fiscal"]
