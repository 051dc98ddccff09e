"""The client's answer to the coach: it waits in the conversation until its writer lets it go, then stands in the ticket.

A message of the coach that went into a conversation stands there until it is answered. What a person types after it may
be their answer, or something else entirely: only they can say. So the words wait, sealed under the conversation's own key,
and reach the ticket by a choice of their writer alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from casework.conversations import COACH_SPOKE, entering, open_row
from casework.errors import Gone, Refused
from casework.fields import bsn_in
from casework.office import Office
from casework.once import Told, once_only
from casework.promises import answer_by
from casework.states import TICKET, TicketState
from store import conversations, tables, tickets
from store.work import Work

State = dict[str, Any]

PASS_ON, KEEP_BACK = "balie:pass_on", "balie:keep_back"
"""The payloads of the two choices under the question whether it may go to the coach."""
_WAITING = "for_coach"
"""In a conversation's state: what waits for its writer's yes, as {"ticket": id, "parts": [[message id, text], ...]}."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation and the coach are.

    spoke: a message of the coach was not answered yet. waiting: the words that wait for their writer's yes.
    asked: the last reply asked for that yes, so that a bare "ja" belongs to it.
    """

    spoke: bool
    waiting: str | None
    asked: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """What the person hears: the ticket's reference, and by when the coach answers where a new day was promised."""

    reference: str
    answer_by: date | None


def standing(office: Office, conversation: str) -> Standing:
    """Return what stands between this conversation and the coach. Raises NotFound."""
    with entering(office.store.read()) as reading:
        state = conversations.state(reading, open_row(office, reading, conversation))
        return Standing(
            spoke=COACH_SPOKE in state,
            waiting=_text(state) if _WAITING in state else None,
            asked=any(offer["payload"] == PASS_ON for offer in state.get("offers", [])),
        )


def hold(office: Office, conversation: str, message_id: str, text: str) -> str:
    """Let these words wait, after what waits already; the same message again changes nothing. Returns all that waits.

    Raises Refused (a BSN stands in it: then nothing new is held) and NotFound.
    """
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        state = conversations.state(work, row)
        held = state.setdefault(_WAITING, {"ticket": state.get(COACH_SPOKE), "parts": []})
        if all(name != message_id for name, _ in held["parts"]):
            held["parts"].append([message_id, text])
        if bsn_in(_text(state)):
            raise Refused(text="bsn")
        conversations.save_state(work, row, state)
        return _text(state)


def pass_on(office: Office, conversation: str, once: str) -> Passed:
    """Make what waits a part of the coach's ticket, which opens again if it was closed.

    Raises Gone: nothing waits, or what the ticket was about was erased. Raises NotFound: the conversation is over.
    """

    def do() -> Told:
        row = open_row(office, work, conversation)
        state = conversations.state(work, row)
        ticket = tickets.get(work, state[_WAITING]["ticket"]) if _WAITING in state else None
        if ticket is None or ticket.subject is None or work.is_erased(ticket.subject):
            raise Gone
        tickets.add_step(work, ticket, "client_answer", "client", note=_text(state))
        promised = _reopen(ticket, work)
        _let_go(state)
        conversations.save_state(work, row, state)
        work.note("ticket.client_answered", "client", ticket=ticket.id)
        return {"reference": ticket.reference, "answer_by": promised and promised.isoformat()}

    with office.store.work(office.now()) as work:
        told = once_only(work, once, "ticket.client_answer", do)
    by = told["answer_by"]
    return Passed(told["reference"], date.fromisoformat(by) if by else None)


def keep_back(office: Office, conversation: str) -> None:
    """Forget what waits: its writer doesn't want it passed on. Nothing waits: nothing changes. Raises NotFound."""
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        state = conversations.state(work, row)
        _let_go(state)
        conversations.save_state(work, row, state)


def _reopen(ticket: tables.Ticket, work: Work) -> date | None:
    """Show that the client answered. What runs on a date of the law keeps it; all else gets a new day for an answer."""
    under_way = ticket.state != "closed" and ticket.kind in ("request", "incident", "take_down")
    ticket.state = TICKET.after(cast(TicketState, ticket.state), "hear")
    ticket.closed_at = None
    if under_way:
        return None
    ticket.promised, ticket.legal = answer_by(work.at), None
    return ticket.promised


def _let_go(state: State) -> None:
    held = state.pop(_WAITING, None)
    if held is None or held["ticket"] == state.get(COACH_SPOKE):
        state.pop(COACH_SPOKE, None)


def _text(state: State) -> str:
    return "\n".join(text for _, text in state[_WAITING]["parts"])
