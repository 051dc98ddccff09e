"""Each revision, up and down, with data in it; and the copy that is made before an upgrade."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select

from store import upgrade_copies
from store.database import open_store
from store.engines import make_engine, writing
from store.keyring import Keyring
from store.migrate import Database, bring_up_to_date, configuration
from store.upgrade_copies import BackupNeeded

AT = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
DAY = AT.date()

OLD_ROWS: dict[str, list[dict[str, Any]]] = {
    "person": [
        {
            "id": "p",
            "state": "active",
            "source": "desk",
            "purpose": "guidance",
            "legal_basis": "contract",
            "created_at": AT,
        }
    ],
    "conversation": [
        {
            "id": "c",
            "channel": "web",
            "language": "nl",
            "person_id": "p",
            "created_at": AT,
            "last_at": AT,
            "expires_at": AT,
        }
    ],
    "turn": [{"conversation_id": "c", "client_message_id": "m", "at": AT}],
    "consent": [{"id": "k", "person_id": "p", "kind": "pr_logo", "state": "given", "given_at": AT}],
    "consent_event": [
        {
            "id": "e",
            "consent_id": "k",
            "number": 1,
            "event": "given",
            "at": AT,
            "channel": "web",
            "method": "choice",
            "by": "client",
        }
    ],
    "request": [
        {
            "id": "r",
            "reference": "R-2222",
            "person_id": "p",
            "kind": "access",
            "state": "fulfilled",
            "identity": "code",
            "received_at": AT,
            "promised": DAY,
            "legal": DAY,
            "closed_at": AT,
        }
    ],
    "ticket": [
        {
            "id": kind,
            "reference": f"R-{number}",
            "kind": kind,
            "person_id": "p",
            "state": "open",
            "created_at": AT,
        }
        for number, kind in enumerate(("request", "intake", "question", "incident"))
    ],
    "ticket_event": [
        {"id": "s", "ticket_id": "intake", "number": 1, "at": AT, "act": "received", "by": "client"}
    ],
    "hold": [
        {"id": kind, "person_id": "p", "kind": kind, "since": DAY}
        for kind in ("fiscal", "dispute", "consent")
    ],
    "export": [
        {
            "id": "x",
            "kind": "bundle",
            "ticket_id": "request",
            "person_id": "p",
            "file": "x.sealed",
            "sha256": "0",
            "created_at": AT,
            "expires_at": AT,
            "downloads": 0,
            "max_downloads": 3,
        }
    ],
    "receipt": [{"number": "B-222222", "kind": "request", "payload": "{}", "signature": b"s", "at": AT}],
    "mail": [{"id": "m", "subject_id": "c", "message": b"sealed", "created_at": AT, "tries": 0}],
    "account": [
        {"id": "a", "role": "coach", "state": "active", "totp_last_step": -1, "failures": 0, "created_at": AT}
    ],
    "session": [
        {"id_hash": "h", "account_id": "a", "csrf": "c", "created_at": AT, "seen_at": AT, "expires_at": AT}
    ],
}
"""Rows as they stood at revision 0001."""

GROUNDS = {
    ("conversation", "c"): ("communication", "legitimate_interest"),
    ("consent", "k"): ("pr_logo", "consent"),
    ("request", "r"): ("requests", "legal_obligation"),
    ("ticket", "request"): ("requests", "legal_obligation"),
    ("ticket", "intake"): ("guidance", "contract"),
    ("ticket", "question"): ("communication", "legitimate_interest"),
    ("ticket", "incident"): ("requests", "legal_obligation"),
    ("hold", "fiscal"): ("administration", "legal_obligation"),
    ("hold", "dispute"): ("dispute", "legitimate_interest"),
    ("hold", "consent"): ("guidance", "consent"),
    ("export", "x"): ("requests", "legal_obligation"),
    ("receipt", "B-222222"): ("proof", "legal_obligation"),
    ("mail", "m"): ("communication", "legitimate_interest"),
    ("account", "a"): ("access", "contract"),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database in which nothing is yet."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'some.db'}", journal="WAL")
        yield writing(engine)
        engine.dispose()
        return
    with request.getfixturevalue("cluster").database() as url:
        engine = make_engine(url, journal="WAL")
        yield writing(engine)
        engine.dispose()


def step(engine: Engine, database: Database, revision: str, *, down: bool = False) -> None:
    """Bring a database to a revision."""
    with engine.begin() as connection:
        move = command.downgrade if down else command.upgrade
        move(configuration(connection, database), revision)


def table(connection: Connection, name: str) -> Table:
    """A table as it stands in the database now."""
    return Table(name, MetaData(), autoload_with=connection)


def fill(engine: Engine, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Put rows into a database, as its tables stand now."""
    with engine.begin() as connection:
        for name, values in rows.items():
            connection.execute(table(connection, name).insert(), values)


