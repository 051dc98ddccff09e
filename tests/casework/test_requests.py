"""Requests: taken at the door, with both dates, and never dropped for want of proof."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from casework import holds, identity, receipts, requests, tickets
from casework.errors import IllegalStep, NotFound, NotVerified, Refused
from casework.office import Office
from tests.casework.conftest import ANNA, COACH, Clock, registered, talk, verified_talk


def asked(office: Office, kind: requests.Kind = "access") -> tuple[str, requests.RequestReceipt]:
    """A request of a verified person."""
    id_ = verified_talk(office)
    person = identity.who(office, id_)
    assert person is not None
    return person, requests.submit(office, id_, person, kind, None, "code", f"{id_}:m1")


@pytest.mark.obligation(66)
@pytest.mark.parametrize(
    ("received", "promised", "legal"),
    [
        (datetime(2026, 8, 31, 9, tzinfo=UTC), date(2026, 9, 30), date(2026, 9, 30)),
        (datetime(2026, 11, 25, 9, tzinfo=UTC), date(2026, 12, 25), date(2026, 12, 28)),
        (datetime(2027, 1, 31, 9, tzinfo=UTC), date(2027, 2, 28), date(2027, 3, 1)),
        (datetime(2027, 3, 27, 9, tzinfo=UTC), date(2027, 4, 27), date(2027, 4, 28)),
    ],
)
def test_a_request_gets_the_unrolled_date_promised_and_the_legal_one_beside_it(
    office: Office, clock: Clock, received, promised, legal
):
    clock.at = received
    registered(office)
    _, receipt = asked(office)
    assert receipt.promised == promised == requests.promise(office).promised
    (line,) = tickets.due_list(office)
    assert (line.promised, line.legal) == (promised, legal)


@pytest.mark.obligation(64)
@pytest.mark.parametrize("kind", requests.KINDS)
def test_every_right_becomes_a_ticket_with_the_reference_that_its_person_hears(office: Office, kind):
    registered(office)
    person, receipt = asked(office, kind)
    (line,) = tickets.due_list(office)
    assert (line.kind, line.request_kind, line.reference) == ("request", kind, receipt.reference)
    (view,) = requests.of_person(office, person)
    assert (view.reference, view.state) == (receipt.reference, "in_review")
    assert receipts.read(office, receipt.receipt).verified


def test_the_same_request_sent_twice_is_one(office: Office):
    person = registered(office)
    id_ = verified_talk(office)
    first = requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    assert requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1") == first
    assert len(tickets.due_list(office)) == 1


def test_one_message_may_hold_two_requests(office: Office):
    person = registered(office)
    id_ = verified_talk(office)
    first = requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    second = requests.submit(office, id_, person, "erasure", None, "code", f"{id_}:m1")
    assert first.reference != second.reference


def test_code_is_not_taken_on_the_callers_word(office: Office, clock: Clock):
    person = registered(office)
    stranger = talk(office)
    for said in ("code", "call_back", "none"):
        with pytest.raises(NotVerified):
            requests.submit(office, stranger, person, "erasure", None, said, f"{stranger}:{said}")
    id_ = verified_talk(office)
    clock.passes(minutes=office.pack.codes.verified_minutes)
    with pytest.raises(NotVerified):
        requests.submit(office, id_, person, "erasure", None, "code", f"{id_}:m1")
    assert tickets.due_list(office) == ()


@pytest.mark.obligation(67)
def test_without_a_code_the_request_waits_for_the_coachs_call(office: Office):
    id_ = talk(office)
    claim = identity.claimant(office, id_, "06 12345678")
    requests.submit(office, id_, claim, "access", None, "none", f"{id_}:m1")
    page = tickets.read(office, tickets.due_list(office)[0].id, COACH)
    assert page.request is not None
    assert (page.request.state, page.request.identity) == ("verifying", "none")
    assert {"confirm_call_back", "refuse"} <= page.can
    assert "fulfil_access" not in page.can


def test_a_request_stands_in_its_own_conversation_without_further_proof(office: Office, clock: Clock):
    registered(office)
    person, receipt = asked(office)
    id_ = verified_talk(office)
    assert requests.of_conversation(office, id_) == ()
    assert requests.of_person(office, person)[0].reference == receipt.reference


def test_a_bsn_in_the_detail_is_refused(office: Office):
    person = registered(office)
    id_ = verified_talk(office)
    with pytest.raises(Refused):
        requests.submit(office, id_, person, "rectification", "bsn 111222333", "code", f"{id_}:m1")


def test_a_person_takes_a_request_back_once_and_only_their_own(office: Office):
    registered(office)
    other = registered(office, name="Carla", email="carla@example.org")
    person, receipt = asked(office)
    with pytest.raises(NotFound):
        requests.withdraw_own(office, other, receipt.reference, "x:1")
    assert requests.withdraw_own(office, person, receipt.reference, "x:2").state == "withdrawn_by_person"
    assert requests.withdraw_own(office, person, receipt.reference, "x:2").state == "withdrawn_by_person"
    with pytest.raises(IllegalStep):
        requests.withdraw_own(office, person, receipt.reference, "x:3")
    assert tickets.due_list(office)[0].state == "closed"


@pytest.mark.obligation(47)
@pytest.mark.obligation(49)
def test_before_an_erasure_it_is_told_what_must_stay_and_until_when(office: Office):
    (stay,) = requests.stays(office, None)
    assert stay.until == date(2033, 12, 31)
    assert "Belastingdienst" in stay.why_nl
    person = registered(office)
    assert requests.stays(office, person) == (stay,)
    holds.add(office, person, "fiscal", date(2030, 12, 31), "Factuur 2023-014", COACH)
    holds.add(office, person, "dispute", None, "Geschil over de rekening", COACH)
    kept = {stay.what_nl: stay.until for stay in requests.stays(office, person)}
    assert kept == {"facturen en betalingen": date(2030, 12, 31), "stukken bij een lopend geschil": None}


def test_a_request_needs_an_address_that_is_one(office: Office):
    with pytest.raises(Refused):
        identity.claimant(office, talk(office), "Anna")
    assert ANNA["name"] not in str(tickets.due_list(office))
