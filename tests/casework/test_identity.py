"""Who somebody is: a code to an address on file, and nothing that tells whether an address is on file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework import identity, people, post, requests, tickets
from casework.errors import IllegalStep, NotFound, Refused, TooSoon
from casework.office import Office
from store.tables import Code, Mail
from tests.casework.conftest import (
    ANNA,
    COACH,
    Clock,
    last_code,
    letters,
    registered,
    rows,
    talk,
    text_of,
    verified_talk,
)


def test_the_right_code_verifies_the_person_in_this_conversation_only(office: Office):
    person = registered(office)
    id_, other = talk(office), talk(office)
    identity.send_code(office, id_, "ANNA@example.org ")
    assert identity.who(office, id_) is None
    assert identity.check_code(office, other, last_code(office)) == "expired"
    assert identity.check_code(office, id_, last_code(office)) == "verified"
    assert identity.who(office, id_) == person
    assert identity.who(office, other) is None


def test_a_code_works_once(office: Office):
    registered(office)
    id_ = verified_talk(office)
    assert identity.check_code(office, id_, last_code(office)) == "expired"


def test_a_code_may_be_typed_with_spaces(office: Office):
    registered(office)
    id_ = talk(office)
    identity.send_code(office, id_, ANNA["email"])
    code = last_code(office)
    assert identity.check_code(office, id_, f" {code[:3]} {code[3:]}.") == "verified"


def test_a_code_is_too_old_after_its_minutes(office: Office, clock: Clock):
    registered(office)
    id_ = talk(office)
    identity.send_code(office, id_, ANNA["email"])
    clock.passes(minutes=office.pack.codes.minutes)
    assert identity.check_code(office, id_, last_code(office)) == "expired"


def test_wrong_codes_use_up_the_tries_and_then_the_right_one_is_too_late(office: Office):
    registered(office)
    id_ = talk(office)
    identity.send_code(office, id_, ANNA["email"])
    right = last_code(office)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    answers = [identity.check_code(office, id_, wrong) for _ in range(office.pack.codes.tries)]
    assert answers == ["wrong"] * (office.pack.codes.tries - 1) + ["too_many"]
    assert identity.check_code(office, id_, right) == "too_many"


def test_a_new_code_takes_the_place_of_the_old_one(office: Office, clock: Clock):
    registered(office)
    id_ = talk(office)
    identity.send_code(office, id_, ANNA["email"])
    old = last_code(office)
    clock.passes(minutes=1)
    identity.send_code(office, id_, ANNA["email"])
    if old != last_code(office):
        assert identity.check_code(office, id_, old) == "wrong"
    assert identity.check_code(office, id_, last_code(office)) == "verified"


def test_a_telephone_number_finds_the_person_and_the_code_goes_to_their_mail(office: Office):
    person = registered(office)
    id_ = talk(office)
    identity.send_code(office, id_, "06 12 34 56 78")
    assert letters(office)[-1]["To"] == ANNA["email"]
    assert identity.check_code(office, id_, last_code(office)) == "verified"
    assert identity.who(office, id_) == person


def test_the_code_goes_to_the_address_on_file_not_to_the_one_that_was_typed(office: Office):
    registered(office, name="Jan", email="jan.strasse@example.org")
    id_ = talk(office)
    identity.send_code(office, id_, "JAN.STRASSE@example.org")
    assert letters(office)[-1]["To"] == "jan.strasse@example.org"


@pytest.mark.obligation("L16")
def test_known_and_unknown_addresses_leave_the_same_rows_and_get_the_same_answers(office: Office):
    registered(office)
    known, unknown = talk(office), talk(office)
    asleep = _asleep(office)
    answers = [
        identity.send_code(asleep, known, ANNA["email"]),
        identity.send_code(asleep, unknown, "wie@example.org"),
    ]
    assert answers == [None, None]
    codes, waiting = rows(office, Code), rows(office, Mail)
    sizes = {len(row.message) for row in waiting}
    assert (len(codes), len(waiting), len(sizes)) == (2, 2, 1)
    assert {identity.check_code(office, id_, "abc") for id_ in (known, unknown)} == {"wrong"}
    post.send_waiting(office)
    assert [letter["To"] for letter in letters(office)] == [ANNA["email"]]
    assert rows(office, Mail) == []


@pytest.mark.obligation("L5")
def test_codes_are_limited_for_known_and_unknown_alike_but_a_claim_is_always_possible(
    office: Office, clock: Clock
):
    registered(office)
    for address in (ANNA["email"], "wie@example.org"):
        id_ = talk(office)
        for _ in range(office.pack.codes.per_hour):
            identity.send_code(office, id_, address)
        with pytest.raises(TooSoon) as soon:
            identity.send_code(office, id_, address)
        assert 0 < soon.value.wait_seconds <= 3600
        claim = identity.claimant(office, id_, address)
        receipt = requests.submit(office, id_, claim, "erasure", None, "call_back", f"{id_}:m9")
        assert requests.of_conversation(office, id_)[0].reference == receipt.reference
    clock.passes(hours=1)
    identity.send_code(office, talk(office), ANNA["email"])


def test_an_address_is_limited_over_conversations(office: Office):
    registered(office)
    for _ in range(office.pack.codes.per_hour):
        identity.send_code(office, talk(office), ANNA["email"])
    with pytest.raises(TooSoon):
        identity.send_code(office, talk(office), ANNA["email"].upper())


@pytest.mark.obligation(70)
def test_an_address_that_partners_share_proves_neither_of_them(office: Office):
    registered(office)
    registered(office, name="Bram de Wit", email=ANNA["email"])
    id_ = talk(office)
    identity.send_code(office, id_, ANNA["email"])
    assert identity.check_code(office, id_, last_code(office)) == "call_back"
    assert identity.who(office, id_) is None


def test_what_is_no_address_is_refused_kindly(office: Office):
    with pytest.raises(Refused):
        identity.send_code(office, talk(office), "weet ik niet")


def test_the_mail_with_a_code_holds_nothing_else(office: Office):
    registered(office)
    identity.send_code(office, talk(office), ANNA["email"])
    letter = letters(office)[-1]
    assert "Anna" not in text_of(letter)
    assert last_code(office) not in letter["Subject"]


def test_a_claim_changes_nothing_for_whose_address_it_is(office: Office):
    person = registered(office)
    attacker = talk(office)
    claim = identity.claimant(office, attacker, ANNA["email"])
    assert claim != person
    assert identity.claimant(office, attacker, ANNA["email"]) == claim
    assert identity.who(office, verified_talk(office)) == person


def test_a_call_back_hands_the_claimed_request_to_the_person_whom_the_coach_knew(office: Office):
    person = registered(office)
    id_ = talk(office)
    claim = identity.claimant(office, id_, ANNA["email"])
    requests.submit(office, id_, claim, "rectification", "Mijn naam is anders", "call_back", f"{id_}:m1")
    (line,) = tickets.due_list(office)
    seen = tickets.open_person(office, line.id, COACH, "identity")
    assert seen.perhaps_same == (person,)
    page = tickets.read(office, line.id, COACH)
    assert page.request is not None
    assert page.request.state == "verifying"
    identity.confirm_call_back(office, page.request.id, COACH, person=person)
    page = tickets.read(office, line.id, COACH)
    assert page.request is not None
    assert (page.request.state, page.request.identity) == ("in_review", "call_back")
    assert page.request.detail == "Mijn naam is anders"
    assert requests.of_person(office, person)[0].reference == line.reference
    with pytest.raises(NotFound):
        people.read(office, claim, COACH, "identity")


def test_a_call_back_lets_a_claim_become_a_person_of_its_own(office: Office):
    id_ = talk(office)
    claim = identity.claimant(office, id_, ANNA["email"])
    requests.submit(office, id_, claim, "access", None, "call_back", f"{id_}:m1")
    page = tickets.read(office, tickets.due_list(office)[0].id, COACH)
    assert page.request is not None
    identity.confirm_call_back(office, page.request.id, COACH)
    assert identity.who(office, verified_talk(office)) == claim


def test_a_call_back_never_gives_somebodys_request_to_another(office: Office):
    registered(office)
    other = registered(office, name="Carla", email="carla@example.org")
    id_ = verified_talk(office)
    person = identity.who(office, id_)
    assert person is not None
    requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1")
    page = tickets.read(office, tickets.due_list(office)[0].id, COACH)
    assert page.request is not None
    with pytest.raises(IllegalStep):
        identity.confirm_call_back(office, page.request.id, COACH, person=other)


def _asleep(office: Office) -> Office:
    """The office with its courier away."""
    return replace(office, soon=lambda _: None)
