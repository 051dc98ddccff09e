"""What is wrong in set-up or settings gets one clear sentence with its remedy, exit status 1, and nothing is half done."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from balie import only_one
from tests.e2e.running import ROOT
from tests.ports import free_port


def run(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `balie WORDS` with a folder of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BALIE_")}
    environment |= {"BALIE_HOME": str(home), "BALIE_PRACTICE": "refleact"} | settings
    for name in ("BOT", "DESK", "ENGINE", "ACTIONS"):
        environment.setdefault(f"BALIE_{name}_PORT", str(free_port()))
    return subprocess.run(
        [sys.executable, "-m", "balie", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_one_clear_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It failed with status 1, said these words in Dutch and English lines, and showed no traceback."""
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    for word in words:
        assert word in done.stderr
    assert 1 <= len(done.stderr.strip().splitlines()) <= 3


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A BALIE_HOME in which everything has been made once."""
    folder = tmp_path / "home"
    assert run(folder, "tickets").returncode == 0
    return folder


def test_help_explains_every_command_in_a_line(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for command in ("up", "bot", "desk", "actions", "nlu", "practice", "tickets", "consents", "audit"):
        assert any(
            line.strip(" │|").startswith(command) and len(line.split()) > 3
            for line in done.stdout.splitlines()
        ), command
    assert "..." not in done.stdout.partition("Commands")[2]  # every line fits in 80 columns


def test_an_unknown_practice_names_those_that_are_known(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "up", BALIE_PRACTICE="nobody")
    assert_one_clear_sentence(done, "nobody", "refleact", "release-connect")
    assert not (tmp_path / "home").exists()


def test_a_taken_port_is_named_with_the_setting_that_changes_it(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = run(tmp_path / "home", "up", BALIE_DESK_PORT=port)
    assert_one_clear_sentence(done, port, "BALIE_DESK_PORT")
    assert not (tmp_path / "home" / "data.db").exists()


def test_a_setting_that_is_no_port_is_named(tmp_path: Path) -> None:
    assert_one_clear_sentence(run(tmp_path / "home", "up", BALIE_BOT_PORT="front door"), "BALIE_BOT_PORT")


def test_a_malformed_keyring_is_told_and_left_as_it_is(home: Path) -> None:
    keyring = home / "secrets" / "keyring.json"
    keyring.write_text("{not a keyring")
    assert_one_clear_sentence(run(home, "tickets"), str(keyring))
    assert keyring.read_text() == "{not a keyring"


def test_a_keyring_that_others_can_read_is_refused(home: Path) -> None:
    keyring = home / "secrets" / "keyring.json"
    keyring.chmod(0o644)
    assert_one_clear_sentence(run(home, "tickets"), str(keyring))


def test_a_lost_keyring_is_not_replaced_by_a_new_one(home: Path) -> None:
    keyring = home / "secrets" / "keyring.json"
    keyring.rename(home / "elsewhere.json")
    assert_one_clear_sentence(run(home, "tickets"), str(keyring))
    assert not keyring.exists()


def test_the_keyring_of_another_balie_is_refused(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    run(other, "tickets")
    seal_something(home)
    shutil.copy(other / "secrets" / "keyring.json", home / "secrets" / "keyring.json")
    assert_one_clear_sentence(run(home, "tickets"), "keyring")


@pytest.mark.parametrize("lost", ["keys.db", "data.db"])
def test_a_lost_database_keeps_balie_closed_and_is_named(home: Path, lost: str) -> None:
    open_account(home)
    (home / lost).unlink()
    for _ in range(2):  # the refusal itself leaves nothing that a second start would take for a database
        for command in ("up", "tickets"):
            assert_one_clear_sentence(run(home, command), lost, "balie restore", str(home))
        assert not (home / lost).exists()


def test_two_lost_databases_are_both_named(home: Path) -> None:
    assert run(home, "audit", "head").returncode == 0
    for lost in ("data.db", "keys.db"):
        (home / lost).unlink()
    assert_one_clear_sentence(run(home, "tickets"), "data.db en keys.db zijn weg")


def test_doctor_says_that_a_database_is_lost(home: Path) -> None:
    open_account(home)
    (home / "keys.db").unlink()
    done = run(home, "doctor")
    assert done.returncode == 1
    assert "[moet · must] keys.db is weg of leeg" in done.stdout
    assert "Databases: open" not in done.stdout


def test_a_lost_keyring_is_not_replaced_where_the_key_database_is_lost_too(home: Path) -> None:
    for name in ("secrets/keyring.json", "keys.db"):
        (home / name).unlink()
    assert_one_clear_sentence(run(home, "tickets"), "keyring.json")
    assert not (home / "secrets" / "keyring.json").exists()


def test_a_database_newer_than_the_code_is_refused_unchanged(home: Path) -> None:
    with sqlite3.connect(home / "data.db") as database:
        table = next(
            name
            for (name,) in database.execute("select name from sqlite_master where type='table'")
            if "version" in name
        )
        database.execute(f"update {table} set version_num='9999'")
    database.close()  # what stands in the log goes into the file
    before = (home / "data.db").read_bytes()
    assert_one_clear_sentence(run(home, "tickets"), "nieuwere versie", "newer")
    assert (home / "data.db").read_bytes() == before


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_one_clear_sentence(run(tmp_path / "file" / "home", "tickets"), "BALIE_HOME")


def test_secrets_are_readable_by_their_owner_only(home: Path) -> None:
    assert (home / "secrets").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (home / "secrets").iterdir()} == {0o600}


def seal_something(home: Path) -> None:
    """Register one person, so that the database holds a wrapped key."""
    from datetime import UTC, datetime

    from store.database import open_store
    from store.keyring import Keyring

    keyring = Keyring.open(home / "secrets" / "keyring.json")
    store = open_store(f"sqlite:///{home / 'data.db'}", f"sqlite:///{home / 'keys.db'}", keyring, home)
    with store.work(datetime.now(UTC)) as work:
        work.new_subject("person")
    store.close()


def test_a_second_up_on_the_same_folder_is_refused_before_its_ports(home: Path) -> None:
    with only_one.in_folder(home):
        assert_one_clear_sentence(run(home, "up"), "draait al", str(home))


def test_a_name_that_is_no_setting_is_a_warning_and_no_more(home: Path) -> None:
    done = run(home, "tickets", BALIE_PRACTISE="refleact")
    assert done.returncode == 0
    assert "BALIE_PRACTISE" in done.stderr
    assert "BALIE_PRACTICE" in done.stderr


def test_an_entry_that_the_audit_log_does_not_have_is_told_with_how_many_it_has(home: Path) -> None:
    assert run(home, "audit", "head").returncode == 0
    assert_one_clear_sentence(run(home, "audit", "verify", "--entry", "99999"), "99999", "1 regels")


def test_a_head_that_can_not_be_used_is_refused_for_the_same_reason_in_both_languages(home: Path) -> None:
    for name, content, dutch, english in (
        ("none.json", None, "is er niet", "There is no audit head"),
        ("other.json", "{}", "is beschadigd", "is damaged"),
    ):
        file = home / name
        if content is not None:
            file.write_text(content)
        assert_one_clear_sentence(run(home, "audit", "verify", "--head", str(file)), dutch, english)


def open_account(home: Path) -> None:
    """Let Balie print the owner's link: from then on both databases hold something."""
    assert "/begin#" in run(home, "owner").stdout
