"""Tickets and the steps of their story, sealed under the ticket's subject: its person, or a key of its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from store.ids import new_id
from store.tables import Ticket, TicketEvent
from store.terms import Ground
from store.work import Reading, Work

Body = dict[str, Any]
"""What the person wrote, by field."""


def add(
    work: Work,
    reference: str,
    kind: str,
    body: Body,
    *,
    person: str | None,
    ground: Ground,
    request: str | None = None,
    consent: str | None = None,
    conversation: str | None = None,
    promised: date | None = None,
    legal: date | None = None,
    expires_at: datetime | None = None,
) -> Ticket:
    """Open a ticket and return its row. Without a person it gets a key of its own."""
    row_id = new_id() if person else work.new_subject("ticket")
    subject = person or row_id
    row = Ticket(
        id=row_id,
        reference=reference,
        kind=kind,
        person_id=person,
        request_id=request,
        consent_id=consent,
        conversation_id=conversation,
        state="open",
        subject=subject,
        purpose=ground.purpose,
        legal_basis=ground.legal_basis,
        promised=promised,
        legal=legal,
        body=work.seal(subject, "ticket", "body", row_id, body),
        created_at=work.at,
        expires_at=expires_at,
    )
    work.data.add(row)
    return row


def get(reading: Reading, row_id: str) -> Ticket | None:
    """Return the row, or None."""
    return reading.data.get(Ticket, row_id)


def by_reference(reading: Reading, reference: str) -> Ticket | None:
    """Return the ticket of this reference, or None."""
    return reading.data.exec(select(Ticket).where(Ticket.reference == reference)).first()


def of_request(reading: Reading, request: str) -> Ticket | None:
    """Return the ticket of a request."""
    return reading.data.exec(select(Ticket).where(Ticket.request_id == request)).first()


def of_person(reading: Reading, person: str) -> list[Ticket]:
    """Return the person's tickets, oldest first."""
    return list(
        reading.data.exec(select(Ticket).where(Ticket.person_id == person).order_by(col(Ticket.created_at)))
    )


def of_conversation(reading: Reading, conversation: str) -> list[Ticket]:
    """Return the tickets opened in a conversation, oldest first."""
    rows = select(Ticket).where(Ticket.conversation_id == conversation)
    return list(reading.data.exec(rows.order_by(col(Ticket.created_at))))


def everything(reading: Reading, state: str | None = None) -> list[Ticket]:
    """Return all tickets, or those in one state, by what is due first; what has no date comes last."""
    rows = select(Ticket) if state is None else select(Ticket).where(Ticket.state == state)
    late = date.max
    return sorted(reading.data.exec(rows), key=lambda t: (t.promised or late, t.created_at, t.id))


def give_term(work: Work, days: int) -> int:
    """Give the tickets that were closed before terms were stored so many days from then. Returns how many."""
    closed = (
        col(Ticket.closed_at).is_not(None),
        col(Ticket.expires_at).is_(None),
        col(Ticket.body).is_not(None),
    )
    rows = work.data.exec(select(Ticket).where(*closed)).all()
    for row in rows:
        row.expires_at = (row.closed_at or work.at) + timedelta(days=days)
    return len(rows)


def remove_bare(work: Work, closed_before: datetime) -> int:
    """Delete the tickets that say nothing any more and were closed before this moment. Returns how many."""
    bare = delete(Ticket).where(col(Ticket.closed_at) < closed_before, col(Ticket.body).is_(None))
    return work.data.exec(bare).rowcount


def over(reading: Reading, now: datetime) -> list[Ticket]:
    """Return the tickets whose content has a term that ended."""
    rows = select(Ticket).where(col(Ticket.expires_at) <= now, col(Ticket.body).is_not(None))
    return list(reading.data.exec(rows))


def body(reading: Reading, row: Ticket) -> Body:
    """Return the opened body; empty once it was erased, or its person was."""
    if row.body is None or row.subject is None or reading.is_erased(row.subject):
        return {}
    opened: Body = reading.open(row.subject, "ticket", "body", row.id, row.body)
    return opened


def add_step(work: Work, row: Ticket, act: str, by: str, note: str | None = None) -> None:
    """Add a step to the ticket's story; a note is sealed."""
    row_id = new_id()
    sealed = None
    if note is not None and row.subject is not None:
        sealed = work.seal(row.subject, "ticket_event", "note", row_id, note)
    number = len(steps(work, row)) + 1
    work.data.add(
        TicketEvent(id=row_id, ticket_id=row.id, number=number, at=work.at, act=act, by=by, note=sealed)
    )


def steps(reading: Reading, row: Ticket) -> list[TicketEvent]:
    """Return the story of a ticket, oldest first."""
    rows = select(TicketEvent).where(TicketEvent.ticket_id == row.id)
    return list(reading.data.exec(rows.order_by(col(TicketEvent.number))))


def note(reading: Reading, ticket: Ticket, step: TicketEvent) -> str | None:
    """Return the opened note of a step; None once it was erased, or its person was."""
    if step.note is None or ticket.subject is None or reading.is_erased(ticket.subject):
        return None
    return str(reading.open(ticket.subject, "ticket_event", "note", step.id, step.note))


def move(work: Work, row: Ticket, person: str) -> None:
    """Let the ticket be another person's: body and notes are sealed anew under that person's key."""
    opened, story = body(work, row), [(step, note(work, row, step)) for step in steps(work, row)]
    row.person_id = row.subject = person
    row.body = work.reseal(person, "ticket", "body", row.id, opened)
    for step, text in story:
        step.note = None if text is None else work.reseal(person, "ticket_event", "note", step.id, text)


def empty(work: Work, row: Ticket) -> None:
    """Erase what the ticket says; its reference, kind and dates stay. A key of its own is destroyed."""
    if row.subject == row.id:
        work.destroy(row.id)
    row.body = row.subject = row.expires_at = None
    for step in steps(work, row):
        step.note = None
