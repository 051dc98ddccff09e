"""Database engines as the store needs them: how SQLite and PostgreSQL are opened, and how a transaction begins."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError

WAIT_SECONDS = 15
"""How long one piece of work waits for another before it fails."""

IDLE_SECONDS = 1.0
"""A connection that did nothing for so long is asked whether it is still there before it is used."""

Journal = Literal["WAL", "DELETE"]
_WRITES = "balie_writes"
_WRITER_LOCK = 0x42616C69
"""Number of PostgreSQL's advisory lock: 'Bali'."""


class WrongAddress(ValueError):
    """A database can't be at this address. Its text is one sentence; it doesn't hold the address, which may hold a password."""


def make_engine(url: str, *, journal: Journal, only_look: bool = False) -> Engine:
    """Return an engine for `url`: `sqlite:///FILE` or `postgresql://...`.

    Parameters never show in its errors or logs. `journal` is the journal mode on SQLite: DELETE where nothing that was
    deleted may linger in a log, WAL where readers must not wait. only_look: the database refuses every change, and each statement
    sees what is committed by then.

    Raises:
        WrongAddress: it is neither SQLite in a file nor PostgreSQL.
    """
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, journal, only_look)
    return _postgresql(parsed, only_look)


def database_url(text: str) -> URL:
    """Read the address of a database in which the store can live.

    Raises:
        WrongAddress: it is none.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise WrongAddress("This is no address of a database.") from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise WrongAddress("The store lives in SQLite files or in PostgreSQL databases.")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise WrongAddress("The store needs a file: sqlite:///FILE.")
    return url


def writing(engine: Engine) -> Engine:
    """Return the same engine for work that writes: its transactions begin by waiting for their turn."""
    return engine.execution_options(**{_WRITES: True})


def reading(engine: Engine) -> Engine:
    """Return the same engine for reading one state from beginning to end, whatever is committed meanwhile."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine  # on SQLite every transaction does


def _sqlite(url: URL, journal: Journal, only_look: bool) -> Engine:
    _make_private(Path(str(url.database)))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS})
    pragmas = [
        f"journal_mode = {journal}",
        "synchronous = FULL",  # what a client was told is on disk
        "secure_delete = ON",  # deleted bytes are overwritten
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ]
    if only_look:
        pragmas.append("query_only = ON")

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: it begins them late, and without a lock.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(_WRITES, False)
        if not only_look:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    @event.listens_for(engine, "reset")
    def _reset(connection: Any, _record: Any, _state: Any) -> None:
        # A commit that failed on a broken reference leaves SQLite's transaction open, unknown to SQLAlchemy.
        connection.rollback()

    return engine


def _postgresql(url: URL, only_look: bool) -> Engine:
    options = f"-c lock_timeout={WAIT_SECONDS}s -c timezone=UTC"
    if only_look:
        options += " -c default_transaction_read_only=on"
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        connect_args={"connect_timeout": WAIT_SECONDS, "options": options},
        **({"isolation_level": "AUTOCOMMIT"} if only_look else {}),
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES, False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

    _replace_lost_connections(engine)
    return engine


def _replace_lost_connections(engine: Engine) -> None:
    """Let a connection that was lost while it lay idle be replaced unnoticed, without asking before each use."""

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("since", time.monotonic()) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None  # all others were made before the loss as well


def _make_private(file: Path) -> None:
    """Make the database file before SQLite does, readable by its owner only; its journals take over this mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
