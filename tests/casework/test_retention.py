"""Every term ends by itself, once, and nothing goes while somebody waits for an answer under the law."""

from __future__ import annotations

import pytest

from casework import deliveries, identity, notes, requests, retention, tickets
from casework.office import Office
from store.tables import Code, Done, Person
from tests.casework.conftest import COACH, Clock, registered, rows, talk, verified_talk


@pytest.mark.obligation(48)
def test_what_is_over_goes_and_the_second_run_finds_nothing(office: Office, clock: Clock):
    registered(office)
    id_ = verified_talk(office)
    notes.leave(office, id_, "question", "Vraag", None, None, f"{id_}:m1")
    clock.passes(days=31)
    first = retention.expire(office)
    assert (first["conversations"], first["register"]) == (1, 1)
    assert set(retention.expire(office).values()) == {0}
    assert rows(office, Code) == rows(office, Done) == []


@pytest.mark.obligation(50)
def test_what_a_closed_ticket_said_goes_after_its_term(office: Office, clock: Clock):
    id_ = talk(office)
    notes.leave(office, id_, "complaint", "Ik ben boos", None, None, f"{id_}:m1")
    ticket = tickets.due_list(office)[0].id
    tickets.close(office, ticket, COACH)
    clock.passes(days=office.pack.term("requests").days)
    assert retention.expire(office)["tickets"] == 0
    clock.passes(days=1)
    assert retention.expire(office)["tickets"] == 1
    assert tickets.read(office, ticket, COACH).body == {}


def test_an_open_ticket_keeps_what_it_says(office: Office, clock: Clock):
    id_ = talk(office)
    notes.leave(office, id_, "complaint", "Ik ben boos", None, None, f"{id_}:m1")
    clock.passes(days=1000)
    retention.expire(office)
    assert tickets.read(office, tickets.due_list(office)[0].id, COACH).body["text"] == "Ik ben boos"


def test_a_claim_without_a_request_is_gone_the_next_day(office: Office, clock: Clock):
    identity.claimant(office, talk(office), "wie@example.org")
    clock.passes(days=1)
    assert retention.expire(office)["people"] == 1


@pytest.mark.obligation("L5")
def test_a_claim_with_a_request_stays_until_it_was_dealt_with_and_its_term_is_over(
    office: Office, clock: Clock
):
    id_ = talk(office)
    claim = identity.claimant(office, id_, "wie@example.org")
    requests.submit(office, id_, claim, "access", None, "none", f"{id_}:m1")
    clock.passes(days=400)
    assert retention.expire(office)["people"] == 0
    ticket = tickets.due_list(office)[0].id
    tickets.refuse(office, ticket, "Wij konden u niet bereiken.", COACH)
    assert retention.expire(office)["people"] == 0
    clock.passes(days=office.pack.term("requests").days + 1)
    assert retention.expire(office)["people"] == 1
    assert rows(office, Person)[0].state == "erased"


def test_a_delivery_that_arrived_goes_within_hours(office: Office, clock: Clock):
    id_ = talk(office)
    notes.leave(office, id_, "question", "Vraag", None, None, f"{id_}:m1")
    tickets.answer(office, tickets.due_list(office)[0].id, "Antwoord", COACH)
    (delivery,) = deliveries.after(office, id_, 0)
    deliveries.taken(office, id_, delivery.seq)
    clock.passes(hours=2)
    assert retention.expire(office)["deliveries"] == 1
