"""The store itself: two databases opened together, and the transactions that span them.

`open_store` brings both databases to the newest form and returns a `Store`. All writing goes through `Store.work`, one at a
time (also between processes): the writer holds data.db's lock from the start, and takes keys.db's after it. keys.db is
committed first. A crash between the two commits leaves at most a key or look-up without its record, which nobody
notices, or records whose key is destroyed, which was the purpose; never a record without its key.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from store import heads, register, upgrade_copies
from store.engines import WrongAddress, database_url, make_engine, reading, writing
from store.keyring import KeyringError
from store.keys import Keys
from store.migrate import DatabaseNewer, bring_up_to_date, version_of
from store.sealing import SealError
from store.tables import DataTable, KeysTable
from store.upgrade_copies import BackupNeeded
from store.work import Reading, Work

_log = logging.getLogger(__name__)
_KEYS = KeysTable.metadata.tables["subject_key"]

__all__ = ["BackupNeeded", "DatabaseNewer", "Store", "WrongAddress", "open_store"]


class Store:
    """An open store. Shared by all threads of a process; several processes may open the same databases."""

    def __init__(
        self, data: Engine, keys: Engine, looks: tuple[Engine, Engine], keyring: Keys, home: Path
    ) -> None:
        """`looks`: the same two databases, for single looks that change nothing."""
        self.data_engine = data
        self.keys_engine = keys
        self.keyring = keyring
        self.home = home
        self._writes = writing(data), writing(keys)
        self._reads = reading(data), looks[1]
        self._looks = looks
        self._turn = threading.Lock()
        self._busy: set[int] = set()

    @contextmanager
    def work(self, at: datetime) -> Iterator[Work]:
        """Do one piece of work that writes, at the moment `at` (aware). It waits for its turn.

        It is on disk in both databases when the block ends, and undone in both when the block raises.

        Raises:
            RuntimeError: this thread is already inside a piece of work or a reading; pass that one on instead.
            ValueError: the moment has no time zone.
            sqlalchemy.exc.OperationalError: the databases can't be reached, or the turn did not come in time.
        """
        if at.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        to_data, to_keys = self._writes
        with self._alone(), self._turn, to_data.connect() as data, to_keys.connect() as keys:
            data.begin()  # data.db's lock first, always: two writers never wait for each other crosswise
            work = Work(data, keys, self.keyring, at.astimezone(UTC))
            with closing(work):
                yield work
                work.keep()
            self._finish(work)

    def read(self) -> AbstractContextManager[Reading]:
        """Read one state from beginning to end, without waiting for writers. Nothing is kept.

        Raises:
            RuntimeError: this thread is already inside a piece of work or a reading; pass that one on instead.
            sqlalchemy.exc.OperationalError: the databases can't be reached.
        """
        # Keys are read as they are now: a record of this state may not be shown once its key is destroyed.
        return self._reading(*self._reads)

    def look(self) -> AbstractContextManager[Reading]:
        """Look one thing up: as `read`, but each statement sees what is committed by then, and none waits for a BEGIN.

        Raises:
            RuntimeError, sqlalchemy.exc.OperationalError: as `read`.
        """
        return self._reading(*self._looks)

    @contextmanager
    def _reading(self, from_data: Engine, from_keys: Engine) -> Iterator[Reading]:
        with (
            self._alone(),
            from_data.connect() as data,
            from_keys.connect() as keys,
            closing(Reading(data, keys, self.keyring, self._stands_now)) as now,
        ):
            yield now

    def _stands_now(self, table: str, column: str, row: str) -> bytes | None:
        """Return what is committed in a place at this moment, for a reading that began before."""
        fields = DataTable.metadata.tables[table].columns
        if "id" not in fields:
            return None
        with self.data_engine.connect() as connection:
            return connection.scalar(select(fields[column]).where(fields["id"] == row))

    def remove_upgrade_copies(self, now: datetime, days: int) -> int:
        """Delete the copies that upgrades made so many days ago or earlier. Returns how many."""
        return upgrade_copies.remove_older((self.data_engine.url, self.keys_engine.url), now, days)

    def close(self) -> None:
        """Close all connections."""
        for engine in (self.data_engine, self.keys_engine, *self._looks):
            engine.dispose()

    def _finish(self, work: Work) -> None:
        """Tidy up after both commits. The act is done, so what fails here must not make it look undone.

        Nor may it be logged with its traceback, which shows statements and paths.
        """
        try:
            if work.is_unsettled:
                work.settle()
        except SQLAlchemyError:
            _log.error("an earlier value may still open or be found; the record's next change ends that")
        try:
            register.add(self.home, self.keyring, work.to_register, work.at)
        except OSError:
            _log.error("the register of erasures could not be written; the next backup or start mends it")
        try:
            if work.last_entry is not None:
                heads.keep(self.home, self.keyring, work.last_entry, work.at)
        except OSError:
            _log.error("the head of the audit chain could not be written; the next act writes it")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Refuse work inside work: it would wait for itself, or see an older state than its surroundings."""
        thread = threading.get_ident()
        if thread in self._busy:
            raise RuntimeError("a piece of work or a reading is open in this thread; pass it on")
        self._busy.add(thread)
        try:
            yield
        finally:
            self._busy.discard(thread)


