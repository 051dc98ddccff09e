"""A restore does not undo what was erased or withdrawn after the backup was made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from casework import certificates, consents, conversations, holds, people, tickets
from casework.errors import NotFound
from casework.office import Office
from casework.replay import replay
from store import archives, audit_check, register, restore
from store.archives import Archive
from store.database import open_store
from store.tables import Consent, Hold, Person
from tests.casework.conftest import COACH, Clock, make_office, registered, rows, talk, verified_talk
from tests.store.conftest import sqlite_urls

IDENTITY, RECIPIENT = archives.new_key()


@pytest.fixture
def new_machine(office: Office, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An empty office with the same keyring: what is left is the backups."""
    home = tmp_path / "new"
    home.mkdir(mode=0o700)
    store = open_store(*sqlite_urls(home), office.store.keyring, home)
    yield make_office(store, home, clock, "release-connect")
    store.close()


def _backup(office: Office) -> tuple[Archive, ...]:
    return tuple(
        archives.write(office.store, office.home / "backups", RECIPIENT, archives.KINDS, office.now())
    )


def _restore(office: Office, data: Archive, keys: Archive) -> dict[str, int]:
    with restore.checked(office.home, office.store.keyring, IDENTITY, data.path, keys.path) as found:
        restore.put_back(found, office.store, office.now())
    done = replay(office, register.read(office.home / register.NAME, office.store.keyring))
    restore.finish(office.home)
    return done


@pytest.mark.obligation(75)
@pytest.mark.obligation("L8")
def test_who_was_erased_since_is_erased_again_and_the_others_are_back(office: Office, clock: Clock) -> None:
    anna = registered(office)
    bert = registered(office, name="Bert", email="bert@example.org")
    backup = _backup(office)
    clock.passes(days=1)
    certificates.erase(office, anna, COACH)
    assert _restore(office, *backup) == {"person": 1}
    with pytest.raises(NotFound):
        people.read(office, anna, COACH, "identity")
    assert people.read(office, bert, COACH, "identity").record["name"] == "Bert"
    assert audit_check.verify(office.store).ok
    assert _restore(office, *backup) == {"person": 1}  # as often as one likes


def test_on_a_new_machine_a_later_backup_of_the_keys_tells_who_was_erased(
    office: Office, new_machine: Office, clock: Clock
) -> None:
    anna = registered(office)
    data, _ = _backup(office)
    clock.passes(days=1)
    certificates.erase(office, anna, COACH)
    _, keys = _backup(office)
    assert _restore(new_machine, data, keys) == {"person": 1}
    with pytest.raises(NotFound):
        people.read(new_machine, anna, COACH, "identity")
    row = next(row for row in rows(new_machine, Person) if row.id == anna)
    assert (row.state, row.record) == ("erased", None)


def test_a_copy_of_the_register_from_elsewhere_counts_too(
    office: Office, new_machine: Office, clock: Clock
) -> None:
    anna = registered(office)
    backup = _backup(office)
    clock.passes(days=1)
    certificates.erase(office, anna, COACH)
    lines = tuple(register.read(office.home / register.NAME, office.store.keyring))
    register.merge(new_machine.home, new_machine.store.keyring, lines)
    assert _restore(new_machine, *backup) == {"person": 1}


@pytest.mark.obligation(29)
def test_a_consent_withdrawn_since_is_withdrawn_again_and_taken_down_again(
    office: Office, clock: Clock
) -> None:
    person = registered(office)
    consent = consents.record(office, person, "pr_website", {"label": "foto"}, office.now().date(), COACH)
    conversation = verified_talk(office)
    backup = _backup(office)
    clock.passes(minutes=5)
    consents.withdraw(office, person, consent, conversation, f"{conversation}:m1")
    assert _restore(office, *backup)["withdrawal"] == 1
    assert [row.state for row in rows(office, Consent)] == ["withdrawn"]
    assert [line.kind for line in tickets.due_list(office)] == ["take_down"]
    assert "withdrawal" not in replay(
        office, register.read(office.home / register.NAME, office.store.keyring)
    )


def test_wiped_conversations_and_lifted_holds_stay_gone(office: Office, clock: Clock) -> None:
    person = registered(office)
    hold = holds.add(office, person, "dispute", None, "brief van de advocaat", COACH)
    conversation = talk(office)
    backup = _backup(office)
    clock.passes(minutes=5)
    conversations.wipe(office, conversation)
    holds.lift(office, hold, COACH)
    assert _restore(office, *backup) == {"conversation": 1, "hold": 1}
    assert rows(office, Hold) == []
    with pytest.raises(NotFound):
        conversations.transcript(office, conversation)


def test_nothing_happened_nothing_is_replayed(office: Office, clock: Clock) -> None:
    person = registered(office)
    backup = _backup(office)
    clock.passes(days=1)
    assert _restore(office, *backup) == {}
    assert people.read(office, person, COACH, "identity").record["name"] == "Anna de Wit"


def test_a_restore_that_broke_off_is_known_and_can_be_done_again(office: Office, clock: Clock) -> None:
    anna = registered(office)
    data, keys = _backup(office)
    clock.passes(days=1)
    certificates.erase(office, anna, COACH)
    with restore.checked(office.home, office.store.keyring, IDENTITY, data.path, keys.path) as found:
        restore.put_back(found, office.store, office.now())
    assert restore.is_under_way(office.home)  # Anna is back: nobody may use this store now
    assert people.read(office, anna, COACH, "identity").record
    assert _restore(office, data, keys) == {"person": 1}
    assert not restore.is_under_way(office.home)
    assert office.now() - data.at >= timedelta(days=1)
