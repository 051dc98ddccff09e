"""One piece of work: what is read or written in data.db and keys.db together, in one transaction.

A `Reading` opens sealed bytes and finds subjects; a `Work` also makes, seals, indexes, destroys and notes. Functions of the
repositories take the one they need, so a reader of a signature sees whether it writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from store import audit, revisions, sealing, subject_keys
from store.ids import new_id
from store.keys import Keys
from store.reading import Erased, KeyLost, Reading
from store.register import Event
from store.sealing import Place
from store.subject_keys import LookUp

__all__ = ["Erased", "Json", "KeyLost", "Kind", "Reading", "Work"]

Kind = Literal["person", "conversation", "account", "hold", "ticket", "mail"]
Json = dict[str, Any] | list[Any] | str | int | float | bool | None
"""What can be sealed: anything that JSON can say."""

SUBJECT_KEY = 1
"""Key id in records: the number of the subject's key. It grows if ever a subject gets a second key."""


class Work(Reading):
    """Writes too. All of it happens at the moment `at`, and is kept as a whole or not at all."""

    def __init__(self, data: Connection, keys: Connection, keyring: Keys, at: datetime) -> None:
        super().__init__(data, keys, keyring)
        self.at = at
        self._last_entry: audit.Link | None = None
        self._left_over: dict[str, set[LookUp]] = {}
        self._written: dict[str, str | None] = {}
        self._replaced: dict[str, dict[str, int]] = {}
        self._destroyed: list[str] = []
        self._withdrawn: list[str] = []

    def new_subject(self, kind: Kind) -> str:
        """Make a key for a new subject and return the subject's id."""
        subject, key = new_id(), sealing.new_key()
        subject_keys.add(self._keys, subject, kind, self.keyring.wrap(subject, key), self.at)
        self._opened[subject] = key
        return subject

    def seal(self, subject: str, table: str, column: str, row: str, value: Json) -> bytes:
        """Seal a JSON value for a new row under this subject's key. Its length is padded.

        Raises:
            Erased: the subject was erased; nothing is sealed for it any more.
            KeyLost: the subject's key is missing without having been erased.
        """
        return self._sealed(value, subject, Place(table, column, row, subject))

    def reseal(self, subject: str, table: str, column: str, row: str, value: Json) -> bytes:
        """Seal a JSON value for a row that is there already. Once the work is kept, what stood there opens no more.

        Raises:
            Erased, KeyLost: as `seal`.
        """
        self._key(subject)
        place = revisions.name_of(table, column, row)
        allowed, revision = revisions.with_next(self._allowed.get(subject, {}), place)
        self._allowed[subject] = allowed
        self._written[subject] = revisions.write(allowed)
        subject_keys.revise(self._keys, subject, self._written[subject])
        self._replaced.setdefault(subject, {})[place] = revision
        return self._sealed(value, subject, Place(table, column, row, subject, revision))

    def _sealed(self, value: Json, subject: str, place: Place) -> bytes:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return sealing.seal(self._key(subject), SUBJECT_KEY, sealing.pad(text.encode()), place)

    def index(self, table: str, column: str, value: str, subject: str) -> None:
        """Let `find` return the subject under this value, which the caller has normalised. Twice is as once.

        Raises:
            Erased: the subject was erased; it is not made findable again.
            KeyLost: the subject's key is missing without having been erased.
        """
        self._key(subject)
        subject_keys.index(self._keys, self._look_up(table, column, value), subject)

    def reindex(self, subject: str, values: Iterable[tuple[str, str, str]]) -> None:
        """Let `find` return the subject under these (table, column, value) and, once the work is kept, no others.

        The others go last: after a crash halfway the record that was kept is found under what it says, be it old or new.

        Raises:
            Erased, KeyLost: as `index`.
        """
        kept = set()
        for table, column, value in values:
            self.index(table, column, value, subject)
            kept.add(self._look_up(table, column, value))
        self._left_over[subject] = kept
        self._written.setdefault(subject, revisions.write(self._allowed.get(subject, {})))

    def keep(self) -> None:
        """Commit both databases, keys.db first. A broken reference fails before that, where the database can tell."""
        self.flush()
        if self._data.dialect.name == "postgresql":
            self._data.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        self._keys.commit()
        self._data.commit()

    def settle(self) -> None:
        """Let replaced values open no more and drop the look-ups that `reindex` left: the records are kept. Commit that.

        Another work may have come in between: what it wrote about the same subjects is left to it.
        """
        for subject in self._replaced.keys() | self._left_over.keys():
            row = subject_keys.get(self._keys, subject, to_change=True)
            if row is None:
                continue
            untouched = row.revisions == self._written[subject]
            allowed = revisions.settled(revisions.read(row.revisions), self._replaced.get(subject, {}))
            subject_keys.revise(self._keys, subject, revisions.write(allowed))
            if untouched and subject in self._left_over:
                subject_keys.unindex(self._keys, subject, but=self._left_over[subject])
        self._keys.commit()

    def unindex(self, subject: str) -> None:
        """Let `find` no longer return the subject, under any value."""
        subject_keys.unindex(self._keys, subject)
        self._left_over.pop(subject, None)

    def destroy(self, subject: str) -> None:
        """Destroy the subject's key and look-ups, and leave a tombstone. Twice is as once.

        The records themselves stay where they are; they open nowhere, not even with the master key.

        Raises:
            KeyLost: there never was such a subject here.
        """
        row = self._key_row(subject)
        if row is None:
            raise KeyLost
        if not row.erased:
            self._destroyed.append(subject)
            subject_keys.destroy(self._keys, subject, self.at)
        for known in (self._opened, self._allowed, self._fetched):
            known.pop(subject, None)
        self.unindex(subject)

    def withdrawn(self, consent: str) -> None:
        """Have the register of erasures and withdrawals say that this consent was withdrawn (`store.register`)."""
        self._withdrawn.append(consent)

    def note(self, act: str, by: str, **ids: str | int) -> None:
        """Add an entry to the audit chain: who did what, with ids and counts only.

        Raises:
            ValueError: a word is not an id, a reference, a small number or a known code (see `store.audit`).
        """
        self._last_entry = audit.append(
            self._data, self.keyring, self._last_entry, at=self.at, act=act, by=by, ids=ids
        )

    @property
    def last_entry(self) -> audit.Link | None:
        """The audit entry that this work added last, if it added any."""
        return self._last_entry

    @property
    def is_unsettled(self) -> bool:
        """Whether `settle` has something to do when the records are committed."""
        return bool(self._replaced or self._left_over)

    @property
    def to_register(self) -> tuple[tuple[Event, str], ...]:
        """What was erased and withdrawn in this work: event and id, for the register outside the database."""
        return (
            *(("erased", subject) for subject in self._destroyed),
            *(("withdrawn", consent) for consent in self._withdrawn),
        )
