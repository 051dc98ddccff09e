"""Work spans both databases: kept as a whole, undone as a whole, one writer at a time, and right after a crash."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import select

from store import conversations, people
from store.audit_check import verify
from store.database import Store, open_store
from store.keyring import Keyring
from store.tables import BlindIndex, Consent, Conversation, Delivery, Person, SubjectKey
from store.work import Work

ROOT = Path(__file__).parents[2]


def _register(work: Work, email: str = "noor@example.nl") -> str:
    person = people.add(
        work, {"name": "Noor", "email": email}, source="desk", purpose="contact", legal_basis="consent"
    )
    work.note("person.registered", "coach", person=person)
    return person


def _counts(store: Store) -> tuple[int, int, int]:
    """Persons, keys and audit entries."""
    with store.read() as reading:
        persons = len(reading.data.exec(select(Person)).all())
        keys = len(reading.keys.exec(select(SubjectKey)).all())
    return persons, keys, verify(store).count


def _fail_halfway(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        _register(work)
        work.data.flush()
        work.keys.flush()
        raise ZeroDivisionError


def _register_under_the_same_id(store: Store, now: datetime, person: str) -> None:
    with store.work(now) as work:
        _register(work, "ander@example.nl")
        work.data.add(Person(id=person, state="x", source="x", purpose="x", legal_basis="x", created_at=now))


def test_what_a_work_did_is_there_afterwards(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        _register(work)
    assert _counts(store) == (1, 1, 1)


def test_an_exception_undoes_both_databases_and_the_audit_entry(store: Store, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_halfway(store, now)
    assert _counts(store) == (0, 0, 0)
    with store.work(now) as work:
        _register(work)
    assert _counts(store) == (1, 1, 1)


def test_a_broken_rule_of_the_database_undoes_both(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = _register(work)
    with pytest.raises(IntegrityError) as caught:
        _register_under_the_same_id(store, now, person)
    assert "ander@example.nl" not in str(caught.value)
    assert _counts(store) == (1, 1, 1)


def test_a_reference_to_nobody_is_refused_and_the_next_work_is_not_disturbed(
    store: Store, now: datetime
) -> None:
    with pytest.raises(IntegrityError), store.work(now) as work:
        work.data.add(
            Consent(id="c", person_id="nobody", kind="pr", state="given", purpose="x", legal_basis="x")
        )
    with store.read() as reading:
        assert reading.data.get(Consent, "c") is None
    with store.work(now) as work:
        _register(work)
    assert _counts(store) == (1, 1, 1)


def test_the_order_of_inserts_does_not_matter(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        work.data.add(Consent(id="c", person_id="p", kind="pr", state="given", purpose="x", legal_basis="x"))
        work.data.flush()
        work.data.add(Person(id="p", state="x", source="x", purpose="x", legal_basis="x", created_at=now))


def test_deliveries_are_never_numbered_anew(store: Store, now: datetime) -> None:
    def deliver() -> int:
        with store.work(now) as work:
            return conversations.add_delivery(work, talk, {})

    with store.work(now) as work:
        talk = work.new_subject("conversation")
        work.data.add(
            Conversation(
                id=talk,
                channel="web",
                language="nl",
                purpose="x",
                legal_basis="x",
                created_at=now,
                last_at=now,
                expires_at=now,
            )
        )
    first = deliver()
    with store.work(now) as work:
        work.data.delete(work.data.get(Delivery, first))
    assert deliver() > first


def test_rows_stay_readable_when_the_work_is_over(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = _register(work)
        row = work.data.get(Person, person)
    assert row is not None
    assert row.state == "active"


def test_a_reading_keeps_nothing(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = _register(work)
    with store.read() as reading:
        row = reading.data.get(Person, person)
        assert row is not None
        row.state = "changed"
        reading.data.flush()
    with store.read() as reading:
        again = reading.data.get(Person, person)
        assert again is not None
        assert again.state == "active"


def test_a_reading_sees_one_state_while_others_write(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        _register(work)
    with store.read() as reading:
        assert len(reading.data.exec(select(Person)).all()) == 1
        writer = threading.Thread(target=lambda: _write_elsewhere(store, now))
        writer.start()
        writer.join()
        assert len(reading.data.exec(select(Person)).all()) == 1
    assert _counts(store)[0] == 2


def test_a_look_sees_each_time_what_is_kept_by_then(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        _register(work)
    with store.look() as looking:
        assert len(looking.data.exec(select(Person)).all()) == 1
        writer = threading.Thread(target=lambda: _write_elsewhere(store, now))
        writer.start()
        writer.join()
        assert len(looking.data.exec(select(Person)).all()) == 2


def test_a_look_can_change_nothing(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = _register(work)
    with store.look() as looking:
        row = looking.data.get(Person, person)
        assert row is not None
        row.state = "changed"
        with pytest.raises(DBAPIError):
            looking.data.flush()
    with store.look() as looking:
        again = looking.data.get(Person, person)
        assert again is not None
        assert again.state == "active"


def _write_elsewhere(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        _register(work, "ander@example.nl")


def test_work_inside_work_is_refused_at_once(store: Store, now: datetime) -> None:
    with store.work(now), pytest.raises(RuntimeError, match="pass it on"), store.work(now):
        pass
    with store.read(), pytest.raises(RuntimeError, match="pass it on"), store.work(now):
        pass
    with store.work(now):
        pass


def test_a_moment_needs_its_time_zone(store: Store, now: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"), store.work(now.replace(tzinfo=None)):
        pass


def test_keys_and_records_need_two_databases(keyring: Keyring, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with pytest.raises(ValueError, match="two databases"):
        open_store(url, url, keyring, tmp_path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql+pymysql://localhost/x"])
def test_other_databases_are_refused(keyring: Keyring, tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match=r"file|SQLite"):
        open_store(url, f"sqlite:///{tmp_path / 'keys.db'}", keyring, tmp_path)


def test_a_database_that_does_not_answer_is_an_operational_error(keyring: Keyring, tmp_path: Path) -> None:
    with pytest.raises(OperationalError):
        open_store(
            "postgresql://nobody@127.0.0.1:1/x", f"sqlite:///{tmp_path / 'keys.db'}", keyring, tmp_path
        )


_CHILD = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from store import conversations, people
from store.database import open_store
from store.keyring import Keyring

task = json.loads(sys.argv[1])
home, now = Path(task["home"]), datetime.fromisoformat(task["now"])
store = open_store(*task["urls"], Keyring.open(home / "secrets" / "keyring.json"), home)
"""

