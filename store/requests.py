"""Requests under the law. Detail and reason are sealed under the person."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_
from sqlmodel import col, select

from store.ids import new_id
from store.tables import Request, Ticket
from store.terms import Ground
from store.work import Reading, Work

_TABLE = "request"


def add(
    work: Work,
    reference: str,
    person: str,
    conversation: str | None,
    kind: str,
    *,
    state: str,
    identity: str,
    promised: date,
    legal: date,
    detail: str | None,
    ground: Ground,
) -> Request:
    """Store a new request, received now, and return its row."""
    row_id = new_id()
    row = Request(
        id=row_id,
        reference=reference,
        person_id=person,
        conversation_id=conversation,
        kind=kind,
        state=state,
        identity=identity,
        purpose=ground.purpose,
        legal_basis=ground.legal_basis,
        received_at=work.at,
        promised=promised,
        legal=legal,
        detail=None if detail is None else work.seal(person, _TABLE, "detail", row_id, detail),
    )
    work.data.add(row)
    return row


def get(reading: Reading, row_id: str) -> Request | None:
    """Return the row, or None."""
    return reading.data.get(Request, row_id)


def by_reference(reading: Reading, reference: str) -> Request | None:
    """Return the request of this reference, or None."""
    return reading.data.exec(select(Request).where(Request.reference == reference)).first()


def of_person(reading: Reading, person: str) -> list[Request]:
    """Return the person's requests, newest first."""
    rows = select(Request).where(Request.person_id == person)
    return list(reading.data.exec(rows.order_by(col(Request.received_at).desc())))


def of_conversation(reading: Reading, conversation: str) -> list[Request]:
    """Return the requests made in a conversation, newest first."""
    rows = select(Request).where(Request.conversation_id == conversation)
    return list(reading.data.exec(rows.order_by(col(Request.received_at).desc())))


def give_term(work: Work, days: int) -> int:
    """Give the requests that were closed before terms were stored so many days from then. Returns how many."""
    rows = work.data.exec(
        select(Request).where(col(Request.closed_at).is_not(None), col(Request.expires_at).is_(None))
    ).all()
    for row in rows:
        row.expires_at = (row.closed_at or work.at) + timedelta(days=days)
    return len(rows)


def empty_over(work: Work) -> int:
    """Erase what the requests say whose term is over. Returns how many said something."""
    says = or_(col(Request.detail).is_not(None), col(Request.reason).is_not(None))
    rows = work.data.exec(select(Request).where(col(Request.expires_at) <= work.at, says)).all()
    for row in rows:
        row.detail = row.reason = None
    return len(rows)


def remove_bare(work: Work, closed_before: datetime) -> int:
    """Delete the requests that were closed before this moment and have no ticket any more. Returns how many."""
    ticket = select(Ticket.id).where(Ticket.request_id == Request.id).exists()
    return work.data.exec(delete(Request).where(col(Request.closed_at) < closed_before, ~ticket)).rowcount


def detail(reading: Reading, row: Request) -> str | None:
    """Return what the person added to the request, opened; None once the person was erased."""
    return _opened(reading, row, "detail", row.detail)


def reason(reading: Reading, row: Request) -> str | None:
    """Return the reason of a refusal, a partial fulfilment or an extension, opened; None once the person was erased."""
    return _opened(reading, row, "reason", row.reason)


def set_reason(work: Work, row: Request, reason: str) -> None:
    """Seal and keep the reason."""
    row.reason = work.reseal(row.person_id, _TABLE, "reason", row.id, reason)


def move(work: Work, row: Request, person: str) -> None:
    """Let the request be another person's: what is sealed in it is sealed anew under that person's key."""
    texts = {"detail": detail(work, row), "reason": reason(work, row)}
    row.person_id = person
    for column, text in texts.items():
        setattr(row, column, None if text is None else work.reseal(person, _TABLE, column, row.id, text))


def _opened(reading: Reading, row: Request, column: str, blob: bytes | None) -> str | None:
    if blob is None or reading.is_erased(row.person_id):
        return None
    return str(reading.open(row.person_id, _TABLE, column, row.id, blob))
