"""SQLite is opened so that what is deleted is gone, what was told is on disk, and others can't read along."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from store import people
from store.database import Store
from store.tables import BlindIndex, Person, SubjectKey
from store.work import Work


def _pragma(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.scalar(text(f"PRAGMA {name}"))


@pytest.mark.parametrize("name", ["secure_delete", "foreign_keys"])
def test_every_connection_overwrites_what_it_deletes_and_checks_references(
    sqlite_store: Store, name: str
) -> None:
    for engine in (sqlite_store.data_engine, sqlite_store.keys_engine):
        with engine.connect() as one, engine.connect() as other:
            assert [connection.scalar(text(f"PRAGMA {name}")) for connection in (one, other)] == [1, 1]


def test_the_keys_keep_no_log_and_the_records_let_readers_go_on(sqlite_store: Store) -> None:
    assert _pragma(sqlite_store.keys_engine, "journal_mode") == "delete"
    assert _pragma(sqlite_store.data_engine, "journal_mode") == "wal"


def test_commits_are_on_disk_before_anyone_is_told(sqlite_store: Store) -> None:
    full = 2
    assert _pragma(sqlite_store.keys_engine, "synchronous") == full
    assert _pragma(sqlite_store.data_engine, "synchronous") == full


def test_connections_wait_for_each_other(sqlite_store: Store) -> None:
    assert _pragma(sqlite_store.keys_engine, "busy_timeout") == 15000


def test_the_files_are_readable_by_their_owner_only(
    sqlite_store: Store, now: datetime, tmp_path: Path
) -> None:
    with sqlite_store.work(now) as work:
        people.add(work, {}, source="desk", purpose="contact", legal_basis="consent")
        work.note("person.registered", "coach")
        work.data.flush()
        work.keys.flush()
        files = [path for path in tmp_path.iterdir() if path.is_file()]
        assert {path.name for path in files} >= {"data.db", "data.db-wal", "keys.db", "keys.db-journal"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.obligation(75)
def test_a_destroyed_key_and_its_look_ups_are_in_no_file_of_the_keys(
    sqlite_store: Store, now: datetime, tmp_path: Path
) -> None:
    with sqlite_store.work(now) as work:
        others = [_add(work, f"ander{number}@example.nl") for number in range(40)]
        person = _add(work, "noor@example.nl")
        others += [_add(work, f"nog{number}@example.nl") for number in range(40)]
    with sqlite_store.read() as reading:
        key = reading.keys.get(SubjectKey, person)
        look_up = reading.keys.exec(select(BlindIndex).where(col(BlindIndex.subject) == person)).one()
        assert key is not None
        wrapped, digest = key.wrapped, look_up.digest
        assert wrapped is not None
    assert _found(tmp_path, wrapped) == _found(tmp_path, digest) == ["keys.db"]  # so it would be seen

    with sqlite_store.work(now) as work:
        work.destroy(person)

    assert _found(tmp_path, wrapped) == _found(tmp_path, digest) == []
    with sqlite_store.read() as reading:
        assert all(people.get(reading, other).state == "active" for other in others)


@pytest.mark.parametrize(("secure", "left"), [("OFF", ["keys.db"]), ("ON", [])])
def test_only_with_secure_delete_is_a_deleted_key_gone(
    sqlite_store: Store, now: datetime, tmp_path: Path, secure: str, left: list[str]
) -> None:
    """Shows that the test above can fail: without the pragma a deleted key stays in the file."""
    with sqlite_store.work(now) as work:
        person, _other = work.new_subject("person"), work.new_subject("person")
        row = work.keys.get(SubjectKey, person)
        assert row is not None
        wrapped = row.wrapped
        assert wrapped is not None
    with sqlite_store.work(now) as work:
        work.keys.execute(text(f"PRAGMA secure_delete = {secure}"))
        work.keys.delete(work.keys.get(SubjectKey, person))
    assert _found(tmp_path, wrapped) == left


@pytest.mark.obligation(75)
def test_what_stays_in_the_records_file_opens_no_more(
    sqlite_store: Store, now: datetime, tmp_path: Path
) -> None:
    with sqlite_store.work(now) as work:
        person = _add(work, "noor@example.nl")
        row = work.data.get(Person, person)
        assert row is not None
        sealed = row.record
        assert sealed is not None
    with sqlite_store.work(now) as work:
        people.erase(work, person)
    for name in ("Noor", "noor@example.nl"):
        assert _found(tmp_path, name.encode()) == []
    with sqlite_store.read() as reading:
        keys = reading.keys.exec(select(SubjectKey)).all()
        assert [key.wrapped for key in keys] == [
            None
        ]  # the sealed bytes may linger in a log; no key is left to open them


def _add(work: Work, email: str) -> str:
    return people.add(
        work,
        {"name": "Noor", "email": email},
        source="desk",
        purpose="contact",
        legal_basis="consent",
    )


def _found(folder: Path, needle: bytes) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes())


def test_who_only_reads_can_not_change_the_keys(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = work.new_subject("person")
    with pytest.raises(DBAPIError), store.read() as reading:
        reading.keys.execute(text("UPDATE subject_key SET wrapped = NULL"))
    with store.read() as reading:
        assert not reading.is_erased(person)
        assert reading.keys.get_one(SubjectKey, person).wrapped is not None


def test_who_reads_the_keys_keeps_no_writer_waiting(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = work.new_subject("person")
    with store.read() as reading:
        assert not reading.is_erased(person)
        erasing = Thread(target=_erase, args=(store, person, now))
        erasing.start()
        erasing.join()
        assert reading.is_erased(person)  # and sees the keys as they are now


def _erase(store: Store, person: str, now: datetime) -> None:
    with store.work(now) as work:
        work.destroy(person)
