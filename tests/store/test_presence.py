"""A database that was lost is noticed before an empty one takes its place, on SQLite and on PostgreSQL."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from store import accounts, heads
from store.database import Store, open_store
from store.engines import make_engine, writing
from store.keyring import Keyring
from store.presence import lost

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


@pytest.fixture
def used(urls: tuple[str, str], keyring: Keyring, tmp_path: Path) -> tuple[str, str]:
    """The URLs of a store in which an account was opened."""
    store = open_store(*urls, keyring, tmp_path)
    accounts.issue_setup_token(store, NOW)
    with store.work(NOW) as work:
        work.note("person.added", "owner")
    store.close()
    return urls


def test_nothing_is_lost_before_the_first_start(tmp_path: Path) -> None:
    urls = f"sqlite:///{tmp_path / 'data.db'}", f"sqlite:///{tmp_path / 'keys.db'}"
    assert lost(*urls, tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_lost_in_a_store_that_holds_nothing_yet(
    store: Store, urls: tuple[str, str], tmp_path: Path
) -> None:
    assert lost(*urls, tmp_path) == ()


def test_nothing_is_lost_in_a_whole_store(used: tuple[str, str], tmp_path: Path) -> None:
    assert lost(*used, tmp_path) == ()


def test_a_first_act_that_a_crash_cut_between_the_two_commits_is_no_loss(
    store: Store, urls: tuple[str, str], tmp_path: Path
) -> None:
    with suppress(ZeroDivisionError), store.work(NOW) as work:
        work.new_subject("person")
        work.keys.commit()
        raise ZeroDivisionError
    assert lost(*urls, tmp_path) == ()


def test_an_emptied_key_database_is_lost(used: tuple[str, str], tmp_path: Path) -> None:
    empty(used[1], "subject_key")
    assert lost(*used, tmp_path) == ("keys",)


def test_an_emptied_data_database_is_lost_as_the_head_shows(used: tuple[str, str], tmp_path: Path) -> None:
    empty(used[0], "account", "audit")
    assert lost(*used, tmp_path) == ("data",)


def test_two_emptied_databases_are_lost_as_the_head_shows(used: tuple[str, str], tmp_path: Path) -> None:
    empty(used[0], "account", "audit")
    empty(used[1], "subject_key")
    assert lost(*used, tmp_path) == ("data", "keys")


def test_a_data_database_that_was_never_made_is_lost_beside_keys(sqlite_store: Store, tmp_path: Path) -> None:
    accounts.issue_setup_token(sqlite_store, NOW)
    sqlite_store.close()
    urls = f"sqlite:///{tmp_path / 'elsewhere.db'}", f"sqlite:///{tmp_path / 'keys.db'}"
    assert not (tmp_path / heads.NAME).exists()  # only the keys show the loss
    assert lost(*urls, tmp_path) == ("data",)


def empty(url: str, *tables: str) -> None:
    """Delete the rows of these tables, as an empty database would have none."""
    engine = make_engine(url, journal="WAL" if "data" in url else "DELETE")
    with writing(engine).begin() as connection:
        for name in tables:
            connection.execute(text(f"DELETE FROM {name}"))  # our own tables
    engine.dispose()
