"""Persons are stored sealed, found by address or number, corrected, and erased for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread

import pytest

from store import people
from store.database import Store
from store.people import NoSuchPerson
from store.sealing import SealError
from store.tables import Person, SubjectKey
from store.work import Erased, KeyLost, Work

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
        assert list(people.everybody(reading)) == []


@pytest.mark.obligation(75)
def test_an_erased_person_is_neither_found_nor_read_nor_listed(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor, bert = _add(work, RECORD), _add(work, RECORD)
    with store.work(now) as work:
        people.erase(work, noor)
    with store.read() as reading:
        assert people.find_by_email(reading, "noor@example.nl") == [bert]
        assert [person.id for person in people.everybody(reading)] == [bert]
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


def test_everybody_comes_by_in_portions_the_corrected_as_they_are_now(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "_AT_ONCE", 2)
    with store.work(now) as work:
        persons = [_add(work, {"name": f"Persoon {number}"}) for number in range(7)]
    with store.work(now) as work:
        people.save(work, persons[3], {"name": "Gecorrigeerd"})
        people.erase(work, persons[5])
    with store.read() as reading:
        found = {person.id: person for person in people.everybody(reading)}
        assert found[persons[3]] == people.get(reading, persons[3])
    assert [found[person].record["name"] for person in persons if person != persons[5]] == [
        *("Persoon 0", "Persoon 1", "Persoon 2", "Gecorrigeerd", "Persoon 4", "Persoon 6")
    ]
    assert persons[5] not in found


def test_who_is_half_erased_is_passed_over(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor, bert = _add(work, RECORD), _add(work, RECORD)
    with store.work(now) as work:
        work.destroy(noor)  # and then the crash: the record is still there
    with store.read() as reading:
        assert [person.id for person in people.everybody(reading)] == [bert]


def test_swapped_records_stop_who_goes_through_everybody(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor, bert = _add(work, RECORD), _add(work, RECORD)
        one, other = (work.data.get_one(Person, person) for person in (noor, bert))
        one.record, other.record = other.record, one.record
    with store.read() as reading, pytest.raises(SealError):
        list(people.everybody(reading))


def test_a_lost_key_stops_who_goes_through_everybody(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor = _add(work, RECORD)
        work.keys.delete(work.keys.get(SubjectKey, noor))
    with store.read() as reading, pytest.raises(KeyLost):
        list(people.everybody(reading))


def test_who_is_corrected_while_somebody_goes_through_everybody_is_shown_as_corrected(
    store: Store, now: datetime
) -> None:
    with store.work(now) as work:
        noor = _add(work, RECORD)
    with store.read() as reading:
        reading.data.get(Person, noor)  # the reading stands at this state
        correcting = Thread(target=_correct, args=(store, noor, now))
        correcting.start()
        correcting.join()
        assert [person.record["name"] for person in people.everybody(reading)] == ["Later"]


def _correct(store: Store, person: str, now: datetime) -> None:
    with store.work(now) as work:
        people.save(work, person, {"name": "Later"})
