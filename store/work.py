"""One piece of work: what is read or written in data.db and keys.db together, in one transaction.

A `Reading` opens sealed bytes and finds subjects; a `Work` also makes, seals, indexes, destroys and notes. Functions of the
repositories take the one they need, so a reader of a signature sees whether it writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from pydantic_core import from_json
from sqlalchemy import Connection
from sqlmodel import Session

from store import audit, blind_index, revisions, sealing, subject_keys
from store.ids import new_id
from store.keys import Keys
from store.register import Event
from store.revisions import Allowed
from store.sealing import Place, SealError
from store.subject_keys import KeyRow, LookUp

_TRIES = 3
Kind = Literal["person", "conversation", "account", "hold", "ticket", "mail"]
Json = dict[str, Any] | list[Any] | str | int | float | bool | None
"""What can be sealed: anything that JSON can say."""

Again = Callable[[str, str, str], bytes | None]
"""Reads what stands in a table, column and row now, outside the state that is being read."""

SUBJECT_KEY = 1
"""Key id in records: the number of the subject's key. It grows if ever a subject gets a second key."""


class Erased(Exception):
    """The subject was erased: its key was destroyed on purpose, and its records open nowhere."""

    def __init__(self) -> None:
        super().__init__("These records were erased.")


class KeyLost(Exception):
    """The subject's key is missing or does not open, and nobody erased it: a damaged keys.db or the wrong keyring."""

    def __init__(self) -> None:
        super().__init__("The key of these records is missing; keys.db or the keyring is not the right one.")


