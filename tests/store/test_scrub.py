"""Maintenance after an erasure: nothing of a destroyed key stays in the database's own files."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from store import people, scrub
from store.database import Store


def _erased(store: Store, now: datetime) -> tuple[str, bytes]:
    with store.work(now) as work:
        person = people.add(work, {"email": "noor@example.nl"}, source="desk", purpose="p", legal_basis="l")
        people.add(work, {"email": "bert@example.nl"}, source="desk", purpose="p", legal_basis="l")
    with store.keys_engine.connect() as connection:
        select = text("SELECT wrapped FROM subject_key WHERE subject = :s")
        wrapped = bytes(connection.scalar(select, {"s": person}) or b"")
    with store.work(now) as work:
        people.erase(work, person)
    return person, wrapped


def _table_file(store: Store) -> Path:
    """Where PostgreSQL keeps the keys; a server of our own on this machine lets us look."""
    with store.keys_engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = connection.scalar(text("SELECT current_setting('data_directory')"))
        return Path(str(folder)) / str(connection.scalar(text("SELECT pg_relation_filepath('subject_key')")))


def test_the_rewritten_table_holds_no_dead_key_and_everything_else_works(store: Store, now: datetime) -> None:
    _, wrapped = _erased(store, now)
    scrub.scrub(store)
    with store.read() as reading:
        assert len(people.find_by_email(reading, "bert@example.nl")) == 1
        assert people.find_by_email(reading, "noor@example.nl") == []
    if store.keys_engine.dialect.name == "sqlite":
        raw = (store.home / "keys.db").read_bytes() + (store.home / "data.db-wal").read_bytes()
        assert wrapped not in raw
    else:
        assert wrapped not in _table_file(store).read_bytes()


def test_a_transaction_that_is_still_open_does_not_let_a_dead_key_stay(store: Store, now: datetime) -> None:
    if store.keys_engine.dialect.name == "sqlite":
        return  # SQLite overwrites the key at once
    older = store.keys_engine.connect()
    older.execute(text("SELECT txid_current()"))
    _, wrapped = _erased(store, now)
    threading.Timer(1.0, older.close).start()

    scrub.scrub(store)

    assert wrapped not in _table_file(store).read_bytes()


def test_on_postgresql_a_dead_row_stays_in_the_file_until_then(store: Store, now: datetime) -> None:
    """Why the maintenance is there. On SQLite the key is overwritten at once."""
    _, wrapped = _erased(store, now)
    if store.keys_engine.dialect.name == "postgresql":
        assert wrapped in _table_file(store).read_bytes()
    else:
        assert wrapped not in (store.home / "keys.db").read_bytes()
