"""`balie retention`, `audit`, `migrate`, `keys rotate` and `doctor` as somebody types them, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command

from store import people, rotation
from store.database import Store, open_store
from store.engines import make_engine, writing
from store.key_file import KeyFile
from store.keyring import Keyring
from store.migrate import configuration
from tests.balie.test_start import assert_one_clear_sentence, run
from tests.e2e.running import ROOT
from tests.store.conftest import cluster, sqlite_urls  # noqa: F401  # a fixture of the store's tests
from tests.store.postgres import Cluster

NOW = datetime.now(UTC)
Balie = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Where records and keys are to be; nothing is there yet."""
    if request.param == "sqlite":
        yield sqlite_urls(tmp_path / "home")
        return
    server: Cluster = request.getfixturevalue("cluster")
    with server.database() as data, server.database() as keys:
        yield data, keys


ON_SQLITE = pytest.mark.parametrize("urls", ["sqlite"], indirect=True)
"""For what is the same on both, as the store's own tests show."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def balie(home: Path, urls: tuple[str, str]) -> Balie:
    """The command, with these databases."""
    data, keys = urls
    return lambda *words, **more: run(
        home, *words, **{"BALIE_DATA_URL": data, "BALIE_KEYS_URL": keys, **more}
    )


def opened(home: Path, urls: tuple[str, str]) -> Store:
    """The store that the command works with, made where there is none yet."""
    ring = home / "secrets" / "keyring.json"
    if not ring.exists():
        Keyring.create(ring)
    return open_store(*urls, KeyFile(ring), home)


def add(store: Store, expires_at: datetime | None = None) -> str:
    with store.work(NOW) as work:
        person = people.add(
            work, {"name": "Anna"}, source="intake", purpose="p", legal_basis="l", expires_at=expires_at
        )
        work.note("person.registered", "coach", person=person)
    return person


def test_the_first_start_makes_the_keyring_and_a_second_machine_does_not(
    balie: Balie, home: Path, tmp_path: Path, urls: tuple[str, str]
) -> None:
    assert balie("keys", "status").returncode == 0
    ring = home / "secrets" / "keyring.json"
    ring.rename(tmp_path / "elsewhere.json")
    assert_one_clear_sentence(balie("keys", "status"), "balie keys restore")
    assert not ring.exists()


def test_what_is_over_goes_once_and_counts_are_told(balie: Balie, home: Path, urls: tuple[str, str]) -> None:
    with closing(opened(home, urls)) as store:
        over, stays = add(store, NOW - timedelta(days=1)), add(store, NOW + timedelta(days=9))
    foreseen = balie("retention", "run", "--dry-run")
    assert "Er is niets veranderd" in foreseen.stdout
    assert "1 persons erased" in foreseen.stdout
    done = balie("retention", "run")
    assert "1 personen gewist" in done.stdout
    with closing(opened(home, urls)) as store, store.read() as reading:
        assert (reading.is_erased(over), reading.is_erased(stays)) == (True, False)
    assert "1 persons" not in balie("retention", "run").stdout


@ON_SQLITE
def test_the_first_bad_entry_is_named_against_a_head_from_elsewhere(
    balie: Balie, home: Path, tmp_path: Path, urls: tuple[str, str]
) -> None:
    with closing(opened(home, urls)) as store:
        for _ in range(4):
            add(store)
    kept = tmp_path / "head.json"
    kept.write_text(Path(balie("audit", "head").stdout.strip()).read_text())
    assert "5 entries" in balie("audit", "verify", "--head", str(kept)).stdout
    _harm(urls, "UPDATE audit SET act = 'person.erased' WHERE seq = 3")
    changed = balie("audit", "verify", "--head", str(kept))
    assert (changed.returncode, "entry 3 of the audit log was changed" in changed.stdout) == (1, True)
    assert "entry 3" in balie("doctor").stdout
    _harm(urls, "DELETE FROM audit WHERE seq >= 3")
    cut = balie("audit", "verify", "--head", str(kept))
    assert (cut.returncode, "everything from entry 3 on is gone" in cut.stdout) == (1, True)
    (tmp_path / "other.json").write_text("{}")
    assert_one_clear_sentence(
        balie("audit", "verify", "--head", str(tmp_path / "other.json")), "De kop in", "other.json"
    )


@ON_SQLITE
def test_a_backup_of_a_log_that_was_changed_is_made_and_its_owner_warned(
    balie: Balie, home: Path, tmp_path: Path, urls: tuple[str, str]
) -> None:
    assert balie("backup", "--make-key", str(tmp_path / "stick" / "key.txt")).returncode == 0
    with closing(opened(home, urls)) as store:
        add(store)
    assert balie("backup").returncode == 0
    _harm(urls, "UPDATE audit SET act = 'person.erased'")
    assert_one_clear_sentence(balie("backup"), "niet terug te zetten", "entry 1")
    assert len(list((home / "backups").glob("*.age"))) == 4


def test_a_killed_rotation_is_named_by_the_doctor_and_finished_when_it_is_asked_for_again(
    balie: Balie, home: Path, urls: tuple[str, str]
) -> None:
    with closing(opened(home, urls)) as store:
        with store.work(NOW) as work:
            for _ in range(8000):
                work.new_subject("mail")
        person = add(store)
        _rotate_and_kill(home, urls, store)
        left = rotation.to_wrap(store)
        assert 0 < left < 8001
        assert f"{left} keys still to be wrapped again" in balie("doctor").stdout
        done = balie("keys", "rotate")
        assert f"{left} keys wrapped again" in done.stdout
        assert rotation.by_version(store) == {2: 8001}
        with store.read() as reading:
            assert people.get(reading, person).record == {"name": "Anna"}


def _rotate_and_kill(home: Path, urls: tuple[str, str], store: Store) -> None:
    """Kill `balie keys rotate` when it has wrapped some keys and not all."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BALIE_")}
    environment |= {"BALIE_HOME": str(home), "BALIE_PRACTICE": "refleact"}
    environment |= {"BALIE_DATA_URL": urls[0], "BALIE_KEYS_URL": urls[1]}
    process = subprocess.Popen(
        [sys.executable, "-m", "balie", "keys", "rotate"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    while len(rotation.by_version(store)) < 2:
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@ON_SQLITE
def test_keys_from_the_environment_are_rotated_there_and_wrapped_again_here(
    balie: Balie, home: Path, urls: tuple[str, str]
) -> None:
    with closing(opened(home, urls)) as store:
        add(store)
    ring = Keyring.open(home / "secrets" / "keyring.json")
    given = {"BALIE_KEYRING": ring.text()}
    assert_one_clear_sentence(balie("keys", "rotate", **given), "BALIE_KEYRING", "--continue")
    newer = {"BALIE_KEYRING": ring.with_new_master(NOW).text()}
    assert "1 keys wrapped again" in balie("keys", "rotate", "--continue", **newer).stdout
    with closing(opened_with(home, urls, newer["BALIE_KEYRING"])) as store:
        assert rotation.by_version(store) == {2: 1}
    assert len(balie("keys", "recovery", **newer).stdout.splitlines()) > 12


def opened_with(home: Path, urls: tuple[str, str], ring: str) -> Store:
    return open_store(*urls, Keyring.parse(ring, "here"), home)


@pytest.mark.parametrize("other", ["mysql://nobody@127.0.0.1/x", "geen adres"])
def test_an_address_where_no_store_can_live_is_told_without_being_repeated(
    tmp_path: Path, other: str
) -> None:
    done = run(tmp_path / "home", "tickets", BALIE_DATA_URL=other)
    assert_one_clear_sentence(done, "BALIE_DATA_URL")
    assert "nobody" not in done.stderr
    assert_one_clear_sentence(run(tmp_path / "home", "doctor", BALIE_DATA_URL=other), "BALIE_DATA_URL")


def test_one_database_for_records_and_keys_is_refused(tmp_path: Path) -> None:
    both = f"sqlite:///{tmp_path / 'both.db'}"
    done = run(tmp_path / "home", "tickets", BALIE_DATA_URL=both, BALIE_KEYS_URL=both)
    assert_one_clear_sentence(done, "twee verschillende databases")


def test_older_postgresql_databases_wait_for_a_word_about_their_backup(
    cluster: Cluster,  # noqa: F811  # the fixture
    home: Path,
) -> None:
    with cluster.database() as data, cluster.database() as keys:
        settings = {"BALIE_DATA_URL": data, "BALIE_KEYS_URL": keys}
        opened(home, (data, keys)).close()
        engine = writing(make_engine(data, journal="WAL"))
        with engine.begin() as connection:
            command.downgrade(configuration(connection, "data"), "0001")
        engine.dispose()
        assert_one_clear_sentence(run(home, "tickets", **settings), "--i-have-a-backup")
        assert run(home, "migrate", "--i-have-a-backup", **settings).returncode == 0
        assert json.loads(run(home, "tickets", "--json", **settings).stdout) == []


def _harm(urls: tuple[str, str], statement: str) -> None:
    """Change records behind Balie's back."""
    if urls[0].startswith("sqlite"):
        with closing(sqlite3.connect(urls[0].removeprefix("sqlite:///"))) as connection:
            connection.execute(statement)
            connection.commit()
        return
    engine = make_engine(urls[0], journal="WAL")
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