class Reading:
    """Reads data.db and keys.db, and opens what is sealed. Nothing it does is kept.

    Most of it goes by plain statements on the two connections; `data` and `keys` are sessions on them, for who wants objects.
    """

    def __init__(self, data: Connection, keys: Connection, keyring: Keys, again: Again | None = None) -> None:
        self.keyring = keyring
        self._plain_data = data
        self._plain_keys = keys
        self._again = again
        self._fetched: dict[str, KeyRow] = {}
        self._opened: dict[str, bytes] = {}
        self._allowed: dict[str, Allowed] = {}

    @cached_property
    def data(self) -> Session:
        """A session on data.db; its rows stay readable when the work is over."""
        return Session(self._plain_data, expire_on_commit=False)

    @cached_property
    def keys(self) -> Session:
        """A session on keys.db."""
        return Session(self._plain_keys, expire_on_commit=False)

    @property
    def plain_data(self) -> Connection:
        """data.db's connection, for plain statements; they see what the session did before."""
        self._flush("data")
        return self._plain_data

    def close(self) -> None:
        """Let the sessions go."""
        for session in self._sessions("data", "keys"):
            session.close()

    def _flush(self, *names: Literal["data", "keys"]) -> None:
        for session in self._sessions(*names):
            session.flush()

    def _sessions(self, *names: Literal["data", "keys"]) -> Iterator[Session]:
        """Yield those of the two sessions that were asked for, since making one takes longer than a plain statement."""
        return (self.__dict__[name] for name in names if name in self.__dict__)

    def open(self, subject: str, table: str, column: str, row: str, blob: bytes) -> Any:
        """Return the JSON value that was sealed for this place under this subject's key.

        Raises:
            Erased: the subject was erased.
            KeyLost: the subject's key is missing without having been erased.
            SealError: the bytes are not genuine, belong elsewhere, or were replaced.
        """
        key = self._key(subject)
        try:
            padded = self._opened_here(key, subject, table, column, row, blob)
        except SealError:
            padded = self._opened_again(key, subject, table, column, row)
        return from_json(
            sealing.unpad(padded), cache_strings="keys"
        )  # of values the parser would keep copies

    def _opened_here(self, key: bytes, subject: str, table: str, column: str, row: str, blob: bytes) -> bytes:
        """Open what may stand in a place: one revision, or two where a replacement was cut off."""
        allowed = self._allowed.get(subject)
        if not allowed:
            return sealing.open_sealed(key, blob, Place(table, column, row, subject))
        for revision in revisions.may_open(allowed, revisions.name_of(table, column, row)):
            with suppress(SealError):
                return sealing.open_sealed(key, blob, Place(table, column, row, subject, revision))
        raise SealError

    def _opened_again(self, key: bytes, subject: str, table: str, column: str, row: str) -> bytes:
        """Open what stands in the place by now: it may have been replaced since this state was read.

        Keys are read as they are now, records as they were when the reading began. Bytes that were put back stay refused.
        """
        for _ in range(_TRIES if self._again else 0):
            kept = self._key_row(subject)
            if kept is None or kept.revisions is None or self._again is None:
                break
            self._allowed[subject] = revisions.read(kept.revisions)
            blob = self._again(table, column, row)
            if blob is not None:
                with suppress(SealError):
                    return self._opened_here(key, subject, table, column, row, blob)
        raise SealError

    def is_erased(self, subject: str) -> bool:
        """Tell whether the subject's key was destroyed on purpose. Also False for a subject that never was."""
        row = self._key_row(subject)
        return row is not None and row.erased_at is not None

    def find(self, table: str, column: str, value: str) -> list[str]:
        """Return the subjects indexed under this value, which the caller has normalised, in the order of their ids.

        More than one is normal: partners may share an address. After a crash a subject may stand here whose record was not
        kept, or says otherwise: who finds must look at the record too.
        """
        rows = subject_keys.found(self._plain_keys, self._look_up(table, column, value))
        self._fetched.update((row.subject, row) for row in rows)
        return [row.subject for row in rows]

    def fetch(self, subjects: Sequence[str]) -> None:
        """Fetch the keys of these subjects at once, before their records are opened; those fetched before are let go."""
        self._opened.clear()
        self._allowed.clear()
        self._fetched = subject_keys.of(self._plain_keys, subjects)

    def digest(self, table: str, column: str, value: str) -> str:
        """Return a keyed digest (HMAC-SHA256 in hex) of a value: to compare what is not stored, such as a code."""
        return blind_index.digest(self.keyring, table, column, value).hex()

    def _look_up(self, table: str, column: str, value: str) -> LookUp:
        return table, column, blind_index.digest(self.keyring, table, column, value)

    def _key(self, subject: str) -> bytes:
        key = self._opened.get(subject)
        if key is None:
            key = self._opened[subject] = self._unwrapped(subject)
        return key

    def _unwrapped(self, subject: str) -> bytes:
        row = self._fetched.pop(subject, None) or self._key_row(subject)
        if row is None:
            raise KeyLost
        if row.erased_at is not None:
            raise Erased
        if row.wrapped is None:
            raise KeyLost
        if row.revisions is not None:
            self._allowed[subject] = revisions.read(row.revisions)
        try:
            return self.keyring.unwrap(subject, row.wrapped)
        except SealError:
            raise KeyLost from None

    def _key_row(self, subject: str) -> KeyRow | None:
        return subject_keys.get(self._plain_keys, subject)


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
        subject_keys.add(self._plain_keys, subject, kind, self.keyring.wrap(subject, key), self.at)
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
        subject_keys.revise(self._plain_keys, subject, self._written[subject])
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
        subject_keys.index(self._plain_keys, self._look_up(table, column, value), subject)

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
        self._flush("data", "keys")
        if self._plain_data.dialect.name == "postgresql":
            self._plain_data.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        self._plain_keys.commit()
        self._plain_data.commit()

    def settle(self) -> None:
        """Let replaced values open no more and drop the look-ups that `reindex` left: the records are kept. Commit that.

        Another work may have come in between: what it wrote about the same subjects is left to it.
        """
        for subject in self._replaced.keys() | self._left_over.keys():
            row = subject_keys.get(self._plain_keys, subject, to_change=True)
            if row is None:
                continue
            untouched = row.revisions == self._written[subject]
            allowed = revisions.settled(revisions.read(row.revisions), self._replaced.get(subject, {}))
            subject_keys.revise(self._plain_keys, subject, revisions.write(allowed))
            if untouched and subject in self._left_over:
                subject_keys.unindex(self._plain_keys, subject, but=self._left_over[subject])
        self._plain_keys.commit()

    def unindex(self, subject: str) -> None:
        """Let `find` no longer return the subject, under any value."""
        subject_keys.unindex(self._plain_keys, subject)
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
        if row.erased_at is None:
            self._destroyed.append(subject)
            subject_keys.destroy(self._plain_keys, subject, self.at)
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
            self._plain_data, self.keyring, self._last_entry, at=self.at, act=act, by=by, ids=ids
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
