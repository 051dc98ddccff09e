"""The keyring's file is made whole and private, and refused with one clear sentence when it is not."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.keyring import Keyring, KeyringError
from store.sealing import SealError, key_id_of, new_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "keyring.json"


def test_a_new_keyring_is_private_and_reads_back(path: Path) -> None:
    made = Keyring.create(path)
    assert Keyring.open(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["keyring.json"]


def test_a_loose_umask_does_not_loosen_the_file(path: Path) -> None:
    before = os.umask(0)
    try:
        Keyring.create(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_existing_keyring_is_never_overwritten(path: Path) -> None:
    made = Keyring.create(path)
    with pytest.raises(KeyringError, match="already"):
        Keyring.create(path)
    assert Keyring.open(path) == made
    assert len(list(path.parent.iterdir())) == 1


def test_of_many_who_create_at_once_one_succeeds(path: Path) -> None:
    made: list[Keyring] = []

    def create() -> None:
        try:
            made.append(Keyring.create(path))
        except KeyringError:
            return

    threads = [Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [Keyring.open(path)]


def _loosen(path: Path) -> None:
    path.chmod(0o640)


def _loosen_folder(path: Path) -> None:
    path.parent.chmod(0o777)


def _cut(path: Path) -> None:
    path.write_text(path.read_text()[:-30])


def _empty(path: Path) -> None:
    path.write_text("")


def _not_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")


def _short_key(path: Path) -> None:
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"root": "AAAA"}))


def _not_base64(path: Path) -> None:
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"root": "é" * 43}))


def _no_current(path: Path) -> None:
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"current": 2}))


def _no_masters(path: Path) -> None:
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"masters": {}}))


def _list(path: Path) -> None:
    path.write_text("[]")


def _newer(path: Path) -> None:
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"format": 2}))


def _gone(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (_loosen, "chmod 600"),
        (_loosen_folder, "chmod 700"),
        (_cut, "damaged"),
        (_empty, "damaged"),
        (_not_text, "can't be read"),
        (_short_key, "damaged"),
        (_not_base64, "damaged"),
        (_no_current, "damaged"),
        (_no_masters, "damaged"),
        (_list, "damaged"),
        (_newer, "another version"),
        (_gone, "no keyring"),
        (_folder, "can't be read"),
    ],
)
def test_a_keyring_that_can_not_be_used_is_refused_in_one_sentence(
    path: Path, harm: Callable[[Path], None], sentence: str
) -> None:
    root = json.loads(Keyring.create(path).text())["root"]
    harm(path)
    with pytest.raises(KeyringError, match=sentence) as caught:
        Keyring.open(path)
    assert "\n" not in str(caught.value)
    assert root not in str(caught.value)


def test_a_keyring_is_not_made_where_others_can_write(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o777)
    with pytest.raises(KeyringError, match="chmod 700"):
        Keyring.create(path)
    assert list(path.parent.iterdir()) == []


def test_a_keyring_can_come_from_the_environment(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Keyring.create(path)
    monkeypatch.setenv("BALIE_KEYRING", made.text())
    assert Keyring.from_environment() == made
    monkeypatch.setenv("BALIE_KEYRING", "nonsense")
    with pytest.raises(KeyringError, match="damaged"):
        Keyring.from_environment()
    monkeypatch.delenv("BALIE_KEYRING")
    with pytest.raises(KeyringError, match="BALIE_KEYRING"):
        Keyring.from_environment()


def test_no_key_shows_when_a_keyring_is_printed(keyring: Keyring) -> None:
    assert repr(keyring) == "Keyring(current=1)"


def test_a_wrapped_key_opens_for_its_subject_only(keyring: Keyring) -> None:
    key = new_key()
    wrapped = keyring.wrap("anna", key)
    assert keyring.unwrap("anna", wrapped) == key
    with pytest.raises(SealError):
        keyring.unwrap("bert", wrapped)
    assert key not in wrapped


def test_older_master_keys_still_unwrap_and_the_newest_wraps(keyring: Keyring) -> None:
    wrapped = keyring.wrap("anna", new_key())
    rotated = Keyring(current=2, masters={**keyring.masters, 2: new_key()}, root=keyring.root)
    key = rotated.unwrap("anna", wrapped)
    assert key_id_of(rotated.wrap("anna", key)) == 2
    assert rotated.unwrap("anna", rotated.wrap("anna", key)) == key
    retired = Keyring(current=2, masters={2: rotated.masters[2]}, root=keyring.root)
    with pytest.raises(SealError):
        retired.unwrap("anna", wrapped)


def test_a_rotated_keyring_keeps_its_look_ups_audit_and_signatures(keyring: Keyring) -> None:
    rotated = Keyring(current=2, masters={**keyring.masters, 2: new_key()}, root=keyring.root)
    assert rotated.index_key("person", "email") == keyring.index_key("person", "email")
    assert rotated.audit_key() == keyring.audit_key()
    assert rotated.verify("receipt", b"x", keyring.sign("receipt", b"x"))


def test_every_use_has_a_key_of_its_own(keyring: Keyring) -> None:
    derived = {
        keyring.index_key("person", "email"),
        keyring.index_key("person", "phone"),
        keyring.index_key("personemail", ""),
        keyring.index_key("persone", "mail"),
        keyring.audit_key(),
        keyring.passphrase_secret(),
        keyring.signing_key().private_bytes_raw(),
        keyring.root,
        keyring.masters[1],
    }
    assert len(derived) == 9


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_a_signature_holds_for_its_use_and_payload_only(payload: bytes, other: bytes) -> None:
    keyring = Keyring(current=1, masters={1: bytes(32)}, root=bytes(32))
    signature = keyring.sign("receipt", payload)
    assert keyring.verify("receipt", payload, signature)
    assert not keyring.verify("audit head", payload, signature)
    assert keyring.verify("receipt", other, signature) == (payload == other)
    assert not keyring.verify("receipt", payload, signature[:-1])