def open_store(
    data_url: str, keys_url: str, keyring: Keys, home: Path, *, have_backup: bool = False
) -> Store:
    """Open both databases, making or migrating them where needed.

    Args:
        data_url: SQLAlchemy URL of the sealed records: `sqlite:///FILE` or `postgresql://...`.
        keys_url: URL of the wrapped keys; another database than `data_url`.
        keyring: the master keys.
        home: folder where the signed head of the audit chain is written.
        have_backup: PostgreSQL databases may be upgraded, since there is a backup of them. SQLite files are copied first.

    Raises:
        BackupNeeded: PostgreSQL databases must be upgraded, and nobody said that there is a backup.
        DatabaseNewer: a database was made by a newer version of Balie.
        KeyringError: the keyring is not the one that these databases were made with.
        WrongAddress: the URLs are the same, or of a database that the store can't live in.
        sqlalchemy.exc.OperationalError: a database can't be reached.
    """
    if data_url == keys_url:
        raise WrongAddress(
            "The records and their keys need two databases: keys that lie with the records protect nothing."
        )
    store = Store(
        make_engine(data_url, journal="WAL"),
        make_engine(keys_url, journal="DELETE"),
        (
            make_engine(data_url, journal="WAL", only_look=True),
            make_engine(keys_url, journal="DELETE", only_look=True),
        ),
        keyring,
        home,
    )
    bring_up_to_date(writing(store.data_engine), "data", have_backup=have_backup)
    bring_up_to_date(writing(store.keys_engine), "keys", have_backup=have_backup)
    _check_keyring(store)
    return store


def was_made(keys_url: str) -> bool:
    """Tell whether there is a store already. Makes nothing.

    Raises:
        WrongAddress: the store can't live there.
        sqlalchemy.exc.OperationalError: the database can't be reached.
    """
    url = database_url(keys_url)
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").exists()
    engine = make_engine(keys_url, journal="DELETE", only_look=True)
    try:
        with engine.connect() as connection:
            return version_of(connection, "keys") is not None
    finally:
        engine.dispose()


def _check_keyring(store: Store) -> None:
    """Open one key: with another keyring every record would seem lost, and new ones would be sealed beside them."""
    one = select(_KEYS.c.subject, _KEYS.c.wrapped).where(_KEYS.c.wrapped.is_not(None)).limit(1)
    with store.keys_engine.connect() as connection:
        row = connection.execute(one).first()
    try:
        if row is not None:
            store.keyring.unwrap(row.subject, row.wrapped)
    except SealError:
        raise KeyringError(
            "This keyring is not the one that the databases were made with.", "foreign"
        ) from None