def contents(engine: Engine, names: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """All rows of these tables, in the columns that were filled."""
    found = {}
    with engine.begin() as connection:
        for name, values in names.items():
            known = table(connection, name)
            columns = [known.c[column] for column in values[0]]
            rows = connection.execute(select(*columns).order_by(columns[0])).mappings()
            found[name] = [
                {
                    key: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
                    for key, value in row.items()
                }
                for row in rows
            ]
    return found


def in_order(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The same rows by their first column."""
    return {
        name: sorted(values, key=lambda row: str(next(iter(row.values())))) for name, values in rows.items()
    }


def test_every_revision_has_a_test_here(tmp_path: Path) -> None:
    with make_engine(f"sqlite:///{tmp_path / 'unused.db'}", journal="WAL").connect() as connection:
        for database in ("data", "keys"):
            folder = ScriptDirectory.from_config(configuration(connection, database))  # type: ignore[arg-type]  # of two words
            for revision in folder.walk_revisions():
                assert any(name.startswith(f"test_{database}_{revision.revision}_") for name in globals())


def test_data_0001_holds_rows_of_every_kind_and_leaves_nothing_behind(engine: Engine) -> None:
    step(engine, "data", "0001")
    fill(engine, OLD_ROWS)
    assert contents(engine, OLD_ROWS) == in_order(OLD_ROWS)
    step(engine, "data", "base", down=True)
    assert inspect(engine).get_table_names() == ["data_version"]


def test_data_0002_gives_old_rows_their_purpose_and_basis_and_takes_nothing_away(engine: Engine) -> None:
    step(engine, "data", "0001")
    fill(engine, OLD_ROWS)
    step(engine, "data", "0002")
    assert contents(engine, OLD_ROWS) == in_order(OLD_ROWS)
    with engine.begin() as connection:
        for (name, key), ground in GROUNDS.items():
            known = table(connection, name)
            row = (
                connection.execute(select(known).where(next(iter(known.primary_key)) == key)).mappings().one()
            )
            assert (row["purpose"], row["legal_basis"]) == ground
    step(engine, "data", "0001", down=True)
    assert contents(engine, OLD_ROWS) == in_order(OLD_ROWS)
    with engine.begin() as connection:
        assert "purpose" not in table(connection, "request").c


KEYS_ROWS: dict[str, list[dict[str, Any]]] = {
    "subject_key": [
        {"subject": "p", "kind": "person", "wrapped": b"wrapped", "created_at": AT, "erased_at": None},
        {"subject": "q", "kind": "person", "wrapped": None, "created_at": AT, "erased_at": AT},
    ],
    "blind_index": [{"table_name": "person", "column_name": "email", "digest": b"digest", "subject": "p"}],
}


def test_keys_0001_holds_keys_and_tombstones_and_leaves_nothing_behind(engine: Engine) -> None:
    step(engine, "keys", "0001")
    fill(engine, KEYS_ROWS)
    assert contents(engine, KEYS_ROWS) == in_order(KEYS_ROWS)
    step(engine, "keys", "base", down=True)
    assert inspect(engine).get_table_names() == ["keys_version"]


def test_keys_0002_keeps_keys_and_tombstones(engine: Engine) -> None:
    step(engine, "keys", "0001")
    fill(engine, KEYS_ROWS)
    step(engine, "keys", "0002")
    assert contents(engine, KEYS_ROWS) == in_order(KEYS_ROWS)
    step(engine, "keys", "0001", down=True)
    assert contents(engine, KEYS_ROWS) == in_order(KEYS_ROWS)


def test_a_sqlite_file_is_copied_beside_itself_before_it_is_upgraded(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    engine = writing(make_engine(f"sqlite:///{file}", journal="WAL"))
    step(engine, "data", "0001")
    fill(engine, OLD_ROWS)
    bring_up_to_date(engine, "data")
    copy = tmp_path / "data.db.before-0002"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    old = make_engine(f"sqlite:///{copy}", journal="DELETE")
    assert contents(old, OLD_ROWS) == in_order(OLD_ROWS)
    with old.connect() as connection:
        assert "purpose" not in table(connection, "request").c
    assert {path.name for path in tmp_path.glob("*before*")} == {copy.name}
    engine.dispose()
    old.dispose()


def test_a_new_database_needs_no_copy(tmp_path: Path, keyring: Keyring) -> None:
    open_store(
        f"sqlite:///{tmp_path / 'data.db'}", f"sqlite:///{tmp_path / 'keys.db'}", keyring, tmp_path
    ).close()
    assert list(tmp_path.glob("*before*")) == []


def test_an_upgrade_that_was_cut_off_is_copied_anew(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    engine = writing(make_engine(f"sqlite:///{file}", journal="WAL"))
    step(engine, "data", "0001")
    for name in ("data.db.before-0002", ".data.db.before-0002.new"):
        (tmp_path / name).write_bytes(b"half a copy")
    fill(engine, OLD_ROWS)
    bring_up_to_date(engine, "data")
    old = make_engine(f"sqlite:///{tmp_path / 'data.db.before-0002'}", journal="DELETE")
    assert contents(old, OLD_ROWS) == in_order(OLD_ROWS)
    engine.dispose()
    old.dispose()


def test_copies_go_after_the_term_of_key_backups_and_not_before(tmp_path: Path, keyring: Keyring) -> None:
    store = open_store(
        f"sqlite:///{tmp_path / 'data.db'}", f"sqlite:///{tmp_path / 'keys.db'}", keyring, tmp_path
    )
    for name in ("data.db", "keys.db"):
        copy = tmp_path / f"{name}.before-0002"
        copy.write_bytes(b"copy")
        os.utime(copy, (AT.timestamp(), AT.timestamp()))
    assert store.remove_upgrade_copies(AT + timedelta(days=13), days=14) == 0
    assert store.remove_upgrade_copies(AT + timedelta(days=14), days=14) == 2
    assert list(tmp_path.glob("*before*")) == []
    assert (tmp_path / "data.db").exists()
    store.close()


def test_a_postgresql_database_is_upgraded_only_when_somebody_says_there_is_a_backup(
    request: pytest.FixtureRequest,
) -> None:
    with request.getfixturevalue("cluster").database() as url:
        engine = writing(make_engine(url, journal="WAL"))
        step(engine, "data", "0001")
        fill(engine, OLD_ROWS)
        with pytest.raises(BackupNeeded, match="balie migrate --i-have-a-backup"):
            bring_up_to_date(engine, "data", have_backup=False)
        with engine.begin() as connection:
            assert "purpose" not in table(connection, "request").c
        bring_up_to_date(engine, "data", have_backup=True)
        assert contents(engine, OLD_ROWS) == in_order(OLD_ROWS)
        assert upgrade_copies.remove_older([engine.url], AT, 0) == 0
        engine.dispose()
