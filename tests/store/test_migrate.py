"""Migrations: from nothing to now and back, on both databases; in step with the tables; and never from the future."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from store.database import open_store
from store.engines import make_engine, writing
from store.keyring import Keyring
from store.migrate import Database, DatabaseNewer, bring_up_to_date, configuration, version_of, version_table
from store.tables import DataTable, KeysTable

METADATA = {"data": DataTable.metadata, "keys": KeysTable.metadata}
BOTH: tuple[Database, Database] = ("data", "keys")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database in which nothing is yet."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}", journal="DELETE")
        yield writing(engine)
        engine.dispose()
        return
    with request.getfixturevalue("cluster").database() as url:
        engine = make_engine(url, journal="DELETE")
        yield writing(engine)
        engine.dispose()


NEWEST = {"data": "0002", "keys": "0002"}


@pytest.mark.parametrize("database", BOTH)
def test_the_migrations_make_the_tables_that_the_code_knows(engine: Engine, database: Database) -> None:
    bring_up_to_date(engine, database)
    with engine.begin() as connection:
        options = {"version_table": version_table(database), "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA[database]) == []
        assert version_of(connection, database) == NEWEST[database]


@pytest.mark.parametrize("database", BOTH)
def test_0001_goes_up_and_down_and_up_again(engine: Engine, database: Database) -> None:
    bring_up_to_date(engine, database)
    with engine.begin() as connection:
        command.downgrade(configuration(connection, database), "base")
    assert inspect(engine).get_table_names() == [version_table(database)]
    bring_up_to_date(engine, database)
    assert set(inspect(engine).get_table_names()) == {*METADATA[database].tables, version_table(database)}


@pytest.mark.parametrize("database", BOTH)
def test_a_database_that_is_up_to_date_is_left_alone(engine: Engine, database: Database) -> None:
    bring_up_to_date(engine, database)
    bring_up_to_date(engine, database)
    with engine.begin() as connection:
        assert version_of(connection, database) == NEWEST[database]


@pytest.mark.parametrize("database", BOTH)
def test_a_database_from_the_future_is_refused_with_the_remedy(engine: Engine, database: Database) -> None:
    bring_up_to_date(engine, database)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {version_table(database)} SET version_num = '9999'"))
    with pytest.raises(DatabaseNewer, match=f"The {database} database .* newer version .* restore a backup"):
        bring_up_to_date(engine, database)
    assert set(inspect(engine).get_table_names()) > set(METADATA[database].tables)


def test_a_migration_that_fails_leaves_nothing_half_done(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE ticket (id INTEGER)"))  # in the way of 0001
    with pytest.raises(Exception, match="ticket"):
        bring_up_to_date(engine, "data")
    assert inspect(engine).get_table_names() == ["ticket"]


def test_a_store_from_the_future_does_not_open(
    keyring: Keyring, urls: tuple[str, str], tmp_path: Path
) -> None:
    open_store(*urls, keyring, tmp_path).close()
    engine = writing(make_engine(urls[1], journal="DELETE"))
    _set_version(engine, "9999")
    try:
        with pytest.raises(DatabaseNewer, match="keys"):
            open_store(*urls, keyring, tmp_path)
    finally:
        _set_version(engine, NEWEST["keys"])
        engine.dispose()


def _set_version(engine: Engine, version: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE keys_version SET version_num = :version"), {"version": version})
