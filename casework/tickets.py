"""Tickets: what the coach sees and works on, by what is due first.

The acts that end a request stand in `casework.decisions`; they are named here too, since the desk knows one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

from casework import closing, people, post, replies
from casework.clocks import day_in_amsterdam, request_clock
from casework.decisions import (
    ErasureReport,
    carry_out_erasure,
    confirm_take_down,
    extend,
    fulfil_access,
    fulfil_other,
    identity_enough,
    identity_needed,
    refusal_text,
    refuse,
)
from casework.errors import IllegalStep, NotFound
from casework.exports import usual_way, waiting_bundle
from casework.holds import has_invoice
from casework.notes import incident_ends
from casework.office import Office
from casework.once import Told, once_only
from casework.people import PersonView
from casework.proposals import KIND as RETENTION
from casework.proposals import carry_out_retention
from casework.replies import Way
from casework.requests import Identity, Stay, held
from casework.requests import Kind as RequestKind
from casework.states import REQUEST, TICKET, RequestState, TicketState
from store import requests, tables, tickets
from store.work import Reading, Work

__all__ = [
    "Act",
    "ErasureReport",
    "IncidentClocks",
    "Kind",
    "PersonView",
    "RequestPage",
    "State",
    "Step",
    "StepAct",
    "TicketLine",
    "TicketPage",
    "Way",
    "answer",
    "carry_out_erasure",
    "carry_out_retention",
    "close",
    "confirm_take_down",
    "due_list",
    "extend",
    "fulfil_access",
    "fulfil_other",
    "open_person",
    "read",
    "refusal_text",
    "refuse",
    "take",
]

Kind = Literal["request", "intake", "complaint", "question", "incident", "take_down", "retention"]
State = TicketState
Act = Literal[
    "take",
    "answer",
    "close",
    "confirm_call_back",
    "fulfil_access",
    "fulfil_other",
    "carry_out_erasure",
    "confirm_take_down",
    "carry_out_retention",
    "refuse",
    "extend",
    "code_by_phone",
    "open_person",
]
StepAct = Literal[
    "received",
    "verified",
    "perhaps_known",
    "take",
    "answer",
    "mailed_unseen",
    "close",
    "confirm_call_back",
    "fulfil_access",
    "fulfil_other",
    "carry_out_erasure",
    "confirm_take_down",
    "carry_out_retention",
    "refuse",
    "extend",
    "code_wanted",
    "code_by_phone",
    "withdrawn_by_person",
    "client_answer",
]
"""Everything that can stand in a ticket's story."""


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One line of the day list. Dates are days in the Netherlands; overdue: the promised day has passed.

    code_wanted: the ticket is done, but its person waits for the coach to read out a code.
    """

    id: str
    reference: str
    kind: Kind
    request_kind: RequestKind | None
    state: State
    promised: date | None
    legal: date | None
    overdue: bool
    today: bool
    created_at: datetime
    taken_by: str | None
    code_wanted: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ticket's story. `by` is an account id, "client" or "balie"; `note` is the opened text, if any."""

    at: datetime
    act: StepAct
    by: str
    note: str | None


@dataclass(frozen=True, slots=True)
class RequestPage:
    """The request behind a ticket. identity_needed: how sure the coach must be before it can be fulfilled.

    invoice_known: a fiscal hold is registered, so that erasing needs not ask for an invoice.
    """

    id: str
    kind: RequestKind
    state: RequestState
    identity: Identity
    identity_needed: Identity
    received: date
    promised: date
    legal: date
    extended_to: date | None
    detail: str | None
    reason: str | None
    stays: tuple[Stay, ...]
    invoice_known: bool


