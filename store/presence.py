"""Tells whether one of the two databases was lost, before they are opened: opening makes what isn't there.

A new, empty keys.db beside old records would hide that nobody can open them any more, and a new data.db would hide that
the records and the audit log are gone. A first start that a crash cut off is not taken for a loss: it holds nothing yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, select, table

from store import heads, register
from store.engines import Journal, database_url, make_engine
from store.migrate import Database, version_of

_NEED_KEYS = frozenset({"person", "account"})
"""Tables whose every row has its key or its tombstone in the keys database."""

_KEYS = frozenset({"subject_key"})


@dataclass(frozen=True, slots=True)
class _Look:
    """What stands in a database. made: it has tables. filled: those of the tables asked for that hold a row."""

    made: bool = False
    filled: frozenset[str] = frozenset()


def lost(data_url: str, keys_url: str, home: Path) -> tuple[Database, ...]:
    """Return which databases are gone or empty though there was a store; none at a first start and none when all is well.

    Raises:
        WrongAddress: a URL is of a database that the store can't live in.
        sqlalchemy.exc.DBAPIError: a database can't be reached or read.
    """
    # What shows a loss is looked at before what is lost, since another process may be doing its first act meanwhile.
    written = _was_written(home)
    keys = _look(keys_url, "DELETE", "keys", _KEYS)
    data = _look(data_url, "WAL", "data", _NEED_KEYS | {"audit"})
    no_records = "audit" not in data.filled and (written or (bool(keys.filled) and not data.made))
    wanted = no_records or bool(data.filled & _NEED_KEYS)
    no_keys = wanted and not (keys.filled or _look(keys_url, "DELETE", "keys", _KEYS).filled)
    return (*(("data",) if no_records else ()), *(("keys",) if no_keys else ()))


def _was_written(home: Path) -> bool:
    """Tell whether something was ever kept: the head follows the first entry of the audit log, the register an erasure."""
    return any((home / name).exists() for name in (heads.NAME, register.NAME))


def _look(url: str, journal: Journal, database: Database, tables: frozenset[str]) -> _Look:
    address = database_url(url)
    file = Path(str(address.database))
    if address.get_backend_name() == "sqlite" and not (file.exists() and file.stat().st_size):
        return _Look()  # an engine would make the file
    engine = make_engine(url, journal=journal, only_look=True)
    try:
        with engine.connect() as connection:
            there = tables & set(inspect(connection).get_table_names())
            return _Look(
                made=version_of(connection, database) is not None,
                filled=frozenset(name for name in there if _has_row(connection, name)),
            )
    finally:
        engine.dispose()


def _has_row(connection: Connection, name: str) -> bool:
    return connection.execute(select(1).select_from(table(name)).limit(1)).first() is not None
