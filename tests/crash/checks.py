"""What must hold after any crash: the store is sound, what was told is there, and nothing is there twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlmodel import SQLModel, select

from casework.office import Office
from store import audit_check, consents, conversations, heads, holds, mails, people, requests, tickets
from store.database import Store
from store.migrate import Database, configuration, version_of
from store.tables import (
    Consent,
    Conversation,
    Delivery,
    Export,
    Hold,
    Mail,
    Person,
    Receipt,
    Request,
    Ticket,
    Turn,
)
from store.work import Erased, Reading
from tests.crash.acts import Day, Told, letters

Row = TypeVar("Row", bound=SQLModel)


class Broken(AssertionError):
    """Something that a crash must not do. The text says what, in ids and counts."""


def sound(office: Office, told_entries: int) -> None:
    """Check everything that doesn't depend on what was told. `told_entries`: audit entries that there were before."""
    verdict = audit_check.verify(office.store)
    _must(verdict.ok, f"the audit log is wrong: {verdict}")
    _must(verdict.count >= told_entries, f"{told_entries} audit entries were kept, {verdict.count} are there")
    _whole_files(office.store)
    with office.store.read() as reading:
        for what, open_it in _sealed(reading):
            _opens(what, open_it)
        _found_by_address(reading)
    for letter in letters(office.home):
        _must(bool(letter["To"] and letter.get_content()), "a mail in the outbox is cut off")


def newest(store: Store) -> None:
    """Check that both databases are in their newest form."""
    engines: tuple[tuple[Database, Engine], ...] = (("data", store.data_engine), ("keys", store.keys_engine))
    for database, engine in engines:
        with engine.connect() as connection:
            head = ScriptDirectory.from_config(configuration(connection, database)).get_current_head()
            _must(
                version_of(connection, database) == head, f"the {database} database is not in its newest form"
            )


def there(office: Office, day: Day, told: Told) -> None:
    """Check that what the acts of the day told is there, and nothing of it twice."""
    with office.store.read() as reading:
        _told_is_there(office, reading, told)
        if "erasure" not in told:  # its files go before the key: only the record says whose they are
            _files_of_exports(office, reading)
        if "registered" in told:
            _nothing_twice(reading, told["registered"])
        wishes = [row for row in _rows(reading, Ticket) if _wish(reading, row) == day.wish]
        _must(len(wishes) <= 1, f"the intake is there {len(wishes)} times")
        _must("intake" not in told or len(wishes) == 1, "the intake that was told is not there")


def told_alike(other: list[str]) -> None:
    """Check that no act tells something else when it is asked for again."""
    _must(other == [], f"asked for again, these tell something else: {other}")


def ended(office: Office, told: Told) -> None:
    """Check the end of a day: everything happened exactly once, and the erased person is nowhere."""
    with office.store.read() as reading:
        person = told["registered"]
        proofs = Counter(row.kind for row in _of(reading, Receipt, person))
        once = {"consent_given": 1, "consent_withdrawn": 1, "request": 2, "access": 1, "erasure": 1}
        _must(proofs == once, f"the receipts are {dict(proofs)}")
        asked = Counter(row.kind for row in _of(reading, Request, person))
        _must(asked == {"access": 1, "erasure": 1}, f"the requests are {dict(asked)}")
        _must(reading.is_erased(person), "the person was not erased")
        _must(_of(reading, Consent, person) == [], "consents of the erased person are there")
        _must(len(_of(reading, Hold, person)) == 1, "the hold is not there once")
        _must(_of(reading, Export, person) == [], "exports of the erased person are there")
        row = reading.data.get(Person, person)
        _must(
            row is not None and row.record is None and row.state == "erased",
            "the person's row was not emptied",
        )


def _told_is_there(office: Office, reading: Reading, told: Told) -> None:
    gone = "registered" in told and reading.is_erased(told["registered"])
    expected: dict[str, Callable[[], object]] = {
        "registered": lambda: reading.data.get(Person, told["registered"]),
        "talk": lambda: reading.data.get(Conversation, told["talk"]) or reading.is_erased(told["talk"]),
        "intake": lambda: tickets.by_reference(reading, told["intake"]["reference"]),
        "hold": lambda: reading.data.get(Hold, told["hold"]),
        "asked": lambda: gone or reading.data.get(Consent, told["asked"]),
        "given": lambda: reading.data.get(Receipt, told["given"]),
        "withdrawn": lambda: reading.data.get(Receipt, told["withdrawn"]),
        "access": lambda: requests.by_reference(reading, told["access"]["reference"]),
        "export": lambda: "access" in {row.kind for row in _of(reading, Receipt, told["registered"])},
        "erasure": lambda: requests.by_reference(reading, told["erasure"]["reference"]),
        "erased": lambda: gone,
        "wiped": lambda: reading.is_erased(told["talk"]),
        "corrected": lambda: (
            gone or people.get(reading, told["registered"]).record["name"] == "Noor de Wit-Bos"
        ),
        "head": lambda: all(
            heads.read(path, reading.keyring) for path in (office.home / "heads").glob("*.json")
        ),
    }
    for name in told.keys() & expected.keys():
        _must(bool(expected[name]()), f"'{name}' was told and is not there")


