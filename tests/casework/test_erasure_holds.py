"""Erasure that holds: an attacker with everything looks for a person who was erased, and finds nobody.

The attacker has the master keys and the root, both databases with their logs and free pages, the outbox, the exports, the
engine's folder, the key of the backups, every backup of the data, and the backups of the keys that the term still allows.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from casework import (
    certificates,
    consents,
    conversations,
    exports,
    holds,
    people,
    receipts,
    requests,
    retention,
    tickets,
)
from casework.errors import NotFound
from casework.office import Office
from store import archives, audit_check, register
from store import people as store_people
from store.blind_index import digest, normal
from store.copies import copied
from store.database import Store, open_store
from store.keyring import Keyring
from store.sealing import Place, SealError, is_sealed, open_sealed
from store.tables import DataTable, Person, SubjectKey
from tests.casework.conftest import (
    ANNA,
    COACH,
    Clock,
    make_office,
    registered,
    rows,
    verified_talk,
    without_call_back,
)
from tests.store.conftest import sqlite_urls

IDENTITY, RECIPIENT = archives.new_key()
BERT = {"name": "Bert Bakker", "email": "bert@example.org", "phone": "+31687654321"}
SPOKEN = "ik wil dat niemand dit ooit leest"
TRACES = [part.encode() for part in (*ANNA.values(), SPOKEN, "Anna", "de Wit", "612345678")]


def lived(office: Office) -> str:
    """Anna, with something of hers in every place that there is. Returns her id."""
    office = without_call_back(office)
    person = registered(office)
    conversation = verified_talk(office)
    consents.record(
        office, person, "pr_website", {"label": f"foto van {ANNA['name']}"}, office.now().date(), COACH
    )
    requests.submit(office, conversation, person, "access", SPOKEN, "code", f"{conversation}:m1")
    ticket = next(line.id for line in tickets.due_list(office) if line.request_kind == "access")
    tickets.answer(office, ticket, f"Beste {ANNA['name']}, wij kijken ernaar.", COACH)
    tickets.fulfil_access(office, ticket, COACH)
    people.correct(office, person, {"name": "Anna de Wit-Jansen"}, COACH)
    return person


def everything_in(folder: Path) -> bytes:
    """All bytes of all files, the databases' logs and free pages with them."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def sealed_in(path: Path) -> list[tuple[str, str, str, bytes]]:
    """Every sealed value in a copy of data.db: table, column, row id, bytes."""
    connection = sqlite3.connect(path)
    found = []
    for table in DataTable.metadata.sorted_tables:
        if "id" not in table.columns:
            continue
        for column in table.columns:
            for row, blob in connection.execute(f"SELECT id, {column.name} FROM {table.name}"):
                if is_sealed(blob):
                    found.append((table.name, column.name, row, blob))
    connection.close()
    return found


def opens(store: Store, subject: str, blobs: list[tuple[str, str, str, bytes]]) -> int:
    """How many of these an attacker opens who has the keyring and keys.db, under this subject's key, at any revision."""
    with store.keys_engine.connect() as connection:
        wrapped = connection.scalar(
            text("SELECT wrapped FROM subject_key WHERE subject = :s"), {"s": subject}
        )
    if wrapped is None:
        return 0
    key, count = store.keyring.unwrap(subject, bytes(wrapped)), 0
    for table, column, row, blob in blobs:
        for revision in range(5):
            try:
                open_sealed(key, blob, Place(table, column, row, subject, revision))
            except SealError:
                continue
            count += 1
    return count


@pytest.mark.obligation(75)
@pytest.mark.obligation("L8")
def test_an_attacker_with_everything_finds_nobody(office: Office, clock: Clock, tmp_path: Path) -> None:
    store = office.store
    person = lived(office)
    backups = tmp_path / "elsewhere"
    archives.write(store, backups, RECIPIENT, archives.KINDS, office.now())
    wrapped = _wrapped(store, person)
    before = _records(store, tmp_path)
    assert opens(store, person, before) > 3  # the attack works on who is still there
    done = certificates.erase(office, person, COACH)
    for conversation in conversations.to_forget(office):
        conversations.forgotten(office, conversation)

    raw = everything_in(store.home) + everything_in(tmp_path / "elsewhere")
    assert [trace for trace in TRACES if trace in raw] == []
    assert wrapped not in raw  # nor her wrapped key, in file, log or free page
    for column, value in (("email", normal(ANNA["email"])), ("phone", ANNA["phone"])):
        assert digest(store.keyring, "person", column, value) not in raw
    assert opens(store, person, before) == 0  # not even what was copied out of data.db before

    clock.at = _start_of(done.backups_until)
    for archive in archives.past_term(backups, "keys", office.pack.key_backup_days, office.now()):
        archive.path.unlink()
    archives.write(store, backups, RECIPIENT, archives.KINDS, office.now())
    for archive in archives.found_in(backups):
        folder = tmp_path / archive.path.stem
        folder.mkdir(mode=0o700)
        inside = archives.open_archive(archive.path, IDENTITY, store.keyring, folder, archive.kind)
        raw = everything_in(folder)
        assert [trace for trace in TRACES if trace in raw] == []
        if archive.kind == "keys":
            assert _wrapped_in(inside.database, person) is None
    assert {archive.kind for archive in archives.found_in(backups)} == {"data", "keys"}


