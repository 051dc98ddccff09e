"""Balie's own store, as the product uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from casework import certificates
from casework.office import Office
from casework.packs import load_pack
from casework.post import OutboxPost
from store import archives, audit_check, people, rotation
from store.database import Store, open_store
from store.key_file import KeyFile
from store.keyring import Keyring

BY = "coach"
_, RECIPIENT = archives.new_key()


@dataclass
class Sealed:
    """A store with its keyring, in a folder."""

    home: Path
    urls: tuple[str, str]
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make keyring and databases where there are none yet."""
        file = self.home / "secrets" / "keyring.json"
        if not file.exists():
            Keyring.create(file)
        self._keys = KeyFile(file)
        self._store: Store = open_store(*self.urls, self._keys, self.home)
        self._office = Office(
            pack=load_pack("release-connect"),
            store=self._store,
            post=OutboxPost(self.home / "outbox", "balie@example.org"),
            home=self.home,
            client_url="https://balie.example",
            coach_url="https://desk.example",
            conversation_hours=24,
        )

    def insert(self, records: list[Mapping[str, str]]) -> None:
        """Keep these persons in one piece of work, each with an audit entry."""
        with self._store.work(datetime.now(UTC)) as work:
            for record in records:
                person = people.add(
                    work, dict(record), source="desk", purpose="guidance", legal_basis="contract"
                )
                work.note("person.registered", BY, person=person)
                self.ids.append(person)

    def look_up(self, email: str) -> list[str]:
        """Who has this address."""
        with self._store.look() as reading:
            return people.find_by_email(reading, email)

    def open_one(self, number: int) -> str:
        """One person's name."""
        with self._store.look() as reading:
            return str(people.get(reading, self.ids[number]).record["name"])

    def scan(self) -> int:
        """Everybody's name; returns how many have one."""
        with self._store.read() as reading:
            return sum(bool(person.record["name"]) for person in people.everybody(reading))

    def erase(self, number: int) -> None:
        """Destroy a person's key and look-ups, empty the record, and note it."""
        with self._store.work(datetime.now(UTC)) as work:
            people.erase(work, self.ids[number])
            work.note("person.erased", BY, person=self.ids[number])

    def erase_with_certificate(self, number: int) -> None:
        """The whole act, as the desk and `balie erase` do it."""
        certificates.erase(self._office, self.ids[number], BY)

    def rotate(self) -> None:
        """Take a fresh master key into use and wrap all keys again."""
        self._keys.rotate(datetime.now(UTC))
        for _ in rotation.wrap_again(self._store):
            pass

    def back_up(self, folder: Path) -> None:
        """Encrypted backups of data and keys."""
        archives.write(self._store, folder, RECIPIENT, archives.KINDS, datetime.now(UTC))

    def verify(self) -> None:
        """Check the whole audit chain."""
        assert audit_check.verify(self._store).ok

    def close(self) -> None:
        """Close all connections."""
        self._store.close()
