"""The guard on sealed columns refuses what is not sealed, whichever way it comes; and moments keep their time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import StatementError
from sqlmodel import col

from store.columns import NotSealedError, Sealed
from store.database import Store
from store.sealing import Place, new_key, seal
from store.tables import DataTable, Hold, Person

SECRET = b'{"name": "Noor van Dam"}' + bytes(40)


def _sealed() -> bytes:
    return seal(new_key(), 1, b"x", Place("person", "record", "p", "p"))


def _person(record: bytes | None, now: datetime) -> Person:
    return Person(
        id="p",
        record=record,
        state="active",
        source="desk",
        purpose="contact",
        legal_basis="consent",
        created_at=now,
    )


def _spoil(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        row = work.data.get(Person, "p")
        assert row is not None
        row.record = SECRET


def test_an_orm_insert_of_unsealed_bytes_is_refused(store: Store, now: datetime) -> None:
    with pytest.raises(StatementError) as caught, store.work(now) as work:
        work.data.add(_person(SECRET, now))
    assert isinstance(caught.value.orig, NotSealedError)
    assert "Noor" not in str(caught.value)


def test_a_core_insert_of_unsealed_bytes_is_refused(store: Store, now: datetime) -> None:
    row = _person(SECRET, now).model_dump()
    with pytest.raises(StatementError) as caught, store.work(now) as work:
        work.data.execute(insert(Person), [row])
    assert isinstance(caught.value.orig, NotSealedError)
    assert "Noor" not in str(caught.value)


def test_an_orm_update_with_unsealed_bytes_is_refused(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        work.data.add(_person(_sealed(), now))
    with pytest.raises(StatementError):
        _spoil(store, now)
    with pytest.raises(StatementError), store.work(now) as work:
        work.data.execute(update(Person).where(col(Person.id) == "p").values(record=SECRET))


@pytest.mark.parametrize("value", ["text", b"", b"\x01", 7])
def test_nothing_but_sealed_bytes_passes(store: Store, now: datetime, value: object) -> None:
    with pytest.raises(StatementError), store.work(now) as work:
        work.data.execute(insert(Person).values(**{**_person(None, now).model_dump(), "record": value}))


def test_sealed_bytes_and_nothing_at_all_pass(store: Store, now: datetime) -> None:
    sealed = _sealed()
    with store.work(now) as work:
        work.data.add(_person(sealed, now))
        work.data.add(
            Hold(
                id="h",
                person_id="p",
                kind="fiscal",
                purpose="x",
                legal_basis="x",
                since=now.date(),
                note=None,
            )
        )
    with store.read() as reading:
        row, hold = reading.data.get(Person, "p"), reading.data.get(Hold, "h")
        assert row is not None
        assert hold is not None
        assert (row.record, hold.note) == (sealed, None)


def test_every_column_for_content_is_guarded() -> None:
    """What clients or coaches say stands in these columns; a new one is added here on purpose."""
    guarded = {
        f"{table.name}.{column.name}"
        for table in DataTable.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }
    assert guarded >= {
        "person.record",
        "conversation.state",
        "conversation.chat",
        "turn.reply",
        "delivery.message",
        "consent.record",
        "request.detail",
        "request.reason",
        "ticket.body",
        "ticket_event.note",
        "hold.note",
        "mail.message",
        "account.record",
        "account.totp",
    }


def test_a_moment_comes_back_the_same_and_in_utc(store: Store, now: datetime) -> None:
    in_amsterdam = now.astimezone(timezone(timedelta(hours=1)))
    with store.work(now) as work:
        work.data.add(_person(None, in_amsterdam))
    with store.read() as reading:
        row = reading.data.get(Person, "p")
        assert row is not None
        assert row.created_at == now
        assert row.created_at.tzinfo is UTC


def test_a_moment_without_time_zone_is_refused(store: Store, now: datetime) -> None:
    with pytest.raises(StatementError, match="time zone"), store.work(now) as work:
        work.data.add(_person(None, now.replace(tzinfo=None)))