def _nothing_twice(reading: Reading, person: str) -> None:
    for table in (Request, Receipt):
        kinds = Counter(str(row.model_dump()["kind"]) for row in _of(reading, table, person))
        del kinds["request"]  # a receipt for each request
        _must(all(count == 1 for count in kinds.values()), f"{table.__tablename__}: {dict(kinds)}")
    _must(len(_of(reading, Hold, person)) <= 1, "a hold is there twice")
    _must(len(_of(reading, Consent, person)) <= 1, "a consent is there twice")
    for consent in _of(reading, Consent, person):
        events = [row.event for row in consents.events(reading, consent.id)]
        _must(len(events) == len(set(events)), f"the events of a consent are {events}")
    for ticket in _of(reading, Ticket, person):
        steps = [
            row.act
            for row in tickets.steps(reading, ticket)
            if row.act not in ("code_by_phone", "code_wanted", "mailed_unseen")
        ]
        _must(len(steps) == len(set(steps)), f"the steps of a ticket are {steps}")


def _sealed(reading: Reading) -> Iterator[tuple[str, Callable[[], object]]]:
    """Everything that is sealed, each with what opens it."""
    for person in _rows(reading, Person):
        if person.record is not None:
            yield "person", partial(people.get, reading, person.id)
    for talk in _rows(reading, Conversation):
        yield "conversation", partial(conversations.state, reading, talk)
    for turn in _rows(reading, Turn):
        yield "turn", partial(conversations.reply, reading, turn)
    for delivery in _rows(reading, Delivery):
        yield "delivery", partial(conversations.delivered, reading, delivery)
    for consent in _rows(reading, Consent):
        yield "consent", partial(consents.record, reading, consent)
    for request in _rows(reading, Request):
        yield "request", partial(requests.detail, reading, request)
        yield "request", partial(requests.reason, reading, request)
    for ticket in _rows(reading, Ticket):
        yield "ticket", partial(tickets.body, reading, ticket)
        for step in tickets.steps(reading, ticket):
            yield "step of a ticket", partial(tickets.note, reading, ticket, step)
    for hold in _rows(reading, Hold):
        yield "hold", partial(holds.note, reading, hold)
    for mail in _rows(reading, Mail):
        yield "mail", partial(mails.open_message, reading, mail)


def _opens(what: str, open_it: Callable[[], object]) -> None:
    try:
        open_it()
    except Erased:
        pass  # its key was destroyed on purpose
    except Exception as problem:
        raise Broken(f"a {what} does not open: {type(problem).__name__}") from problem


def _found_by_address(reading: Reading) -> None:
    for person in people.everybody(reading):
        if address := person.record.get("email"):
            _must(
                person.id in people.find_by_email(reading, address), "a person is not found by their address"
            )


def _files_of_exports(office: Office, reading: Reading) -> None:
    for export in _rows(reading, Export):
        if reading.is_erased(export.person_id):
            continue
        content = (office.home / "exports" / export.file).read_bytes()
        _must(
            hashlib.sha256(content).hexdigest() == export.sha256,
            "the file of an export is not what was registered",
        )


def _whole_files(store: Store) -> None:
    if store.data_engine.dialect.name != "sqlite":
        return
    for engine in (store.data_engine, store.keys_engine):
        with engine.connect() as connection:
            _must(connection.scalar(text("PRAGMA integrity_check")) == "ok", "a database file is damaged")
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            _must(broken == [], f"{len(broken)} references lead nowhere")


def _wish(reading: Reading, row: Ticket) -> str | None:
    return tickets.body(reading, row).get("question") if row.kind == "intake" else None


def _rows(reading: Reading, table: type[Row]) -> list[Row]:
    return list(reading.data.exec(select(table)).all())


def _of(reading: Reading, table: type[Row], person: str) -> list[Row]:
    return [row for row in _rows(reading, table) if row.person_id == person]  # type: ignore[attr-defined]  # tables with persons


def _must(holds_true: bool, otherwise: str) -> None:
    if not holds_true:
        raise Broken(otherwise)
