"""The keyring's file: followed while it changes, changed by one at a time, and shut with a passphrase."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from store.key_file import KeyFile, PassphraseNeeded, WrongPassphrase, put_back
from store.keyring import Keyring, KeyringError
from store.sealing import SealError, key_id_of, new_key

NOW = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "secrets" / "keyring.json"
    Keyring.create(path)
    return path


def test_another_process_that_rotates_is_noticed_when_wrapping(path: Path) -> None:
    here, there = KeyFile(path), KeyFile(path)
    assert there.rotate(NOW) == 2
    assert key_id_of(here.wrap("s", new_key())) == 2
    assert here.newest() == 2


def test_a_key_wrapped_under_a_newer_master_opens_in_a_process_that_runs_already(path: Path) -> None:
    here, there, key = KeyFile(path), KeyFile(path), new_key()
    there.rotate(NOW)
    assert here.unwrap("s", there.wrap("s", key)) == key


def test_what_was_wrapped_before_a_rotation_still_opens(path: Path) -> None:
    keys, key = KeyFile(path), new_key()
    wrapped = keys.wrap("s", key)
    keys.rotate(NOW)
    assert keys.unwrap("s", wrapped) == key
    assert keys.keyring.replaced == {1: NOW}
    keys.forget({1, 2})
    with pytest.raises(SealError):
        keys.unwrap("s", wrapped)
    assert KeyFile(path).unwrap("s", keys.wrap("s", key)) == key  # the current one is never forgotten


def test_a_version_that_nobody_knows_does_not_open(path: Path) -> None:
    stranger = Keyring.new().with_new_master(NOW)
    with pytest.raises(SealError):
        KeyFile(path).unwrap("s", stranger.wrap("s", new_key()))


def test_a_file_that_goes_away_does_not_stop_who_has_read_it(path: Path) -> None:
    keys, key = KeyFile(path), new_key()
    wrapped = keys.wrap("s", key)
    path.rename(path.with_name("elsewhere"))
    assert keys.unwrap("s", keys.wrap("s", key)) == keys.unwrap("s", wrapped) == key


def _rotate_often(path: str) -> None:
    keys = KeyFile(Path(path))
    for _ in range(5):
        keys.rotate(NOW)


def test_of_many_who_rotate_at_once_no_master_key_is_lost(path: Path) -> None:
    before = KeyFile(path)
    wrapped = before.wrap("s", new_key())
    processes = [get_context("spawn").Process(target=_rotate_often, args=(str(path),)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert sorted(KeyFile(path).keyring.masters) == list(range(1, 17))
    assert KeyFile(path).unwrap("s", wrapped)


def test_the_file_stays_private_through_every_change(path: Path) -> None:
    before = os.umask(0)
    try:
        keys = KeyFile(path)
        keys.rotate(NOW)
        keys.protect("vier losse woorden")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_with_a_passphrase_the_file_shows_no_key_and_opens_with_it_only(path: Path) -> None:
    keys = KeyFile(path)
    wrapped, plain = keys.wrap("s", new_key()), path.read_text()
    keys.protect("vier losse woorden")
    document = json.loads(path.read_text())
    assert not any(key in path.read_text() for key in json.loads(plain)["masters"].values())
    assert document["argon2id"] | {"salt": ""} == {"salt": "", "passes": 3, "lanes": 4, "kib": 65536}
    with pytest.raises(PassphraseNeeded):
        KeyFile(path)
    with pytest.raises(WrongPassphrase):
        KeyFile(path, "vier losse woordem")
    with pytest.raises(KeyringError):
        Keyring.open(path)
    opened = KeyFile(path, "vier losse woorden")
    assert opened.has_passphrase
    assert opened.unwrap("s", wrapped)
    opened.rotate(NOW)
    assert KeyFile(path, "vier losse woorden").newest() == 2
    opened.protect(None)
    assert Keyring.open(path).current == 2


@pytest.mark.parametrize(
    "change",
    [
        {"sealed": "AAAA"},
        {"argon2id": {}},
        {"sealed": None},
        {"argon2id": {"salt": "AA", "passes": 0, "lanes": 1, "kib": 8}},
    ],
    ids=["sealed cut", "no parameters", "no sealed", "parameters out of range"],
)
def test_a_damaged_protected_file_is_refused_in_one_sentence(path: Path, change: dict[str, object]) -> None:
    KeyFile(path).protect("vier losse woorden")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(KeyringError, match=r"damaged|does not open"):
        KeyFile(path, "vier losse woorden")


def test_a_restored_keyring_never_replaces_another(path: Path) -> None:
    before = path.read_text()
    with pytest.raises(KeyringError, match="already"):
        put_back(path, Keyring.new())
    assert path.read_text() == before


def test_a_half_written_keyring_goes_with_the_next_change(path: Path) -> None:
    keys = KeyFile(path)
    draft = path.with_name(f".{path.name}.0123456789abcdef")
    draft.write_text(path.read_text())
    keys.rotate(NOW)
    assert not draft.exists()
    assert sorted(file.name for file in path.parent.iterdir()) == [f".{path.name}.lock", path.name]
