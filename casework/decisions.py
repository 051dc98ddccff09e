"""The acts that end a request, or move its date: fulfil, erase, refuse, extend, and taking down what was published.

Each is one transaction: the state of the request, its ticket, the reply to the person, the receipt, the audit entry.
Only a coach decides; the front desk never does (article 22 GDPR).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from casework import bundle, exports, holds, people, post, receipts, replies
from casework.certificates import certify
from casework.clocks import day_in_amsterdam, extended, request_clock
from casework.closing import close
from casework.erasure import backups_until, erase_person
from casework.errors import IllegalStep, NotFound
from casework.exports import ExportIssued
from casework.messages import Language
from casework.office import Office
from casework.once import Told
from casework.references import new_number
from casework.rendering import render
from casework.replies import Way
from casework.requests import Identity, Kind, Stay, held
from casework.states import REQUEST, RequestState, RequestStep
from casework.words import long_date
from store import done, mails, requests, tables, tickets
from store import people as store_people
from store.work import Work

_ORDER: tuple[Identity, ...] = ("none", "code", "call_back")


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What an erasure destroyed (counts by kind), what stays, and from when no backup opens it either."""

    destroyed: dict[str, int]
    stays: tuple[Stay, ...]
    backups_until: date
    receipt: str


def identity_needed(office: Office, kind: Kind) -> Identity:
    """Return how sure the coach must be of who asks, before a request of this kind can be fulfilled.

    A dossier is released after a call-back where the pack says so; everything else needs a code at least.
    """
    release = kind in ("access", "portability")
    return "call_back" if release and office.pack.call_back_before_release else "code"


def identity_enough(office: Office, request: tables.Request) -> bool:
    """Tell whether it is sure enough who asks."""
    needed = identity_needed(office, cast(Kind, request.kind))
    return _ORDER.index(cast(Identity, request.identity)) >= _ORDER.index(needed)


def fulfil_access(office: Office, ticket_id: str, by: str) -> ExportIssued:
    """Make the bundle of an access or portability request and send its link.

    Raises NotFound, IllegalStep ("kind", "identity", "state").
    """
    with office.store.work(office.now()) as work:
        ticket, request = _request_of(work, ticket_id, ("access", "portability"))
        _must_be_sure(office, request)
        _end(office, work, ticket, request, "fulfil")
        person = people.get(work, request.person_id)
        content = bundle.build(office, work, person.id, cast(bundle.Kind, request.kind), work.at)
        placed = exports.place(office, work, "bundle", ticket, person.id, content)
        sent = exports.send_link(office, work, ticket, person, placed)
        number = receipts.issue(
            office,
            work,
            "access",
            person=person.id,
            conversation=request.conversation_id,
            facts={"reference": request.reference, "request_kind": request.kind},
        )
        tickets.add_step(work, ticket, "fulfil_access", by)
        work.note("request.fulfilled", by, request=request.id, export=placed.row.id, receipt=number)
        issued = ExportIssued(
            export_id=placed.row.id,
            link_sent=sent,
            link=None if sent else placed.link,
            code_by=exports.usual_way(person, placed.row),
            expires_at=placed.row.expires_at,
            receipt=number,
        )
    post.send_soon(office)
    return issued


def fulfil_other(office: Office, ticket_id: str, note: str, by: str) -> Way:
    """Write down that a rectification, restriction or objection was carried out, and tell its person what was done.

    A restriction freezes the record: its state says so wherever it is opened. Returns how the reply went out.

    Raises NotFound, IllegalStep ("kind", "identity", "state").
    """
    with office.store.work(office.now()) as work:
        ticket, request = _request_of(work, ticket_id, ("rectification", "restriction", "objection"))
        _must_be_sure(office, request)
        _end(office, work, ticket, request, "fulfil")
        if request.kind == "restriction":
            store_people.set_state(work, request.person_id, "restricted")
        language = replies.language_of(work, ticket)
        text = render("reply/fulfilled", language, reference=request.reference, note=note.strip())
        way = replies.tell(office, work, ticket, text)
        tickets.add_step(work, ticket, "fulfil_other", by, note=note)
        work.note("request.fulfilled", by, request=request.id, way=way)
    post.send_soon(office)
    return way