_CRASH = (
    _CHILD
    + """
event.listen(getattr(store, task["dies"]), "commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
with store.work(now) as work:
    if task.get("correct"):
        people.save(work, task["correct"], {"name": "Noor", "email": "nieuw@example.nl"})
    elif task["erase"]:
        people.erase(work, task["erase"])
        work.note("person.erased", "coach", person=task["erase"])
    else:
        record = {"name": "Noor", "email": "ander@example.nl"}
        people.add(work, record, source="desk", purpose="contact", legal_basis="consent")
        work.note("person.registered", "coach")
"""
)

_INCREMENT = (
    _CHILD
    + """
for _ in range(task["times"]):
    with store.work(now) as work:
        person = people.get(work, task["person"])
        person.record["count"] += 1
        people.save(work, task["person"], person.record)
        work.note("person.corrected", "coach", person=task["person"], count=person.record["count"])
    with store.read() as reading:
        people.get(reading, task["person"])
"""
)


def _child(
    script: str, urls: tuple[str, str], home: Path, now: datetime, **task: object
) -> subprocess.Popen[bytes]:
    task |= {"urls": urls, "home": str(home), "now": now.isoformat()}
    return subprocess.Popen([sys.executable, "-c", script, json.dumps(task)], cwd=ROOT)


