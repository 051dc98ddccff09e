"""Mails that wait to be sent. Address, subject and text are sealed until the mail leaves; then the row goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from store.ids import new_id
from store.tables import Mail
from store.terms import Ground
from store.work import Reading, Work

Message = dict[str, str]
"""A mail: "to", "subject", "body"."""


def add(
    work: Work,
    subject: str | None,
    message: Message,
    *,
    ground: Ground,
    person: str | None = None,
    ticket: str | None = None,
    once: str | None = None,
    held: bool = False,
    expires_at: datetime,
) -> Mail:
    """Keep a mail, sealed for a subject or under a key of its own, to be sent now, or when it is released."""
    row_id = new_id() if subject else work.new_subject("mail")
    row = Mail(
        id=row_id,
        subject_id=subject or row_id,
        person_id=person,
        ticket_id=ticket,
        once=once,
        purpose=ground.purpose,
        legal_basis=ground.legal_basis,
        message=work.seal(subject or row_id, "mail", "message", row_id, message),
        created_at=work.at,
        next_try_at=None if held else work.at,
        expires_at=expires_at,
    )
    work.data.add(row)
    return row


def open_message(reading: Reading, row: Mail) -> Message:
    """Return the opened mail."""
    opened: Message = reading.open(row.subject_id, "mail", "message", row.id, row.message)
    return opened


def get(reading: Reading, row_id: str) -> Mail | None:
    """Return the row, or None once it was sent."""
    return reading.data.get(Mail, row_id)


def by_once(reading: Reading, once: str) -> Mail | None:
    """Return the mail that was kept under this name, unless it was sent."""
    return reading.data.exec(select(Mail).where(Mail.once == once)).first()


def due(reading: Reading, now: datetime, limit: int = 50) -> list[Mail]:
    """Return the mails whose turn it is, oldest first."""
    rows = select(Mail).where(col(Mail.next_try_at) <= now).order_by(col(Mail.created_at)).limit(limit)
    return list(reading.data.exec(rows))


def waiting(reading: Reading) -> list[Mail]:
    """Return all mails that did not leave yet."""
    return list(reading.data.exec(select(Mail)))


def give_term(work: Work, days: int) -> int:
    """Give the mails from before every mail had a term so many days from when they were kept. Returns how many."""
    rows = work.data.exec(select(Mail).where(col(Mail.expires_at).is_(None))).all()
    for row in rows:
        row.expires_at = row.created_at + timedelta(days=days)
    return len(rows)


def remove(work: Work, row_id: str) -> None:
    """Delete a mail; a key of its own is destroyed."""
    row = get(work, row_id)
    if row is not None:
        _remove(work, row)


def remove_of(work: Work, subject: str) -> int:
    """Delete the mails to a person, or sealed for a subject. Returns how many."""
    return _remove_all(work, or_(col(Mail.person_id) == subject, col(Mail.subject_id) == subject))


def remove_over(work: Work, now: datetime) -> int:
    """Delete the mails that are of no use any more, such as codes past their time. Returns how many."""
    return _remove_all(work, col(Mail.expires_at) <= now)


def _remove_all(work: Work, which: ColumnElement[bool]) -> int:
    rows = work.data.exec(select(Mail).where(which)).all()
    for row in rows:
        _remove(work, row)
    return len(rows)


def _remove(work: Work, row: Mail) -> None:
    if row.subject_id == row.id:
        work.destroy(row.id)
    work.data.delete(row)
