"""A key service is one more class: the store works with whatever keeps the four promises of `Keys`."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from pathlib import Path

import pytest

from store import audit_check, people, rotation
from store.database import open_store
from store.keys import Keys
from store.sealing import Place, SealError, key_id_of, new_key, open_sealed, seal
from tests.store.conftest import sqlite_urls


class KeyService(Keys):
    """Stands for a service elsewhere: its master keys never leave it, and it counts what it is asked."""

    def __init__(self) -> None:
        self._masters = {1: new_key()}
        self._root = new_key()
        self.calls = 0

    def newest(self) -> int:
        return max(self._masters)

    def wrap(self, subject: str, key: bytes) -> bytes:
        self.calls += 1
        return seal(
            self._masters[self.newest()], self.newest(), key, Place("service", "key", subject, subject)
        )

    def unwrap(self, subject: str, wrapped: bytes) -> bytes:
        self.calls += 1
        master = self._masters.get(key_id_of(wrapped))
        if master is None:
            raise SealError
        return open_sealed(master, wrapped, Place("service", "key", subject, subject))

    def derive(self, use: bytes) -> bytes:
        return hmac.digest(self._root, use, hashlib.sha256)

    def rotate(self) -> None:
        self._masters[self.newest() + 1] = new_key()


def test_the_store_lives_on_a_key_service_and_rotates_with_it(tmp_path: Path, now: datetime) -> None:
    service = KeyService()
    store = open_store(*sqlite_urls(tmp_path), service, tmp_path)
    with store.work(now) as work:
        person = people.add(
            work, {"name": "Noor", "email": "noor@example.nl"}, source="desk", purpose="p", legal_basis="l"
        )
        work.note("person.registered", "coach", person=person)
    service.rotate()
    assert list(rotation.wrap_again(store)) == [1]
    assert rotation.by_version(store) == {2: 1}
    with store.read() as reading:
        assert people.find_by_email(reading, "noor@example.nl") == [person]
        assert people.get(reading, person).record["name"] == "Noor"
    assert audit_check.verify(store).ok
    assert service.calls > 0
    store.close()


@pytest.mark.parametrize("one", ["audit_key", "register_key", "passphrase_secret"])
def test_every_use_has_a_key_of_its_own(one: str) -> None:
    service = KeyService()
    uses = [
        service.audit_key(),
        service.register_key(),
        service.passphrase_secret(),
        service.index_key("a", "b"),
    ]
    assert uses.count(getattr(service, one)()) == 1


def test_index_keys_differ_where_letters_slide_between_table_and_column() -> None:
    service = KeyService()
    assert service.index_key("ab", "c") != service.index_key("a", "bc")


def test_a_signature_for_one_use_is_none_for_another() -> None:
    service = KeyService()
    signature = service.sign("receipt", b"x")
    assert service.verify("receipt", b"x", signature)
    assert not service.verify("backup", b"x", signature)
    assert not service.verify("receipt", b"y", signature)
