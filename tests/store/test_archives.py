"""Backups: encrypted to a key that is elsewhere, whole or not there, checked before anything is put back."""

from __future__ import annotations

import os
import sqlite3
import tarfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import text

from store import archives, audit_check, copies, people, restore
from store.archives import KINDS, Archive, ArchiveError, RecipientError
from store.database import Store, open_store
from store.engines import writing
from store.keyring import Keyring
from store.restore import RestoreError
from tests.store.conftest import sqlite_urls

IDENTITY, RECIPIENT = archives.new_key()
NOOR = {"name": "Noor van Dam", "email": "noor@example.nl"}


@pytest.fixture
def person(store: Store, now: datetime) -> str:
    """Somebody in the store."""
    return _add(store, now)


def _add(store: Store, now: datetime) -> str:
    with store.work(now) as work:
        person = people.add(work, NOOR, source="desk", purpose="p", legal_basis="l")
        work.note("person.registered", "coach", person=person)
    return person


def _written(store: Store, folder: Path, at: datetime) -> tuple[Path, Path]:
    data, keys = archives.write(store, folder, RECIPIENT, KINDS, at)
    return data.path, keys.path


@pytest.fixture
def empty(tmp_path: Path, keyring: Keyring) -> Iterator[Store]:
    """Another, empty store with the same keyring: a new machine."""
    home = tmp_path / "new"
    home.mkdir(mode=0o700)
    store = open_store(*sqlite_urls(home), keyring, home)
    yield store
    store.close()


def _restored(data: Path, keys: Path, store: Store, at: datetime) -> None:
    with restore.checked(store.home, store.keyring, IDENTITY, data, keys) as found:
        restore.put_back(found, store, at)
    restore.finish(store.home)


def test_a_backup_of_either_database_comes_back_on_a_new_machine(
    store: Store, person: str, empty: Store, tmp_path: Path, now: datetime
) -> None:
    _restored(*_written(store, tmp_path / "backups", now), empty, now)
    with empty.read() as reading:
        assert people.find_by_email(reading, "noor@example.nl") == [person]
        assert people.get(reading, person).record == NOOR
    verdict = audit_check.verify(empty)
    assert (verdict.ok, verdict.count) == (True, 2)  # the restore is an entry too


def test_a_backup_comes_back_into_the_database_that_it_came_from(
    store: Store, person: str, tmp_path: Path, now: datetime
) -> None:
    written = _written(store, tmp_path / "backups", now)
    later = _add(store, now)
    _restored(*written, store, now)
    with store.read() as reading:
        assert [found.id for found in people.everybody(reading)] == [person]
        assert not reading.is_erased(later)
    assert audit_check.verify(store).ok
    _add(store, now)  # and it can be worked with


def test_data_and_keys_lie_apart_in_private_files_with_names_that_say_nothing(
    store: Store, person: str, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "backups"
    written = _written(store, folder, now)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    for path in written:
        assert path.stat().st_mode & 0o777 == 0o600
        assert person not in path.name
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert not list(store.home.glob(".backup-*"))


def test_the_keys_are_in_the_one_and_the_records_in_the_other_only(
    store: Store, person: str, tmp_path: Path, now: datetime
) -> None:
    data, keys = _written(store, tmp_path / "backups", now)
    tables = {}
    for path in (data, keys):
        tar = tmp_path / "plain.tar"
        pyrage.decrypt_file(str(path), str(tar), [pyrage.x25519.Identity.from_str(IDENTITY)])
        with tarfile.open(tar) as archive:
            archive.extract("database.db", tmp_path, filter="data")
            assert {(member.uname, member.uid) for member in archive} == {("", 0)}
        connection = sqlite3.connect(tmp_path / "database.db")
        tables[path] = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        connection.close()
    assert "subject_key" in tables[keys]
    assert "subject_key" not in tables[data]
    assert "person" in tables[data]
    assert "person" not in tables[keys]


def test_without_the_key_that_is_elsewhere_nothing_opens(
    sqlite_store: Store, tmp_path: Path, now: datetime
) -> None:
    written = _written(sqlite_store, tmp_path / "backups", now)
    other, _ = archives.new_key()
    with (
        pytest.raises(ArchiveError) as wrong,
        restore.checked(tmp_path, sqlite_store.keyring, other, *written),
    ):
        pass
    assert wrong.value.wrong == "identity"


def _flipped(path: Path) -> None:
    blob = bytearray(path.read_bytes())
    blob[-40] ^= 1
    path.write_bytes(blob)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [_flipped, _cut, _emptied])
def test_a_damaged_file_is_refused_and_nothing_is_changed(
    sqlite_store: Store, tmp_path: Path, now: datetime, damage: object
) -> None:
    _add(sqlite_store, now)
    data, keys = _written(sqlite_store, tmp_path / "backups", now)
    assert callable(damage)
    damage(data)
    with pytest.raises(ArchiveError), restore.checked(tmp_path, sqlite_store.keyring, IDENTITY, data, keys):
        pass
    assert not restore.is_under_way(sqlite_store.home)
    assert not list(tmp_path.glob(".backup-*"))


def test_a_backup_of_another_practice_is_refused(sqlite_store: Store, tmp_path: Path, now: datetime) -> None:
    written = _written(sqlite_store, tmp_path / "backups", now)
    with pytest.raises(ArchiveError) as wrong, restore.checked(tmp_path, Keyring.new(), IDENTITY, *written):
        pass
    assert wrong.value.wrong == "signature"


