"""Reading: finding subjects, and opening what is sealed for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection

from store import blind_index, revisions, sealing, subject_keys
from store.connections import Connections
from store.keys import Keys
from store.revisions import Allowed
from store.sealing import Place, SealError
from store.subject_keys import KeyRow, LookUp

_TRIES = 3

Again = Callable[[str, str, str], bytes | None]
"""Reads what stands in a table, column and row now, outside the state that is being read."""


class Erased(Exception):
    """The subject was erased: its key was destroyed on purpose, and its records open nowhere."""

    def __init__(self) -> None:
        super().__init__("These records were erased.")


class KeyLost(Exception):
    """The subject's key is missing or does not open, and nobody erased it: a damaged keys.db or the wrong keyring."""

    def __init__(self) -> None:
        super().__init__("The key of these records is missing; keys.db or the keyring is not the right one.")


class Reading(Connections):
    """Reads data.db and keys.db, and opens what is sealed. Nothing it does is kept."""

    def __init__(self, data: Connection, keys: Connection, keyring: Keys, again: Again | None = None) -> None:
        super().__init__(data, keys)
        self.keyring = keyring
        self._again = again
        self._fetched: dict[str, KeyRow] = {}
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
        return _value(padded)

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
        return row is not None and row.erased

    def find(self, table: str, column: str, value: str) -> list[str]:
        """Return the subjects indexed under this value, which the caller has normalised, in the order of their ids.

        More than one is normal: partners may share an address. After a crash a subject may stand here whose record was not
        kept, or says otherwise: who finds must look at the record too.
        """
        rows = subject_keys.found(self._keys, self._look_up(table, column, value))
        self._fetched.update((row.subject, row) for row in rows)
        return [row.subject for row in rows]

    def open_own(self, table: str, column: str, sealed: Iterable[tuple[str, bytes]]) -> Iterator[Any]:
        """Open what some hundreds of subjects have in rows of their own id; yield each value, None where it was erased.

        Their keys are fetched at once and kept no longer than this takes.

        Raises:
            KeyLost, SealError: as `open`.
        """
        values = list(sealed)
        rows = subject_keys.of(self._keys, [subject for subject, _ in values])
        unwrap = self.keyring.unwrap
        for subject, blob in values:
            row = rows.get(subject)
            if row is None or row.wrapped is None or row.revisions is not None:
                yield self._open_unless_erased(subject, table, column, blob)
                continue
            try:
                key, place = unwrap(subject, row.wrapped), Place(table, column, subject, subject)
                value = _value(sealing.open_sealed(key, blob, place))
            except SealError:
                value = self._open_unless_erased(subject, table, column, blob)
            yield value

    def _open_unless_erased(self, subject: str, table: str, column: str, blob: bytes) -> Any:
        """Open what was erased or replaced, before this state was read or since."""
        try:
            return self.open(subject, table, column, subject, blob)
        except Erased:
            return None

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
        if row.erased:
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
        return subject_keys.get(self._keys, subject)


def _value(padded: bytes) -> Any:
    """Return the JSON value. The parser keeps the names of fields for the next time, and no values."""
    return from_json(sealing.unpad(padded), cache_strings="keys")
