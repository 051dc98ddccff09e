"""`balie keys`, `backup`, `restore`, `erase` and `doctor` as somebody types them: plain sentences, nothing half done."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from casework import people
from casework.office import Office
from casework.packs import load_pack
from casework.post import OutboxPost
from store.database import open_store
from store.key_file import KeyFile
from tests.balie.test_start import assert_one_clear_sentence, run
from tests.e2e.running import ROOT


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A BALIE_HOME in which everything has been made once."""
    folder = tmp_path / "home"
    assert run(folder, "keys", "status").returncode == 0
    return folder


def typed(home: Path, lines: list[str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run `balie WORDS` and type these lines."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BALIE_")}
    environment |= {"BALIE_HOME": str(home), "BALIE_PRACTICE": "refleact"}
    return subprocess.run(
        [sys.executable, "-m", "balie", *words],
        cwd=ROOT,
        env=environment,
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def registered(home: Path) -> str:
    """Somebody on file, made beside the command."""
    keys = KeyFile(home / "secrets" / "keyring.json")
    store = open_store(f"sqlite:///{home / 'data.db'}", f"sqlite:///{home / 'keys.db'}", keys, home)
    office = Office(
        load_pack("refleact"),
        store,
        OutboxPost(home / "outbox", "b@example.org"),
        home,
        "https://b.example",
        "https://d.example",
        24,
    )
    person = people.register(office, {"name": "Anna de Wit", "email": "anna@example.org"}, "coach")
    store.close()
    return person


def sheet(home: Path) -> list[str]:
    """The lines of the recovery sheet as they are printed."""
    return re.findall(r"^ ?\d+\.  .+$", run(home, "keys", "recovery").stdout, re.MULTILINE)


def test_the_sheet_brings_the_key_file_back_line_by_line_with_a_mistake_in_between(home: Path) -> None:
    registered(home)
    lines, ring = sheet(home), home / "secrets" / "keyring.json"
    before = json.loads(ring.read_text())
    assert_one_clear_sentence(run(home, "keys", "restore"), "niet aangeraakt")
    ring.unlink()
    assert_one_clear_sentence(run(home, "tickets"), "balie keys restore")
    wrong = lines[1].replace(lines[1].split()[1], "AAAA")
    done = typed(home, [lines[0], wrong, *lines[1:]], "keys", "restore")
    assert done.returncode == 0, done.stderr
    assert "In regel 2 zit een tikfout" in done.stdout
    assert json.loads(ring.read_text()) == before
    assert run(home, "tickets").returncode == 0


def test_a_sheet_from_a_file_with_a_typo_names_the_line_and_writes_nothing(
    home: Path, tmp_path: Path
) -> None:
    lines, ring = sheet(home), home / "secrets" / "keyring.json"
    ring.unlink()
    lines[4] = lines[4].replace(lines[4].split()[-1], "aap" if lines[4].split()[-1] != "aap" else "uil")
    (tmp_path / "sheet.txt").write_text("\n".join(lines))
    done = run(home, "keys", "restore", str(tmp_path / "sheet.txt"))
    assert_one_clear_sentence(done, "regel 5", "Line 5")
    assert not ring.exists()


def test_typing_words_of_the_sheet_confirms_it_until_the_next_rotation(home: Path) -> None:
    assert run(home, "doctor").returncode == 1
    words = [" ".join(line.split()[-2:]) for line in sheet(home)]
    asked = re.findall(r"Line (\d+)", typed(home, ["fout"], "keys", "recovery", "--confirm").stdout)
    assert len(asked) == 1  # the first wrong answer ends it
    assert _confirmed(home, words)
    assert "[goed · good] Herstelblad" in run(home, "doctor").stdout
    assert run(home, "keys", "rotate").returncode == 0
    assert "[moet · must] Herstelblad" in run(home, "doctor").stdout


def _confirmed(home: Path, words: list[str]) -> bool:
    """Answer each question as it comes."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BALIE_")}
    environment |= {"BALIE_HOME": str(home), "BALIE_PRACTICE": "refleact", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "balie", "keys", "recovery", "--confirm"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = ""
        while sign := process.stdout.read(1):
            said += sign
            if question := re.search(r"Line (\d+): $", said):
                process.stdin.write(words[int(question[1]) - 1] + "\n")
                process.stdin.flush()
                said = ""
    return process.returncode == 0


def test_the_sheet_as_a_page_loads_nothing_and_is_private(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "blad.html"
    assert run(home, "keys", "recovery", "--html", str(page)).returncode == 0
    assert page.stat().st_mode & 0o777 == 0o600
    assert all(line.strip() in page.read_text() for line in sheet(home))
    assert not re.search(r"(src|href)=|url\(", page.read_text())
    assert_one_clear_sentence(run(home, "keys", "recovery", "--html", str(page)), "nieuw bestand")


def test_backup_erase_restore_and_the_person_stays_erased(home: Path, tmp_path: Path) -> None:
    person, key = registered(home), tmp_path / "stick" / "key.txt"
    assert_one_clear_sentence(run(home, "backup"), "--make-key")
    assert_one_clear_sentence(run(home, "backup", "--make-key", str(home / "key.txt")), "usb-stick")
    assert run(home, "backup", "--make-key", str(key)).returncode == 0
    assert run(home, "backup").returncode == 0
    assert "AGE-SECRET-KEY" not in "".join(path.read_text(errors="ignore") for path in home.glob("*.txt"))

    certificate = tmp_path / "stick" / "bewijs.txt"
    assert_one_clear_sentence(run(home, "erase", person, "--confirm", "xxxxxx"), "niets gewist")
    done = run(home, "erase", person, "--confirm", person[:6], "--certificate", str(certificate))
    assert done.returncode == 0, done.stderr
    assert "Anna" not in done.stdout + certificate.read_text()
    assert "reservekopieën" in certificate.read_text()

    data, keys = sorted((home / "backups").glob("*.age"))
    restore = ("restore", str(data), str(keys), "--identity", str(key))
    assert_one_clear_sentence(run(home, *restore), "--overwrite refleact")
    done = run(home, *restore, "--overwrite", "refleact")
    assert done.returncode == 0, done.stderr
    assert "opnieuw uitgevoerd: 1 personen" in done.stdout
    assert "Nobody" in run(home, "erase", "A" * 22, "--confirm", "AAAAAA").stderr
    assert "already" in run(home, "backup", "--make-key", str(tmp_path / "other.txt")).stderr
    assert run(home, "audit", "verify").returncode == 0


def test_a_restore_that_broke_off_keeps_balie_closed(home: Path) -> None:
    (home / "restore-under-way").touch()
    assert_one_clear_sentence(run(home, "tickets"), "balie restore")
    assert "[moet" in run(home, "doctor").stdout


def test_a_passphrase_is_asked_for_in_one_sentence_where_nobody_can_type_it(home: Path) -> None:
    KeyFile(home / "secrets" / "keyring.json").protect("vier losse woorden")
    assert_one_clear_sentence(run(home, "tickets"), "BALIE_KEYRING_PASSPHRASE")
    assert_one_clear_sentence(
        run(home, "tickets", BALIE_KEYRING_PASSPHRASE="fout"), "opent het sleutelbestand niet"
    )
    assert run(home, "tickets", BALIE_KEYRING_PASSPHRASE="vier losse woorden").returncode == 0


def test_the_keyring_may_come_from_the_environment(home: Path) -> None:
    ring = home / "secrets" / "keyring.json"
    text = ring.read_text()
    ring.unlink()
    assert run(home, "tickets", BALIE_KEYRING=text).returncode == 0
    assert_one_clear_sentence(run(home, "keys", "rotate", BALIE_KEYRING=text), "BALIE_KEYRING")
    assert not ring.exists()


def test_doctor_names_what_must_be_mended_and_never_shows_a_traceback(home: Path) -> None:
    registered(home)
    (home / "secrets" / "keyring.json").chmod(0o644)
    done = run(home, "doctor")
    assert done.returncode == 1
    assert "chmod 600" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    (home / "secrets" / "keyring.json").chmod(0o600)
    head = home / "audit-head.json"
    head.unlink()
    assert "kop is niet die" in run(home, "doctor").stdout
    assert "nog nooit ingesteld" in run(home, "doctor").stdout
