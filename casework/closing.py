"""Closing: the one way in which a ticket, and the request behind it, come to an end. Always within an act."""

from __future__ import annotations

from typing import cast

from casework.grounds import term_from
from casework.office import Office
from casework.states import TICKET, TicketState
from store import tables
from store.work import Work


def close(office: Office, work: Work, ticket: tables.Ticket, request: tables.Request | None = None) -> None:
    """Close a ticket, and its request where it has one: from now on the pack's term runs for what they say.

    A term that the ticket had already is not made longer by it. Raises IllegalStep.
    """
    ticket.state = TICKET.after(cast(TicketState, ticket.state), "close")
    ticket.closed_at = work.at
    until = term_from(office.pack, "requests", work.at)
    ticket.expires_at = min(ticket.expires_at or until, until)
    if request is not None:
        request.closed_at = work.at
        request.expires_at = until
