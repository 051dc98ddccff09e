"""Holds: what must stay after an erasure. Each has a key of its own, so that its note outlives the person's key."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import col, select

from store.tables import Hold
from store.terms import Ground
from store.work import Reading, Work

Note = dict[str, Any]
"""The least that the hold needs: what it is about and, where the law asks for it, whose it is."""


def add(
    work: Work, person: str, kind: str, since: date, until: date | None, note: Note, *, ground: Ground
) -> Hold:
    """Store a hold and return its row."""
    row_id = work.new_subject("hold")
    row = Hold(
        id=row_id,
        person_id=person,
        kind=kind,
        purpose=ground.purpose,
        legal_basis=ground.legal_basis,
        since=since,
        until=until,
        note=work.seal(row_id, "hold", "note", row_id, note),
    )
    work.data.add(row)
    return row


def get(reading: Reading, row_id: str) -> Hold | None:
    """Return the row, or None."""
    return reading.data.get(Hold, row_id)


def of_person(reading: Reading, person: str) -> list[Hold]:
    """Return the person's holds, the oldest first."""
    return list(reading.data.exec(select(Hold).where(Hold.person_id == person).order_by(col(Hold.since))))


def over(reading: Reading, today: date) -> list[Hold]:
    """Return the holds whose last day has passed."""
    return list(reading.data.exec(select(Hold).where(col(Hold.until) < today)))


def note(reading: Reading, row: Hold) -> Note:
    """Return the opened note."""
    opened: Note = {} if row.note is None else reading.open(row.id, "hold", "note", row.id, row.note)
    return opened


def remove(work: Work, row: Hold) -> None:
    """Destroy the hold's key and delete its row."""
    work.destroy(row.id)
    work.data.delete(row)
