"""Danger that came as far as the engine gets the numbers; who is sad, tired or angry gets warmth and people."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from actions.app import create_app
from actions.words import responses
from casework import safety
from casework.messages import Language
from casework.office import Office
from casework.packs import load_pack
from tests.actions.calls import TOKEN, Desk

SAD = "ik ben zo moe en verdrietig"
FORMS = ("intake_form", "request_form", "consent_form", "status_form", "note_form", "letter_form")


def heard(desk: Desk, language: Language) -> str:
    """What a person reads after saying that it's hard."""
    desk.slots["language"] = language
    done = desk.run("action_distress", "distress", SAD)
    (name,) = done.said
    variant = responses()[f"utter_{name}"][language == "en"]
    return str(variant["text"]).format(**done.responses[0])


def buttons(name: str) -> list[str]:
    """The payloads under a response, as they come to Rasa."""
    return [
        button["payload"].replace("{{", "{").replace("}}", "}")
        for button in responses()[f"utter_{name}"][0]["buttons"]
    ]


@pytest.mark.obligation("L13")
def test_danger_that_came_this_far_still_gets_the_numbers(desk: Desk) -> None:
    said = desk.run("action_crisis", "crisis", "ik wil niet meer leven").said[0]
    assert said == safety.crisis_reply("suicide", "nl", kept=True).text
    assert "112" in desk.run("action_crisis", "crisis", "het gaat mis").said[0]


@pytest.mark.obligation("L13")
@pytest.mark.parametrize("practice", ["release-connect", "refleact"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("form", [None, *FORMS])
def test_sad_people_get_warmth_the_coach_and_below_it_the_practice_and_the_numbers(
    office: Office, practice: str, language: Language, form: str | None
) -> None:
    here = replace(office, pack=load_pack(practice))
    text = heard(Desk(create_app(here, TOKEN), here, form=form), language)
    first, *below = text.split("\n")
    assert first.startswith("Dat klinkt zwaar." if language == "nl" else "That sounds hard.")
    assert "coach" in first
    assert "computer" in first
    assert not any(sign.isdigit() for sign in first)
    numbers = "\n".join(below)
    assert "113" in numbers
    assert "0800-2000" in numbers
    assert ("huisarts" if language == "nl" else "GP") in numbers
    assert ("06 16502943, info@refleact.nl" in numbers) == (practice == "refleact")
    assert "112" not in text
    assert "!" not in text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("form", [None, "note_form"])
def test_who_says_it_again_hears_other_words_and_the_number_to_call_now(
    desk: Desk, language: Language, form: str | None
) -> None:
    desk.form = form
    first, second = heard(desk, language), heard(desk, language)
    assert first.split("\n")[0] != second
    assert "113" in second


def test_inside_a_form_the_question_comes_again_after_it(desk: Desk) -> None:
    desk.fill_in("intake_form", intake_adult_yes=True, requested_slot="intake_name")
    assert desk.answer(SAD, "distress").asks is None
    assert desk.run("action_distress", "distress", SAD).said == ["distress_in_form"]
    again = desk.run("validate_intake_form", "distress", SAD, after="action_distress")
    assert again.said == ["again_intake_name"]
    assert again.asks == "intake_name"


def test_the_coach_can_be_had_to_call_and_not_now_answers_no_other_question(desk: Desk) -> None:
    call, not_now = buttons("distress")
    assert buttons("distress_in_form") == buttons("distress_in_form_again") == [call]
    assert call == '/talk_to_coach{"call":true}' == safety.crisis_reply("suicide", "nl").choices[0].payload
    assert desk.run("action_open_note", "talk_to_coach", call=True).said == ["note_begins_callback"]
    intent, entities = not_now[1:5], json.loads(not_now[5:])
    desk.fill_in("note_form", note_kind="callback", requested_slot="note_confirm_yes")
    pressed = desk.answer(intent=intent, **entities)
    assert pressed.said[0] == "stale_choice"
    assert pressed.slots.get("note_confirm_yes") is None
    desk.form = None
    assert desk.run("action_out_of_place", intent, **entities).said == ["nothing_denied"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_yes_to_it_is_a_yes_to_being_called(desk: Desk, times: int) -> None:
    for _ in range(times):
        desk.run("action_distress", "distress", SAD)
    assert desk.run("action_out_of_place", "affirm", "ja doe maar").said == ["note_begins_callback"]
