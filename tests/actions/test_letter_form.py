"""A letter: every wish is listed with its date first, one yes does all of it, and each gets a number of its own."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from casework import consents, identity, people, requests, tickets
from casework.office import Office
from store.tables import Consent, Request, Ticket
from tests.actions.calls import Desk, Done

ADDRESS = "jan@voorbeeld.nl"
ERASE = {"intent": "request_erasure", "text": "Wis alle persoonsgegevens die op mij betrekking hebben."}
SEE = {"intent": "request_access", "text": "Ik verzoek u om inzage."}
WITHDRAW = {"intent": "withdraw_consent", "text": "Ik trek mijn toestemming in."}
TAKE_DOWN = {"intent": "withdraw_pr_consent", "text": "Haal mijn foto weg."}
OBJECT = {"intent": "request_objection", "text": "Ik maak bezwaar tegen profilering."}
RESTRICT = {"intent": "request_restriction", "text": "Beperk de verwerking."}
MEND = {"intent": "request_rectification", "text": "Mijn naam is met een d."}
TAKE_ALONG = {"intent": "request_portability", "text": "Stel mijn gegevens beschikbaar in een bestand."}
COMPLAIN = {"intent": "file_complaint", "text": "Ik dien een klacht in over het bellen."}
REPORT = {"intent": "report_breach", "text": "Ik kreeg een brief die voor een ander was."}
CALL = {"intent": "talk_to_coach", "text": "Wilt u mij bellen?"}
SIGN_UP = {"intent": "start_intake", "text": "Wij willen ons opnieuw aanmelden."}
ALL = (ERASE, SEE, WITHDRAW, TAKE_DOWN, OBJECT, RESTRICT, MEND, TAKE_ALONG, COMPLAIN, REPORT, CALL, SIGN_UP)


@pytest.fixture
def jan(desk: Desk) -> Desk:
    """A desk at which Jan has shown who he is; he gave a permission for publicity and another one."""
    person = people.register(desk.office, {"name": "Jan de Vries", "email": ADDRESS}, by="owner")
    for kind in ("pr_website", "share_professional"):
        consents.record(desk.office, person, kind, {}, date(2026, 1, 5), by="owner")
    identity.send_code(desk.office, desk.conversation, ADDRESS)
    identity.check_code(desk.office, desk.conversation, desk.mailed_code())
    return desk


def hand_over_a_letter(desk: Desk, *wishes: dict[str, str]) -> Done:
    """Have the engine hand over the wishes of a letter, and the form ask its first question."""
    opened = desk.run("action_open_letter", "letter", wishes=list(wishes))
    assert opened.opens == "letter_form"
    desk.form = "letter_form"
    return desk.run("validate_letter_form", "letter", after="action_open_letter")


def confirm(desk: Desk, message_id: str | None = None) -> Done:
    """Say yes to the summary, and have the form handed in."""
    desk.answer(intent="affirm", message_id=message_id)
    return desk.run("action_submit_letter", "affirm", message_id=message_id)


def lines(done: Done, name: str) -> list[str]:
    """The lines of a summary or of what was done."""
    return done.value(name).splitlines()


def made(desk: Desk) -> list[str]:
    """The kinds of requests that were made in the conversation, oldest first."""
    return [view.kind for view in requests.of_conversation(desk.office, desk.conversation)][::-1]


def rows(office: Office) -> list[Any]:
    """What the store knows of requests, tickets and consents."""
    with office.store.read() as reading:
        return [
            *(("request", row.kind, row.state) for row in reading.data.exec(select(Request))),
            *(("ticket", row.kind, row.state) for row in reading.data.exec(select(Ticket))),
            *(("consent", row.kind, row.state) for row in reading.data.exec(select(Consent))),
        ]


@pytest.mark.obligation(64)
def test_one_summary_lists_every_wish_with_its_date_before_anything_is_done(jan: Desk) -> None:
    before = rows(jan.office)
    asked = hand_over_a_letter(jan, ERASE, WITHDRAW, OBJECT, RESTRICT)
    assert asked.said == ["erasure_stays", "confirm_letter"]
    listed = lines(asked, "wishes")
    beginnings = [
        "1. Wissen:",
        "2. Toestemming",
        "3. Toestemming",
        "4. Bezwaar:",
        "5. Beperking:",
        "Uw eigen",
    ]
    assert all(line.startswith(word) for line, word in zip(listed, beginnings, strict=True))
    assert all("25 december 2026" in listed[place] for place in (0, 3, 4))
    assert "website" in (published := next(line for line in listed if "vóór 2 december 2026" in line))
    assert any("professional" in line for line in listed if line != published)
    assert rows(jan.office) == before


@pytest.mark.obligation(66)
def test_one_yes_gives_each_wish_its_own_request_clock_and_number(jan: Desk) -> None:
    hand_over_a_letter(jan, ERASE, WITHDRAW, OBJECT, RESTRICT)
    done = confirm(jan)
    assert done.said == ["letter_done"]
    assert sorted(made(jan)) == ["erasure", "objection", "restriction"]
    told = lines(done, "done")
    references = re.findall(r"R-\w+", "\n".join(told))
    assert set(references) == {
        view.reference for view in requests.of_conversation(jan.office, jan.conversation)
    }
    assert len(re.findall(r"B-\w+", "\n".join(told))) == 2
    assert all("25 december 2026" in line for line in told if "R-" in line)


@pytest.mark.obligation(42)
def test_withdrawals_work_at_once_and_what_is_public_gets_a_date(jan: Desk) -> None:
    hand_over_a_letter(jan, WITHDRAW, OBJECT)
    done = confirm(jan)
    person = identity.who(jan.office, jan.conversation)
    assert person is not None
    assert consents.active(jan.office, person) == ()
    assert "vóór 2 december 2026" in done.value("done")
    assert "take_down" in [line.kind for line in tickets.due_list(jan.office)]


def test_a_wish_about_publicity_leaves_other_permissions_alone(jan: Desk) -> None:
    hand_over_a_letter(jan, TAKE_DOWN, ERASE)
    confirm(jan)
    person = identity.who(jan.office, jan.conversation)
    assert person is not None
    assert [one.kind for one in consents.active(jan.office, person)] == ["share_professional"]


def test_a_permission_that_both_withdrawals_mean_is_listed_once(jan: Desk) -> None:
    asked = hand_over_a_letter(jan, TAKE_DOWN, WITHDRAW)
    assert len(lines(asked, "wishes")) == 2
    assert "B-" in confirm(jan).value("done")


def test_a_permission_given_after_the_summary_is_not_withdrawn(jan: Desk) -> None:
    hand_over_a_letter(jan, WITHDRAW, OBJECT)
    person = identity.who(jan.office, jan.conversation)
    assert person is not None
    consents.record(jan.office, person, "keep_dossier", {}, date(2026, 11, 25), by="owner")
    confirm(jan)
    assert [one.kind for one in consents.active(jan.office, person)] == ["keep_dossier"]


def test_with_nothing_to_withdraw_the_summary_says_so(desk: Desk) -> None:
    people.register(desk.office, {"name": "Jan de Vries", "email": ADDRESS}, by="owner")
    identity.send_code(desk.office, desk.conversation, ADDRESS)
    identity.check_code(desk.office, desk.conversation, desk.mailed_code())
    asked = hand_over_a_letter(desk, WITHDRAW, SEE)
    assert "niets om in te trekken" in lines(asked, "wishes")[0]
    assert "niets om in te trekken" in lines(confirm(desk), "done")[0]


@pytest.mark.obligation(47)
def test_a_copy_comes_before_the_erasure_in_words_and_on_the_ticket(jan: Desk) -> None:
    asked = hand_over_a_letter(jan, ERASE, SEE)
    assert "De volgorde: eerst krijgt u de kopie, daarna wissen wij." in lines(asked, "wishes")
    done = confirm(jan)
    assert sorted(made(jan)) == ["access", "erasure"]
    copy = re.findall(r"R-\w+", lines(done, "done")[1])[0]
    details = {
        ticket.request.kind: ticket.request.detail
        for line in tickets.due_list(jan.office)
        if (ticket := tickets.read(jan.office, line.id, by="owner")).request
    }
    assert details["erasure"] == f"{ERASE['text']}\nEerst de kopie geven ({copy}), daarna pas wissen."


def test_a_correction_shows_and_takes_the_letters_own_words(jan: Desk) -> None:
    asked = hand_over_a_letter(jan, MEND, SEE)
    assert f"“{MEND['text']}”" in lines(asked, "wishes")[0]
    confirm(jan)
    assert sorted(made(jan)) == ["access", "rectification"]


@pytest.mark.obligation(76)
def test_complaint_report_and_question_go_to_the_coach_in_the_letters_words(jan: Desk) -> None:
    asked = hand_over_a_letter(jan, COMPLAIN, REPORT, CALL)
    assert all(
        f"“{wish['text']}”" in line
        for wish, line in zip((COMPLAIN, REPORT, CALL), lines(asked, "wishes"), strict=True)
    )
    done = confirm(jan)
    assert {line.kind for line in tickets.due_list(jan.office)} == {"complaint", "incident", "question"}
    assert "autoriteitpersoonsgegevens.nl" in lines(done, "done")[0]
    for listed, told in zip(lines(asked, "wishes"), lines(done, "done"), strict=True):
        assert re.findall(r"\d+ \w+ 20\d\d", listed) == re.findall(r"\d+ \w+ 20\d\d", told)
    assert len(set(re.findall(r"R-\w+", done.value("done")))) == 3


def test_what_needs_no_proof_asks_for_none(desk: Desk) -> None:
    asked = hand_over_a_letter(desk, COMPLAIN, CALL)
    assert asked.said == ["question_note_reach_address"]
    assert desk.answer(why=True).said[0] == "why_note_reach_address"
    assert desk.answer("06 12345678").said == ["confirm_letter"]
    assert confirm(desk).said == ["letter_done"]
    assert len(tickets.due_list(desk.office)) == 2


def test_a_wish_to_sign_up_is_offered_afterwards(jan: Desk) -> None:
    asked = hand_over_a_letter(jan, SIGN_UP, TAKE_DOWN)
    assert len(lines(asked, "wishes")) == 1
    done = confirm(jan)
    assert done.said == ["letter_done", "letter_sign_up"]
    assert done.labels == ["Mij aanmelden"]


def test_who_is_not_known_yet_shows_it_first_and_then_sees_all_permissions(desk: Desk) -> None:
    person = people.register(desk.office, {"name": "Jan de Vries", "email": ADDRESS}, by="owner")
    consents.record(desk.office, person, "pr_website", {}, date(2026, 1, 5), by="owner")
    assert hand_over_a_letter(desk, TAKE_DOWN, ERASE).said == ["question_identify_address"]
    desk.answer(ADDRESS)
    asked = desk.answer(desk.mailed_code())
    assert asked.said == ["erasure_stays", "confirm_letter"]
    assert "op onze website" in lines(asked, "wishes")[0]
    assert sorted(made(desk)) == []
    assert "B-" in confirm(desk).value("done")


@pytest.mark.obligation(67)
def test_without_a_code_requests_are_claims_and_the_coach_hears_of_the_rest(desk: Desk) -> None:
    hand_over_a_letter(desk, ERASE, WITHDRAW, COMPLAIN)
    desk.answer("iemand@voorbeeld.nl")
    asked = desk.answer(no_code="call")
    assert asked.said == ["coach_calls_back", "erasure_stays", "confirm_letter"]
    assert tickets.due_list(desk.office) == ()
    done = confirm(desk)
    assert done.said == ["letter_done_call_back_first"]
    assert made(desk) == ["erasure"]
    assert sorted(line.kind for line in tickets.due_list(desk.office)) == ["complaint", "question", "request"]


def test_the_same_message_twice_gives_the_same_numbers_and_nothing_twice(jan: Desk) -> None:
    hand_over_a_letter(jan, ERASE, SEE, WITHDRAW, COMPLAIN, CALL)
    kept = dict(jan.slots)
    told = []
    for _ in range(2):
        jan.slots, jan.form = dict(kept), "letter_form"
        told.append(confirm(jan, message_id="same").value("done"))
    assert told[0] == told[1]
    kinds = sorted(line.kind for line in tickets.due_list(jan.office))
    assert kinds == ["complaint", "question", "request", "request", "take_down"]


def test_when_the_proof_ended_it_is_asked_once_more_and_the_letter_is_kept(desk: Desk) -> None:
    desk.fill_in(
        "letter_form",
        letter_wishes=[ERASE, OBJECT],
        identify_code="verified",
        letter_confirm_yes=True,
    )
    again = desk.run("action_submit_letter", "affirm")
    assert again.said == ["proof_ended"]
    assert again.opens == "letter_form"
    assert len(desk.slots["letter_wishes"]) == 2
    assert made(desk) == []


def test_after_a_no_one_wish_can_be_left_out_and_the_rest_is_asked_anew(jan: Desk) -> None:
    hand_over_a_letter(jan, ERASE, SEE, COMPLAIN)
    old = [given["step"] for given in jan.answer().responses if "step" in given]
    asked = jan.answer(intent="deny")
    assert asked.said == ["question_letter_leave_choice"]
    assert asked.labels == [
        "Mijn gegevens laten wissen",
        "Mijn gegevens inzien",
        "Een klacht indienen",
        "Niets doen",
    ]
    anew = jan.answer(letter_leave_choice="request_erasure")
    assert anew.said == ["confirm_letter"]
    assert not any("Wissen" in line for line in lines(anew, "wishes"))
    assert jan.answer(intent="affirm", step=old[-1]).said[0] == "stale_choice"
    assert confirm(jan).said == ["letter_done"]
    assert made(jan) == ["access"]


def test_a_word_about_one_wish_is_no_yes_to_all_and_keeps_the_letter(jan: Desk) -> None:
    hand_over_a_letter(jan, ERASE, SEE)
    asked = jan.answer("nee, niet wissen", intent="request_erasure")
    assert asked.said == ["question_letter_leave_choice"]
    assert jan.answer(letter_leave_choice="request_erasure").said == ["confirm_letter"]
    assert made(jan) == []


def test_after_a_no_it_can_simply_stop(jan: Desk) -> None:
    before = rows(jan.office)
    hand_over_a_letter(jan, ERASE, SEE)
    jan.answer(intent="deny")
    assert jan.answer(letter_leave_choice="leave").asks is None
    assert jan.run("action_submit_letter", "inform").said == ["letter_left"]
    assert rows(jan.office) == before


def test_a_no_to_the_last_wish_is_the_end_of_it(jan: Desk) -> None:
    hand_over_a_letter(jan, ERASE, SIGN_UP)
    assert jan.answer(intent="deny").asks is None
    ended = jan.run("action_submit_letter", "deny")
    assert ended.said == ["letter_left", "letter_sign_up"]
    assert ended.slots["letter_wishes"] is None


@pytest.mark.obligation("L4")
def test_a_sentence_with_a_citizen_service_number_is_not_taken_over(jan: Desk) -> None:
    with_bsn = {**MEND, "text": "Mijn naam is fout.\nMijn BSN is 111222333."}
    only_bsn = {**COMPLAIN, "text": "Klacht van 111222333."}
    opened = jan.run("action_open_letter", "letter", wishes=[with_bsn, only_bsn])
    assert opened.said == ["letter_begins", "letter_bsn_left_out"]
    jan.form = "letter_form"
    asked = jan.run("validate_letter_form", "letter", after="action_open_letter")
    assert "111222333" not in asked.value("wishes")
    assert "weggelaten" in lines(asked, "wishes")[1]
    assert "R-" in confirm(jan).value("done")


@pytest.mark.obligation(38)
def test_telegram_hands_over_and_the_page_goes_on_with_the_same_wishes(desk: Desk) -> None:
    desk.slots["channel"] = "telegram"
    opened = desk.run("action_open_letter", "letter", wishes=[ERASE, SEE])
    assert opened.said == ["hand_over"]
    assert opened.opens is None
    desk.slots["channel"] = "web"
    assert desk.run("action_open_letter", "letter").opens == "letter_form"
    assert [wish["intent"] for wish in desk.slots["letter_wishes"]] == ["request_erasure", "request_access"]


def test_a_letter_without_wishes_opens_nothing(desk: Desk) -> None:
    assert desk.run("action_open_letter", "letter").said == ["choice_is_past"]


def test_another_form_is_let_go_with_a_word(jan: Desk) -> None:
    jan.fill_in("intake_form", intake_name="Jan", requested_slot="intake_email")
    opened = jan.run("action_open_letter", "letter", wishes=[ERASE, SEE])
    assert opened.said == ["left_intake_form", "letter_begins"]
    assert opened.slots["intake_name"] is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wishes=st.lists(st.sampled_from(ALL), min_size=2, max_size=6, unique_by=lambda wish: wish["intent"]),
    words=st.text(max_size=80),
    said=st.lists(
        st.sampled_from(
            [
                ("inform", "wis alles maar"),
                ("deny", None),
                ("inform", "ja"),
                ("nlu_fallback", "xyz"),
                ("ask_retention", None),
                ("stop", None),
            ]
        ),
        max_size=4,
    ),
)
def test_whatever_the_letter_nothing_is_handed_in_before_the_yes(
    jan: Desk, wishes: list[dict[str, str]], words: str, said: list[tuple[str, str | None]]
) -> None:
    before = rows(jan.office)
    hand_over_a_letter(jan, *({**wish, "text": f"{wish['text']}\n{words}"} for wish in wishes))
    for intent, text in said:
        jan.form = "letter_form"
        jan.answer(text, intent=intent)
        jan.run("action_submit_letter", intent)
        assert rows(jan.office) == before
