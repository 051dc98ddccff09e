"""PostgreSQL goes away in the midst of it: what was acknowledged is there, what was not is told and can be done again, once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from casework import intake
from store import audit_check, engines, people
from store.database import Store
from store.tables import Person, Ticket
from store.work import Reading, Work
from tests.casework.conftest import Clock, make_office, rows, talk

NOOR = {"name": "Noor", "email": "noor@example.nl"}


def cut(engine: Engine) -> None:
    """End all connections to a database but the one that does this, as a server does that is stopped."""
    other = engines.make_engine(engine.url.render_as_string(hide_password=False), journal="WAL")
    with other.connect() as connection:
        mine = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
    other.dispose()


def register(work: Work) -> str:
    """Keep somebody, with an audit entry."""
    person = people.add(work, NOOR, source="desk", purpose="contact", legal_basis="consent")
    work.note("person.registered", "coach", person=person)
    return person


def _register_and(work: Work, then: Callable[[], None]) -> None:
    register(work)
    then()


def _read_twice(reading: Reading, person: str, between: Callable[[], None]) -> None:
    people.get(reading, person)
    between()
    people.get(reading, person)


def found(store: Store) -> list[str]:
    """Who is found by the address."""
    with store.read() as reading:
        return people.find_by_email(reading, NOOR["email"])


@pytest.mark.parametrize("which", ["data_engine", "keys_engine"])
def test_cut_in_the_midst_of_a_work_nothing_of_it_is_kept_and_it_is_told(
    postgres_store: Store, now: datetime, which: str
) -> None:
    with pytest.raises(OperationalError), postgres_store.work(now) as work:
        _register_and(work, lambda: cut(getattr(postgres_store, which)))
    assert found(postgres_store) == []
    with postgres_store.work(now) as work:
        person = register(work)
    assert found(postgres_store) == [person]
    assert audit_check.verify(postgres_store).count == 1


def test_cut_between_the_two_commits_it_is_told_and_doing_it_again_does_it_once(
    postgres_store: Store, now: datetime
) -> None:
    @event.listens_for(postgres_store.keys_engine, "commit", once=True)
    def _then(_: Connection) -> None:
        cut(postgres_store.data_engine)

    with pytest.raises(OperationalError), postgres_store.work(now) as work:
        register(work)
    assert found(postgres_store) == []
    with postgres_store.work(now) as work:
        person = register(work)
    assert found(postgres_store) == [person]
    assert audit_check.verify(postgres_store).ok


def test_cut_after_the_commit_and_before_the_answer_the_act_is_there_once(
    postgres_store: Store, tmp_path: Path
) -> None:
    office = make_office(postgres_store, tmp_path, Clock(), "release-connect")
    conversation = talk(office)

    @event.listens_for(postgres_store.data_engine, "commit", once=True)
    def _kept_and_cut(connection: Connection) -> None:
        connection.connection.driver_connection.commit()  # type: ignore[union-attr]  # it is kept
        cut(postgres_store.data_engine)
        connection.exec_driver_sql("SELECT 1")  # and the answer gets lost

    details = {"name": "Bram", "email": "bram@example.org"}
    with pytest.raises(OperationalError):
        intake.submit(office, conversation, details, True, f"{conversation}:m1")
    again = intake.submit(office, conversation, details, True, f"{conversation}:m1")
    assert [ticket.reference for ticket in rows(office, Ticket)] == [again.reference]
    assert len(rows(office, Person)) == 1


def test_a_reading_that_is_cut_is_told_and_the_next_one_reads(postgres_store: Store, now: datetime) -> None:
    with postgres_store.work(now) as work:
        person = register(work)
    with pytest.raises(OperationalError), postgres_store.read() as reading:
        _read_twice(reading, person, lambda: cut(postgres_store.data_engine))
    assert found(postgres_store) == [person]


def test_connections_that_were_cut_while_they_lay_idle_are_replaced_unnoticed(
    postgres_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres_store.work(now) as work:
        person = register(work)
    assert found(postgres_store) == [person]
    monkeypatch.setattr(engines, "IDLE_SECONDS", 0.0)
    for engine in (postgres_store.data_engine, postgres_store.keys_engine):
        cut(engine)
    assert found(postgres_store) == [person]
    with postgres_store.work(now) as work:
        work.note("person.read", "coach", person=person)
    assert audit_check.verify(postgres_store).count == 2


def test_the_writer_that_was_cut_does_not_keep_others_waiting(postgres_store: Store, now: datetime) -> None:
    told = threading.Event()

    def other() -> None:
        with postgres_store.work(now) as work:
            register(work)
        told.set()

    waiting = threading.Thread(target=other)

    def let_wait_and_cut() -> None:
        waiting.start()
        cut(postgres_store.data_engine)

    with pytest.raises(OperationalError), postgres_store.work(now) as work:
        _register_and(work, let_wait_and_cut)
    assert told.wait(10)
    waiting.join()
    assert len(found(postgres_store)) == 1
