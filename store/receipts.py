"""Receipts: signed proofs without personal data, which outlive the person's record."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from store.tables import Consent, Receipt
from store.terms import Ground
from store.work import Reading, Work


def add(
    work: Work,
    number: str,
    kind: str,
    payload: str,
    signature: bytes,
    *,
    person: str | None,
    conversation: str | None,
    ground: Ground,
    expires_at: datetime,
) -> None:
    """Store a receipt, issued now."""
    work.data.add(
        Receipt(
            number=number,
            kind=kind,
            person_id=person,
            conversation_id=conversation,
            purpose=ground.purpose,
            legal_basis=ground.legal_basis,
            payload=payload,
            signature=signature,
            at=work.at,
            expires_at=expires_at,
        )
    )


def get(reading: Reading, number: str) -> Receipt | None:
    """Return the row, or None."""
    return reading.data.get(Receipt, number)


def of_person(reading: Reading, person: str) -> list[Receipt]:
    """Return the person's receipts, oldest first."""
    rows = select(Receipt).where(Receipt.person_id == person)
    return list(reading.data.exec(rows.order_by(col(Receipt.at), col(Receipt.number))))


def give_term(work: Work, days: int) -> int:
    """Give the receipts from before terms were stored so many days from when they were issued. Returns how many."""
    rows = work.data.exec(select(Receipt).where(col(Receipt.expires_at).is_(None))).all()
    for row in rows:
        row.expires_at = row.at + timedelta(days=days)
    return len(rows)


def remove_over(work: Work) -> int:
    """Delete the receipts past their term. What proves a consent that is still given stays. Returns how many."""
    given = (
        select(Consent.id).where(Consent.person_id == Receipt.person_id, Consent.state == "given").exists()
    )
    over = delete(Receipt).where(col(Receipt.expires_at) <= work.at, ~given)
    return work.data.exec(over).rowcount


def move(work: Work, person: str, to: str) -> None:
    """Let the receipts of one person be another's, whom they turned out to be."""
    for row in of_person(work, person):
        row.person_id = to
