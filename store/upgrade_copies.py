"""Copies that are made of a database before it is upgraded, beside it, and when they go again.

A copy of keys.db can open whom was erased since, so it may live no longer than a backup of the keys does
(the practice pack's `key_backup_days`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, Engine

_MARK = ".before-"


class BackupNeeded(Exception):
    """A PostgreSQL database must be upgraded, and Balie can't copy it itself. The text is one sentence with the remedy."""

    def __init__(self) -> None:
        super().__init__(
            "This version of Balie changes the PostgreSQL databases; back both up, then run: balie migrate --i-have-a-backup"
        )


def copy_before(engine: Engine, revision: str) -> Path | None:
    """Copy a SQLite database into a file beside it, named after the revision that is about to come. Returns the file.

    The caller holds the database's lock, so nobody writes meanwhile. A copy of the same name, left by an upgrade that was
    cut off, is replaced. None: it is no SQLite file.
    """
    source = _file_of(engine.url)
    if source is None:
        return None
    copy = source.with_name(f"{source.name}{_MARK}{revision}")
    draft = source.with_name(f".{copy.name}.new")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(draft),))
    handle = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return draft.replace(copy)


def remove_older(urls: Iterable[URL], now: datetime, days: int) -> int:
    """Delete the copies made so many days ago or earlier. Returns how many."""
    limit = (now - timedelta(days=days)).timestamp()
    count = 0
    for url in urls:
        source = _file_of(url)
        for copy in source.parent.glob(f"{source.name}{_MARK}*") if source else ():
            if copy.stat().st_mtime <= limit:
                copy.unlink()
                count += 1
    return count


def _file_of(url: URL) -> Path | None:
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
