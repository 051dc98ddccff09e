"""Notes for the coach, and how requests stand."""

from __future__ import annotations

import pytest

from casework import identity, people, requests, tickets
from tests.actions.calls import Desk


def begin(desk: Desk, intent: str, **entities: object) -> list[str]:
    """Ask for a note, and have the form ask its first question."""
    opened = desk.run("action_open_note", intent, **entities)
    desk.form = opened.opens
    return opened.said + desk.run("validate_note_form", intent, after="action_open_note").said


def notes(desk: Desk) -> list[str]:
    """The kinds of tickets that the coach has."""
    return [line.kind for line in tickets.due_list(desk.office)]


def test_a_question_goes_to_the_coach_after_a_yes(desk: Desk) -> None:
    assert begin(desk, "talk_to_coach") == ["note_begins_question", "question_note_text_question"]
    assert desk.answer("Kan ik mijn afspraak verzetten?").asks == "note_reach_address"
    shown = desk.answer(skip=True)
    assert shown.said == ["confirm_note"]
    assert shown.value("message") == "Kan ik mijn afspraak verzetten?"
    assert notes(desk) == []
    desk.answer(intent="affirm")
    assert desk.run("action_submit_note", "affirm").said == ["note_left_question"]
    assert notes(desk) == ["question"]


def test_no_passes_nothing_on(desk: Desk) -> None:
    desk.fill_in(
        "note_form", note_kind="question", note_text="x", note_reach_address="", note_confirm_yes=False
    )
    assert desk.run("action_submit_note", "deny").said == ["stopped_note_form"]
    assert notes(desk) == []


@pytest.mark.obligation(76)
def test_a_complaint_names_the_authority_before_and_after(desk: Desk) -> None:
    opened = desk.run("action_open_note", "file_complaint")
    assert opened.said == ["note_begins_complaint"]
    assert opened.value("authority") == "Autoriteit Persoonsgegevens"
    desk.fill_in("note_form", note_text="Er werd niet gebeld", note_reach_address="", note_confirm_yes=True)
    done = desk.run("action_submit_note", "affirm")
    assert done.said == ["note_left_complaint"]
    assert done.value("site") == "autoriteitpersoonsgegevens.nl"
    assert notes(desk) == ["complaint"]


def test_a_report_of_a_leak_becomes_an_incident(desk: Desk) -> None:
    assert begin(desk, "report_breach")[0] == "note_begins_incident"
    desk.answer("Ik kreeg een mail die voor een ander was")
    assert desk.answer("jan@voorbeeld.nl").said == ["confirm_note_reach"]
    desk.answer(intent="affirm")
    assert desk.run("action_submit_note", "affirm").said == ["note_left_incident"]
    assert notes(desk) == ["incident"]


def test_who_is_to_be_called_gives_a_number_and_need_say_no_more(desk: Desk) -> None:
    assert begin(desk, "talk_to_coach", call=True) == ["note_begins_callback", "question_note_phone"]
    assert desk.answer(skip=True).said == ["needed_note_reach_address"]
    assert desk.answer("06 12345678").asks == "note_text"
    assert desk.answer(skip=True).said == ["confirm_note_callback"]
    desk.answer(intent="affirm")
    assert desk.run("action_submit_note", "affirm").said == ["note_left_callback"]


def test_the_same_message_twice_leaves_one_note(desk: Desk) -> None:
    for _ in range(2):
        desk.fill_in(
            "note_form", note_kind="question", note_text="x", note_reach_address="", note_confirm_yes=True
        )
        desk.run("action_submit_note", "affirm", message_id="same")
    assert notes(desk) == ["question"]


@pytest.mark.obligation(23)
def test_requests_of_this_conversation_are_told_at_once(desk: Desk) -> None:
    claim = identity.claimant(desk.office, desk.conversation, "jan@voorbeeld.nl")
    requests.submit(desk.office, desk.conversation, claim, "access", None, "none", "once")
    told = desk.run("action_open_status", "request_status")
    assert told.said == ["status"]
    assert told.opens is None
    assert "25 december 2026" in told.value("requests")


def test_earlier_requests_are_shown_to_their_maker_only(desk: Desk) -> None:
    asked = desk.run("action_open_status", "request_status")
    assert asked.said == ["status_needs_code"]
    assert asked.opens == "status_form"
    desk.fill_in("status_form", identify_address="x@y.nl", requested_slot="identify_code")
    assert desk.answer(no_code="call").said == []
    assert desk.run("action_show_status").said == ["status_only_with_code"]


def test_who_has_made_no_request_hears_that(desk: Desk) -> None:
    people.register(desk.office, {"name": "Jan", "email": "jan@voorbeeld.nl"}, by="owner")
    identity.send_code(desk.office, desk.conversation, "jan@voorbeeld.nl")
    identity.check_code(desk.office, desk.conversation, desk.mailed_code())
    assert desk.run("action_open_status", "request_status").said == ["status_none"]
