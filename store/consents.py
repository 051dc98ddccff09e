"""Consents and their events. A consent's record is sealed under its person; events are only ever added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from store.ids import new_id
from store.tables import Consent, ConsentEvent
from store.terms import Ground
from store.work import Reading, Work

Record = dict[str, Any]
"""What the permission is about: "label", "medium", "occasion", "where"."""


def add(
    work: Work,
    person: str,
    kind: str,
    record: Record,
    *,
    state: str,
    ground: Ground,
    expires_at: datetime | None = None,
) -> Consent:
    """Store a new consent and return its row."""
    row_id = new_id()
    row = Consent(
        id=row_id,
        person_id=person,
        kind=kind,
        record=work.seal(person, "consent", "record", row_id, record),
        state=state,
        purpose=ground.purpose,
        legal_basis=ground.legal_basis,
        expires_at=expires_at,
    )
    work.data.add(row)
    return row


def get(reading: Reading, row_id: str) -> Consent | None:
    """Return the row, or None."""
    return reading.data.get(Consent, row_id)


def record(reading: Reading, row: Consent) -> Record:
    """Return the opened record."""
    if row.record is None:
        return {}
    opened: Record = reading.open(row.person_id, "consent", "record", row.id, row.record)
    return opened


def of_person(reading: Reading, person: str) -> list[Consent]:
    """Return the person's consents, in the order in which they were asked or given."""
    rows = select(Consent).where(Consent.person_id == person)
    return sorted(reading.data.exec(rows), key=lambda row: (row.asked_at or row.given_at or _EARLY, row.id))


def everyone(reading: Reading) -> list[Consent]:
    """Return all consents, by person."""
    return list(reading.data.exec(select(Consent).order_by(col(Consent.person_id), col(Consent.id))))


def over(reading: Reading, now: datetime) -> list[Consent]:
    """Return the given consents whose term has ended."""
    rows = select(Consent).where(Consent.state == "given", col(Consent.expires_at) <= now)
    return list(reading.data.exec(rows))


def add_event(
    work: Work,
    consent: str,
    event: str,
    *,
    by: str,
    channel: str,
    method: str,
    text_hash: str | None = None,
    text_version: str | None = None,
    language: str | None = None,
) -> None:
    """Add what happened, with the words that were shown."""
    work.data.add(
        ConsentEvent(
            id=new_id(),
            consent_id=consent,
            number=len(events(work, consent)) + 1,
            event=event,
            at=work.at,
            text_hash=text_hash,
            text_version=text_version,
            language=language,
            channel=channel,
            method=method,
            by=by,
        )
    )


def events(reading: Reading, consent: str) -> list[ConsentEvent]:
    """Return the story of a consent, oldest first."""
    rows = select(ConsentEvent).where(ConsentEvent.consent_id == consent)
    return list(reading.data.exec(rows.order_by(col(ConsentEvent.number))))


def remove_of_person(work: Work, person: str) -> int:
    """Delete the person's consents with their events; tickets that named one keep no trace of it. Returns how many."""
    return work.data.exec(delete(Consent).where(col(Consent.person_id) == person)).rowcount


_EARLY = datetime.min.replace(tzinfo=UTC)
