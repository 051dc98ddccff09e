"""Notes for the coach: a question, a complaint, a possible breach, a wish to be called back.

They need no proof of who wrote them. Where the writer left an e-mail address or number, they are kept as a claim of
their own, so that an answer can reach them; without one the note has a key of its own and is answered in the chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast

from casework.addresses import address_in
from casework.clocks import AP_NOTICE_HOURS, day_in_amsterdam, hours_later
from casework.conversations import open_row, verified_person
from casework.errors import NotVerified, Refused
from casework.fields import LONGEST_WORDS, bsn_in
from casework.grounds import REQUESTS, talking
from casework.office import Office
from casework.once import Told, once_only
from casework.promises import answer_by
from casework.references import new_reference
from store import people, tables, tickets
from store.work import Work

Kind = Literal["question", "complaint", "incident", "callback"]
TicketKind = Literal["question", "complaint", "incident"]


@dataclass(frozen=True, slots=True)
class NoteReceipt:
    """What the person hears: the reference, and by when the coach answers."""

    reference: str
    answer_by: date


def leave(
    office: Office,
    conversation: str,
    kind: Kind,
    text: str,
    reach: str | None,
    person: str | None,
    once: str,
) -> NoteReceipt:
    """Leave a note for the coach.

    reach: an e-mail address, a telephone number, or words on how to be reached; None: in this conversation.
    person: who is verified in this conversation, if anybody.

    Raises:
        Refused: the text is empty, too long, or holds a BSN.
        NotVerified: `person` is not (or no longer) the one who is verified here.
        NotFound: the conversation is over.
    """
    _check(text, reach)

    def do() -> Told:
        talk = open_row(office, work, conversation)
        if person is not None and verified_person(talk, work.at) != person:
            raise NotVerified
        body = {"text": text.strip()} | ({"reach": reach.strip()} if reach else {})
        if kind == "callback":
            body["wish"] = "callback"
        writer = person or _writer(office, work, reach, talk.language)
        ticket = _open(office, work, _ticket_kind(kind), body, writer, conversation, by="client")
        return {
            "reference": ticket.reference,
            "answer_by": cast(date, ticket.promised).isoformat(),
        }

    with office.store.work(office.now()) as work:
        return _told(once_only(work, once, f"note.{kind}", do))


def promise(office: Office, kind: Kind) -> date:
    """Return by when the coach would answer a note that is left now."""
    return _dates(office, office.now(), _ticket_kind(kind))[0]


def report_incident(office: Office, text: str, by: str, once: str | None = None) -> NoteReceipt:
    """Open an incident from the desk, such as a lost device; its clocks start now. Raises Refused."""
    _check(text, None)

    def do() -> Told:
        ticket = _open(office, work, "incident", {"text": text.strip()}, None, None, by=by)
        return {
            "reference": ticket.reference,
            "answer_by": cast(date, ticket.promised).isoformat(),
        }

    with office.store.work(office.now()) as work:
        return _told(once_only(work, once, "note.incident", do))


def incident_ends(office: Office, aware: datetime) -> tuple[datetime, datetime]:
    """Return by when clients hear of a breach, as the practice promised, and by when the authority does (article 33)."""
    authority = hours_later(aware, AP_NOTICE_HOURS)
    promised = office.pack.breach.clients_hours
    return (hours_later(aware, promised) if promised else authority), authority


def _open(
    office: Office,
    work: Work,
    kind: TicketKind,
    body: dict[str, str],
    person: str | None,
    conversation: str | None,
    *,
    by: str,
) -> tables.Ticket:
    promised, legal = _dates(office, work.at, kind)
    ticket = tickets.add(
        work,
        new_reference(work),
        kind,
        body,
        person=person,
        ground=talking(office.pack) if kind == "question" else REQUESTS,
        conversation=conversation,
        promised=promised,
        legal=legal,
    )
    tickets.add_step(work, ticket, "received", by)
    work.note("note.received", by, ticket=ticket.id, kind=kind)
    return ticket


def _dates(office: Office, at: datetime, kind: TicketKind) -> tuple[date, date | None]:
    """The promised date, and the last one that the law allows where it names one."""
    if kind != "incident":
        return answer_by(at), None
    clients, authority = incident_ends(office, at)
    return day_in_amsterdam(min(clients, authority)), day_in_amsterdam(authority)


def _writer(office: Office, work: Work, reach: str | None, language: str) -> str | None:
    """Keep who left an address as a claim; nobody on file is looked up or changed by it."""
    try:
        given = address_in(reach or "")
    except Refused:
        return None
    days = office.pack.term("requests").days
    return people.add(
        work,
        {f"claimed_{given.kind}": given.value, "language": language},
        source="claim",
        purpose=REQUESTS.purpose,
        legal_basis=REQUESTS.legal_basis,
        expires_at=work.at + timedelta(days=days),
    )


def _ticket_kind(kind: Kind) -> TicketKind:
    return "question" if kind == "callback" else kind


def _check(text: str, reach: str | None) -> None:
    if not text.strip():
        raise Refused(text="missing")
    if len(text) > LONGEST_WORDS or len(reach or "") > LONGEST_WORDS:
        raise Refused(text="too_long")
    if bsn_in(text) or bsn_in(reach or ""):
        raise Refused(text="bsn")


def _told(told: Told) -> NoteReceipt:
    return NoteReceipt(told["reference"], date.fromisoformat(told["answer_by"]))
