"""What is left behind after keys were destroyed, and how to get rid of it: old master keys, dead rows, free pages."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from store import rotation
from store.database import Store
from store.key_file import KeyFile

_TRIES, _PAUSE = 40, 0.25
"""How often, and seconds between."""
_TABLES = ("subject_key", "blind_index")


def forget_old_masters(store: Store, keys: KeyFile, now: datetime, backup_days: int) -> list[int]:
    """Destroy the master keys that wrap nothing any more, in keys.db or in a backup within its term. Returns their versions.

    Raises KeyringError: the keyring's file can't be written.
    """
    used = rotation.by_version(store)
    gone = {
        version
        for version, at in keys.keyring.replaced.items()
        if version in keys.keyring.masters
        and not used.get(version)
        and at + timedelta(days=backup_days) <= now
    }
    if gone:
        keys.forget(gone)
    return sorted(gone)


def scrub(store: Store) -> None:
    """Rewrite keys.db without what was deleted or overwritten, and empty data.db's log. Writers wait meanwhile.

    SQLite: free pages are dropped. PostgreSQL: VACUUM FULL of the tables that held keys and look-ups, so that no dead row
    stays in their files; its write-ahead log keeps them until it is recycled (docs/backup.md).

    Raises sqlalchemy.exc.OperationalError: a database is in use for so long that dead rows can't go, or this user may not
    do so.
    """
    if store.keys_engine.dialect.name == "sqlite":
        _run(store.keys_engine, ["VACUUM"])
    else:
        for table in _TABLES:
            _rewrite(store.keys_engine, table)
    if store.data_engine.dialect.name == "sqlite":
        _run(store.data_engine, ["PRAGMA wal_checkpoint(TRUNCATE)"])


def _rewrite(engine: Engine, table: str) -> None:
    """Rewrite a table of PostgreSQL, again as long as another transaction keeps dead rows from being left out."""
    raw = engine.raw_connection()
    kept: list[int] = []

    def told(notice: Any) -> None:
        if number := re.match(r"\d+", notice.message_detail or ""):
            kept.append(int(number[0]))

    driver: Any = raw.driver_connection
    try:
        driver.autocommit = True
        driver.add_notice_handler(told)
        for _ in range(_TRIES):
            kept.clear()
            driver.execute(f"VACUUM (FULL, VERBOSE) {table}")
            if not any(kept):
                return
            time.sleep(_PAUSE)
    finally:
        driver.remove_notice_handler(told)
        driver.autocommit = False
        raw.close()
    raise OperationalError("VACUUM", None, TimeoutError("another transaction keeps dead rows"))


def _run(engine: Engine, statements: list[str]) -> None:
    """Run statements of SQLite that can't stand in a transaction."""
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        for statement in statements:
            driver.execute(statement)
    finally:
        raw.close()