def test_swapped_files_are_refused(sqlite_store: Store, tmp_path: Path, now: datetime) -> None:
    data, keys = _written(sqlite_store, tmp_path / "backups", now)
    with (
        pytest.raises(ArchiveError) as wrong,
        restore.checked(tmp_path, sqlite_store.keyring, IDENTITY, keys, data),
    ):
        pass
    assert wrong.value.wrong == "kind"


def test_keys_of_before_the_data_are_refused(sqlite_store: Store, tmp_path: Path, now: datetime) -> None:
    _, keys = _written(sqlite_store, tmp_path / "backups", now)
    data, _ = _written(sqlite_store, tmp_path / "backups", now + timedelta(days=1))
    with (
        pytest.raises(RestoreError) as wrong,
        restore.checked(tmp_path, sqlite_store.keyring, IDENTITY, data, keys),
    ):
        pass
    assert wrong.value.wrong == "keys_older"


def test_older_data_come_back_with_newer_keys_as_they_were(
    sqlite_store: Store, empty: Store, tmp_path: Path, now: datetime
) -> None:
    person = _add(sqlite_store, now)
    data, _ = _written(sqlite_store, tmp_path / "backups", now)
    for name in ("later", "nog later"):
        with sqlite_store.work(now) as work:
            people.save(work, person, NOOR | {"name": name})
    _, keys = _written(sqlite_store, tmp_path / "backups", now + timedelta(days=1))
    _restored(data, keys, empty, now)
    with empty.read() as reading:
        assert people.get(reading, person).record == NOOR


def test_a_broken_audit_chain_is_not_put_back(sqlite_store: Store, tmp_path: Path, now: datetime) -> None:
    _add(sqlite_store, now)
    with writing(sqlite_store.data_engine).begin() as connection:
        connection.execute(text("UPDATE audit SET act = 'person.erased'"))
    written = _written(sqlite_store, tmp_path / "backups", now)
    with (
        pytest.raises(RestoreError) as wrong,
        restore.checked(tmp_path, sqlite_store.keyring, IDENTITY, *written),
    ):
        pass
    assert wrong.value.wrong == "audit"


def test_no_recipient_no_backup(sqlite_store: Store, tmp_path: Path, now: datetime) -> None:
    with pytest.raises(RecipientError):
        archives.write(sqlite_store, tmp_path / "backups", "age1onzin", KINDS, now)
    assert not (tmp_path / "backups").exists()


def test_a_backup_that_breaks_off_leaves_no_file(
    sqlite_store: Store, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pyrage, "encrypt_file", _no_space)
    with pytest.raises(OSError, match="No space"):
        _written(sqlite_store, tmp_path / "backups", now)
    assert list((tmp_path / "backups").iterdir()) == []
    assert not list(sqlite_store.home.glob(".backup-*"))


def test_what_a_killed_backup_left_is_gone_with_the_next(
    sqlite_store: Store, tmp_path: Path, now: datetime
) -> None:
    child = os.fork()
    if child == 0:
        pyrage.encrypt_file = _die  # in this process only, in the midst of the first file
        _written(sqlite_store, tmp_path / "backups", now)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = [*sqlite_store.home.glob(".backup-*"), *(tmp_path / "backups").glob(".*.part")]
    assert len(left) == 3
    for path in left:
        os.utime(path, (now.timestamp(), now.timestamp()))
    _written(sqlite_store, tmp_path / "backups", now + timedelta(hours=2))
    assert not any(path.exists() for path in left)


def _die(*_: object) -> None:
    os._exit(9)


def test_each_kind_has_its_own_term(tmp_path: Path, now: datetime) -> None:
    for days in (0, 5, 12, 13, 40):
        for kind in KINDS:
            stamp = (now - timedelta(days=days)).strftime("%Y%m%dT%H%M%SZ")
            (tmp_path / f"balie-{kind}-{stamp}-abcdef.age").touch()
    (tmp_path / "balie-keys-20200101T000000Z-abcdef.age.txt").touch()  # not ours

    def ages(found: list[Archive]) -> list[int]:
        return [(now - archive.at).days for archive in found]

    assert ages(archives.past_term(tmp_path, "keys", 14, now)) == [40, 13]
    assert ages(archives.past_term(tmp_path, "data", 366, now)) == []
    assert ages(archives.past_term(tmp_path, "keys", 1, now)) == [40, 13, 12, 5]
    assert len(archives.found_in(tmp_path)) == 10


def test_copies_are_of_one_moment_and_gone_afterwards(store: Store, person: str, now: datetime) -> None:
    with copies.copied(store) as both:
        data, keys = sqlite3.connect(both.data), sqlite3.connect(both.keys)
        assert data.execute("SELECT count(*) FROM person").fetchone() == (1,)
        assert keys.execute("SELECT count(*) FROM subject_key WHERE wrapped IS NOT NULL").fetchone() == (1,)
        data.close()
        keys.close()
        folder = both.data.parent
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_writers_only_wait_while_a_copy_is_made(
    store: Store, person: str, tmp_path: Path, now: datetime
) -> None:
    with copies.copied(store):
        assert _add(store, now) != person
