"""What one piece of work may do: seal, open, find, destroy; and what it says when it can't."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from store.database import Store, open_store
from store.keyring import Keyring, KeyringError
from store.sealing import SealError, new_key
from store.tables import BlindIndex, SubjectKey
from store.work import Erased, KeyLost
from tests.store.conftest import sqlite_urls

RECORD = {"name": "Noor van Dam", "email": "noor@example.nl", "phone": "+31612345678", "contact_safely": None}


def test_a_sealed_value_opens_later(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = work.new_subject("person")
        blob = work.seal(person, "person", "record", person, RECORD)
        assert work.open(person, "person", "record", person, blob) == RECORD
    with store.read() as reading:
        assert reading.open(person, "person", "record", person, blob) == RECORD
        assert b"Noor" not in blob


@pytest.mark.parametrize("value", [None, True, 0, -1.5, "", "é€", [], {}, [1, [2, {"a": None}]]])
def test_any_json_value_can_be_sealed(sqlite_store: Store, now: datetime, value: object) -> None:
    with sqlite_store.work(now) as work:
        subject = work.new_subject("conversation")
        blob = work.seal(subject, "t", "c", "r", value)  # type: ignore[arg-type]  # the parameters are JSON values
        assert work.open(subject, "t", "c", "r", blob) == value


def test_short_values_are_sealed_at_one_length(sqlite_store: Store, now: datetime) -> None:
    with sqlite_store.work(now) as work:
        subject = work.new_subject("person")
        names = ("Jo", "Anna Sophia van der Bergen-Willemsen")
        assert len({len(work.seal(subject, "t", "c", "r", name)) for name in names}) == 1


def test_one_persons_bytes_do_not_open_for_another(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        one, other = work.new_subject("person"), work.new_subject("person")
        blob = work.seal(one, "person", "record", one, RECORD)
        for subject, row in ((other, one), (other, other), (one, other)):
            with pytest.raises(SealError):
                work.open(subject, "person", "record", row, blob)


@pytest.mark.obligation(75)
def test_an_erased_persons_records_open_no_more_even_with_the_master_key(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = work.new_subject("person")
        blob = work.seal(person, "person", "record", person, RECORD)
        work.index("person", "email", "noor@example.nl", person)
    with store.read() as reading:
        row = reading.keys.get(SubjectKey, person)
        assert row is not None
        assert store.keyring.unwrap(person, row.wrapped or b"")  # until now the master key opens it
    later = now + timedelta(days=1)
    with store.work(later) as work:
        work.destroy(person)
        with pytest.raises(Erased):
            work.open(person, "person", "record", person, blob)
    with store.read() as reading:
        assert reading.is_erased(person)
        assert reading.find("person", "email", "noor@example.nl") == []
        with pytest.raises(Erased):
            reading.open(person, "person", "record", person, blob)
        tombstone = reading.keys.get(SubjectKey, person)
        assert tombstone is not None
        assert (tombstone.wrapped, tombstone.erased_at, tombstone.kind) == (None, later, "person")
        assert reading.keys.exec(select(BlindIndex).where(col(BlindIndex.subject) == person)).all() == []


def test_nothing_is_sealed_or_indexed_for_an_erased_person(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = work.new_subject("person")
        work.destroy(person)
        with pytest.raises(Erased):
            work.seal(person, "person", "record", person, RECORD)
        with pytest.raises(Erased):
            work.index("person", "email", "noor@example.nl", person)


def test_destroying_twice_keeps_the_first_moment(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = work.new_subject("person")
        work.destroy(person)
    with store.work(now + timedelta(days=1)) as work:
        work.destroy(person)
    with store.read() as reading:
        row = reading.keys.get(SubjectKey, person)
        assert row is not None
        assert row.erased_at == now


def test_lost_is_not_erased(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = work.new_subject("person")
        blob = work.seal(person, "person", "record", person, RECORD)
    with store.work(now) as work:
        work.keys.delete(work.keys.get(SubjectKey, person))
    with store.read() as reading:
        assert not reading.is_erased(person)
        with pytest.raises(KeyLost):
            reading.open(person, "person", "record", person, blob)
    with pytest.raises(KeyLost), store.work(now) as work:
        work.destroy("nobody")


@pytest.mark.parametrize("harm", ["emptied", "of another", "changed"])
def test_a_damaged_key_is_lost_not_erased(store: Store, now: datetime, harm: str) -> None:
    with store.work(now) as work:
        person, other = work.new_subject("person"), work.new_subject("person")
        blob = work.seal(person, "person", "record", person, RECORD)
    with store.work(now) as work:
        mine, theirs = work.keys.get(SubjectKey, person), work.keys.get(SubjectKey, other)
        assert mine is not None
        assert theirs is not None
        mine.wrapped = {"emptied": None, "of another": theirs.wrapped, "changed": bytes(93)}[harm]
    with store.read() as reading, pytest.raises(KeyLost):
        reading.open(person, "person", "record", person, blob)


def test_partners_who_share_an_address_are_both_found(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        both = sorted([work.new_subject("person"), work.new_subject("person")])
        for person in both:
            work.index("person", "email", "samen@example.nl", person)
            work.index("person", "email", "samen@example.nl", person)
    with store.read() as reading:
        assert reading.find("person", "email", "samen@example.nl") == both
        assert reading.find("person", "email", "ander@example.nl") == []
        assert reading.find("person", "phone", "samen@example.nl") == []


def test_unindexed_means_no_longer_found_but_still_open(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = work.new_subject("person")
        blob = work.seal(person, "person", "record", person, RECORD)
        work.index("person", "email", "noor@example.nl", person)
        work.unindex(person)
        assert work.find("person", "email", "noor@example.nl") == []
        assert work.open(person, "person", "record", person, blob) == RECORD


def test_the_index_holds_no_value(sqlite_store: Store, now: datetime, tmp_path: Path) -> None:
    with sqlite_store.work(now) as work:
        work.index("person", "email", "noor@example.nl", work.new_subject("person"))
    assert b"noor@example.nl" not in (tmp_path / "keys.db").read_bytes()


def test_a_digest_is_keyed_by_column(sqlite_store: Store) -> None:
    with sqlite_store.read() as reading:
        assert reading.digest("code", "digest", "123456") == reading.digest("code", "digest", "123456")
        assert reading.digest("code", "digest", "123456") != reading.digest("code", "place", "123456")
        assert len(reading.digest("code", "digest", "123456")) == 64


def test_another_keyring_is_refused_before_it_does_harm(
    sqlite_store: Store, now: datetime, tmp_path: Path
) -> None:
    with sqlite_store.work(now) as work:
        work.new_subject("person")
    other = Keyring(current=1, masters={1: new_key()}, root=sqlite_store.keyring.root)
    with pytest.raises(KeyringError, match="not the one"):
        open_store(*sqlite_urls(tmp_path), other, tmp_path)
