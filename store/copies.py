"""Copies of both databases as they stand at one moment, as two SQLite files, whichever database the store lives in.

SQLite: `VACUUM INTO`, which leaves free pages out. PostgreSQL: our own tables, row by row, from one snapshot of each. So a
backup has one form, is checked in one way, and can be put back into either.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Connection, Engine, MetaData, func, insert, select, text

from store.database import Store
from store.engines import make_engine, reading, writing
from store.migrate import Database, bring_up_to_date
from store.tables import DataTable, KeysTable

BATCH = 1000
LONGEST = timedelta(hours=1)
"""No backup and no restore takes longer: what is older was left by a crash."""
_PREFIX = ".backup-"
_METADATA: dict[Database, MetaData] = {"data": DataTable.metadata, "keys": KeysTable.metadata}


@dataclass(frozen=True, slots=True)
class Copies:
    """Two SQLite files of the same moment."""

    data: Path
    keys: Path


@contextmanager
def copied(store: Store) -> Iterator[Copies]:
    """Make copies in a private folder, and overwrite and delete them afterwards. Writers wait while SQLite copies.

    Raises:
        OSError: there is no room on the disk.
        sqlalchemy.exc.DBAPIError: a database can't be reached, or its turn did not come.
    """
    with private_folder(store.home) as folder:
        copies = Copies(folder / "data.db", folder / "keys.db")
        if store.data_engine.dialect.name == store.keys_engine.dialect.name == "sqlite":
            with writing(store.data_engine).begin():  # no writer, so both copies are of one moment
                _vacuum(store.data_engine, copies.data)
                _vacuum(store.keys_engine, copies.keys)
        else:
            _dump(store, copies)
        yield copies


@contextmanager
def private_folder(home: Path) -> Iterator[Path]:
    """Give a folder of mode 0700 in `home`; what is left in it is overwritten and deleted."""
    folder = Path(mkdtemp(prefix=_PREFIX, dir=home))
    try:
        yield folder
    finally:
        _wipe_folder(folder)


def remove_left(home: Path, now: datetime) -> int:
    """Overwrite and delete the folders that crashes left: a copy of keys may outlive no erasure. Returns how many."""
    before = (now - LONGEST).timestamp()
    left = [folder for folder in home.glob(f"{_PREFIX}*") if folder.stat().st_mtime < before]
    for folder in left:
        _wipe_folder(folder)
    return len(left)


def wipe(path: Path) -> None:
    """Overwrite a file and delete it. On flash storage the old blocks may live on: the disk should be encrypted."""
    with path.open("r+b") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _wipe_folder(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        else:
            wipe(path)
    folder.rmdir()


def is_empty(store: Store) -> bool:
    """Tell whether nothing was ever kept in this store."""
    with store.keys_engine.connect() as connection:
        table = KeysTable.metadata.tables["subject_key"]
        return connection.scalar(select(func.count()).select_from(table)) == 0


def put_back(copy: Store, store: Store) -> None:
    """Replace everything in `store` by what is in `copy`, in one transaction of each database, keys first to be kept.

    A crash between the two commits leaves keys and records of different moments: the caller must do it again.
    """
    with writing(store.data_engine).begin() as data, writing(store.keys_engine).begin() as keys:
        _replace(copy.data_engine, data, "data")
        _replace(copy.keys_engine, keys, "keys")


def _vacuum(engine: Engine, target: Path) -> None:
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(target),))
        target.chmod(0o600)
    finally:
        raw.close()


def _dump(store: Store, copies: Copies) -> None:
    """Copy the tables from a snapshot of each database, both taken while no writer is at work."""
    with ExitStack() as stack:
        with writing(store.data_engine).begin():
            data = stack.enter_context(reading(store.data_engine).connect())
            keys = stack.enter_context(reading(store.keys_engine).connect())
            for connection in (data, keys):
                connection.execute(text("SELECT 1"))  # the snapshot is taken by the first statement
        _dump_one(data, copies.data, "data")
        _dump_one(keys, copies.keys, "keys")


def _dump_one(source: Connection, path: Path, database: Database) -> None:
    engine = make_engine(f"sqlite:///{path}", journal="DELETE")
    bring_up_to_date(writing(engine), database)
    with writing(engine).begin() as target:
        _fill(source, target, database)
    engine.dispose()


def _replace(source: Engine, target: Connection, database: Database) -> None:
    for table in reversed(_METADATA[database].sorted_tables):
        target.execute(table.delete())
    with reading(source).connect() as connection:
        _fill(connection, target, database)
    if target.dialect.name == "postgresql" and database == "data":
        highest = "(SELECT coalesce(max(seq), 0) + 1 FROM delivery)"
        target.execute(text(f"SELECT setval(pg_get_serial_sequence('delivery', 'seq'), {highest}, false)"))


def _fill(source: Connection, target: Connection, database: Database) -> None:
    """Copy all rows, a batch at a time."""
    for table in _METADATA[database].sorted_tables:
        rows = source.execute(select(table).execution_options(yield_per=BATCH))
        for part in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in part])