def refuse(office: Office, ticket_id: str, reason: str, by: str) -> Way:
    """Refuse a request with a reason; the reply names the authority and the court (article 12(4) GDPR).

    Raises NotFound, IllegalStep ("kind", "state", "reason": there is none).
    """
    if not reason.strip():
        raise IllegalStep("reason")
    with office.store.work(office.now()) as work:
        ticket, request = _request_of(work, ticket_id)
        _end(office, work, ticket, request, "refuse")
        requests.set_reason(work, request, reason.strip())
        text = _refusal(office, request, reason, replies.language_of(work, ticket))
        way = replies.tell(office, work, ticket, text)
        tickets.add_step(work, ticket, "refuse", by, note=reason)
        work.note("request.refused", by, request=request.id, way=way)
    post.send_soon(office)
    return way


def refusal_text(office: Office, ticket_id: str, reason: str) -> str:
    """Return the words of a refusal as its person would get them. Raises NotFound, IllegalStep."""
    with office.store.read() as reading:
        ticket = tickets.get(reading, ticket_id)
        request = requests.get(reading, ticket.request_id) if ticket and ticket.request_id else None
        if ticket is None or request is None:
            raise NotFound
        return _refusal(office, request, reason, replies.language_of(reading, ticket))


def extend(office: Office, ticket_id: str, reason: str, by: str) -> Way:
    """Take two months more for a request, once, within its first month, with a reason (article 12(3) GDPR).

    Raises NotFound, IllegalStep ("kind", "state", "too_late", "reason").
    """
    if not reason.strip():
        raise IllegalStep("reason")
    with office.store.work(office.now()) as work:
        ticket, request = _request_of(work, ticket_id)
        clock = request_clock(request.received_at, office.pack.response.promise_days)
        if REQUEST.ends_in(cast(RequestState, request.state)):
            raise IllegalStep("state")
        if request.extended_at is not None or not clock.can_be_extended(day_in_amsterdam(work.at)):
            raise IllegalStep("too_late")
        longer = extended(clock)
        request.extended_at, request.extended_to = work.at, longer.promised
        ticket.promised, ticket.legal = longer.promised, longer.legal
        requests.set_reason(work, request, reason.strip())
        language = replies.language_of(work, ticket)
        facts = _complaint(office) | {"reference": request.reference, "reason": reason.strip()}
        until = long_date(longer.promised, language)
        way = replies.tell(office, work, ticket, render("reply/extended", language, until=until, **facts))
        tickets.add_step(work, ticket, "extend", by, note=reason)
        work.note("request.extended", by, request=request.id, way=way)
    post.send_soon(office)
    return way


def confirm_take_down(office: Office, ticket_id: str, by: str) -> Way:
    """Write down that what was published has been taken away, and tell its person.

    Raises NotFound, IllegalStep ("kind", "state").
    """
    with office.store.work(office.now()) as work:
        ticket = tickets.get(work, ticket_id)
        if ticket is None:
            raise NotFound
        if ticket.kind != "take_down":
            raise IllegalStep("kind")
        close(office, work, ticket)
        text = render("reply/taken_down", replies.language_of(work, ticket), reference=ticket.reference)
        way = replies.tell(office, work, ticket, text)
        tickets.add_step(work, ticket, "confirm_take_down", by)
        work.note("ticket.taken_down", by, ticket=ticket.id, way=way)
    post.send_soon(office)
    return way


