"""A request: what follows and by when is said first, and only a fresh yes makes it."""

from __future__ import annotations

import pytest

from casework import identity, people, requests
from tests.actions.calls import Desk

ADDRESS = "jan@voorbeeld.nl"


@pytest.fixture
def jan(desk: Desk) -> Desk:
    """A desk at which Jan has shown who he is."""
    people.register(desk.office, {"name": "Jan de Vries", "email": ADDRESS}, by="owner")
    identity.send_code(desk.office, desk.conversation, ADDRESS)
    identity.check_code(desk.office, desk.conversation, desk.mailed_code())
    return desk


def confirming(desk: Desk, kind: str, **slots: object) -> None:
    """Have the form ask for the confirmation."""
    desk.fill_in("request_form", request_kind=kind, requested_slot="request_confirm_yes", **slots)


def made(desk: Desk) -> list[str]:
    """The kinds of the requests that were made."""
    return [view.kind for view in requests.of_conversation(desk.office, desk.conversation)]


@pytest.mark.obligation(66)
@pytest.mark.parametrize("kind", ["access", "erasure", "portability"])
def test_the_confirmation_says_what_follows_and_the_real_date(jan: Desk, kind: str) -> None:
    jan.run("action_open_request", f"request_{kind}")
    jan.form = "request_form"
    asked = jan.run("validate_request_form", f"request_{kind}", after="action_open_request")
    assert asked.said[-1] == f"confirm_{kind}"
    assert asked.value("date") == "25 december 2026"
    assert made(jan) == []


@pytest.mark.obligation(47)
def test_an_erasure_first_says_what_must_stay_why_and_until_when(jan: Desk) -> None:
    jan.run("action_open_request", "request_erasure")
    jan.form = "request_form"
    asked = jan.run("validate_request_form", "request_erasure", after="action_open_request")
    assert asked.said == ["erasure_stays", "confirm_erasure"]
    assert "31 december 2033" in asked.value("stays")
    assert "Belastingdienst" in asked.value("stays")


def test_only_a_yes_to_this_question_makes_the_request(jan: Desk) -> None:
    confirming(jan, "access")
    for intent, entities in (("affirm", {"step": "request_confirm_yes:erasure"}), ("inform", {"skip": True})):
        jan.answer(intent=intent, **entities)
        assert jan.slots.get("request_confirm_yes") is None
    assert jan.answer(intent="affirm", step="request_confirm_yes:access").asks is None
    done = jan.run("action_submit_request", "affirm")
    assert done.said == ["request_made"]
    assert done.value("date") == "25 december 2026"
    assert made(jan) == ["access"]


def test_a_slot_that_says_yes_is_not_enough(jan: Desk) -> None:
    confirming(jan, "erasure", request_confirm_yes=True)
    assert jan.run("action_submit_request", "request_erasure").said == ["request_not_made"]
    assert made(jan) == []


def test_no_leaves_everything_as_it_is(jan: Desk) -> None:
    confirming(jan, "erasure")
    jan.answer(intent="deny")
    done = jan.run("action_submit_request", "deny")
    assert done.said == ["request_not_made"]
    assert done.slots["request_kind"] is None
    assert made(jan) == []


def test_the_same_message_twice_makes_one_request(jan: Desk) -> None:
    numbers = set()
    for _ in range(2):
        confirming(jan, "access", request_confirm_yes=True)
        numbers.add(jan.run("action_submit_request", "affirm", message_id="same").value("reference"))
    assert len(numbers) == 1
    assert made(jan) == ["access"]


def test_not_erase_only_see_changes_the_request_and_asks_anew(jan: Desk) -> None:
    confirming(jan, "erasure")
    heard = jan.answer("nee, niet wissen, alleen inzien", intent="deny")
    assert heard.said == ["request_changed", "confirm_access"]
    assert heard.slots["request_kind"] == "access"
    assert heard.slots["request_confirm_yes"] is None
    assert made(jan) == []


def test_naming_another_right_changes_the_request_and_says_what_stays(jan: Desk) -> None:
    confirming(jan, "access")
    heard = jan.answer("wis alles maar", intent="request_erasure")
    assert heard.said == ["request_changed", "erasure_stays", "confirm_erasure"]


def test_rectification_asks_what_is_wrong_and_repeats_it(jan: Desk) -> None:
    jan.fill_in("request_form", request_kind="rectification", requested_slot="request_detail_text")
    assert jan.answer(skip=True).said == ["needed_request_detail"]
    heard = jan.answer("Mijn naam is met een d")
    assert heard.said == ["request_detail", "confirm_rectification"]
    assert heard.value("detail") == "Mijn naam is met een d"


@pytest.mark.parametrize("kind", ["restriction", "objection"])
def test_the_reason_of_the_others_may_be_skipped(jan: Desk, kind: str) -> None:
    jan.fill_in("request_form", request_kind=kind, requested_slot="request_detail_text")
    assert jan.answer(skip=True).asks == "request_confirm_yes"


@pytest.mark.obligation(67)
def test_without_a_code_the_request_is_made_all_the_same_and_the_coach_gets_in_touch(desk: Desk) -> None:
    confirming(
        desk, "access", identify_address="jan@voorbeeld.nl", identify_code="claim", request_confirm_yes=True
    )
    assert desk.run("action_submit_request", "affirm").said == ["request_made_call_back"]
    assert made(desk) == ["access"]


def test_when_the_proof_ended_it_is_asked_once_more_and_the_request_is_kept(desk: Desk) -> None:
    confirming(desk, "access", identify_code="verified", request_confirm_yes=True)
    again = desk.run("action_submit_request", "affirm")
    assert again.said == ["proof_ended"]
    assert again.opens == "request_form"
    assert again.slots == {"identify_address": None, "identify_code": None, "request_confirm_yes": None}
    assert made(desk) == []


def test_another_form_is_let_go_with_a_word(jan: Desk) -> None:
    jan.fill_in("intake_form", intake_name="Jan", requested_slot="intake_email")
    opened = jan.run("action_open_request", "request_access")
    assert opened.said == ["left_intake_form"]
    assert opened.slots["intake_name"] is None
    assert opened.closes
    assert opened.opens == "request_form"


def test_a_form_is_not_left_on_a_guess(jan: Desk) -> None:
    jan.fill_in("intake_form", intake_name="Jan", requested_slot="intake_summary_choice")
    kept = jan.run("action_open_request", "request_access", confidence=0.4)
    assert kept.said == ["not_understood_in_form"]
    assert kept.events == []
