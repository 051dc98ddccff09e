"""Persons are stored sealed, found by address or number, corrected, and erased for good."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from store import people
from store.database import Store
from store.people import NoSuchPerson
from store.tables import Person
from store.work import Erased, Work

RECORD = {
    "name": "Noor van Dam",
    "email": " Noor@Example.NL",
    "phone": "+31612345678",
    "contact_safely": "alleen sms",
}


def _add(work: Work, record: people.Record) -> str:
    return people.add(
        work, record, source="intake", purpose="contact", legal_basis="consent", expires_at=work.at
    )


def test_a_person_comes_back_as_stored(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor = _add(work, RECORD)
    with store.read() as reading:
        assert people.get(reading, noor) == people.Person(
            id=noor,
            record=RECORD,
            state="active",
            source="intake",
            purpose="contact",
            legal_basis="consent",
            created_at=now,
            expires_at=now,
        )


def test_a_person_is_found_however_the_address_is_typed(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor = _add(work, RECORD)
        _add(work, {"name": "zonder adres"})
    with store.read() as reading:
        assert people.find_by_email(reading, "NOOR@example.nl ") == [noor]
        assert people.find_by_phone(reading, "+31612345678") == [noor]
        assert people.find_by_email(reading, "ander@example.nl") == []


def test_a_corrected_person_is_found_by_the_new_address_only(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor = _add(work, RECORD)
    with store.work(now) as work:
        people.save(work, noor, RECORD | {"email": "nieuw@example.nl", "phone": None})
    with store.read() as reading:
        assert people.find_by_email(reading, "nieuw@example.nl") == [noor]
        assert people.find_by_email(reading, "noor@example.nl") == []
        assert people.find_by_phone(reading, "+31612345678") == []
        assert people.get(reading, noor).record["email"] == "nieuw@example.nl"


def test_a_number_that_is_not_in_international_form_is_refused(store: Store, now: datetime) -> None:
    with pytest.raises(ValueError, match=r"E\.164") as caught, store.work(now) as work:
        _add(work, {"phone": "0612345678"})
    assert "0612345678" not in str(caught.value)
    with store.read() as reading:
        assert people.all_ids(reading) == []


@pytest.mark.obligation(75)
def test_an_erased_person_is_neither_found_nor_read_nor_listed(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor, bert = _add(work, RECORD), _add(work, RECORD)
    with store.work(now) as work:
        people.erase(work, noor)
    with store.read() as reading:
        assert people.find_by_email(reading, "noor@example.nl") == [bert]
        assert people.all_ids(reading) == [bert]
        with pytest.raises(Erased):
            people.get(reading, noor)
        row = reading.data.get(Person, noor)
        assert row is not None
        assert (row.state, row.record) == ("erased", None)
    with store.work(now) as work, pytest.raises(Erased):
        people.save(work, noor, RECORD)


def test_the_term_purpose_and_state_can_change(store: Store, now: datetime) -> None:
    later = now + timedelta(days=90)
    with store.work(now) as work:
        noor = _add(work, RECORD)
        people.keep_until(work, noor, later, purpose="trajectory", legal_basis="contract")
        people.set_state(work, noor, "restricted")
    with store.read() as reading:
        person = people.get(reading, noor)
    assert (person.expires_at, person.purpose, person.legal_basis) == (later, "trajectory", "contract")
    assert person.state == "restricted"


def test_nobody_is_not_somebody(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        for act in (people.get, people.erase):
            with pytest.raises(NoSuchPerson):
                act(work, "nobody")
