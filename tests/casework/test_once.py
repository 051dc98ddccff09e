"""An act is done once: after a retry, in two threads, in two processes, and after a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from casework import consents, conversations, intake, notes, requests, tickets
from casework.messages import Reply
from casework.office import Office
from store.database import open_store
from store.keyring import Keyring
from store.tables import Receipt, Ticket, Turn
from tests.casework.conftest import Clock, make_office, registered, rows, talk, verified_talk

DETAILS = {"name": "Bram", "email": "bram@example.org"}
AT_ONCE = 6
_HERE = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def test_two_threads_that_send_the_same_intake_make_one(any_office: Office):
    office = any_office
    id_ = talk(office)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(
            pool.map(lambda _: intake.submit(office, id_, DETAILS, True, f"{id_}:m1"), range(AT_ONCE))
        )
    assert len(set(told)) == 1
    assert len(rows(office, Ticket)) == 1
    assert len(rows(office, Receipt)) == 1


def test_two_threads_that_answer_the_same_message_keep_one_reply(any_office: Office):
    office = any_office
    id_ = talk(office)

    def answer(number: int):
        return conversations.keep_reply(office, id_, "m1", [Reply(f"antwoord {number}")])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        kept = list(pool.map(answer, range(AT_ONCE)))
    assert len(set(kept)) == 1
    assert len([row for row in rows(office, Turn) if row.client_message_id == "m1"]) == 1


@pytest.mark.slow
def test_eight_processes_that_send_the_same_note_make_one(
    any_office: Office, urls: tuple[str, str], tmp_path: Path
):
    office = any_office
    id_ = talk(office)
    office.store.close()
    children = [_forked(urls, tmp_path, id_, number) for number in range(8)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 8
    told = {path.read_text() for path in tmp_path.glob("told-*")}
    assert told == {tickets.due_list(office)[0].reference}
    assert len(rows(office, Ticket)) == 1


def _forked(urls: tuple[str, str], home: Path, conversation: str, number: int) -> int:
    """Leave a note in a process of its own, which writes down what it was told. Returns its id."""
    child = os.fork()
    if child == 0:
        try:
            keyring = Keyring.open(home / "secrets" / "keyring.json")
            office = make_office(open_store(*urls, keyring, home), home, Clock(), "release-connect")
            told = notes.leave(office, conversation, "question", "Vraag", None, None, f"{conversation}:m1")
            (home / f"told-{number}").write_text(told.reference)
            os._exit(0)
        finally:
            os._exit(1)
    return child


def test_a_process_that_is_killed_in_the_act_leaves_nothing_and_the_retry_does_it(
    any_office: Office, urls: tuple[str, str], tmp_path: Path
):
    office = any_office
    id_ = talk(office)
    program = tmp_path / "note.py"
    program.write_text(_NOTE.replace("# BEFORE", "tickets.add_step = lambda *_: os._exit(9)"))
    child = subprocess.run(
        [sys.executable, str(program), str(tmp_path), id_, *urls], check=False, timeout=60, env=_HERE
    )
    assert child.returncode == 9
    assert rows(office, Ticket) == []
    receipt = notes.leave(office, id_, "question", "Vraag", None, None, f"{id_}:m1")
    assert tickets.due_list(office)[0].reference == receipt.reference


@pytest.mark.parametrize("act", ["withdraw", "refuse"])
def test_two_threads_that_answer_a_consent_step_it_once(office: Office, act):
    person = registered(office)
    consent = consents.ask(office, person, "share_professional", {}, "coach")
    id_ = verified_talk(office)
    if act == "withdraw":
        consents.give(office, person, consent, id_, f"{id_}:m0")
    step = getattr(consents, act)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda _: step(office, person, consent, id_, f"{id_}:m1"), range(AT_ONCE)))
    assert len(set(told)) == 1


def test_two_threads_that_send_the_same_request_make_one(any_office: Office):
    office = any_office
    person = registered(office)
    id_ = verified_talk(office)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(
            pool.map(
                lambda _: requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1"),
                range(AT_ONCE),
            )
        )
    assert len(set(told)) == 1
    assert len(rows(office, Ticket)) == 1


_NOTE = """
import os, sys
from pathlib import Path
from casework import notes
from store import tickets
from store.database import open_store
from store.keyring import Keyring
from tests.casework.conftest import Clock, make_office

home, conversation, urls = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
keyring = Keyring.open(home / "secrets" / "keyring.json")
store = open_store(*urls, keyring, home)
office = make_office(store, home, Clock(), "release-connect")
# BEFORE
print(notes.leave(office, conversation, "question", "Vraag", None, None, f"{conversation}:m1").reference)
"""