@pytest.mark.parametrize(("dies", "keys_after"), [("keys_engine", 1), ("data_engine", 2)])
def test_a_crash_while_adding_leaves_at_most_a_key_without_records(
    store: Store, urls: tuple[str, str], tmp_path: Path, now: datetime, dies: str, keys_after: int
) -> None:
    with store.work(now) as work:
        _register(work)
    assert _child(_CRASH, urls, tmp_path, now, dies=dies, erase=None).wait(60) == -signal.SIGKILL
    assert _counts(store) == (1, keys_after, 1)
    with store.work(now) as work:
        assert people.find_by_email(work, "ander@example.nl") == []
        again = _register(work, "ander@example.nl")
        assert people.find_by_email(work, "ander@example.nl") == [again]
    assert _counts(store) == (2, keys_after + 1, 2)
    assert verify(store).ok


@pytest.mark.parametrize(("dies", "erased"), [("keys_engine", False), ("data_engine", True)])
def test_a_crash_while_erasing_leaves_the_person_whole_or_unreadable_and_it_can_be_done_again(
    store: Store, urls: tuple[str, str], tmp_path: Path, now: datetime, dies: str, erased: bool
) -> None:
    with store.work(now) as work:
        person = _register(work)
    assert _child(_CRASH, urls, tmp_path, now, dies=dies, erase=person).wait(60) == -signal.SIGKILL
    with store.read() as reading:
        assert reading.is_erased(person) is erased
        assert reading.find("person", "email", "noor@example.nl") == ([] if erased else [person])
    with store.work(now) as work:
        people.erase(work, person)
        work.note("person.erased", "coach", person=person)
    assert _counts(store) == (1, 1, 2)
    assert verify(store).ok


@pytest.mark.parametrize("dies", ["keys_engine", "data_engine"])
def test_a_crash_while_correcting_leaves_the_person_findable_as_recorded(
    store: Store, urls: tuple[str, str], tmp_path: Path, now: datetime, dies: str
) -> None:
    with store.work(now) as work:
        person = _register(work)
    assert _child(_CRASH, urls, tmp_path, now, dies=dies, correct=person).wait(60) == -signal.SIGKILL
    with store.read() as reading:
        assert people.find_by_email(reading, "noor@example.nl") == [person]
        assert people.find_by_email(reading, "nieuw@example.nl") == []
    with store.work(now) as work:
        people.save(work, person, {"name": "Noor", "email": "nieuw@example.nl"})
    with store.read() as reading:
        assert people.find_by_email(reading, "nieuw@example.nl") == [person]
        assert len(reading.keys.exec(select(BlindIndex)).all()) == 1


@pytest.mark.slow
def test_processes_that_write_at_once_lose_nothing(
    store: Store, urls: tuple[str, str], tmp_path: Path, now: datetime
) -> None:
    processes, times = 8, 6
    with store.work(now) as work:
        person = people.add(work, {"count": 0}, source="desk", purpose="contact", legal_basis="consent")
    children = [_child(_INCREMENT, urls, tmp_path, now, times=times, person=person) for _ in range(processes)]
    assert [child.wait(120) for child in children] == [0] * processes
    with store.read() as reading:
        assert people.get(reading, person).record == {"count": processes * times}
    verdict = verify(store)
    assert (verdict.ok, verdict.count, verdict.head) == (True, processes * times, processes * times)


@pytest.mark.slow
def test_threads_that_write_at_once_lose_nothing(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = people.add(work, {"count": 0}, source="desk", purpose="contact", legal_basis="consent")

    def increment() -> None:
        for _ in range(10):
            with store.work(now) as work:
                record = people.get(work, person).record
                people.save(work, person, record | {"count": record["count"] + 1})

    threads = [threading.Thread(target=increment) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as reading:
        assert people.get(reading, person).record == {"count": 60}


@pytest.mark.slow
def test_processes_that_start_at_once_make_the_databases_once(
    keyring: Keyring, tmp_path: Path, now: datetime
) -> None:
    urls = (f"sqlite:///{tmp_path / 'data.db'}", f"sqlite:///{tmp_path / 'keys.db'}")
    children = [_child(_CHILD, urls, tmp_path, now) for _ in range(6)]
    assert [child.wait(60) for child in children] == [0] * 6
    store = open_store(*urls, keyring, tmp_path)
    assert _counts(store) == (0, 0, 0)
    store.close()
