"""Whoever opens what is sealed for a person leaves an entry; the entries name nobody and survive the erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from casework import consents, exports, holds, people, requests, tickets
from casework.office import Office
from store import audit_check
from store.tables import AuditEntry
from tests.casework.conftest import (
    ANNA,
    COACH,
    last_code,
    last_link,
    registered,
    rows,
    verified_talk,
    without_call_back,
)

Read = Callable[[Office, str, str], object]

READS: dict[str, Read] = {
    "ticket.read": lambda office, _, ticket: tickets.read(office, ticket, COACH),
    "person.opened": lambda office, person, _: people.read(office, person, COACH, "contact"),
    "person.listed": lambda office, *_: people.list_people(office, COACH),
    "person.sought": lambda office, *_: people.find(office, ANNA["email"], COACH),
    "hold.read": lambda office, person, _: holds.of_person(office, person, COACH),
    "consent.revealed": lambda office, *_: consents.listing(office, by="command", reveal=True),
}


@pytest.fixture
def case(office: Office) -> tuple[Office, str, str]:
    """A person with a request, a hold and a consent: office, person, ticket."""
    person = registered(office)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    holds.add(office, person, "fiscal", None, "Factuur 2026-1", COACH)
    consents.record(office, person, "pr_website", {"label": "foto"}, date(2026, 1, 1), COACH)
    return office, person, tickets.due_list(office)[0].id


@pytest.mark.obligation(45)
@pytest.mark.parametrize("act", READS)
def test_each_way_to_open_a_person_s_data_is_noted(case: tuple[Office, str, str], act: str):
    office, person, ticket = case
    before = len(rows(office, AuditEntry))
    READS[act](office, person, ticket)
    fresh = rows(office, AuditEntry)[before:]
    assert [entry.act for entry in fresh] == [act]
    assert fresh[0].by in (COACH, "command")


def test_the_record_behind_a_ticket_is_noted_with_its_reason(case: tuple[Office, str, str]):
    office, person, ticket = case
    tickets.open_person(office, ticket, COACH, "identity")
    last = rows(office, AuditEntry)[-1]
    assert (last.act, "identity" in last.ids, person in last.ids) == ("person.opened", True, True)


def test_a_download_of_an_export_is_noted(case: tuple[Office, str, str]):
    office, _, ticket = case
    office = without_call_back(office)
    issued = tickets.fulfil_access(office, ticket, COACH)
    assert last_link(office)
    code = exports.code_by_phone(office, ticket, COACH)
    exports.fetch(office, issued.export_id, code)
    acts = [entry.act for entry in rows(office, AuditEntry)]
    assert acts[-3:] == ["request.fulfilled", "export.code_read_out", "export.fetched"]


@pytest.mark.obligation("L1")
def test_the_entries_name_nobody_and_survive_the_erasure(case: tuple[Office, str, str]):
    office, person, ticket = case
    for read in READS.values():
        read(office, person, ticket)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "erasure", None, "code", f"{id_}:m9")
    assert last_code(office)
    erasure = next(line.id for line in tickets.due_list(office) if line.request_kind == "erasure")
    before = [(entry.seq, entry.mac) for entry in rows(office, AuditEntry)]
    tickets.carry_out_erasure(office, erasure, COACH)
    after = rows(office, AuditEntry)
    assert [(entry.seq, entry.mac) for entry in after][: len(before)] == before
    written = " ".join(f"{entry.act} {entry.by} {entry.ids}" for entry in after).casefold()
    for value in (*ANNA.values(), "anna", "wit", "612345678", "factuur", "foto"):
        assert value.casefold() not in written
    assert audit_check.verify(office.store).ok