def carry_out_erasure(
    office: Office, ticket_id: str, by: str, invoiced_in: int | None = None
) -> ErasureReport:
    """Erase the person of an erasure request. Holds stay, each under its own key, and are named with their last day.

    invoiced_in: the year of the last invoice, where there is one that no hold was registered for; it gets one first.

    In two transactions. The first renders the reply while the address is readable and keeps it, held, under a key of
    its own. The second destroys the key, erases, and lets the reply go. A crash in between loses nothing: the act is
    done again, and if the key was gone already, the reply that was kept is the one that goes.

    Raises NotFound, IllegalStep ("kind", "identity", "state").
    """
    with office.store.work(office.now()) as work:
        ticket, request = _request_of(work, ticket_id, ("erasure",))
        _must_be_sure(office, request)
        _may_end(request, "fulfil")
        if invoiced_in is not None and not work.is_erased(request.person_id):
            holds.add_invoice(office, work, request.person_id, invoiced_in, by)
        told = _prepare_farewell(office, work, ticket, request)
    with office.store.work(office.now()) as work:
        ticket, request = _request_of(work, ticket_id, ("erasure",))
        stays = held(office, work, request.person_id)
        _end(office, work, ticket, request, "fulfil_partly" if stays else "fulfil")
        tickets.add_step(work, ticket, "carry_out_erasure", by)
        talk = ticket.conversation_id
        erased = erase_person(office, work, request.person_id, by=by, farewell_in=talk)
        replies.farewell(office, work, talk, told["text"])
        mail = mails.by_once(work, _farewell_name(request))
        if mail is not None:
            mail.next_try_at = work.at
        number = certify(
            office, work, request.person_id, erased, stays, reference=request.reference, number=told["number"]
        )
        work.note("request.erasure_done", by, request=request.id, receipt=number, stays=len(stays))
    post.send_soon(office)
    return ErasureReport(erased.destroyed, stays, erased.backups_until, number)


def _prepare_farewell(office: Office, work: Work, ticket: tables.Ticket, request: tables.Request) -> Told:
    """Render the reply and keep it, held, while the person is readable; afterwards return what was kept."""
    name = _farewell_name(request)
    if work.is_erased(request.person_id):
        return done.result(work, name, "erasure.prepare") or {"number": new_number(work), "text": ""}
    person = people.get(work, request.person_id)
    language = replies.language_of(work, ticket)
    number = new_number(work)
    stays = [_said(stay, language) for stay in held(office, work, person.id)]
    text = render(
        "reply/erased",
        language,
        reference=request.reference,
        stays=stays,
        backups=long_date(backups_until(office, work), language),
        number=number,
        **_complaint(office),
    )
    old = mails.by_once(work, name)
    if old is not None:
        mails.remove(work, old.id)
        work.data.flush()
    to = person.record.get("email")
    if to:
        mail = post.write(office, "erased", language, str(to), reference=request.reference, text=text)
        post.keep(office, work, mail, subject=None, once=name, held=True)
    done.replace(work, name, "erasure.prepare", {"number": number, "text": text})
    return {"number": number, "text": text}


def _said(stay: Stay, language: Language) -> dict[str, str | None]:
    what, why = (stay.what_nl, stay.why_nl) if language == "nl" else (stay.what_en, stay.why_en)
    return {"what": what, "why": why, "until": long_date(stay.until, language) if stay.until else None}


def _farewell_name(request: tables.Request) -> str:
    return f"farewell:{request.id}"


def _refusal(office: Office, request: tables.Request, reason: str, language: Language) -> str:
    facts = _complaint(office) | {"reference": request.reference, "reason": reason.strip()}
    return render("reply/refused", language, **facts)


def _complaint(office: Office) -> dict[str, Any]:
    """Where a person can go who disagrees: the authority and the court (article 12(4) GDPR)."""
    authority = office.pack.authority
    return {"authority": authority.name, "authority_site": authority.website}


def _request_of(
    work: Work, ticket_id: str, kinds: tuple[Kind, ...] | None = None
) -> tuple[tables.Ticket, tables.Request]:
    ticket = tickets.get(work, ticket_id)
    if ticket is None:
        raise NotFound
    request = requests.get(work, ticket.request_id) if ticket.request_id else None
    if request is None or (kinds is not None and request.kind not in kinds):
        raise IllegalStep("kind")
    return ticket, request


def _must_be_sure(office: Office, request: tables.Request) -> None:
    if not identity_enough(office, request):
        raise IllegalStep("identity")


def _may_end(request: tables.Request, step: RequestStep) -> None:
    REQUEST.after(cast(RequestState, request.state), step)


def _end(
    office: Office, work: Work, ticket: tables.Ticket, request: tables.Request, step: RequestStep
) -> None:
    request.state = REQUEST.after(cast(RequestState, request.state), step)
    close(office, work, ticket, request)
