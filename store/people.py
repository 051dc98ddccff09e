"""Persons: one sealed record each, found by e-mail address or telephone number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import bindparam, delete
from sqlmodel import col, select

from store import blind_index, tables
from store.tables import SubjectKey
from store.work import Erased, Reading, Work

Record = dict[str, Any]
"""What is known of a person: "name", "email", "phone" (E.164), "contact_safely" and whatever else the pack allows."""

_AT_ONCE = 1000
_TABLE, _RECORD = "person", "record"
_ROWS = tables.DataTable.metadata.tables[_TABLE]
_NORMAL = {"email": blind_index.normal, "phone": blind_index.normal_phone}


class Person(NamedTuple):
    """One data subject with the opened record, and why and until when it is kept."""

    id: str
    record: Record
    state: str
    source: str
    purpose: str
    legal_basis: str
    created_at: datetime
    expires_at: datetime | None


_ALL = select(*(_ROWS.c[name] for name in Person._fields))
_KEPT = _ALL.where(_ROWS.c.state != "erased")
_ONE = _ALL.where(_ROWS.c.id == bindparam("id"))
_RECORDS = select(_ROWS.c.id, _ROWS.c.record).where(
    _ROWS.c.id.in_(bindparam("ids", expanding=True)), _ROWS.c.record.is_not(None)
)


class NoSuchPerson(LookupError):
    """No person has this id."""


def add(
    work: Work,
    record: Record,
    *,
    source: str,
    purpose: str,
    legal_basis: str,
    expires_at: datetime | None = None,
    state: str = "active",
) -> str:
    """Store a new person and return the id. E-mail and phone in the record make the person findable.

    Raises:
        ValueError: the phone number is not in E.164.
    """
    person = work.new_subject("person")
    work.data.add(
        tables.Person(
            id=person,
            record=work.seal(person, _TABLE, _RECORD, person, record),
            state=state,
            source=source,
            purpose=purpose,
            legal_basis=legal_basis,
            created_at=work.at,
            expires_at=expires_at,
        )
    )
    for table, column, value in _look_ups(record):
        work.index(table, column, value, person)
    return person


def get(reading: Reading, person: str) -> Person:
    """Return the person with the record opened.

    Raises:
        NoSuchPerson: there is no such person.
        Erased: the person was erased.
        KeyLost, SealError: the record does not open (see `Reading.open`).
    """
    row = reading.plain_data.execute(_ONE, {"id": person}).first()
    if row is None:
        raise NoSuchPerson
    _, sealed, *rest = row
    if sealed is None:
        raise Erased
    return Person(person, reading.open(person, _TABLE, _RECORD, person, sealed), *rest)


def save(work: Work, person: str, record: Record) -> None:
    """Replace the person's record; from now on they are found by the address and number in the new one only.

    Raises:
        NoSuchPerson, Erased, KeyLost: as `get`.
        ValueError: the phone number is not in E.164.
    """
    row = _row(work, person)
    work.reindex(person, _look_ups(record))
    row.record = work.reseal(person, _TABLE, _RECORD, person, record)


def keep_until(
    work: Work, person: str, expires_at: datetime | None, *, purpose: str, legal_basis: str
) -> None:
    """Change until when, what for and on what legal basis the person's record is kept.

    Raises:
        NoSuchPerson: there is no such person.
    """
    row = _row(work, person)
    row.expires_at, row.purpose, row.legal_basis = expires_at, purpose, legal_basis


def set_state(work: Work, person: str, state: str) -> None:
    """Set the person's state: active or restricted. Erasing is `erase`.

    Raises:
        NoSuchPerson: there is no such person.
    """
    _row(work, person).state = state


def set_source(work: Work, person: str, source: str) -> None:
    """Set how the practice came by the person: intake, desk or claim.

    Raises:
        NoSuchPerson: there is no such person.
    """
    _row(work, person).source = source


def erase(work: Work, person: str) -> None:
    """Destroy the person's key and look-ups and empty the record. The bare row stays, for what must refer to it.

    Raises:
        NoSuchPerson: there is no such person.
    """
    row = _row(work, person)
    work.destroy(person)
    row.record = None
    row.state = "erased"


def find_by_email(reading: Reading, email: str) -> list[str]:
    """Return the ids of the persons with this e-mail address. Partners may share one."""
    return _found(reading, "email", blind_index.normal(email))


def find_by_phone(reading: Reading, phone: str) -> list[str]:
    """Return the ids of the persons with this telephone number.

    Raises:
        ValueError: the number is not in E.164.
    """
    return _found(reading, "phone", blind_index.normal_phone(phone))


def everybody(reading: Reading) -> Iterator[Person]:
    """Yield all persons who were not erased, with their records opened, some hundreds at a time: memory stays flat.

    Whose key is gone already, in the midst of an erasure, is left out.

    Raises:
        KeyLost, SealError: a record does not open (see `Reading.open`).
    """
    rows = reading.plain_data.execute(_KEPT, execution_options={"yield_per": _AT_ONCE})
    for some in rows.partitions():
        records = reading.open_own(_TABLE, _RECORD, ((row[0], row[1]) for row in some))
        for (id_, _, *rest), record in zip(some, records, strict=True):
            if record is not None:
                yield Person(id_, record, *rest)


def find_claims(reading: Reading, kind: Literal["email", "phone"], value: str) -> list[str]:
    """Return the ids of those who say that this e-mail address, or telephone number in E.164, is theirs: unproven."""
    return _found(reading, f"claimed_{kind}", _NORMAL[kind](value))


def all_ids(reading: Reading) -> list[str]:
    """Return the ids of all persons who were not erased, oldest first."""
    rows = select(tables.Person.id).where(tables.Person.state != "erased")
    return list(reading.data.exec(rows.order_by(col(tables.Person.created_at), col(tables.Person.id))))


def cut_off(reading: Reading) -> list[str]:
    """Return the ids of the persons whose key was destroyed while their rows were left: a crash, or a restore."""
    destroyed = select(SubjectKey.subject).where(
        SubjectKey.kind == "person", col(SubjectKey.erased_at).is_not(None)
    )
    ids = list(reading.keys.exec(destroyed))
    left: list[str] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = col(tables.Person.id).in_(ids[start : start + _AT_ONCE])
        left += reading.data.exec(select(tables.Person.id).where(tables.Person.state != "erased", some))
    return left


def over(reading: Reading, now: datetime) -> list[str]:
    """Return the ids of the persons whose term has ended."""
    rows = select(tables.Person.id).where(
        tables.Person.state != "erased", col(tables.Person.expires_at) <= now
    )
    return list(reading.data.exec(rows.order_by(col(tables.Person.id))))


def of_source(reading: Reading, source: str) -> list[str]:
    """Return the ids of the persons without a term who came in this way and were not erased."""
    rows = select(tables.Person.id).where(
        tables.Person.state != "erased",
        tables.Person.source == source,
        col(tables.Person.expires_at).is_(None),
    )
    return list(reading.data.exec(rows.order_by(col(tables.Person.id))))


def remove_bare(work: Work) -> int:
    """Delete the bare rows of erased persons to which nothing refers any more. Returns how many."""
    person = tables.Person
    referring = (tables.Consent, tables.Request, tables.Ticket, tables.Hold, tables.Export)
    none = [~select(table.person_id).where(table.person_id == person.id).exists() for table in referring]
    return work.data.exec(delete(person).where(col(person.state) == "erased", *none)).rowcount


def _row(reading: Reading, person: str) -> tables.Person:
    row = reading.data.get(tables.Person, person)
    if row is None:
        raise NoSuchPerson
    return row


def _look_ups(record: Record) -> list[tuple[str, str, str]]:
    """Under what a person with this record is found: (table, column, normalised value). Claims are look-ups apart."""
    return [
        (_TABLE, f"{claimed}{kind}", normal(str(value)))
        for kind, normal in _NORMAL.items()
        for claimed in ("", "claimed_")
        if (value := record.get(f"{claimed}{kind}"))
    ]


def _found(reading: Reading, column: str, value: str) -> list[str]:
    """Look up, and keep whose record says so: after a crash the look-ups may be ahead of the records, or behind."""
    ids = reading.find(_TABLE, column, value)
    rows = reading.plain_data.execute(_RECORDS, {"ids": ids}) if ids else ()
    sealed = {row.id: row.record for row in rows}
    return [
        person
        for person in ids
        if person in sealed
        and (_TABLE, column, value)
        in _look_ups(reading.open(person, _TABLE, _RECORD, person, sealed[person]))
    ]
