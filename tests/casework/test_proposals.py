"""Persons whose term is over: erased by the job or put before the coach, as the pack says; never in the midst of something."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casework import consents, conversations, holds, people, requests, retention, tickets
from casework.errors import IllegalStep, Refused
from casework.office import Office
from casework.retention import Report
from store import terms
from store.tables import Account, AuditEntry, Conversation, Export, Mail, Person, Receipt, Request, Ticket
from tests.casework.conftest import ANNA, COACH, Clock, registered, rows, talk, verified_talk


def asking(office: Office) -> Office:
    """The same office, with a pack that asks the coach before it erases a client."""
    return replace(office, pack=office.pack.model_copy(update={"retention": "propose"}))


def former_client(office: Office, clock: Clock) -> str:
    """Somebody whose guidance ended, and with it, by now, the term of the dossier."""
    person = registered(office)
    people.guidance_ended(office, person, clock().date(), COACH)
    clock.passes(days=office.pack.term("dossier").days + 1)
    return person


def proposed(office: Office) -> list[str]:
    """The ids of the proposals that wait for the coach."""
    return [
        line.id for line in tickets.due_list(office) if line.kind == "retention" and line.state != "closed"
    ]


@pytest.mark.obligation(48)
def test_a_client_goes_when_the_term_after_the_guidance_is_over(any_office: Office, clock: Clock):
    person = registered(any_office)
    last = people.guidance_ended(any_office, person, clock().date(), COACH)
    assert last == date(2027, 11, 25)
    clock.passes(days=365)
    assert retention.run(any_office).people == {}
    clock.passes(days=1)
    assert retention.foresee(any_office) == Report(people={"erase": 1}, left={"person": 1})
    assert retention.run(any_office).people == {"erase": 1}
    assert retention.foresee(any_office) == Report()


def test_who_is_in_guidance_has_no_term(office: Office, clock: Clock):
    registered(office)
    clock.passes(days=5000)
    assert retention.run(office).people == {}


def test_guidance_can_not_end_in_the_future(office: Office):
    with pytest.raises(Refused):
        people.guidance_ended(office, registered(office), date(2026, 11, 26), COACH)


def test_to_foresee_changes_nothing(office: Office, clock: Clock):
    former_client(office, clock)
    before = rows(office, AuditEntry), rows(office, Person)
    assert retention.foresee(office).people == {"erase": 1}
    assert (rows(office, AuditEntry), rows(office, Person)) == before


@pytest.mark.parametrize("pack", ["carry_out", "propose"])
def test_an_open_request_holds_the_job_back(office: Office, clock: Clock, pack: str):
    office = asking(office) if pack == "propose" else office
    person = registered(office)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    people.guidance_ended(office, person, clock().date(), COACH)
    clock.passes(days=office.pack.term("dossier").days + 1)
    report = retention.run(office)
    assert (report.people, report.left, proposed(office)) == ({"request": 1}, {"person": 1}, [])


def test_a_running_dispute_holds_the_job_back(office: Office, clock: Clock):
    person = former_client(office, clock)
    hold = holds.add(office, person, "dispute", None, "Zaak 12", COACH)
    assert retention.run(office).people == {"hold": 1}
    holds.lift(office, hold, COACH)
    assert retention.run(office).people == {"erase": 1}


@pytest.mark.obligation(49)
def test_an_invoice_alone_keeps_nobody_s_dossier_but_the_coach_decides(office: Office, clock: Clock):
    person = former_client(office, clock)
    holds.add(office, person, "fiscal", None, "Factuur 2026-1", COACH)
    assert retention.run(office).people == {"propose": 1}
    (ticket,) = proposed(office)
    tickets.carry_out_retention(office, ticket, COACH)
    with office.store.read() as reading:
        assert reading.is_erased(person)
    assert [view.note for view in holds.of_person(office, person, COACH)] == ["Factuur 2026-1"]


def test_the_coach_is_asked_once_and_again_after_a_month(office: Office, clock: Clock):
    office = asking(office)
    former_client(office, clock)
    for _ in range(3):
        assert retention.run(office).people == {"propose": 1}
    (ticket,) = proposed(office)
    assert "25 november 2027" in tickets.read(office, ticket, COACH).body["text"]
    tickets.close(office, ticket, COACH)
    clock.passes(days=29)
    retention.run(office)
    assert proposed(office) == []
    clock.passes(days=2)
    retention.run(office)
    assert len(proposed(office)) == 1


def test_what_the_coach_decides_is_carried_out_once_and_noted(office: Office, clock: Clock):
    office = asking(office)
    person = former_client(office, clock)
    retention.run(office)
    (ticket,) = proposed(office)
    assert "carry_out_retention" in tickets.read(office, ticket, COACH).can
    assert tickets.carry_out_retention(office, ticket, COACH).destroyed["keys"] == 1
    with pytest.raises(IllegalStep):
        tickets.carry_out_retention(office, ticket, COACH)
    assert rows(office, Person)[0].state == "erased"
    assert [entry.by for entry in rows(office, AuditEntry) if entry.act == "person.erased"] == [COACH]
    assert tickets.read(office, ticket, COACH).body == {}
    assert person


def test_a_proposal_is_no_leave_to_erase_who_came_back(office: Office, clock: Clock):
    office = asking(office)
    person = former_client(office, clock)
    retention.run(office)
    (ticket,) = proposed(office)
    people.became_client(office, person, COACH)
    with pytest.raises(IllegalStep):
        tickets.carry_out_retention(office, ticket, COACH)
    assert people.read(office, person, COACH, "contact").record["name"] == ANNA["name"]
    assert proposed(office) == [ticket]


def test_only_proposals_can_be_carried_out(office: Office):
    id_ = verified_talk(office) if registered(office) else ""
    consents.ask(office, rows(office, Person)[0].id, "pr_website", {}, COACH)
    requests.submit(office, id_, rows(office, Person)[0].id, "access", None, "code", f"{id_}:m1")
    with pytest.raises(IllegalStep):
        tickets.carry_out_retention(office, tickets.due_list(office)[0].id, COACH)


@pytest.mark.obligation("L1")
def test_an_intake_that_nobody_finished_is_forgotten_within_hours(office: Office, clock: Clock):
    id_ = talk(office)
    clock.passes(hours=office.pack.intake_hours)
    assert retention.run(office).gone["intakes"] == 1
    assert conversations.to_forget(office) == (id_,)
    conversations.forgotten(office, id_)
    assert retention.run(office).gone["intakes"] == 0
    conversations.begin_turn(office, id_, "m1")
    conversations.forgotten(office, id_)
    clock.passes(hours=office.pack.intake_hours)
    assert retention.run(office).gone["intakes"] == 1


def test_proof_goes_when_its_own_term_is_over(office: Office, clock: Clock):
    person = registered(office)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "objection", None, "code", f"{id_}:m1")
    (line,) = tickets.due_list(office)
    tickets.refuse(office, line.id, "Wij gebruiken ze daar niet voor.", COACH)
    clock.passes(days=office.pack.term("proof").days)
    retention.run(office)
    assert len(rows(office, Receipt)) == len(rows(office, Ticket)) == 1
    clock.passes(days=2)
    assert retention.run(office).gone["bare_rows"] == 2
    assert rows(office, Receipt) == rows(office, Ticket) == rows(office, Request) == []


def test_the_proof_of_a_consent_that_counts_stays(office: Office, clock: Clock):
    person = registered(office)
    consents.ask(office, person, "pr_website", {}, COACH)
    id_ = verified_talk(office)
    (asked,) = consents.open_asks(office, person)
    consents.give(office, person, asked.id, id_, f"{id_}:m1")
    clock.passes(days=office.pack.term("proof").days + 2)
    retention.run(office)
    assert len(rows(office, Receipt)) == 1


@pytest.mark.obligation(4)
def test_everything_that_is_stored_says_why_and_until_when(office: Office, clock: Clock):
    person = registered(office)
    id_ = verified_talk(office)
    requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    (line,) = tickets.due_list(office)
    tickets.answer(office, line.id, "Wij zoeken het uit.", COACH)
    for table in (Conversation, Export, Mail, Receipt):
        for row in rows(office, table):
            assert row.purpose
            assert row.legal_basis
            assert row.expires_at is not None
    assert rows(office, Account) == []
    clock.passes(days=40)
    tickets.refuse(office, line.id, "Wij konden u niet bereiken.", COACH)
    assert rows(office, Request)[0].expires_at == rows(office, Ticket)[0].expires_at is not None
    clock.passes(days=office.pack.term("requests").days + 1)
    retention.run(office)
    with office.store.read() as reading:
        assert terms.overdue(reading, clock(), clock().date()) == {}


def test_an_erasure_that_a_crash_cut_off_is_finished_by_the_job(office: Office, clock: Clock):
    person = former_client(office, clock)
    with office.store.work(clock()) as work:
        work.destroy(person)
    assert retention.run(office).gone["cut_off"] == 1
    assert rows(office, Person) == []
