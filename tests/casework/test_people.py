"""The people on file: registered by hand, found by a whole address, opened for a reason, every time noted."""

from __future__ import annotations

from datetime import date

import pytest

from casework import holds, identity, people
from casework.errors import NotFound, Refused
from casework.office import Office
from store.tables import AuditEntry, Hold
from tests.casework.conftest import ANNA, COACH, registered, rows, verified_talk


def acts(office: Office) -> list[str]:
    """What the audit log says was done."""
    return [entry.act for entry in rows(office, AuditEntry)]


@pytest.mark.obligation(45)
def test_whoever_opens_seeks_or_lists_people_is_in_the_audit_log(office: Office):
    person = registered(office)
    people.read(office, person, COACH, "contact")
    people.find(office, ANNA["email"], COACH)
    people.list_people(office, COACH)
    assert acts(office) == ["person.registered", "person.opened", "person.sought", "person.listed"]
    assert not any("Anna" in entry.ids for entry in rows(office, AuditEntry))


def test_a_registered_client_has_rights_at_the_front_desk(office: Office):
    person = registered(office)
    assert identity.who(office, verified_talk(office)) == person


def test_people_are_found_by_a_whole_address_or_number_only(office: Office):
    person = registered(office)
    assert people.find(office, " Anna@Example.org", COACH) == (people.PersonLine(person, ANNA["name"]),)
    assert people.find(office, "06-12345678", COACH)[0].id == person
    for sought in ("anna", "Anna de Wit", "@example.org", ""):
        assert people.find(office, sought, COACH) == ()


def test_a_corrected_address_is_the_one_that_finds_the_person(office: Office):
    person = registered(office)
    people.correct(office, person, {"email": "anna@nieuw.example", "phone": ""}, COACH)
    assert people.find(office, ANNA["email"], COACH) == ()
    assert people.find(office, "anna@nieuw.example", COACH)[0].id == person
    assert "phone" not in people.read(office, person, COACH, "correction").record


@pytest.mark.obligation(37)
def test_fields_outside_the_pack_and_malformed_ones_are_refused_each_by_name(office: Office):
    with pytest.raises(Refused) as refused:
        people.register(office, {"name": "Anna", "birth_date": "1980", "email": "geen", "phone": "12"}, COACH)
    assert set(refused.value.reasons) == {"birth_date", "email", "phone"}
    with pytest.raises(Refused):
        people.register(office, {"email": "a@example.org"}, COACH)


def test_a_form_sent_twice_registers_one_person(office: Office):
    first = people.register(office, ANNA, COACH, once="desk:1")
    assert people.register(office, ANNA, COACH, once="desk:1") == first
    assert len(people.list_people(office, COACH)) == 1


def test_the_record_shows_no_inner_fields(office: Office):
    assert set(people.read(office, registered(office), COACH, "contact").record) == set(ANNA)


def test_nobody_is_not_found(office: Office):
    with pytest.raises(NotFound):
        people.read(office, "x", COACH, "contact")


def test_a_hold_without_a_date_lasts_the_years_of_the_pack_and_can_be_lifted(office: Office):
    person = registered(office)
    hold = holds.add(office, person, "fiscal", None, "Factuur 2026-1", COACH, once="desk:1")
    assert holds.add(office, person, "fiscal", None, "Factuur 2026-1", COACH, once="desk:1") == hold
    (view,) = holds.of_person(office, person, COACH)
    assert (view.until, view.note) == (date(2033, 12, 31), "Factuur 2026-1")
    holds.lift(office, hold, COACH)
    assert rows(office, Hold) == []
    with pytest.raises(NotFound):
        holds.lift(office, hold, COACH)
