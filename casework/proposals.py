"""Proposals: persons whose term is over and whom the coach is asked about, as tickets of the kind "retention".

The pack says whether the job erases clients by itself (`retention: carry_out`) or asks (`propose`). An intake or a claim
goes by itself in either case, since its person was told the day. Who has a fiscal hold is always asked about: the invoice
stays under its own key whatever the answer, and the rest may not stay for the invoice's sake (obligation 49).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, cast

from casework import closing
from casework.clocks import day_in_amsterdam
from casework.erasure import Erased, erase_person
from casework.errors import IllegalStep, NotFound
from casework.grounds import guidance
from casework.office import Office
from casework.promises import answer_by
from casework.references import new_reference
from casework.states import REQUEST, RequestState
from casework.words import long_date
from store import holds, people, requests, tickets
from store.work import Reading, Work

KIND = "retention"
Verdict = Literal["erase", "propose", "request", "hold", "stay"]
"""What follows for a person: the job's two outcomes, what holds it back, or no term that is over."""

_AGAIN = timedelta(days=30)
"""A coach who closed a proposal without erasing is asked again after so long."""


def judge(office: Office, reading: Reading, person: str, now: datetime) -> Verdict:
    """Tell what the job does at this moment about a person whose row doesn't say that they were erased."""
    if reading.is_erased(person):
        return "erase"  # an erasure that a crash cut off: the key is gone, and the rest follows
    found = people.get(reading, person)
    if any(not REQUEST.ends_in(cast(RequestState, row.state)) for row in requests.of_person(reading, person)):
        return "request"
    own = tickets.of_person(reading, person)
    over = found.expires_at <= now if found.expires_at else all(row.body is None for row in own)
    if not over or (found.expires_at is None and found.source != "claim"):
        return "stay"
    kinds = {row.kind for row in holds.of_person(reading, person)}
    if kinds - {"fiscal"}:
        return "hold"
    asks = office.pack.retention == "propose" and found.source == "desk"
    return "propose" if kinds or asks else "erase"


def propose(office: Office, work: Work, person: str) -> None:
    """Put a person whose term is over before the coach, unless that was done lately. Within an act."""
    asked = [row for row in tickets.of_person(work, person) if row.kind == KIND]
    if any(row.closed_at is None or row.closed_at > work.at - _AGAIN for row in asked):
        return
    ended = people.get(work, person).expires_at or work.at
    last_day = long_date(day_in_amsterdam(ended - timedelta(seconds=1)), "nl")
    ticket = tickets.add(
        work,
        new_reference(work),
        KIND,
        {
            "text": f"De bewaartermijn van deze persoon liep tot en met {last_day}. Wis de gegevens, of leg vast waarom ze blijven."
        },
        person=person,
        ground=guidance(office.pack),
        promised=answer_by(work.at),
    )
    tickets.add_step(work, ticket, "received", "balie")
    work.note("retention.proposed", "system", ticket=ticket.id, person=person)


def carry_out_retention(office: Office, ticket_id: str, by: str) -> Erased:
    """Erase the person of a proposal. Holds stay, each under its own key.

    Raises:
        NotFound: there is no such ticket, or its person was erased meanwhile.
        IllegalStep: it is no proposal ("kind"), was closed ("state"), or the person has a term, an open request or a
            dispute by now ("term").
    """
    with office.store.work(office.now()) as work:
        ticket = tickets.get(work, ticket_id)
        if ticket is None or ticket.person_id is None:
            raise NotFound
        if ticket.kind != KIND:
            raise IllegalStep("kind")
        closing.close(office, work, ticket)
        if judge(office, work, ticket.person_id, work.at) not in ("erase", "propose"):
            raise IllegalStep("term")
        tickets.add_step(work, ticket, "carry_out_retention", by)
        return erase_person(office, work, ticket.person_id, by=by)