def test_before_the_term_a_backup_of_the_keys_does_bring_it_back(office: Office, tmp_path: Path) -> None:
    """The date on the certificate is no courtesy: until then whoever has all backups and their key can read."""
    person = lived(office)
    archives.write(office.store, tmp_path / "elsewhere", RECIPIENT, archives.KINDS, office.now())
    certificates.erase(office, person, COACH)
    keys = next(archive for archive in archives.found_in(tmp_path / "elsewhere") if archive.kind == "keys")
    folder = tmp_path / "opened"
    folder.mkdir(mode=0o700)
    inside = archives.open_archive(keys.path, IDENTITY, office.store.keyring, folder, "keys")
    assert _wrapped_in(inside.database, person) is not None


@pytest.mark.obligation(75)
def test_on_postgresql_nothing_of_the_person_is_in_any_table_or_backup(
    any_office: Office, clock: Clock, tmp_path: Path
) -> None:
    office = any_office
    person = lived(office)
    done = certificates.erase(office, person, COACH)
    clock.at = _start_of(done.backups_until)
    written = archives.write(office.store, tmp_path / "elsewhere", RECIPIENT, archives.KINDS, office.now())
    for archive in written:
        folder = tmp_path / archive.path.stem
        folder.mkdir(mode=0o700)
        archives.open_archive(archive.path, IDENTITY, office.store.keyring, folder, archive.kind)
        assert [trace for trace in TRACES if trace in everything_in(folder)] == []
    with office.store.read() as reading:
        assert reading.keys.get_one(SubjectKey, person).wrapped is None
        assert store_people.find_by_email(reading, ANNA["email"]) == []


def test_others_are_left_as_they_were(office: Office) -> None:
    bert = registered(office, **BERT)
    person = lived(office)
    certificates.erase(office, person, COACH)
    assert people.read(office, bert, COACH, "identity").record["name"] == BERT["name"]
    assert audit_check.verify(office.store).ok


def test_the_certificate_says_what_was_destroyed_what_stays_and_until_when(office: Office) -> None:
    person = lived(office)
    holds.add(office, person, "fiscal", None, "Factuur 2023-014", COACH)
    done = certificates.erase(office, person, COACH)
    receipt = receipts.read(office, done.receipt)
    assert receipt.verified
    words = "\n".join(receipt.lines)
    for part in (
        "de sleutel, en daarmee alles wat zij opende",
        "toestemming",
        "facturen en betalingen",
        "logboek",
        "reservekopieën",
        "2026",
    ):
        assert part in words
    assert done.stays[0].until is not None
    assert all(trace.decode() not in words for trace in TRACES)
    assert "article 5(2)" in "\n".join(receipts.read(office, done.receipt, "en").lines)


def test_letters_that_wait_to_be_sent_by_hand_go_too_and_only_hers(office: Office) -> None:
    bert = registered(office, **BERT)
    verified_talk(office, BERT["email"])
    person = lived(office)
    done = certificates.erase(office, person, COACH)
    left = [path.read_text() for path in (office.home / "outbox").glob("*.eml")]
    assert done.destroyed["letters"] > 0
    assert len(left) == 1
    assert BERT["email"] in left[0]
    assert bert != person


def test_nobody_is_nobody(office: Office) -> None:
    with pytest.raises(NotFound):
        certificates.erase(office, "A" * 22, COACH)
    with pytest.raises(NotFound):
        certificates.outlook(office, "A" * 22)


