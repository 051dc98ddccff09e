"""A value that was replaced opens no more, wherever a crash came; and what was kept always opens."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from store import accounts, conversations, people, requests, revisions, tables, tickets
from store.database import Store, open_store
from store.engines import writing
from store.keyring import Keyring
from store.sealing import SealError
from store.settling import settle
from store.tables import SubjectKey
from store.terms import Ground
from store.work import Work
from tests.store.conftest import sqlite_urls

GROUND = Ground("guidance", "contract")
NOOR = {"name": "Noor", "email": "noor@example.nl"}


def _person(store: Store, now: datetime) -> str:
    with store.work(now) as work:
        return people.add(work, NOOR, source="desk", purpose="guidance", legal_basis="contract")


def _record(store: Store, person: str) -> bytes:
    with store.read() as reading:
        blob = reading.data.get_one(tables.Person, person).record
    assert blob is not None
    return blob


def _put_back(store: Store, table: str, column: str, row: str, blob: bytes) -> None:
    """What an attacker does who can write to data.db."""
    with writing(store.data_engine).begin() as connection:
        statement = f"UPDATE {table} SET {column} = :blob WHERE id = :row"
        connection.execute(text(statement), {"blob": blob, "row": row})


def _name(store: Store, person: str) -> str:
    with store.read() as reading:
        return str(people.get(reading, person).record["name"])


def test_an_older_record_put_back_in_its_own_place_does_not_open(store: Store, now: datetime) -> None:
    person = _person(store, now)
    older = _record(store, person)
    with store.work(now) as work:
        people.save(work, person, NOOR | {"name": "Noor van Dam"})
    assert _name(store, person) == "Noor van Dam"
    _put_back(store, "person", "record", person, older)
    with pytest.raises(SealError):
        _name(store, person)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=6), data=st.data())
def test_of_all_values_that_ever_stood_in_a_place_only_the_last_opens(
    sqlite_store: Store, now: datetime, names: list[str], data: st.DataObject
) -> None:
    person = _person(sqlite_store, now)
    stood = [_record(sqlite_store, person)]
    for name in names:
        with sqlite_store.work(now) as work:
            people.save(work, person, {"name": name})
        stood.append(_record(sqlite_store, person))
    assert _name(sqlite_store, person) == names[-1]
    _put_back(sqlite_store, "person", "record", person, data.draw(st.sampled_from(stood[:-1])))
    with pytest.raises(SealError):
        _name(sqlite_store, person)


def _save_state(work: Work, row: str) -> None:
    conversations.save_state(work, work.data.get_one(tables.Conversation, row), {"offered": ["b"]})


def _save_reason(work: Work, row: str) -> None:
    requests.set_reason(work, work.data.get_one(tables.Request, row), "een andere reden")


def _renew_factor(work: Work, row: str) -> None:
    accounts.set_second_factor(work, row, "ANDER", ["d"])


def _conversation(work: Work) -> str:
    return conversations.add(
        work, token_hash=None, channel="web", language="nl", ground=GROUND, expires_at=work.at, chat=None
    ).id


def _request(work: Work) -> str:
    person = people.add(work, NOOR, source="desk", purpose="guidance", legal_basis="contract")
    today = work.at.date()
    row = requests.add(
        work,
        "R-7K2M",
        person,
        None,
        "access",
        state="received",
        identity="none",
        promised=today,
        legal=today,
        detail=None,
        ground=GROUND,
    )
    requests.set_reason(work, row, "een reden")
    return row.id


def _account(work: Work) -> str:
    account = accounts.invite(work, "owner", "a" * 64, work.at)
    accounts.activate(work, account, name="Eva", passphrase_hash="x", totp_secret="GEHEIM", recovery=["c"])
    return account


@pytest.mark.parametrize(
    ("table", "column", "make", "change"),
    [
        ("conversation", "state", _conversation, _save_state),
        ("request", "reason", _request, _save_reason),
        ("account", "record", _account, _renew_factor),
        ("account", "totp", _account, _renew_factor),
    ],
)
def test_everything_that_is_replaced_in_place_stays_shut_afterwards(
    sqlite_store: Store,
    now: datetime,
    table: str,
    column: str,
    make: Callable[[Work], str],
    change: Callable[[Work, str], None],
) -> None:
    with sqlite_store.work(now) as work:
        row = make(work)
    older = _blob(sqlite_store, table, column, row)
    with sqlite_store.work(now) as work:
        change(work, row)
    with sqlite_store.read() as reading:
        subject = row if table != "request" else reading.data.get_one(tables.Request, row).person_id
        reading.open(subject, table, column, row, _blob(sqlite_store, table, column, row))
    _put_back(sqlite_store, table, column, row, older)
    with sqlite_store.read() as reading, pytest.raises(SealError):
        reading.open(subject, table, column, row, older)


def _blob(store: Store, table: str, column: str, row: str) -> bytes:
    with store.data_engine.connect() as connection:
        blob = connection.scalar(text(f"SELECT {column} FROM {table} WHERE id = :row"), {"row": row})
    return bytes(blob)


def test_a_ticket_that_moved_to_another_person_opens_for_that_person_only(
    sqlite_store: Store, now: datetime
) -> None:
    claim, person = _person(sqlite_store, now), _person(sqlite_store, now)
    with sqlite_store.work(now) as work:
        ticket = tickets.add(
            work, "T-7K2M", "question", {"text": "een vraag"}, person=claim, ground=GROUND
        ).id
    with sqlite_store.work(now) as work:
        tickets.move(work, work.data.get_one(tables.Ticket, ticket), person)
    with sqlite_store.read() as reading:
        assert tickets.body(reading, reading.data.get_one(tables.Ticket, ticket)) == {"text": "een vraag"}


@pytest.mark.parametrize("moment", ["before the records", "before the cut"])
def test_a_crash_between_the_commits_locks_nobody_out(
    keyring: Keyring, tmp_path: Path, now: datetime, moment: str
) -> None:
    store = open_store(*sqlite_urls(tmp_path), keyring, tmp_path)
    person = _person(store, now)
    older = _record(store, person)
    store.close()
    child = os.fork()
    if child == 0:
        _die_while_saving(keyring, tmp_path, now, person, moment)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    store = open_store(*sqlite_urls(tmp_path), keyring, tmp_path)
    assert _name(store, person) == ("Noor" if moment == "before the records" else "Nieuw")
    for name in ("Weer", "Nog eens"):
        with store.work(now) as work:
            people.save(work, person, {"name": name})
        assert _name(store, person) == name
    _put_back(store, "person", "record", person, older)
    with pytest.raises(SealError):
        _name(store, person)
    store.close()


def _die_while_saving(keyring: Keyring, home: Path, now: datetime, person: str, moment: str) -> None:
    store = open_store(*sqlite_urls(home), keyring, home)
    commits = {"before the records": (store.data_engine, 1), "before the cut": (store.keys_engine, 2)}
    engine, number = commits[moment]
    seen = 0

    @event.listens_for(engine, "commit")
    def _die(_connection: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os._exit(9)

    with store.work(now) as work:
        people.save(work, person, {"name": "Nieuw"})
    os._exit(0)


def test_who_was_reading_while_a_record_was_replaced_sees_the_new_one(store: Store, now: datetime) -> None:
    person = _person(store, now)
    with store.read() as reading:
        row = reading.data.get_one(tables.Person, person)  # the reading stands at this state
        other = Thread(target=_save, args=(store, person, now))
        other.start()
        other.join()
        assert row.record is not None
        assert reading.open(person, "person", "record", person, row.record)["name"] == "Later"


def _save(store: Store, person: str, now: datetime) -> None:
    with store.work(now) as work:
        people.save(work, person, {"name": "Later"})


def test_a_work_that_is_undone_leaves_the_value_open(store: Store, now: datetime) -> None:
    person = _person(store, now)
    with pytest.raises(LookupError):
        _save_and_fall(store, person, now)
    assert _name(store, person) == "Noor"


def _save_and_fall(store: Store, person: str, now: datetime) -> None:
    with store.work(now) as work:
        people.save(work, person, {"name": "Nooit"})
        raise LookupError


def test_the_list_holds_one_revision_once_the_value_is_kept(store: Store, now: datetime) -> None:
    person = _person(store, now)
    for name in ("a", "b", "c"):
        with store.work(now) as work:
            people.save(work, person, {"name": name})
            people.save(work, person, {"name": name * 2})
    with store.read() as reading:
        kept = revisions.read(reading.keys.get_one(SubjectKey, person).revisions)
    assert kept == {f"person.record.{person}": [6]}


def test_after_a_restore_of_two_moments_what_stands_there_opens_and_nothing_else(
    sqlite_store: Store, now: datetime
) -> None:
    person = _person(sqlite_store, now)
    stood = []
    for name in ("a", "b", "c"):
        with sqlite_store.work(now) as work:
            people.save(work, person, {"name": name})
        stood.append(_record(sqlite_store, person))
    _put_back(sqlite_store, "person", "record", person, stood[1])
    assert settle(sqlite_store, now) == 1
    assert _name(sqlite_store, person) == "b"
    _put_back(sqlite_store, "person", "record", person, stood[2])
    with pytest.raises(SealError):
        _name(sqlite_store, person)
