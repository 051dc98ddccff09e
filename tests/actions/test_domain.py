"""Everything that Balie can say, and every rule, held against the voice and against the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

import actions
from actions.consent_form import ConsentForm
from actions.form import Form
from actions.intake_form import IntakeForm
from actions.leaving import OF_FORM, SHARED
from actions.letter_form import LetterForm
from actions.note_form import NoteForm
from actions.request_form import RequestForm
from actions.status_form import StatusForm

ROOT = Path(__file__).resolve().parents[2]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
RESPONSES: dict[str, list[dict[str, Any]]] = DOMAIN["responses"]
RULES: list[dict[str, Any]] = [
    rule
    for path in sorted((ROOT / "data" / "rules").glob("*.yml"))
    for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]
]
KINDS = ("_yes", "_email", "_phone", "_address", "_code", "_name", "_text", "_choice")
FORMS: tuple[type[Form], ...] = (IntakeForm, RequestForm, ConsentForm, StatusForm, NoteForm, LetterForm)
RASAS_OWN = {"action_listen"}


def variants() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every variant of every response."""
    return ((name, variant) for name, given in RESPONSES.items() for variant in given)


def registered() -> set[str]:
    """The actions that the server knows."""
    executor = ActionExecutor()
    executor.register_package(actions)
    return set(executor.actions)


def test_the_domain_names_exactly_the_actions_there_are() -> None:
    assert set(DOMAIN["actions"]) == registered()


def test_every_rule_uses_actions_and_intents_that_exist() -> None:
    known = set(DOMAIN["actions"]) | set(RESPONSES) | set(DOMAIN["forms"]) | RASAS_OWN
    used = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step}
    assert used <= known
    heard = [step["intent"] for rule in RULES for step in rule["steps"] if "intent" in step]
    assert set(heard) <= set(DOMAIN["intents"])


def test_every_intent_has_one_rule_and_no_rule_asks_for_a_form_with_it() -> None:
    heard = [step["intent"] for rule in RULES for step in rule["steps"] if "intent" in step]
    assert sorted(heard) == sorted(DOMAIN["intents"])
    assert not [rule["rule"] for rule in RULES if "condition" in rule and "intent" in str(rule["steps"])]


def test_every_form_ends_in_an_act() -> None:
    ended = {rule["condition"][0]["active_loop"] for rule in RULES if "condition" in rule}
    assert ended == set(DOMAIN["forms"])


def test_a_form_asks_no_more_than_the_domain_lets_it() -> None:
    for form in FORMS:
        assert set(DOMAIN["forms"][form.form]["required_slots"]) == set(form.steps), form.form


def test_the_end_of_a_slots_name_says_what_kind_of_answer_it_waits_for() -> None:
    asked = {slot for form in DOMAIN["forms"].values() for slot in form["required_slots"]}
    assert asked
    assert [slot for slot in asked if not slot.endswith(KINDS)] == []


def test_no_slot_fills_itself_from_what_is_typed() -> None:
    mappings = [mapping["type"] for slot in DOMAIN["slots"].values() for mapping in slot["mappings"]]
    assert set(mappings) == {"custom"}


def test_leaving_a_form_empties_every_slot_of_it() -> None:
    emptied = {slot for slots in OF_FORM.values() for slot in slots} | set(SHARED)
    known_by_the_channel = {"language", "channel", "verified"}
    assert set(DOMAIN["slots"]) == emptied | known_by_the_channel


def test_slots_go_with_their_session() -> None:
    assert DOMAIN["session_config"]["carry_over_slots_to_new_session"] is False


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_every_response_is_there_in_dutch_and_in_english(name: str) -> None:
    dutch, english = RESPONSES[name]
    assert "condition" not in dutch
    assert english["condition"] == [{"type": "slot", "name": "language", "value": "en"}]
    assert _placeholders(dutch["text"]) == _placeholders(english["text"])
    assert [_payload(button) for button in dutch.get("buttons", [])] == [
        _payload(button) for button in english.get("buttons", [])
    ]


def test_no_response_is_longer_than_four_sentences() -> None:
    long = {name for name, variant in variants() if len(re.findall(r"[.?](?=\s|$|”)", variant["text"])) > 4}
    assert long == set()


def test_nobody_is_shouted_at_and_nothing_blinks() -> None:
    texts = "\n".join(variant["text"] for _, variant in variants())
    labels = "\n".join(button["title"] for _, variant in variants() for button in variant.get("buttons", []))
    assert "!" not in texts + labels
    assert not re.search("[\U0001f000-\U0001faff\u2600-\u27bf]", texts + labels)


def test_people_are_said_u_and_the_practice_is_wij() -> None:
    dutch = " ".join(variant["text"] for _, variant in variants() if "condition" not in variant)
    assert not re.findall(r"\b(?:je|jij|jou|jouw|jullie|helaas|we)\b", dutch, re.IGNORECASE)


@pytest.mark.obligation("L16")
def test_a_choice_to_act_stands_beside_an_equal_choice_not_to() -> None:
    for name, variant in variants():
        payloads = [_payload(button) for button in variant.get("buttons", [])]
        said_yes = [payload for payload in payloads if payload.startswith("/affirm")]
        said_no = [payload for payload in payloads if payload.startswith("/deny")]
        assert len(said_yes) <= 1, name
        if said_yes:
            assert len(payloads) == 2, name
            assert len(said_no) == 1, name


def test_every_yes_and_no_on_a_button_names_its_question() -> None:
    payloads = {_payload(button) for _, variant in variants() for button in variant.get("buttons", [])}
    assert [each for each in payloads if each.startswith(("/affirm", "/deny")) and '"step"' not in each] == []


def test_every_question_can_be_asked_again_in_other_words() -> None:
    asked = {slot for form in FORMS for slot in form.steps}
    by_kind = {"consent_confirm_yes": "give_consent", "letter_reach_address": "note_reach_address"}
    assert {slot for slot in asked if f"utter_again_{by_kind.get(slot, slot)}" not in RESPONSES} == set()


@pytest.mark.obligation("L13")
def test_who_asks_for_a_human_always_hears_no() -> None:
    dutch, english = RESPONSES["utter_bot_challenge"]
    assert dutch["text"].startswith("Nee, ik ben een computer")
    assert english["text"].startswith("No, I am a computer")


def test_every_name_that_the_code_says_is_a_response_and_every_response_is_said() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "actions").glob("*.py"))
    ruled = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step} | {
        "utter_default"
    }
    unsaid = [name for name in RESPONSES if name not in ruled and not _said_in(code, name)]
    assert unsaid == []


def _said_in(code: str, response: str) -> bool:
    """Whether the code names it: whole, or as the beginning of an f-string or the end of one."""
    name = response.removeprefix("utter_")
    words = name.removeprefix("phrase_")
    if re.search(rf"""["']({words}|{name})["']""", code):
        return True
    parts = words.split("_")
    starts = ("_".join(parts[:cut]) + "_{" for cut in range(1, len(parts)))
    return any(f'f"{start}' in code for start in starts)


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def _payload(button: dict[str, str]) -> str:
    return button["payload"]
