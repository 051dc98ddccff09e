"""Database engines as the store needs them: how SQLite and PostgreSQL are opened, and how a transaction begins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

WAIT_SECONDS = 15
"""How long one piece of work waits for another before it fails."""

Journal = Literal["WAL", "DELETE"]
_WRITES = "balie_writes"
_WRITER_LOCK = 0x42616C69
"""Number of PostgreSQL's advisory lock: 'Bali'."""


def make_engine(url: str, *, journal: Journal) -> Engine:
    """Return an engine for `url`: `sqlite:///FILE` or `postgresql://...`.

    Parameters never show in its errors or logs. `journal` is the journal mode on SQLite: DELETE where nothing that was
    deleted may linger in a log, WAL where readers must not wait.

    Raises:
        ValueError: it is neither SQLite in a file nor PostgreSQL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, journal)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed)
    raise ValueError("The store lives in SQLite files or in PostgreSQL databases.")


def writing(engine: Engine) -> Engine:
    """Return the same engine for work that writes: its transactions begin by waiting for their turn."""
    return engine.execution_options(**{_WRITES: True})


def reading(engine: Engine) -> Engine:
    """Return the same engine for reading one state from beginning to end, whatever is committed meanwhile."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine  # on SQLite every transaction does


def _sqlite(url: URL, journal: Journal) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("The store needs a file: sqlite:///FILE.")
    _make_private(Path(url.database))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: it begins them late, and without a lock.
        connection.isolation_level = None
        for pragma in (
            f"journal_mode = {journal}",
            "synchronous = FULL",  # what a client was told is on disk
            "secure_delete = ON",  # deleted bytes are overwritten
            "foreign_keys = ON",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    @event.listens_for(engine, "reset")
    def _reset(connection: Any, _record: Any, _state: Any) -> None:
        # A commit that failed on a broken reference leaves SQLite's transaction open, unknown to SQLAlchemy.
        connection.rollback()

    return engine


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": WAIT_SECONDS,
            "options": f"-c lock_timeout={WAIT_SECONDS}s -c timezone=UTC",
        },
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES, False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

    return engine


def _make_private(file: Path) -> None:
    """Make the database file before SQLite does, readable by its owner only; its journals take over this mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
