"""Permissions: withdrawing works at once and takes no more steps than giving; each stands by itself."""

from __future__ import annotations

from datetime import date

import pytest

from casework import consents, identity, people, tickets
from tests.actions.calls import Desk

ADDRESS = "els@voorbeeld.nl"


@pytest.fixture
def els(desk: Desk) -> Desk:
    """A desk at which Els has shown who she is; she gave one permission for publicity."""
    person = people.register(desk.office, {"name": "Els Smit", "email": ADDRESS}, by="owner")
    consents.record(desk.office, person, "pr_website", {}, date(2026, 1, 5), by="owner")
    identity.send_code(desk.office, desk.conversation, ADDRESS)
    identity.check_code(desk.office, desk.conversation, desk.mailed_code())
    return desk


def person_of(desk: Desk) -> str:
    """The verified person."""
    person = identity.who(desk.office, desk.conversation)
    assert person is not None
    return person


def begin(desk: Desk, intent: str) -> None:
    """Say the first word about permissions, and have the form ask what it asks."""
    assert desk.run("action_open_consent", intent).opens == "consent_form"
    desk.form = "consent_form"
    desk.run("validate_consent_form", intent, after="action_open_consent")


@pytest.mark.obligation(42)
def test_withdrawing_takes_one_word_and_one_yes(els: Desk) -> None:
    begin(els, "withdraw_pr_consent")
    assert els.before == ["confirm_withdraw_published"]
    chosen = els.slots["consent_choice"]
    assert els.answer(intent="affirm", step=f"consent_confirm_yes:withdraw:{chosen}").asks is None
    done = els.run("action_submit_consent", "affirm")
    assert done.said == ["withdrawn_published"]
    assert done.value("date") == "2 december 2026"
    assert done.value("number").startswith("B-")
    assert consents.active(els.office, person_of(els)) == ()
    assert len(tickets.due_list(els.office)) == 1


@pytest.mark.obligation(42)
def test_giving_takes_as_many_steps_as_withdrawing(els: Desk) -> None:
    consents.ask(els.office, person_of(els), "share_professional", {}, by="owner")
    begin(els, "give_consent")
    assert els.before == ["confirm_give_consent"]
    els.answer(intent="affirm")
    assert els.run("action_submit_consent", "affirm").said == ["consent_given"]


@pytest.mark.obligation(71)
def test_refusing_is_noted_and_changes_nothing_else(els: Desk) -> None:
    consents.ask(els.office, person_of(els), "share_professional", {}, by="owner")
    begin(els, "give_consent")
    els.answer(intent="deny")
    assert els.run("action_submit_consent", "deny").said == ["consent_refused"]
    assert [one.kind for one in consents.active(els.office, person_of(els))] == ["pr_website"]


def test_leave_it_leaves_it(els: Desk) -> None:
    begin(els, "withdraw_pr_consent")
    els.answer(intent="deny")
    assert els.run("action_submit_consent", "deny").said == ["consents_left"]
    assert len(consents.active(els.office, person_of(els))) == 1


def test_more_than_one_is_a_choice_and_the_chosen_one_goes(els: Desk) -> None:
    consents.record(els.office, person_of(els), "pr_social_media", {}, date(2026, 2, 5), by="owner")
    begin(els, "withdraw_pr_consent")
    assert els.before == ["question_consent_choice"]
    social = next(c for c in consents.active(els.office, person_of(els)) if c.kind == "pr_social_media")
    assert els.answer(consent_choice=social.id).said == ["confirm_withdraw_published"]
    els.answer(intent="affirm")
    els.run("action_submit_consent", "affirm")
    assert [one.kind for one in consents.active(els.office, person_of(els))] == ["pr_website"]


def test_looking_shows_all_with_their_dates_and_acts_on_none(els: Desk) -> None:
    begin(els, "ask_my_consents")
    assert els.before == ["question_consent_choice"]
    assert els.answer(consent_choice="leave").asks is None
    assert els.run("action_submit_consent").said == ["consents_left"]


def test_a_permission_of_somebody_else_cant_be_chosen(els: Desk) -> None:
    other = people.register(els.office, {"name": "Bo", "email": "bo@voorbeeld.nl"}, by="owner")
    theirs = consents.record(els.office, other, "pr_website", {}, date(2026, 1, 5), by="owner")
    begin(els, "ask_my_consents")
    assert els.answer(consent_choice=theirs).said[0] == "stale_choice"
    assert els.slots.get("consent_choice") is None


def test_the_same_message_twice_gives_the_same_proof(els: Desk) -> None:
    begin(els, "withdraw_pr_consent")
    kept = dict(els.slots)
    numbers = set()
    for _ in range(2):
        els.slots = dict(kept)
        els.form = "consent_form"
        els.answer(
            intent="affirm", message_id="same", step=f"consent_confirm_yes:withdraw:{kept['consent_choice']}"
        )
        numbers.add(els.run("action_submit_consent", "affirm", message_id="same").value("number"))
    assert len(numbers) == 1
    assert len(tickets.due_list(els.office)) == 1


def test_with_nothing_to_withdraw_that_is_said_at_once(desk: Desk) -> None:
    people.register(desk.office, {"name": "Els Smit", "email": ADDRESS}, by="owner")
    identity.send_code(desk.office, desk.conversation, ADDRESS)
    identity.check_code(desk.office, desk.conversation, desk.mailed_code())
    nothing = desk.run("action_open_consent", "withdraw_consent")
    assert nothing.said == ["no_consents"]
    assert nothing.opens is None
    assert desk.run("action_open_consent", "give_consent").said == ["no_open_asks"]


def test_without_a_code_the_coach_hears_of_it_after_a_yes(desk: Desk) -> None:
    desk.fill_in(
        "consent_form",
        consent_act="withdraw",
        identify_address="iemand@voorbeeld.nl",
        requested_slot="identify_code",
    )
    asked = desk.answer(no_code="call")
    assert asked.said == ["coach_calls_back", "confirm_consent_call_back"]
    assert tickets.due_list(desk.office) == ()
    desk.answer(intent="affirm")
    assert desk.run("action_submit_consent", "affirm").said == ["consent_call_back"]
    assert len(tickets.due_list(desk.office)) == 1
