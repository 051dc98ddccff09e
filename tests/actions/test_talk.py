"""The talk around the work: nobody hears an echo, nothing is left on a guess, nothing personal goes over Telegram."""

from __future__ import annotations

import itertools

import pytest

from actions.say import Say
from actions.turn import read_turn
from tests.actions.calls import Desk


def test_doubt_offers_up_to_three_meanings_in_plain_words_and_the_coach(desk: Desk) -> None:
    ranking = [
        ("affirm", 0.2),
        ("ask_retention", 0.19),
        ("request_erasure", 0.15),
        ("talk_to_coach", 0.1),
        ("ask_sharing", 0.08),
        ("ask_cookies", 0.06),
        ("ask_breach", 0.01),
    ]
    asked = desk.run("action_clarify", "nlu_fallback", "hoe lang wis je", ranking=ranking)
    assert asked.said == ["not_understood"]
    assert asked.labels == [
        "Hoe lang bewaart u mijn gegevens?",
        "Mijn gegevens laten wissen",
        "Met wie deelt u mijn gegevens?",
        "Praat met de coach",
    ]


@pytest.mark.parametrize("ranking", [[("ask_retention", 0.2)], [("greet", 0.1)]])
def test_what_is_not_understood_twice_is_said_in_other_words(
    desk: Desk, ranking: list[tuple[str, float]]
) -> None:
    said = [desk.run("action_clarify", "nlu_fallback", "?", ranking=ranking).said for _ in range(5)]
    assert all(one != other for one, other in itertools.pairwise(said))


@pytest.mark.parametrize(
    "intent",
    [
        "affirm",
        "deny",
        "stop",
        "small_talk",
        "out_of_scope",
        "distress",
        "greet",
        "thank",
        "goodbye",
        "bot_challenge",
        "help",
    ],
)
def test_saying_the_same_twice_is_answered_in_two_ways(desk: Desk, intent: str) -> None:
    action = {
        "help": "action_help",
        **dict.fromkeys(("greet", "thank", "goodbye", "bot_challenge"), "action_courtesy"),
        "stop": "action_stop",
        "small_talk": "action_out_of_scope",
        "out_of_scope": "action_out_of_scope",
        "distress": "action_distress",
    }.get(intent, "action_out_of_place")
    first, second = desk.run(action, intent).said, desk.run(action, intent).said
    assert first != second


@pytest.mark.parametrize("form", ["intake_form", "request_form", "consent_form", "status_form", "note_form"])
def test_stop_leaves_any_form_and_says_that_nothing_was_done(desk: Desk, form: str) -> None:
    desk.fill_in(form, identify_address="jan@voorbeeld.nl", intake_name="Jan", requested_slot="identify_code")
    stopped = desk.run("action_stop", "stop")
    assert stopped.said == [f"stopped_{form}"]
    assert stopped.closes
    assert stopped.slots["requested_slot"] is None
    assert stopped.slots["identify_address"] is None


def test_a_guessed_stop_stops_nothing(desk: Desk) -> None:
    desk.fill_in("intake_form", requested_slot="intake_change_choice")
    kept = desk.run("action_stop", "stop", "naam", confidence=0.4)
    assert not kept.closes
    assert kept.said == ["not_understood_in_form"]


def test_help_inside_a_form_is_about_the_form(desk: Desk) -> None:
    assert desk.run("action_help", "help").said == ["help"]
    desk.fill_in("intake_form", requested_slot="intake_name")
    assert desk.run("action_help", "help").said == ["help_in_form"]


def test_a_salutation_inside_a_form_offers_nothing_beside_the_question(desk: Desk) -> None:
    desk.fill_in("intake_form", requested_slot="intake_summary_choice")
    said = [desk.run("action_courtesy", "greet", "hallo") for _ in range(2)]
    assert [each.said for each in said] == [["greet_in_form"], ["greet_in_form_again"]]
    assert said[0].labels == []


def test_sadness_inside_a_form_is_met_without_a_question_that_a_yes_could_answer(desk: Desk) -> None:
    desk.fill_in("request_form", requested_slot="request_confirm_yes")
    assert desk.run("action_distress", "distress", "ik ben zo moe").said == ["distress_in_form"]


def test_the_same_question_again_is_not_answered_in_the_same_words(desk: Desk) -> None:
    first = desk.run("action_answer_policy", "ask_retention")
    again = desk.run("action_answer_policy", "ask_retention")
    assert first.said != again.said == ["said_already"]
    assert desk.run("action_answer_policy", "ask_retention").said == first.said


def test_a_policy_answer_has_its_place_and_rights_can_be_used_at_once(desk: Desk) -> None:
    answer = desk.run("action_answer_policy", "ask_rights")
    assert answer.responses[0]["text"].endswith("Privacybeleid, hoofdstuk 14 (Rechten van betrokkenen)")
    assert len(answer.labels) == 3
    desk.fill_in("intake_form", requested_slot="intake_name")
    assert desk.run("action_answer_policy", "ask_rights").labels == []


def test_a_policy_question_in_english_is_answered_in_english(desk: Desk) -> None:
    desk.slots["language"] = "en"
    assert desk.run("action_answer_policy", "ask_retention").said[0].startswith("We keep invoices")


@pytest.mark.obligation(38)
@pytest.mark.parametrize(
    ("action", "intent"),
    [
        ("action_open_intake", "start_intake"),
        ("action_open_request", "request_access"),
        ("action_open_consent", "withdraw_pr_consent"),
        ("action_open_status", "request_status"),
        ("action_open_note", "talk_to_coach"),
    ],
)
def test_over_telegram_a_link_takes_the_place_of_the_form(desk: Desk, action: str, intent: str) -> None:
    desk.slots["channel"] = "telegram"
    handed = desk.run(action, intent)
    assert handed.said == ["hand_over"]
    assert handed.opens is None
    assert handed.responses[0]["custom"]["link"]["url"].startswith("http://127.0.0.1:8080/verder#")


@pytest.mark.obligation(38)
def test_over_telegram_an_open_form_takes_no_answer_but_questions_are_answered(desk: Desk) -> None:
    desk.fill_in("request_form", request_kind="access", requested_slot="identify_address", channel="telegram")
    handed = desk.answer("jan@voorbeeld.nl")
    assert handed.said == ["hand_over"]
    assert handed.asks == "identify_address"
    assert desk.slots.get("identify_address") is None
    assert not list((desk.office.home / "outbox").glob("*.eml"))
    assert desk.answer(intent="ask_retention").events == []


def test_a_name_that_the_domain_lacks_is_an_error_and_not_silence(desk: Desk) -> None:
    turn = read_turn(
        {"sender_id": "c", "latest_message": {"metadata": {"turn": "t"}}, "slots": {}, "events": []}
    )
    with pytest.raises(KeyError):
        Say(object(), turn)("no_such_words")
    with pytest.raises(ValueError, match="text"):
        Say(object(), turn)("thank", {"text": "x"})


def test_what_a_person_typed_cant_break_the_words_around_it(desk: Desk) -> None:
    desk.fill_in("note_form", note_kind="question", requested_slot="note_text")
    desk.answer("{0[language]} en 0[x]")
    shown = desk.answer(skip=True)
    assert "0[" not in shown.value("message")
