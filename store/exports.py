"""Exports: which sealed files wait for whom. Their keys are not in the store."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from store.ids import new_id
from store.tables import Export
from store.terms import Ground
from store.work import Reading, Work


def add(
    work: Work,
    kind: str,
    ticket: str,
    person: str,
    *,
    sha256: str,
    ground: Ground,
    expires_at: datetime,
    max_downloads: int,
    row_id: str | None = None,
) -> Export:
    """Register a sealed file and return its row; the file is named after its id."""
    row_id = row_id or new_id()
    row = Export(
        id=row_id,
        kind=kind,
        ticket_id=ticket,
        person_id=person,
        file=f"{row_id}.sealed",
        sha256=sha256,
        purpose=ground.purpose,
        legal_basis=ground.legal_basis,
        created_at=work.at,
        expires_at=expires_at,
        max_downloads=max_downloads,
    )
    work.data.add(row)
    return row


def get(reading: Reading, row_id: str) -> Export | None:
    """Return the row, or None."""
    return reading.data.get(Export, row_id)


def of_ticket(reading: Reading, ticket: str) -> list[Export]:
    """Return a ticket's exports, newest first."""
    rows = select(Export).where(Export.ticket_id == ticket)
    return list(reading.data.exec(rows.order_by(col(Export.created_at).desc())))


def of_person(reading: Reading, person: str) -> list[Export]:
    """Return the exports that wait for a person."""
    return list(reading.data.exec(select(Export).where(Export.person_id == person)))


def over(reading: Reading, now: datetime) -> list[Export]:
    """Return the exports past their time."""
    return list(reading.data.exec(select(Export).where(col(Export.expires_at) <= now)))


def files(reading: Reading) -> set[str]:
    """Return the names of all files that are registered."""
    return set(reading.data.exec(select(Export.file)))
