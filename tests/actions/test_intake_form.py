"""The intake asks what the pack allows, takes no for an answer, and stores nothing before the last yes."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from actions.app import create_app
from casework import tickets
from casework.packs import load_pack
from tests.actions.calls import TOKEN, Desk

FILLED = {
    "intake_adult_yes": True,
    "intake_name": "Noor Bakker",
    "intake_email": "noor@voorbeeld.nl",
    "intake_phone": "",
    "intake_safely_text": "",
    "intake_question_text": "Wij willen beter leren praten",
}


def asking(desk: Desk, slot: str, **changes: object) -> None:
    """Have the intake ask for this slot, with all before it filled in."""
    before = dict(list(FILLED.items())[: list(FILLED).index(slot)]) if slot in FILLED else FILLED
    desk.fill_in("intake_form", **before | changes, requested_slot=slot)


def intakes(desk: Desk) -> int:
    """How many tickets the coach has."""
    return len(tickets.due_list(desk.office))


def test_opening_says_what_is_kept_and_asks_the_age_first(desk: Desk) -> None:
    opened = desk.run("action_open_intake", "start_intake")
    assert opened.said == ["intake_begins"]
    assert opened.opens == "intake_form"
    desk.form = "intake_form"
    asked = desk.run("validate_intake_form", "start_intake", after="action_open_intake")
    assert asked.said == ["question_intake_adult_yes"]
    assert asked.value("age") == "16"


@pytest.mark.obligation("L2")
def test_who_is_too_young_is_sent_to_the_coach_with_a_parent_and_nothing_is_kept(desk: Desk) -> None:
    asking(desk, "intake_adult_yes")
    assert desk.answer(intent="deny").asks is None
    done = desk.run("action_submit_intake", "deny")
    assert done.said[-1] == "intake_too_young"
    assert done.slots["intake_adult_yes"] is None
    assert intakes(desk) == 0


@pytest.mark.parametrize(("text", "old_enough"), [("34", True), ("ik ben 15 jaar", False), ("16", True)])
def test_an_age_answers_the_question_and_is_not_kept(desk: Desk, text: str, old_enough: bool) -> None:
    asking(desk, "intake_adult_yes")
    heard = desk.answer(text, intent="out_of_scope")
    assert heard.slots["intake_adult_yes"] is old_enough
    assert text not in str(heard)


@pytest.mark.obligation(3)
@pytest.mark.parametrize(
    "slot", ["intake_name", "intake_email", "intake_phone", "intake_safely_text", "intake_question_text"]
)
def test_every_field_says_why_it_is_asked_and_is_asked_again(desk: Desk, slot: str) -> None:
    asking(desk, slot)
    heard = desk.answer(why=True)
    field = {"intake_safely_text": "contact_safely", "intake_question_text": "question"}.get(slot, slot[7:])
    spec = desk.office.pack.intake.field(field)
    assert spec is not None
    assert heard.said == [spec.why.nl, f"again_{slot}"]
    assert heard.asks == slot


@pytest.mark.obligation(9)
@pytest.mark.parametrize(
    ("slot", "then"),
    [
        ("intake_email", "intake_phone"),
        ("intake_phone", "intake_safely_text"),
        ("intake_safely_text", "intake_question_text"),
        ("intake_question_text", "intake_summary_choice"),
    ],
)
def test_what_is_optional_can_be_skipped_and_skipping_blocks_nothing(
    desk: Desk, slot: str, then: str
) -> None:
    asking(desk, slot)
    assert desk.answer(skip=True).asks == then


def test_of_email_and_phone_one_is_needed(desk: Desk) -> None:
    asking(desk, "intake_phone", intake_email="")
    heard = desk.answer(skip=True)
    assert heard.said == ["needed_address"]
    assert heard.asks == "intake_phone"


@pytest.mark.obligation(2)
def test_only_fields_of_the_packs_list_are_asked(desk: Desk) -> None:
    asking(desk, "intake_question_text")
    assert desk.answer("Ruzie over de verbouwing").asks == "intake_summary_choice"
    assert not {"intake_birth_date_text", "intake_address_text"} & desk.slots.keys()


@pytest.mark.obligation("L4")
@pytest.mark.parametrize("slot", ["intake_name", "intake_safely_text", "intake_question_text"])
def test_a_citizen_service_number_is_refused_and_never_becomes_a_slot(desk: Desk, slot: str) -> None:
    asking(desk, slot)
    heard = desk.answer("mijn bsn is 111222333")
    assert heard.said[0] == "bsn_refused"
    assert heard.asks == slot
    assert "111222333" not in str(heard)


def test_a_mistyped_address_is_asked_about_and_either_way_is_taken(desk: Desk) -> None:
    asking(desk, "intake_email")
    heard = desk.answer("noor@gmial.com")
    assert heard.said == ["email_typo"]
    assert heard.labels == ["noor@gmail.com", "noor@gmial.com"]
    taken = desk.answer(corrected="noor@gmial.com")
    assert taken.slots["intake_email"] == "noor@gmial.com"
    assert taken.asks == "intake_phone"


def test_an_answer_that_wont_do_gets_other_words_each_time_and_then_ways_out(desk: Desk) -> None:
    asking(desk, "intake_phone")
    heard = [desk.answer("weet ik niet uit mijn hoofd") for _ in range(5)]
    said = [each.said for each in heard]
    assert said[0] == ["wrong_no_phone"]
    assert said[1] == ["wrong_phone_again"]
    assert said[2] == ["wrong_ways_out"]
    assert heard[2].labels == ["Overslaan", "Stoppen", "Praat met de coach"]
    assert all(one != other for one, other in itertools.pairwise(said))
    assert {each.asks for each in heard} == {"intake_phone"}


def test_a_question_in_between_is_left_to_the_rules_and_then_asked_again(desk: Desk) -> None:
    asking(desk, "intake_name")
    assert desk.answer(intent="ask_retention").events == []
    again = desk.run("validate_intake_form", "ask_retention", after="action_answer_policy")
    assert again.said == ["again_intake_name"]


def test_the_summary_shows_what_goes_to_the_coach(desk: Desk) -> None:
    asking(desk, "intake_question_text")
    summary = desk.answer("Wij willen beter leren praten").value("summary")
    assert summary.splitlines() == [
        "Voor- en achternaam: Noor Bakker",
        "E-mailadres: noor@voorbeeld.nl",
        "Uw vraag: Wij willen beter leren praten",
    ]


def test_a_typed_yes_to_the_summary_is_right_and_a_no_changes_something(desk: Desk) -> None:
    asking(desk, "intake_summary_choice")
    assert desk.answer("ja", intent="affirm").asks == "intake_keep_yes"
    asking(desk, "intake_summary_choice", intake_summary_choice=None)
    assert desk.answer("nee", intent="deny").asks == "intake_change_choice"
    asking(desk, "intake_summary_choice", intake_summary_choice=None, intake_change_choice=None)
    assert desk.answer(intent="affirm", step="intake_adult_yes:").events == []


def test_a_field_can_be_changed_and_is_summed_up_again(desk: Desk) -> None:
    asking(desk, "intake_summary_choice")
    assert desk.answer(intake_summary_choice="change").asks == "intake_change_choice"
    assert desk.answer(intake_change_choice="name").asks == "intake_name"
    assert desk.answer("Noor de Boer").asks == "intake_summary_choice"
    assert desk.slots["intake_name"] == "Noor de Boer"
    assert desk.slots["intake_email"] == "noor@voorbeeld.nl"


def test_nothing_is_stored_before_the_last_answer(desk: Desk) -> None:
    asking(desk, "intake_summary_choice")
    assert desk.answer(intake_summary_choice="ok").asks == "intake_keep_yes"
    assert intakes(desk) == 0
    assert desk.answer(intent="affirm").asks is None
    assert intakes(desk) == 0
    done = desk.run("action_submit_intake", "affirm")
    assert done.said == ["intake_done", "intake_kept"]
    assert done.value("date") == "2 december 2026"
    assert intakes(desk) == 1


def test_no_to_keeping_lets_the_intake_go_on(desk: Desk) -> None:
    desk.fill_in("intake_form", **FILLED, intake_summary_choice="ok", intake_keep_yes=False)
    assert desk.run("action_submit_intake", "deny").said == ["intake_done", "intake_ends"]
    assert intakes(desk) == 1


def test_the_same_message_twice_makes_one_intake(desk: Desk) -> None:
    references = set()
    for _ in range(2):
        desk.fill_in("intake_form", **FILLED, intake_summary_choice="ok", intake_keep_yes=True)
        done = desk.run("action_submit_intake", "affirm", message_id="the-same")
        references.add(done.value("reference"))
    assert len(references) == 1
    assert intakes(desk) == 1


def test_stopping_at_the_summary_stores_nothing(desk: Desk) -> None:
    asking(desk, "intake_summary_choice")
    assert desk.answer(intake_summary_choice="stop").asks is None
    assert desk.run("action_submit_intake").said == ["stopped_intake_form"]
    assert intakes(desk) == 0


def test_an_option_of_an_earlier_question_answers_nothing(desk: Desk) -> None:
    asking(desk, "intake_keep_yes", intake_summary_choice="ok")
    heard = desk.answer(intent="affirm", step="intake_adult_yes:")
    assert heard.said[0] == "stale_choice"
    assert heard.asks == "intake_keep_yes"
    assert desk.slots.get("intake_keep_yes") is None


def test_a_yes_that_was_only_guessed_is_no_yes(desk: Desk) -> None:
    asking(desk, "intake_keep_yes", intake_summary_choice="ok")
    assert desk.answer("Piet Jansen", intent="affirm", confidence=0.43).events == []


def test_who_gives_no_email_is_not_asked_to_have_it_kept(desk: Desk) -> None:
    asking(desk, "intake_summary_choice", intake_email="", intake_phone="+31612345678")
    assert desk.answer(intake_summary_choice="ok").asks is None
    assert desk.run("action_submit_intake").said == ["intake_done", "intake_ends"]


def test_without_a_consent_to_ask_the_summary_is_the_last_question(desk: Desk) -> None:
    pack = load_pack("release-connect")
    intake = pack.intake.model_copy(update={"keep_consent": None})
    office = dataclasses.replace(desk.office, pack=pack.model_copy(update={"intake": intake}))
    other = Desk(create_app(office, TOKEN), office)
    asking(other, "intake_summary_choice")
    assert other.answer(intake_summary_choice="ok").asks is None