def test_an_open_erasure_request_ends_with_an_erasure_by_hand(office: Office) -> None:
    person = registered(office)
    conversation = verified_talk(office)
    requests.submit(office, conversation, person, "erasure", None, "code", f"{conversation}:m1")
    assert certificates.outlook(office, person).open_requests == 1
    certificates.erase(office, person, COACH)
    assert certificates.outlook(office, person).open_requests == 0
    assert requests.of_person(office, person)[0].state == "fulfilled"


CUTS = [
    "before anything",
    "after the letters",
    "after the exports",
    "after the keys",
    "after the rows",
    "after the register",
]


@pytest.mark.parametrize("cut", CUTS)
def test_killed_at_any_step_an_erasure_can_be_done_again_and_is_then_complete(
    keyring: Keyring, tmp_path: Path, clock: Clock, cut: str
) -> None:
    store = open_store(*sqlite_urls(tmp_path), keyring, tmp_path)
    person = lived(make_office(store, tmp_path, clock, "release-connect"))
    wrapped = _wrapped(store, person)
    store.close()
    child = os.fork()
    if child == 0:
        _die_while_erasing(keyring, tmp_path, clock, person, cut)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

    store = open_store(*sqlite_urls(tmp_path), keyring, tmp_path)
    office = make_office(store, tmp_path, clock, "release-connect")
    half = certificates.outlook(office, person)
    assert half.erased == (cut in CUTS[3:])
    certificates.erase(office, person, COACH)
    register.mend(store)
    assert [line.id for line in register.read(tmp_path / register.NAME, keyring)].count(person) == 1
    assert rows(office, Person)[0].state == "erased"
    assert audit_check.verify(store).ok
    store.close()
    raw = everything_in(tmp_path)
    assert wrapped not in raw
    assert [trace for trace in TRACES if trace in raw] == []


def test_what_a_crash_left_is_finished_by_the_hourly_job(
    keyring: Keyring, tmp_path: Path, clock: Clock
) -> None:
    store = open_store(*sqlite_urls(tmp_path), keyring, tmp_path)
    person = lived(make_office(store, tmp_path, clock, "release-connect"))
    store.close()
    child = os.fork()
    if child == 0:
        _die_while_erasing(keyring, tmp_path, clock, person, "after the keys")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    store = open_store(*sqlite_urls(tmp_path), keyring, tmp_path)
    office = make_office(store, tmp_path, clock, "release-connect")
    assert rows(office, Person)[0].state == "active"
    assert retention.expire(office)["cut_off"] == 1
    assert rows(office, Person)[0].state == "erased"
    assert retention.expire(office)["cut_off"] == 0
    store.close()


def _die_while_erasing(keyring: Keyring, home: Path, clock: Clock, person: str, cut: str) -> None:
    """Erase in this process and be gone, as by kill -9, right after (or before) one step."""
    store = open_store(*sqlite_urls(home), keyring, home)
    office = make_office(store, home, clock, "release-connect")

    def after(function: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object, **named: object) -> object:
            function(*given, **named)
            os._exit(9)

        return run

    if cut == "before anything":
        event.listen(store.data_engine, "begin", lambda _: os._exit(9))
    elif cut == "after the letters":
        office = replace(office, post=_DyingPost(office))
    elif cut == "after the exports":
        exports.remove = after(exports.remove)  # type: ignore[assignment]  # this process ends here
    elif cut == "after the keys":
        event.listen(store.data_engine, "commit", lambda _: os._exit(9))
    elif cut == "after the rows":
        register.add = after(lambda *_: None)  # type: ignore[assignment]  # this process ends here
    else:
        register.add = after(register.add)  # type: ignore[assignment]  # this process ends here
    certificates.erase(office, person, COACH)
    os._exit(0)


class _DyingPost:
    """A post that takes letters back and is gone."""

    def __init__(self, office: Office) -> None:
        self._post = office.post

    def send(self, mail: object) -> None:
        raise AssertionError(mail)

    def take_back(self, to: str) -> int:
        self._post.take_back(to)
        os._exit(9)


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=1)  # midnight in Amsterdam


def _wrapped(store: Store, person: str) -> bytes:
    with store.read() as reading:
        wrapped = reading.keys.get_one(SubjectKey, person).wrapped
    assert wrapped is not None
    return wrapped


def _wrapped_in(path: Path, person: str) -> bytes | None:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT wrapped FROM subject_key WHERE subject = ?", (person,)).fetchone()
    connection.close()
    return None if found is None else found[0]


def _records(store: Store, folder: Path) -> list[tuple[str, str, str, bytes]]:
    with copied(store) as both:
        return sealed_in(both.data)
