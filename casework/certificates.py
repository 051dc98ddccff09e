"""The certificate of an erasure, and erasing by hand: what was destroyed, what stays and why, from when no backup brings it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from casework import receipts
from casework.erasure import Erased, erase_person
from casework.errors import NotFound
from casework.office import Office
from casework.requests import Stay, held
from casework.states import REQUEST, TICKET, RequestState, RequestStep, TicketState
from store import consents, requests, tables, tickets
from store import exports as store_exports
from store.work import Work


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an erasure would meet, in counts. erased: the key is gone already; doing it again finishes what is left."""

    erased: bool
    counts: dict[str, int]
    open_requests: int
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """An erasure that was carried out. receipt: the number under which the certificate can be printed again."""

    receipt: str
    destroyed: dict[str, int]
    stays: tuple[Stay, ...]
    backups_until: date


def certify(
    office: Office,
    work: Work,
    person: str,
    erased: Erased,
    stays: tuple[Stay, ...],
    *,
    reference: str | None = None,
    number: str | None = None,
) -> str:
    """Sign and store the certificate within the act that erases. Returns its number."""
    return receipts.issue(
        office,
        work,
        "erasure",
        person=person,
        conversation=None,
        number=number,
        facts={
            "reference": reference,
            "backups_until": erased.backups_until.isoformat(),
            "destroyed": {what: count for what, count in erased.destroyed.items() if count},
            "stays": [
                {
                    "what_nl": stay.what_nl,
                    "what_en": stay.what_en,
                    "why_nl": stay.why_nl,
                    "why_en": stay.why_en,
                    "until": stay.until.isoformat() if stay.until else None,
                }
                for stay in stays
            ],
        },
    )


def outlook(office: Office, person: str) -> Outlook:
    """Tell what erasing this person would destroy and what would stay. Opens nothing. Raises NotFound."""
    with office.store.read() as reading:
        if reading.data.get(tables.Person, person) is None:
            raise NotFound
        asked = requests.of_person(reading, person)
        return Outlook(
            erased=reading.is_erased(person),
            counts={
                "requests": len(asked),
                "tickets": len(tickets.of_person(reading, person)),
                "consents": len(consents.of_person(reading, person)),
                "exports": len(store_exports.of_person(reading, person)),
            },
            open_requests=sum(_is_open(row) for row in asked),
            stays=held(office, reading, person),
        )


def erase(office: Office, person: str, by: str) -> Certificate:
    """Erase a person without a request of theirs at the desk. Erasure requests that were open end with it. Twice is as once.

    Nobody is written to: whoever erases tells the person. Raises NotFound.
    """
    with office.store.work(office.now()) as work:
        if work.data.get(tables.Person, person) is None:
            raise NotFound
        stays = held(office, work, person)
        _end_requests(work, person, partly=bool(stays))
        erased = erase_person(office, work, person, by=by)
        number = certify(office, work, person, erased, stays)
        work.note("person.certified", by, person=person, receipt=number, stays=len(stays))
    return Certificate(number, erased.destroyed, stays, erased.backups_until)


def _end_requests(work: Work, person: str, *, partly: bool) -> None:
    for request in requests.of_person(work, person):
        if request.kind != "erasure" or not _is_open(request):
            continue
        state = cast(RequestState, request.state)
        step: RequestStep = "fulfil_partly" if partly else "fulfil"
        if not REQUEST.allows(state, step):
            state = REQUEST.after(state, "review")
        request.state, request.closed_at = REQUEST.after(state, step), work.at
        ticket = tickets.of_request(work, request.id)
        if ticket is not None and TICKET.allows(cast(TicketState, ticket.state), "close"):
            ticket.state, ticket.closed_at = "closed", work.at


def _is_open(row: tables.Request) -> bool:
    return not REQUEST.ends_in(cast(RequestState, row.state))
