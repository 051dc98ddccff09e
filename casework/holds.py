"""Holds: reasons that erasure must wait, and exactly what must stay for them.

A hold seals the least that it needs under a key of its own (docs/decisions/0020-holds-have-their-own-key.md). So a person can be
erased at once and in full, while an invoice that the law wants kept stays readable until its own last day, and not a
day longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal, cast

from casework import grounds, people
from casework.clocks import day_in_amsterdam
from casework.errors import NotFound
from casework.office import Office
from casework.once import once_only
from store import holds
from store.work import Reading, Work

Kind = Literal["fiscal", "dispute"]


@dataclass(frozen=True, slots=True)
class HoldView:
    """One hold: what is kept and until when (None: as long as its cause lasts)."""

    id: str
    kind: Kind
    since: date
    until: date | None
    note: str


def add(
    office: Office,
    person: str,
    kind: Kind,
    until: date | None,
    note: str,
    by: str,
    once: str | None = None,
) -> str:
    """Register that something about a person must be kept, and what. Returns the hold's id.

    A fiscal hold keeps the person's name with the note, since the law wants to know whose invoice it is (article 52
    AWR); a dispute keeps the note alone. Without `until` a fiscal hold lasts the pack's years from today.

    Raises NotFound: there is no such person.
    """

    with office.store.work(office.now()) as work:
        add_hold = partial(_add, office, work, person, kind, until, note, by)
        return str(once_only(work, once, "hold.add", lambda: {"hold": add_hold()})["hold"])


def add_invoice(office: Office, work: Work, person: str, year: int, by: str) -> None:
    """Register the invoices up to and including a year, within another act; once a person has a fiscal hold, nothing.

    The duty runs from the end of the year of the last invoice (article 52 AWR).
    """
    if not has_invoice(work, person):
        until = office.pack.hold("fiscal").until(date(year, 12, 31))
        _add(office, work, person, "fiscal", until, f"Factuur {year}", by)
        work.data.flush()


def has_invoice(reading: Reading, person: str) -> bool:
    """Tell whether a fiscal hold is registered for a person."""
    return any(row.kind == "fiscal" for row in holds.of_person(reading, person))


def _add(office: Office, work: Work, person: str, kind: Kind, until: date | None, note: str, by: str) -> str:
    found = people.get(work, person)
    today = day_in_amsterdam(work.at)
    kept = {"note": note} | ({"name": str(found.record.get("name", ""))} if kind == "fiscal" else {})
    last = until or office.pack.hold(kind).until(today)
    hold = holds.add(work, person, kind, today, last, kept, ground=grounds.hold(kind))
    work.note("hold.added", by, person=person, hold=hold.id, kind=kind)
    return hold.id


def lift(office: Office, hold: str, by: str) -> None:
    """End a hold whose cause is over; what it kept is erased. Raises NotFound."""
    with office.store.work(office.now()) as work:
        row = holds.get(work, hold)
        if row is None:
            raise NotFound
        work.note("hold.lifted", by, person=row.person_id, hold=row.id)
        holds.remove(work, row)


def of_person(office: Office, person: str, by: str) -> tuple[HoldView, ...]:
    """Return a person's holds, the oldest first. Whoever opens what they keep is in the audit log."""
    with office.store.work(office.now()) as work:
        found = views(work, person)
        if found:
            work.note("hold.read", by, person=person, count=len(found))
        return found


def views(reading: Reading, person: str) -> tuple[HoldView, ...]:
    """As `of_person`, within another act."""
    return tuple(
        HoldView(
            id=row.id,
            kind=cast(Kind, row.kind),
            since=row.since,
            until=row.until,
            note=str(holds.note(reading, row).get("note", "")),
        )
        for row in holds.of_person(reading, person)
    )


def expire(work: Work, today: date) -> int:
    """Erase the holds whose last day has passed. Returns how many."""
    over = holds.over(work, today)
    for row in over:
        holds.remove(work, row)
    return len(over)