@dataclass(frozen=True, slots=True)
class IncidentClocks:
    """By when clients hear of a breach, as the practice promised, and by when the authority does (article 33 GDPR)."""

    clients_by: datetime
    authority_by: datetime


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A ticket opened on purpose.

    person: whether a record can be opened behind it. body: what was written, by field. answer_goes: how a reply would
    reach its writer now. can: the acts that are allowed now.
    """

    line: TicketLine
    person: bool
    story: tuple[Step, ...]
    request: RequestPage | None
    incident: IncidentClocks | None
    body: dict[str, str]
    conversation_open: bool
    answer_goes: Way
    can: frozenset[Act]


def due_list(office: Office, state: State | None = None) -> tuple[TicketLine, ...]:
    """Return all tickets, or those in one state, by what is due first."""
    with office.store.read() as reading:
        today = day_in_amsterdam(office.now())
        return tuple(_line(reading, row, today) for row in tickets.everything(reading, state))


def read(office: Office, ticket_id: str, by: str) -> TicketPage:
    """Open a ticket with its story. Who reads it is in the audit log. Raises NotFound."""
    with office.store.work(office.now()) as work:
        row = get(work, ticket_id)
        work.note("ticket.read", by, ticket=row.id)
        return _page(office, work, row, by)


def open_person(office: Office, ticket_id: str, by: str, reason: str) -> PersonView:
    """Open the record of the person behind a ticket, for a reason that the audit log keeps. Raises NotFound."""
    with office.store.work(office.now()) as work:
        row = get(work, ticket_id)
        if row.person_id is None:
            raise NotFound
        return people.opened(work, row.person_id, by, reason)


def take(office: Office, ticket_id: str, by: str) -> None:
    """Take a ticket on, from nobody or from a colleague. Raises NotFound, IllegalStep."""
    with office.store.work(office.now()) as work:
        row = get(work, ticket_id)
        row.state = TICKET.after(cast(State, row.state), "take")
        row.taken_by = by
        tickets.add_step(work, row, "take", by)
        work.note("ticket.taken", by, ticket=row.id)


def answer(office: Office, ticket_id: str, text: str, by: str, once: str | None = None) -> Way:
    """Answer the writer of a ticket; the text stays in its story. Returns how it went out. Raises NotFound, IllegalStep."""

    def do() -> Told:
        row = get(work, ticket_id)
        row.state = TICKET.after(cast(State, row.state), "answer")
        row.taken_by = row.taken_by or by
        way = replies.tell(office, work, row, text)
        tickets.add_step(work, row, "answer", by, note=text)
        work.note("ticket.answered", by, ticket=row.id, way=way)
        return {"way": way}

    with office.store.work(office.now()) as work:
        told = once_only(work, once, f"ticket.answer.{ticket_id}", do)
    post.send_soon(office)
    return cast(Way, told["way"])


def close(office: Office, ticket_id: str, by: str) -> None:
    """Close a ticket that has nothing left to do. A request closes by being decided. Raises NotFound, IllegalStep."""
    with office.store.work(office.now()) as work:
        row = get(work, ticket_id)
        if not _may_close(work, row):
            raise IllegalStep("undecided")
        closing.close(office, work, row)
        tickets.add_step(work, row, "close", by)
        work.note("ticket.closed", by, ticket=row.id)


def get(reading: Reading, ticket_id: str) -> tables.Ticket:
    """Return a ticket within another act. Raises NotFound."""
    row = tickets.get(reading, ticket_id)
    if row is None:
        raise NotFound
    return row


def _line(reading: Reading, row: tables.Ticket, today: date) -> TicketLine:
    request = requests.get(reading, row.request_id) if row.request_id else None
    live = row.state != "closed" and row.promised is not None
    return TicketLine(
        id=row.id,
        reference=row.reference,
        kind=cast(Kind, row.kind),
        request_kind=cast(RequestKind, request.kind) if request else None,
        state=cast(State, row.state),
        promised=row.promised,
        legal=row.legal,
        overdue=live and row.promised is not None and row.promised < today,
        today=live and row.promised == today,
        created_at=row.created_at,
        taken_by=row.taken_by,
        code_wanted=_code_wanted(reading, row),
    )


def _code_wanted(reading: Reading, row: tables.Ticket) -> bool:
    """Tell whether the last thing that happened to a ticket that is done is that its person asked for a code."""
    if row.state != "closed" or row.kind != "request" or waiting_bundle(reading, row) is None:
        return False
    return tickets.steps(reading, row)[-1].act == "code_wanted"


def _page(office: Office, work: Work, row: tables.Ticket, by: str) -> TicketPage:
    request = requests.get(work, row.request_id) if row.request_id else None
    incident = None
    if row.kind == "incident":
        incident = IncidentClocks(*incident_ends(office, row.created_at))
    way = replies.way_to(office, work, row)
    story = tuple(
        Step(at=step.at, act=cast(StepAct, step.act), by=step.by, note=tickets.note(work, row, step))
        for step in tickets.steps(work, row)
    )
    return TicketPage(
        line=_line(work, row, day_in_amsterdam(office.now())),
        person=_has_person(work, row),
        story=story,
        request=_request_page(office, work, request) if request else None,
        incident=incident,
        body={name: str(value) for name, value in tickets.body(work, row).items()},
        conversation_open=way == "chat",
        answer_goes=way,
        can=_allowed(office, work, row, request, by),
    )


def _request_page(office: Office, reading: Reading, row: tables.Request) -> RequestPage:
    kind = cast(RequestKind, row.kind)
    return RequestPage(
        id=row.id,
        kind=kind,
        state=cast(RequestState, row.state),
        identity=cast(Identity, row.identity),
        identity_needed=identity_needed(office, kind),
        received=day_in_amsterdam(row.received_at),
        promised=row.promised,
        legal=row.legal,
        extended_to=row.extended_to,
        detail=requests.detail(reading, row),
        reason=requests.reason(reading, row),
        stays=held(office, reading, row.person_id) if kind == "erasure" else (),
        invoice_known=has_invoice(reading, row.person_id),
    )


def _has_person(reading: Reading, row: tables.Ticket) -> bool:
    return row.person_id is not None and not reading.is_erased(row.person_id)


def _allowed(
    office: Office, work: Work, row: tables.Ticket, request: tables.Request | None, by: str
) -> frozenset[Act]:
    """Return what may be done with a ticket now; the acts themselves check it again."""
    can: set[Act] = set()
    if _has_person(work, row):
        can.add("open_person")
        if _waits_for_a_call(work, row):
            can.add("code_by_phone")
    if row.state == "closed":
        return frozenset(can)
    can.add("answer")
    if not (row.state == "taken" and row.taken_by == by):
        can.add("take")
    if row.kind == "take_down":
        can.add("confirm_take_down")
    elif row.kind == RETENTION:
        can.add("carry_out_retention")
    elif request is not None and not REQUEST.ends_in(cast(RequestState, request.state)):
        can |= _allowed_for(office, request)
    if _may_close(work, row):
        can.add("close")
    return frozenset(can)


def _waits_for_a_call(work: Work, row: tables.Ticket) -> bool:
    """Tell whether a bundle of this ticket waits for a code that the coach reads out."""
    waiting = waiting_bundle(work, row)
    if waiting is None or waiting.expires_at <= work.at or row.person_id is None:
        return False
    return usual_way(people.get(work, row.person_id), waiting) == "call_back"


def _allowed_for(office: Office, request: tables.Request) -> set[Act]:
    can: set[Act] = {"refuse"}
    kind = cast(RequestKind, request.kind)
    clock = request_clock(request.received_at, office.pack.response.promise_days)
    if request.extended_at is None and clock.can_be_extended(day_in_amsterdam(office.now())):
        can.add("extend")
    if request.state == "verifying" or not identity_enough(office, request):
        can.add("confirm_call_back")
    elif kind in ("access", "portability"):
        can.add("fulfil_access")
    elif kind == "erasure":
        can.add("carry_out_erasure")
    else:
        can.add("fulfil_other")
    return can


def _may_close(reading: Reading, row: tables.Ticket) -> bool:
    if row.kind == "take_down" or not TICKET.allows(cast(State, row.state), "close"):
        return False
    request = requests.get(reading, row.request_id) if row.request_id else None
    return request is None or REQUEST.ends_in(cast(RequestState, request.state))
