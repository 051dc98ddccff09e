"""Who somebody is: the same words for all, a way on for who gets no code, and the code itself kept nowhere."""

from __future__ import annotations

import pytest

from casework import identity, people
from tests.actions.calls import Desk

ADDRESS = "jan@voorbeeld.nl"


@pytest.fixture
def known(desk: Desk) -> Desk:
    """A desk that has Jan on file, asking who is there."""
    people.register(desk.office, {"name": "Jan de Vries", "email": ADDRESS}, by="owner")
    desk.fill_in("request_form", request_kind="access", requested_slot="identify_address")
    return desk


def asked_for_the_code(desk: Desk) -> Desk:
    """The same desk, after Jan's address was given."""
    desk.answer(ADDRESS)
    return desk


@pytest.mark.parametrize("address", [ADDRESS, "niemand@voorbeeld.nl"])
def test_a_known_and_an_unknown_address_get_the_same_words(known: Desk, address: str) -> None:
    heard = known.answer(address)
    assert heard.said == ["question_identify_code"]
    assert heard.value("minutes") == "10"
    assert heard.asks == "identify_code"


def test_a_telephone_number_will_do(known: Desk) -> None:
    assert known.answer("06 12345678").said == ["question_identify_code_phone"]


def test_the_right_code_proves_it_and_is_no_slot(known: Desk) -> None:
    code = asked_for_the_code(known).mailed_code()
    heard = known.answer(f"de code is {code}")
    assert heard.slots["identify_code"] == "verified"
    assert code not in str(heard)
    assert identity.who(known.office, known.conversation) is not None
    assert heard.asks == "request_confirm_yes"


def test_a_wrong_code_is_said_without_blame_and_too_many_end_it(known: Desk) -> None:
    asked_for_the_code(known)
    wrong = "000000" if known.mailed_code() != "000000" else "000001"
    said = [known.answer(wrong).said[0] for _ in range(5)]
    assert said[:2] == ["wrong_code", "wrong_code_again"]
    assert said[-1] == "code_too_many"


def test_who_gets_no_code_has_three_ways_on(known: Desk) -> None:
    heard = asked_for_the_code(known).answer(no_code="help")
    assert heard.said == ["no_code"]
    assert heard.labels == ["Stuur een nieuwe code", "Geef een ander adres", "Verder zonder code"]
    assert known.answer(no_code="again").said == ["code_sent_again"]
    other = known.answer(no_code="other")
    assert other.asks == "identify_address"
    asked_for_the_code(known)
    call = known.answer(no_code="call")
    assert call.slots["identify_code"] == "claim"
    assert call.said == ["coach_calls_back", "confirm_access"]


def test_words_instead_of_a_code_cost_no_try_and_another_address_is_taken(known: Desk) -> None:
    asked_for_the_code(known)
    said = [known.answer("ik heb niets gekregen").said for _ in range(known.office.pack.codes.tries + 1)]
    assert {name for names in said for name in names} == {"no_code", "no_code_again"}
    other = known.answer("o wacht, het is ander@voorbeeld.nl")
    assert other.said == ["question_identify_code"]
    assert known.slots["identify_address"] == "ander@voorbeeld.nl"


@pytest.mark.obligation("L5")
def test_a_limit_on_codes_stops_no_request(known: Desk) -> None:
    asked_for_the_code(known)
    said = [known.answer(no_code="again") for _ in range(known.office.pack.codes.per_hour)]
    assert said[-1].said == ["code_too_soon"]
    assert said[-1].labels == ["Geef een ander adres", "Verder zonder code"]
    assert known.answer(no_code="call").asks == "request_confirm_yes"


def test_asked_again_after_a_question_it_does_not_say_that_a_code_is_sent_now(known: Desk) -> None:
    asked_for_the_code(known)
    assert known.answer(why=True).said == ["why_identify_code", "again_identify_code"]


def test_who_is_verified_in_this_conversation_is_not_asked_again(known: Desk) -> None:
    code = asked_for_the_code(known).mailed_code()
    known.answer(code)
    known.form = None
    known.run("action_open_request", "request_portability")
    known.form = "request_form"
    assert (
        known.run("validate_request_form", "request_portability", after="action_open_request").asks
        == "request_confirm_yes"
    )


def test_a_retry_of_the_code_that_was_taken_goes_on(known: Desk) -> None:
    code = asked_for_the_code(known).mailed_code()
    slots = dict(known.slots)
    known.answer(code)
    known.slots = slots  # the turn was lost after the code was used
    assert known.answer(code).asks == "request_confirm_yes"


@pytest.mark.obligation("L4")
def test_why_says_that_no_passport_is_asked(known: Desk) -> None:
    assert known.answer(why=True).said == ["why_identify_address", "again_identify_address"]
