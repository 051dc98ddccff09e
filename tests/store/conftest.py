"""Stores to test with: every test that takes `store` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import Store, open_store
from store.engines import make_engine, writing
from store.keyring import Keyring
from store.tables import DataTable, KeysTable
from tests.laid_out import lay_out
from tests.store.postgres import Cluster, find_or_start

NOW = datetime(2026, 3, 14, 15, 9, 26, 535897, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A moment."""
    return NOW


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """A keyring of this test alone."""
    return Keyring.create(tmp_path / "secrets" / "keyring.json")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server on this machine: the one that runs, else one of our own."""
    with find_or_start() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_urls(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Two databases, shared by the tests of this session and emptied between them."""
    with cluster.database() as data, cluster.database() as keys:
        yield data, keys


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The URLs of an empty data database and an empty keys database."""
    if request.param == "sqlite":
        return sqlite_urls(tmp_path)
    both: tuple[str, str] = request.getfixturevalue("empty_postgres_urls")
    return both


@pytest.fixture
def empty_postgres_urls(postgres_urls: tuple[str, str]) -> tuple[str, str]:
    """The URLs of the two shared databases, emptied."""
    for url, tables in zip(postgres_urls, (DataTable, KeysTable), strict=True):
        _empty(url, [table.name for table in tables.metadata.sorted_tables])
    return postgres_urls


@pytest.fixture
def store(urls: tuple[str, str], keyring: Keyring, tmp_path: Path) -> Iterator[Store]:
    """An open, empty store."""
    if urls == sqlite_urls(tmp_path):
        lay_out(tmp_path)
    store = open_store(*urls, keyring, tmp_path)
    yield store
    store.close()


@pytest.fixture
def sqlite_store(keyring: Keyring, tmp_path: Path) -> Iterator[Store]:
    """An open, empty store in SQLite files, for what only files can show."""
    lay_out(tmp_path)
    store = open_store(*sqlite_urls(tmp_path), keyring, tmp_path)
    yield store
    store.close()


@pytest.fixture
def postgres_store(empty_postgres_urls: tuple[str, str], keyring: Keyring, tmp_path: Path) -> Iterator[Store]:
    """An open, empty store in PostgreSQL databases, for what only a server can do."""
    store = open_store(*empty_postgres_urls, keyring, tmp_path)
    yield store
    store.close()


def sqlite_urls(folder: Path) -> tuple[str, str]:
    """The URLs of data.db and keys.db in a folder."""
    return f"sqlite:///{folder / 'data.db'}", f"sqlite:///{folder / 'keys.db'}"


def _empty(url: str, names: list[str]) -> None:
    """Delete all rows, where the tables exist yet: the keyring of the last test is not this one's."""
    engine = make_engine(url, journal="WAL")
    with writing(engine).begin() as connection:
        there = set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))
        for name in names:
            if name in there:
                connection.execute(text(f'DELETE FROM "{name}"'))  # our own tables
    engine.dispose()
