"""One piece of work: what is read or written in data.db and keys.db together, in one transaction.

A `Reading` opens sealed bytes and finds subjects; a `Work` also makes, seals, indexes, destroys and notes. Functions of the
repositories take the one they need, so a reader of a signature sees whether it writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, tuple_
from sqlmodel import Session, col, select

from store import audit, blind_index, revisions, sealing
from store.ids import new_id
from store.keys import Keys
from store.register import Event
from store.revisions import Allowed
from store.sealing import Place, SealError
from store.tables import BlindIndex, SubjectKey

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
    """Reads data.db (`data`) and keys.db (`keys`), and opens what is sealed. Nothing it does is kept."""

    def __init__(self, data: Session, keys: Session, keyring: Keys, again: Again | None = None) -> None:
        self.data = data
        self.keys = keys
        self.keyring = keyring
        self._again = again
        self._opened: dict[str, bytes] = {}
        self._allowed: dict[str, Allowed] = {}

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
        return json.loads(sealing.unpad(padded))

    def _opened_here(self, key: bytes, subject: str, table: str, column: str, row: str, blob: bytes) -> bytes:
        """Open what may stand in a place: one revision, or two where a replacement was cut off."""
        allowed = self._allowed.get(subject, {})
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
            self.keys.refresh(kept)
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
        rows = select(BlindIndex.subject).where(
            BlindIndex.table_name == table,
            BlindIndex.column_name == column,
            BlindIndex.digest == blind_index.digest(self.keyring, table, column, value),
        )
        return sorted(self.keys.exec(rows))

    def digest(self, table: str, column: str, value: str) -> str:
        """Return a keyed digest (HMAC-SHA256 in hex) of a value: to compare what is not stored, such as a code."""
        return blind_index.digest(self.keyring, table, column, value).hex()

    def _key(self, subject: str) -> bytes:
        key = self._opened.get(subject)
        if key is None:
            key = self._opened[subject] = self._unwrapped(subject)
        return key

    def _unwrapped(self, subject: str) -> bytes:
        row = self._key_row(subject)
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

    def _key_row(self, subject: str) -> SubjectKey | None:
        return self.keys.get(SubjectKey, subject)


class Work(Reading):
    """Writes too. All of it happens at the moment `at`, and is kept as a whole or not at all."""

    def __init__(self, data: Session, keys: Session, keyring: Keys, at: datetime) -> None:
        super().__init__(data, keys, keyring)
        self.at = at
        self._last_entry: audit.Link | None = None
        self._left_over: dict[str, set[tuple[str, str, bytes]]] = {}
        self._replaced: dict[str, dict[str, int]] = {}
        self._destroyed: list[str] = []
        self._withdrawn: list[str] = []

    def new_subject(self, kind: Kind) -> str:
        """Make a key for a new subject and return the subject's id."""
        subject, key = new_id(), sealing.new_key()
        wrapped = self.keyring.wrap(subject, key)
        self.keys.add(SubjectKey(subject=subject, kind=kind, wrapped=wrapped, created_at=self.at))
        self.keys.flush()
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
        kept = self._key_row(subject)
        if kept is None:
            raise KeyLost
        place = revisions.name_of(table, column, row)
        allowed, revision = revisions.with_next(revisions.read(kept.revisions), place)
        self._allowed[subject] = allowed
        kept.revisions = revisions.write(allowed)
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
        digest = blind_index.digest(self.keyring, table, column, value)
        entry = BlindIndex(table_name=table, column_name=column, digest=digest, subject=subject)
        self.keys.merge(entry)
        self.keys.flush()

    def reindex(self, subject: str, values: Iterable[tuple[str, str, str]]) -> None:
        """Let `find` return the subject under these (table, column, value) and, once the work is kept, no others.

        The others go last: after a crash halfway the record that was kept is found under what it says, be it old or new.

        Raises:
            Erased, KeyLost: as `index`.
        """
        kept = set()
        for table, column, value in values:
            self.index(table, column, value, subject)
            kept.add((table, column, blind_index.digest(self.keyring, table, column, value)))
        self._left_over[subject] = kept

    def settle(self) -> None:
        """Let replaced values open no more and drop the look-ups that `reindex` left: the records are kept. Commit that.

        Another work may have come in between: what it wrote about the same subjects is left to it.
        """
        for subject in self._replaced.keys() | self._left_over.keys():
            row = self._key_row(subject)
            if row is None:
                continue
            written = row.revisions
            self.keys.refresh(row, with_for_update=True)
            untouched = row.revisions == written
            kept = self._replaced.get(subject, {})
            row.revisions = revisions.write(revisions.settled(revisions.read(row.revisions), kept))
            if untouched and subject in self._left_over:
                self._drop_look_ups(subject, self._left_over[subject])
        self.keys.commit()

    def _drop_look_ups(self, subject: str, kept: set[tuple[str, str, bytes]]) -> None:
        entry = tuple_(col(BlindIndex.table_name), col(BlindIndex.column_name), col(BlindIndex.digest))
        mine = col(BlindIndex.subject) == subject
        self.keys.exec(delete(BlindIndex).where(mine, entry.not_in(kept)))

    def unindex(self, subject: str) -> None:
        """Let `find` no longer return the subject, under any value."""
        self.keys.exec(delete(BlindIndex).where(col(BlindIndex.subject) == subject))
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
        row.wrapped = None
        row.revisions = None
        row.erased_at = row.erased_at or self.at
        self.keys.add(row)
        self._opened.pop(subject, None)
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
            self.data, self.keyring, self._last_entry, at=self.at, act=act, by=by, ids=ids
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
