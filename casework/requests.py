"""Requests: a person exercising a right of the AVG; each has a kind, a state and a clock.

A request is never refused at the door: without proof of identity it is a claim, which waits for the coach's call-back.
The promised date and the legal one are both stored when it comes in, and nothing moves them but an extension.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from casework import receipts
from casework.clocks import Clock, day_in_amsterdam, request_clock
from casework.closing import close
from casework.conversations import open_row, verified_person
from casework.errors import NotFound, NotVerified, Refused
from casework.fields import LONGEST_WORDS, bsn_in
from casework.grounds import REQUESTS
from casework.identity import is_claim_of
from casework.office import Office
from casework.once import Told, once_only
from casework.references import new_reference
from casework.states import REQUEST, RequestState
from store import holds, people, requests, tables, tickets
from store.work import Reading, Work

Kind = Literal["access", "rectification", "erasure", "restriction", "portability", "objection"]
State = RequestState
Identity = Literal["none", "code", "call_back"]

KINDS: tuple[Kind, ...] = ("access", "rectification", "erasure", "restriction", "portability", "objection")


@dataclass(frozen=True, slots=True)
class Stay:
    """Something that must stay after an erasure: what, why, and until when (None: no date is known)."""

    what_nl: str
    what_en: str
    why_nl: str
    why_en: str
    until: date | None


@dataclass(frozen=True, slots=True)
class RequestReceipt:
    """What the person hears: the reference, the promised date, and the number of the signed receipt."""

    reference: str
    promised: date
    receipt: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request as its person sees it."""

    reference: str
    kind: Kind
    state: State
    received: date
    promised: date
    extended_to: date | None


def promise(office: Office) -> Clock:
    """Return the dates of a request that would come in now."""
    return request_clock(office.now(), office.pack.response.promise_days)


def stays(office: Office, person: str | None) -> tuple[Stay, ...]:
    """Return what would stay after an erasure: the person's holds, and where none is registered the fiscal duty.

    The duty is told with the latest date that it could have: an invoice of today.
    """
    with office.store.read() as reading:
        kept = () if person is None else held(office, reading, person)
    fiscal = office.pack.hold("fiscal")
    if any(stay.what_nl == fiscal.label.nl for stay in kept):
        return kept
    duty = Stay(
        what_nl=f"{fiscal.label.nl}, als u die van ons hebt",
        what_en=f"{fiscal.label.en}, if you have any from us",
        why_nl=fiscal.why.nl,
        why_en=fiscal.why.en,
        until=fiscal.until(day_in_amsterdam(office.now())),
    )
    return (*kept, duty)


def held(office: Office, reading: Reading, person: str) -> tuple[Stay, ...]:
    """Return what the person's registered holds keep, within another act."""
    found = []
    for row in holds.of_person(reading, person):
        hold = office.pack.hold(cast(Literal["fiscal", "dispute"], row.kind))
        found.append(Stay(hold.label.nl, hold.label.en, hold.why.nl, hold.why.en, row.until))
    return tuple(found)


def submit(
    office: Office,
    conversation: str,
    person: str,
    kind: Kind,
    detail: str | None,
    identity: Identity,
    once: str,
) -> RequestReceipt:
    """Take a request: request, ticket, receipt and audit entry together.

    identity: "code" when the person is verified in this conversation; else the request is a claim that waits for the
    coach's call-back.

    Raises:
        NotVerified: "code", but the proof of identity has ended; or a claim of another conversation.
        Refused: the detail holds a BSN, or is too long.
        NotFound: the conversation is over.
    """
    _check_detail(detail)

    def do() -> Told:
        talk = open_row(office, work, conversation)
        proven = verified_person(talk, work.at) == person
        if not proven and (identity == "code" or not is_claim_of(work, talk, person)):
            raise NotVerified
        request = _store(office, work, conversation, person, kind, detail, proven=proven)
        number = receipts.issue(
            office,
            work,
            "request",
            person=person,
            conversation=conversation,
            facts={
                "reference": request.reference,
                "request_kind": kind,
                "promised": request.promised.isoformat(),
            },
        )
        return {
            "reference": request.reference,
            "promised": request.promised.isoformat(),
            "receipt": number,
        }

    with office.store.work(office.now()) as work:
        told = once_only(work, once, f"request.{kind}", do)
    return RequestReceipt(told["reference"], date.fromisoformat(told["promised"]), told["receipt"])


def of_person(office: Office, person: str) -> tuple[RequestView, ...]:
    """Return the person's requests, newest first."""
    with office.store.read() as reading:
        return tuple(_view(row) for row in requests.of_person(reading, person))


def of_conversation(office: Office, conversation: str) -> tuple[RequestView, ...]:
    """Return the requests made in this conversation, newest first; they need no further proof."""
    with office.store.read() as reading:
        return tuple(_view(row) for row in requests.of_conversation(reading, conversation))


def withdraw_own(office: Office, person: str, reference: str, once: str) -> RequestView:
    """Take back a request that was not decided yet; its ticket closes. Raises NotFound, IllegalStep."""

    def do() -> Told:
        row = requests.by_reference(work, reference)
        ticket = tickets.of_request(work, row.id) if row is not None else None
        if row is None or ticket is None or row.person_id != person:
            raise NotFound
        row.state = REQUEST.after(cast(State, row.state), "withdraw")
        close(office, work, ticket, row)
        tickets.add_step(work, ticket, "withdrawn_by_person", "client")
        work.note("request.withdrawn", "client", request=row.id, person=person)
        return {}

    with office.store.work(office.now()) as work:
        once_only(work, once, f"request.withdraw.{reference}", do)
        row = requests.by_reference(work, reference)
        if row is None:
            raise NotFound
        return _view(row)


def _store(
    office: Office,
    work: Work,
    conversation: str,
    person: str,
    kind: Kind,
    detail: str | None,
    *,
    proven: bool,
) -> tables.Request:
    clock = request_clock(work.at, office.pack.response.promise_days)
    state = REQUEST.after("received", "verify")
    if proven:
        state = REQUEST.after(state, "review")
    else:
        _keep_claim(work, person)
    request = requests.add(
        work,
        new_reference(work),
        person,
        conversation,
        kind,
        state=state,
        identity="code" if proven else "none",
        promised=clock.promised,
        legal=clock.legal,
        detail=detail,
        ground=REQUESTS,
    )
    ticket = tickets.add(
        work,
        request.reference,
        "request",
        {},
        person=person,
        ground=REQUESTS,
        request=request.id,
        conversation=conversation,
        promised=clock.promised,
        legal=clock.legal,
    )
    tickets.add_step(work, ticket, "received", "client")
    if proven:
        tickets.add_step(work, ticket, "verified", "client")
    work.note("request.received", "client", request=request.id, ticket=ticket.id, person=person, kind=kind)
    return request


def _keep_claim(work: Work, person: str) -> None:
    """A claim with a request stays for as long as its request; the retention job ends it after that."""
    claim = people.get(work, person)
    people.keep_until(work, person, None, purpose=claim.purpose, legal_basis=claim.legal_basis)


def _check_detail(detail: str | None) -> None:
    if detail and bsn_in(detail):
        raise Refused(detail="bsn")
    if detail and len(detail) > LONGEST_WORDS:
        raise Refused(detail="too_long")


def _view(row: tables.Request) -> RequestView:
    return RequestView(
        reference=row.reference,
        kind=cast(Kind, row.kind),
        state=cast(State, row.state),
        received=day_in_amsterdam(row.received_at),
        promised=row.promised,
        extended_to=row.extended_to,
    )
