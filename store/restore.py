"""Restoring: opening two backups, checking everything that can be checked, and putting them in the place of the store.

What was erased or withdrawn since is not this module's: casework.replay carries it out again, before anybody uses the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import text
from sqlmodel import func, select

from store import archives, audit_check, copies, heads, register
from store.archives import Unpacked
from store.audit_check import AuditVerdict
from store.database import DatabaseNewer, Store, open_store
from store.keyring import KeyringError
from store.keys import Keys
from store.register import Line
from store.settling import settle
from store.tables import Person

UNDER_WAY = "restore-under-way"
"""File in the store's home while a restore is not finished: then the store may not be used."""

Wrong = Literal["integrity", "audit", "newer", "keyring", "keys_older", "register"]


class RestoreError(Exception):
    """The backups open but can't be put back. Nothing was changed.

    wrong: "integrity" (the database file is damaged), "audit" (the audit chain is broken), "newer" (made by a newer Balie), "keyring"
    (another keyring's), "keys_older" (the keys are of before the data: records would have no key), "register" (the register of erasures
    was changed).
    """

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(f"The backups can't be put back: {wrong}.")
        self.wrong: Wrong = wrong


@dataclass(frozen=True, slots=True)
class Checked:
    """Two backups that open and are whole. lines: the register of erasures as far as they hold it."""

    copy: Store
    data: Unpacked
    keys: Unpacked
    persons: int
    audit: AuditVerdict
    lines: tuple[Line, ...]


@contextmanager
def checked(home: Path, keyring: Keys, identity: str, data: Path, keys: Path) -> Iterator[Checked]:
    """Open and check a backup of the data and one of the keys. Their copies are overwritten and deleted afterwards.

    Raises:
        RecipientError, ArchiveError: the identity or a file is no good (`store.archives`).
        RestoreError: see there.
    """
    with copies.private_folder(home) as folder:
        records = archives.open_archive(data, identity, keyring, folder, "data")
        wrapped = archives.open_archive(keys, identity, keyring, folder, "keys")
        if wrapped.at < records.at:
            raise RestoreError("keys_older")
        copy = _open_copy(records, wrapped, keyring)
        try:
            lines = _register_lines(records, keyring) + _register_lines(wrapped, keyring)
            yield Checked(copy, records, wrapped, _persons(copy), _verified(copy, records), tuple(lines))
        finally:
            copy.close()


def put_back(found: Checked, store: Store, at: datetime) -> int:
    """Put the backups in the place of what `store` holds. Until `finish` the store may not be used.

    The head of the replaced audit chain is kept beside the new one. Returns how many records were of another moment than keys.
    """
    mark(store.home)
    copies.put_back(found.copy, store)
    head = store.home / heads.NAME
    if head.exists():
        head.replace(head.with_name("audit-head-before-restore.json"))
    register.merge(store.home, store.keyring, found.lines)
    of_another_moment = settle(store, at)
    with store.work(at) as work:
        work.note("store.restored", "owner", persons=found.persons)
    return of_another_moment


def mark(home: Path) -> None:
    """Say on disk that a restore is under way."""
    (home / UNDER_WAY).touch(mode=0o600)


def finish(home: Path) -> None:
    """Say that the restore is complete: what was erased since was erased again."""
    (home / UNDER_WAY).unlink(missing_ok=True)


def is_under_way(home: Path) -> bool:
    """Tell whether a restore was begun and not finished."""
    return (home / UNDER_WAY).exists()


def _open_copy(records: Unpacked, wrapped: Unpacked, keyring: Keys) -> Store:
    """Open the two copies as a store; older ones are brought to the newest form."""
    try:
        copy = open_store(_url(records), _url(wrapped), keyring, records.folder)
    except DatabaseNewer:
        raise RestoreError("newer") from None
    except KeyringError:
        raise RestoreError("keyring") from None
    for engine in (copy.data_engine, copy.keys_engine):
        with engine.connect() as connection:
            if connection.scalar(text("PRAGMA integrity_check")) != "ok":
                raise RestoreError("integrity")
    return copy


def _url(part: Unpacked) -> str:
    return f"sqlite:///{part.database}"


def _verified(copy: Store, records: Unpacked) -> AuditVerdict:
    verdict = audit_check.verify(copy)
    if not verdict.ok:
        raise RestoreError("audit")
    return verdict


def _register_lines(part: Unpacked, keyring: Keys) -> list[Line]:
    try:
        return list(register.read(part.folder / register.NAME, keyring))
    except register.RegisterError:
        raise RestoreError("register") from None


def _persons(copy: Store) -> int:
    with copy.read() as reading:
        return reading.data.exec(
            select(func.count()).select_from(Person).where(Person.state != "erased")
        ).one()
