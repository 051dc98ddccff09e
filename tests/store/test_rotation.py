"""Rotation wraps keys again and touches nothing else; it can be killed anywhere, and others keep working."""

from __future__ import annotations

import os
import tracemalloc
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import event, text

from store import people, rotation, scrub
from store.database import Store, open_store
from store.engines import writing
from store.key_file import KeyFile
from store.keyring import Keyring
from store.rotation import NotAllWrapped
from store.work import KeyLost
from tests.store.conftest import sqlite_urls

PERSONS = 25


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    path = tmp_path / "secrets" / "keyring.json"
    if not path.exists():
        Keyring.create(path)
    return KeyFile(path)


@pytest.fixture
def filled(urls: tuple[str, str], keys: KeyFile, tmp_path: Path, now: datetime) -> Store:
    store = open_store(*urls, keys, tmp_path)
    _fill(store, now, PERSONS)
    return store


def _fill(store: Store, now: datetime, count: int) -> list[str]:
    with store.work(now) as work:
        return [
            people.add(work, {"name": f"Persoon {n}"}, source="desk", purpose="p", legal_basis="l")
            for n in range(count)
        ]


def _names(store: Store) -> set[str]:
    with store.read() as reading:
        return {person.record["name"] for person in people.everybody(reading)}


def _records(store: Store) -> list[object]:
    with store.data_engine.connect() as connection:
        return list(connection.execute(text("SELECT id, record FROM person ORDER BY id")))


def test_all_keys_are_wrapped_again_and_no_record_changes(
    filled: Store, keys: KeyFile, now: datetime
) -> None:
    names, records = _names(filled), _records(filled)
    keys.rotate(now)
    assert rotation.to_wrap(filled) == PERSONS
    assert list(rotation.wrap_again(filled, batch=10)) == [10, 20, 25]
    assert rotation.by_version(filled) == {2: PERSONS}
    assert _names(filled) == names
    assert _records(filled) == records


def test_doing_it_again_does_nothing(filled: Store, keys: KeyFile, now: datetime) -> None:
    keys.rotate(now)
    assert list(rotation.wrap_again(filled))[-1] == PERSONS
    assert list(rotation.wrap_again(filled)) == []


def test_erased_subjects_are_left_alone(filled: Store, keys: KeyFile, now: datetime) -> None:
    with filled.work(now) as work:
        people.erase(work, next(people.everybody(work)).id)
    keys.rotate(now)
    assert list(rotation.wrap_again(filled)) == [PERSONS - 1]
    assert len(_names(filled)) == PERSONS - 1


def test_killed_between_any_two_batches_it_goes_on_where_it_was(
    keys: KeyFile, tmp_path: Path, now: datetime
) -> None:
    store = open_store(*sqlite_urls(tmp_path), keys, tmp_path)
    _fill(store, now, PERSONS)
    names = _names(store)
    store.close()
    keys.rotate(now)
    for killed_at in (1, 2):
        child = os.fork()
        if child == 0:
            _die_in_batch(tmp_path, killed_at)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    store = open_store(*sqlite_urls(tmp_path), KeyFile(keys.path), tmp_path)
    left = rotation.to_wrap(store)
    assert 0 < left < PERSONS
    assert _names(store) == names  # half done, everything opens
    assert list(rotation.wrap_again(store, batch=5))[-1] == left
    assert _names(store) == names
    store.close()


def _die_in_batch(home: Path, number: int) -> None:
    """Rotate in batches of five and be gone, as by kill -9, just before a batch is kept."""
    store = open_store(*sqlite_urls(home), KeyFile(home / "secrets" / "keyring.json"), home)
    seen = 0

    @event.listens_for(store.keys_engine, "commit")
    def _die(_connection: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number + 1:
            os._exit(9)

    for _ in rotation.wrap_again(store, batch=5):
        pass
    os._exit(0)


def test_others_write_and_read_while_it_runs(
    filled: Store, keys: KeyFile, urls: tuple[str, str], tmp_path: Path, now: datetime
) -> None:
    elsewhere = open_store(*urls, KeyFile(keys.path), tmp_path)
    writer = Thread(target=lambda: [_fill(elsewhere, now, 1) for _ in range(15)])
    keys.rotate(now)
    writer.start()
    for _ in rotation.wrap_again(filled, batch=2):
        assert len(_names(filled)) >= PERSONS
    writer.join()
    for _ in rotation.wrap_again(filled):
        pass
    assert rotation.by_version(filled) == {2: PERSONS + 15}
    assert len(_names(elsewhere)) == PERSONS
    elsewhere.close()


def test_a_key_that_does_not_open_is_left_and_told(filled: Store, keys: KeyFile, now: datetime) -> None:
    with filled.read() as reading:
        person = next(people.everybody(reading)).id
    damaged = Keyring.new().wrap(person, bytes(32))
    with writing(filled.keys_engine).begin() as connection:
        statement = text("UPDATE subject_key SET wrapped = :wrapped WHERE subject = :subject")
        connection.execute(statement, {"wrapped": damaged, "subject": person})
    keys.rotate(now)
    with pytest.raises(NotAllWrapped) as left:
        list(rotation.wrap_again(filled))
    assert left.value.count == 1
    assert rotation.by_version(filled) == {1: 1, 2: PERSONS - 1}
    with filled.read() as reading, pytest.raises(KeyLost):
        people.get(reading, person)


def test_an_old_master_key_goes_once_no_backup_within_its_term_needs_it(
    filled: Store, keys: KeyFile, now: datetime
) -> None:
    keys.rotate(now)
    assert scrub.forget_old_masters(filled, keys, now.replace(year=2027), 14) == []  # keys still need it
    list(rotation.wrap_again(filled))
    assert scrub.forget_old_masters(filled, keys, now.replace(day=27), 14) == []  # a backup may need it
    assert scrub.forget_old_masters(filled, keys, now.replace(day=29), 14) == [1]
    assert sorted(keys.keyring.masters) == [2]
    assert len(_names(filled)) == PERSONS


def test_memory_stays_flat(keys: KeyFile, tmp_path: Path, now: datetime) -> None:
    store = open_store(*sqlite_urls(tmp_path), keys, tmp_path)
    with store.work(now) as work:
        for _ in range(4000):
            work.new_subject("mail")
    keys.rotate(now)
    list(rotation.wrap_again(store, batch=50))  # statements are compiled and cached by now
    keys.rotate(now)
    tracemalloc.start()
    list(rotation.wrap_again(store, batch=50))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000  # all wrapped keys together are more
    store.close()
