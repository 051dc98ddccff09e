"""The audit chain: what may stand in it, and what it notices."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import col, select

from store import audit, heads
from store.audit import append
from store.audit_check import AuditVerdict, verify
from store.database import Store
from store.heads import HeadError, HeadMissing
from store.ids import new_id
from store.keyring import Keyring
from store.sealing import new_key
from store.tables import AuditEntry

Harm = Callable[[Store, datetime], None]


@pytest.fixture
def noted(store: Store, now: datetime) -> Store:
    """A store with seven entries, made in three pieces of work."""
    for count in (1, 2, 4):
        with store.work(now) as work:
            for number in range(count):
                work.note(
                    "ticket.taken", "coach", ticket=new_id(), kind="erasure", reference="R-7K2M", count=number
                )
    return store


def test_a_whole_chain_verifies_up_to_its_head(noted: Store) -> None:
    assert verify(noted) == AuditVerdict(ok=True, count=7, head=7)


def test_an_empty_chain_verifies(store: Store) -> None:
    assert verify(store) == AuditVerdict(ok=True, count=0, head=None)


def test_an_entry_says_who_did_what_and_when(store: Store, now: datetime) -> None:
    coach, ticket = new_id(), new_id()
    with store.work(now) as work:
        work.note("ticket.answered", coach, ticket=ticket, count=2, way="mail")
    with store.read() as reading:
        entry = reading.data.exec(select(AuditEntry)).one()
    assert (entry.seq, entry.act, entry.by, entry.at) == (1, "ticket.answered", coach, now)
    assert json.loads(entry.ids) == {"ticket": ticket, "count": 2, "way": "mail"}


def _edit(**values: object) -> Harm:
    def harm(store: Store, now: datetime) -> None:
        with store.work(now) as work:
            work.data.execute(update(AuditEntry).where(col(AuditEntry.seq) == 4).values(**values))

    return harm


def _take_out(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        work.data.execute(delete(AuditEntry).where(col(AuditEntry.seq) == 4))


def _close_up(store: Store, now: datetime) -> None:
    _take_out(store, now)
    with store.work(now) as work:
        for seq in (5, 6, 7):
            work.data.execute(update(AuditEntry).where(col(AuditEntry.seq) == seq).values(seq=seq - 1))


def _swap(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        for old, new in ((4, 99), (5, 4), (99, 5)):
            work.data.execute(update(AuditEntry).where(col(AuditEntry.seq) == old).values(seq=new))


def _cut_all_but_three(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        work.data.execute(delete(AuditEntry).where(col(AuditEntry.seq) > 3))


def _rewrite_the_end(store: Store, now: datetime) -> None:
    """What an attacker with the keyring can do to the database, but not to a head kept elsewhere."""
    head = (store.home / heads.NAME).read_text()
    _cut_all_but_three(store, now)
    with store.work(now) as work:
        for _ in range(4):
            work.note("ticket.closed", "coach")
    (store.home / heads.NAME).write_text(head)


@pytest.mark.parametrize(
    ("harm", "first_bad", "fault"),
    [
        (_edit(act="ticket.closed"), 4, "changed"),
        (_edit(by="owner"), 4, "changed"),
        (_edit(ids="{}"), 4, "changed"),
        (_edit(mac=bytes(32)), 4, "changed"),
        (_edit(previous=bytes(32)), 4, "changed"),
        (_take_out, 4, "missing"),
        (_close_up, 4, "changed"),
        (_swap, 4, "changed"),
        (_cut_all_but_three, 4, "cut"),
        (_rewrite_the_end, 7, "head_differs"),
    ],
)
def test_harm_is_noticed_and_the_first_bad_entry_is_named(
    noted: Store, now: datetime, harm: Harm, first_bad: int, fault: str
) -> None:
    harm(noted, now)
    verdict = verify(noted)
    assert (verdict.ok, verdict.first_bad, verdict.fault, verdict.count) == (
        False,
        first_bad,
        fault,
        first_bad - 1,
    )


def test_a_changed_moment_is_noticed(noted: Store, now: datetime) -> None:
    _edit(at=now + timedelta(microseconds=1))(noted, now)
    assert verify(noted).first_bad == 4


def test_a_cut_tail_shows_only_against_a_head(noted: Store, now: datetime) -> None:
    kept = heads.read(noted.home / heads.NAME, noted.keyring)
    _cut_all_but_three(noted, now)
    (noted.home / heads.NAME).unlink()
    assert verify(noted) == AuditVerdict(ok=True, count=3, head=None)
    assert verify(noted, kept) == AuditVerdict(ok=False, count=3, first_bad=4, fault="cut", head=7)


def test_an_older_head_still_holds(noted: Store, now: datetime) -> None:
    kept = heads.read(noted.home / heads.NAME, noted.keyring)
    with noted.work(now) as work:
        work.note("ticket.closed", "coach")
    assert verify(noted, kept) == AuditVerdict(ok=True, count=8, head=7)


def test_another_keyring_can_not_write_the_chain(noted: Store, now: datetime) -> None:
    other = Keyring(current=1, masters={1: new_key()}, root=new_key())
    with noted.work(now) as work:
        append(work.data, other, None, at=now, act="ticket.closed", by="coach", ids={})
    assert verify(noted).first_bad == 8


def test_the_head_is_private_and_signed(noted: Store) -> None:
    path = noted.home / heads.NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert heads.read(path, noted.keyring).seq == 7


@pytest.mark.parametrize(
    ("part", "value"), [("entries", 6), ("mac", "00" * 32), ("at", "2020-01-01"), ("signature", "00" * 64)]
)
def test_a_forged_head_is_refused(noted: Store, part: str, value: object) -> None:
    path = noted.home / heads.NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | {part: value}))
    with pytest.raises(HeadError, match="not signed"):
        heads.read(path, noted.keyring)
    assert verify(noted) == AuditVerdict(ok=False, count=0, fault="head_damaged")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"entries": "x"}', '{"entries": 1, "mac": 5}', "\x00"])
def test_a_malformed_head_is_refused(noted: Store, text: str) -> None:
    path = noted.home / heads.NAME
    path.write_text(text)
    with pytest.raises(HeadError, match="damaged"):
        heads.read(path, noted.keyring)


def test_an_absent_head_is_said_to_be_absent(noted: Store, tmp_path: Path) -> None:
    with pytest.raises(HeadMissing):
        heads.read(tmp_path / "nowhere", noted.keyring)


def test_the_head_never_goes_back(noted: Store, now: datetime) -> None:
    before = (noted.home / heads.NAME).read_text()
    heads.keep(noted.home, noted.keyring, audit.Link(seq=5, mac=bytes(32)), now)
    assert (noted.home / heads.NAME).read_text() == before


def test_a_head_that_can_not_be_written_does_not_undo_the_act(
    noted: Store, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    path = noted.home / heads.NAME
    path.unlink()
    path.mkdir()
    with noted.work(now) as work:
        work.note("ticket.closed", "coach")
    assert "audit" in caplog.text
    path.rmdir()
    with noted.work(now) as work:
        work.note("ticket.closed", "coach")
    assert verify(noted) == AuditVerdict(ok=True, count=9, head=9)


@pytest.mark.parametrize(
    "value",
    [
        "Noor",
        "noor@example.nl",
        "+31612345678",
        "noor van dam",
        "erasure please",
        "",
        612345678,
        123456782,
        -1,
        10**7,
        "x" * 23,
        "noor.van.dam@example.n",
    ],
)
def test_what_might_be_personal_data_is_refused(sqlite_store: Store, now: datetime, value: str | int) -> None:
    with pytest.raises(ValueError, match="no id") as caught, sqlite_store.work(now) as work:
        work.note("ticket.taken", "coach", about=value)
    if value != "":
        assert str(value) not in str(caught.value)
    assert verify(sqlite_store).count == 0


@pytest.mark.parametrize("by", ["Noor", "", "noor@example.nl", "erasure"])
def test_nobody_acts_under_a_name(sqlite_store: Store, now: datetime, by: str) -> None:
    with pytest.raises(ValueError, match="known actor"), sqlite_store.work(now) as work:
        work.note("ticket.taken", by)


@pytest.mark.parametrize("act", ["", "Ticket taken", "ticket.taken.by", "wrote: hello", "x" * 40])
def test_an_act_is_a_word_or_two(sqlite_store: Store, now: datetime, act: str) -> None:
    with pytest.raises(ValueError, match="lower-case"), sqlite_store.work(now) as work:
        work.note(act, "coach")


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz_@. ", max_size=20).filter(
        lambda word: word not in audit.CODES
    )
)
def test_no_free_word_is_harmless(word: str) -> None:
    with pytest.raises(ValueError, match="no id"):
        audit._refuse_words("ticket.taken", "coach", {"about": word})


def test_a_head_of_another_use_is_no_head(noted: Store, now: datetime) -> None:
    head = heads.read(noted.home / heads.NAME, noted.keyring)
    receipt = replace(head, signature=noted.keyring.sign("receipt", b"anything"))
    path = noted.home / heads.NAME
    path.write_text(receipt.text(noted.keyring))
    with pytest.raises(HeadError, match="not signed"):
        heads.read(path, noted.keyring)
