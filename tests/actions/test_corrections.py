"""A correction changes what is summed up and nothing else, and is summed up again before anything happens."""

from __future__ import annotations

from datetime import date

import pytest

from actions.corrected_fields import FieldCorrected, corrected_field
from actions.corrections import (
    addition,
    names_another,
    other_direction,
    other_one,
    other_request,
    wants_other_words,
)
from casework import consents, identity, people, requests, tickets
from casework.fields import Checked, Refused
from tests.actions.calls import Desk
from tests.actions.test_intake_form import FILLED

FIELDS = ("name", "email", "phone", "contact_safely", "question")
SITE, SOCIAL, SHARED = "site", "social", "shared"
LABELS = {
    SITE: "uw foto, video of ervaring op onze website",
    SOCIAL: "uw foto, video of ervaring op sociale media",
    SHARED: "informatie delen met een andere professional",
}


def doubted(desk: Desk, text: str, doubt: str = "no_but") -> list[str]:
    """Type what the engine takes for no plain yes or no; return what is said."""
    return desk.run(f"validate_{desk.form}", "nlu_fallback", text, doubt=doubt).said


# ------------------------------------------------------------------ what a correction says


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ("nee, niet wissen, alleen inzien", "erasure", "access"),
        ("ik wil ze niet verwijderen maar inzien", "erasure", "access"),
        ("doe toch maar wissen", "access", "erasure"),
        ("no, not delete, only see", "erasure", "access"),
        ("nee, liever een kopie", "erasure", "access"),
        ("in plaats van wissen wil ik inzage", "erasure", "access"),
        ("wissen hoeft niet, ik wil ze inzien", "erasure", "access"),
        ("no, I want a copy instead of erasure", "erasure", "access"),
        ("nee, ik wil bezwaar maken", "erasure", "objection"),
        ("nee", "erasure", None),
        ("ja, wissen", "erasure", None),
        ("niet wissen", "erasure", None),
        ("inzien of meenemen", "erasure", None),
        ("eerst inzien en dan wissen", "erasure", None),
        ("correct", "erasure", None),
        ("yes, I see", "erasure", None),
        ("geen bezwaar", "erasure", None),
        ("no objection", "access", None),
        ("wissen " + "en toen zei hij dat het niet kon " * 10, "access", None),
    ],
)  # fmt: skip
def test_it_names_the_one_other_request_it_wants(text: str, kind: str, meant: str | None) -> None:
    assert other_request(text, kind) == meant


@pytest.mark.parametrize(
    ("text", "act", "meant"),
    [
        ("nee, ik wil juist toestemming geven", "withdraw", "give"),
        ("ik wil geen toestemming intrekken maar geven", "withdraw", "give"),
        ("I want to give consent, not withdraw it", "withdraw", "give"),
        ("nee, ik wil juist intrekken", "give", "withdraw"),
        ("no, withdraw it", "give", "withdraw"),
        ("trek de foto in", "give", "withdraw"),
        ("trek in", "withdraw", None),
        ("ik geef geen toestemming", "withdraw", None),
        ("nee", "withdraw", None),
    ],
)
def test_it_turns_around_what_happens_to_a_consent(text: str, act: str, meant: str | None) -> None:
    assert other_direction(text, act) == meant


@pytest.mark.parametrize(
    ("text", "chosen", "meant"),
    [
        ("nee, niet de website, die op sociale media", SITE, SOCIAL),
        ("nee niet op de site maar op instagram", SITE, SOCIAL),
        ("no, the one about sharing with my doctor", SITE, SHARED),
        ("ik bedoel het delen met de huisarts", SITE, SHARED),
        ("die op de website", "", SITE),
        ("foto en video", SITE, None),
        ("niet op sociale media", SITE, None),
        ("nee", SITE, None),
    ],
)
def test_it_names_the_other_consent(text: str, chosen: str, meant: str | None) -> None:
    assert other_one(text, chosen, LABELS) == meant


def test_of_two_the_other_one_is_clear_and_of_three_it_is_asked() -> None:
    two = {"photo": "de foto", "video": "de video"}
    assert other_one("nee, niet de foto, de video", "photo", two) == "video"
    assert other_one("nee, de andere", "photo", two) == "video"
    assert other_one("nee, de andere", SITE, LABELS) is None
    assert names_another("nee, een andere")
    assert names_another("no, the other one")
    assert not names_another("nee, op een ander moment")


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("mijn mail klopt niet, het is x@y.nl", FieldCorrected("email", Checked("x@y.nl"))),
        ("jan punt jansen apenstaartje gmail punt com", FieldCorrected("email", Checked("jan.jansen@gmail.com"))),
        ("mijn mailadres moet jan@gmial.com zijn", FieldCorrected("email", Refused("email_typo", "jan@gmail.com"))),
        ("mijn e-mail adres is fout", FieldCorrected("email")),
        ("nee, het nummer is 06 12345678", FieldCorrected("phone", Checked("+31612345678"))),
        ("alleen het nummer klopt niet", FieldCorrected("phone")),
        ("nee, de naam is fout", FieldCorrected("name")),
        ("de naam is verkeerd gespeld", FieldCorrected("name")),
        ("mijn naam moet met dubbel s", FieldCorrected("name")),
        ("mijn naam is niet Jan maar Johan", FieldCorrected("name", Checked("Johan"))),
        ("mijn naam is Piet, niet Jan", FieldCorrected("name", Checked("Piet"))),
        ("ik heet Johan de Boer", FieldCorrected("name", Checked("Johan de Boer"))),
        ("my name is wrong, it is Johan", FieldCorrected("name", Checked("Johan"))),
        ("de achternaam moet Jansen zijn", FieldCorrected("name")),
        ("nee, mijn vraag was anders", FieldCorrected("question")),
        ("the phone number is wrong", FieldCorrected("phone")),
        ("nee", None),
        ("klopt", None),
        ("mijn naam en mail zijn fout", None),
        ("wat doen jullie met mijn naam?", None),
        ("mijn adres klopt niet", None),
    ],
)  # fmt: skip
def test_it_names_the_field_of_the_intake_and_maybe_its_new_value(
    text: str, corrected: FieldCorrected | None
) -> None:
    assert corrected_field(text, FIELDS) == corrected


def test_where_it_was_asked_what_to_change_the_name_of_a_field_is_enough() -> None:
    assert corrected_field("de mail", FIELDS) is None
    assert corrected_field("de mail", FIELDS, asked=True) == FieldCorrected("email")
    assert corrected_field("mijn nummer", FIELDS, asked=True) == FieldCorrected("phone")


def test_it_adds_to_a_message_or_has_it_written_anew() -> None:
    assert addition("ja, maar zet erbij dat ik maandag niet kan") == "ik maandag niet kan"
    assert addition("voeg toe: graag voor vrijdag") == "graag voor vrijdag"
    assert addition("please add that it is urgent") == "it is urgent"
    assert addition("nee") is None
    assert wants_other_words("nee, ik wil het anders opschrijven")
    assert wants_other_words("de tekst klopt niet")
    assert not wants_other_words("nee")


# ------------------------------------------------------------------ requests


@pytest.fixture
def jan(desk: Desk) -> Desk:
    """A desk at which Jan has shown who he is; the practice has three consents of his."""
    person = people.register(desk.office, {"name": "Jan de Vries", "email": "jan@voorbeeld.nl"}, by="owner")
    identity.send_code(desk.office, desk.conversation, "jan@voorbeeld.nl")
    identity.check_code(desk.office, desk.conversation, desk.mailed_code())
    for kind in ("pr_website", "pr_social_media"):
        consents.record(desk.office, person, kind, {}, date(2026, 1, 5), by="owner")
    return desk


def made(desk: Desk) -> list[str]:
    """The kinds of the requests that were made."""
    return [view.kind for view in requests.of_conversation(desk.office, desk.conversation)]


def test_not_erase_only_see_changes_the_request_whatever_the_engine_made_of_it(jan: Desk) -> None:
    jan.fill_in("request_form", request_kind="erasure", requested_slot="request_confirm_yes")
    assert doubted(jan, "nee, niet wissen, alleen inzien") == ["request_changed", "confirm_access"]
    jan.answer("ja", intent="affirm")
    jan.run("action_submit_request", "affirm")
    assert made(jan) == ["access"]


def test_while_the_address_is_asked_another_request_can_still_be_named(desk: Desk) -> None:
    desk.fill_in("request_form", request_kind="erasure", requested_slot="identify_address")
    heard = desk.answer("nee wacht, niet wissen, alleen inzien")
    assert heard.slots["request_kind"] == "access"
    assert heard.asks == "identify_address"
    assert desk.answer("info@wissen.nl").slots.get("request_kind") is None


def test_the_same_wish_again_begins_nothing_anew(jan: Desk) -> None:
    kept = {"request_kind": "objection", "request_detail_text": "De nieuwsbrief", "identify_code": "claim"}
    jan.fill_in("request_form", requested_slot="request_confirm_yes", **kept)
    heard = jan.answer("ik maak bezwaar", intent="request_objection")
    assert heard.said == ["again_request_confirm_yes"]
    assert {name: jan.slots[name] for name in kept} == kept


def test_another_request_is_not_taken_on_a_guess(jan: Desk) -> None:
    jan.fill_in("request_form", request_kind="access", requested_slot="request_confirm_yes")
    assert jan.run("validate_request_form", "request_erasure", "hm", confidence=0.4).events == []
    assert jan.slots["request_kind"] == "access"


def test_something_is_added_to_a_request_and_shown_before_it_goes(jan: Desk) -> None:
    jan.fill_in("request_form", request_kind="access", requested_slot="request_confirm_yes")
    said = doubted(jan, "ja, maar zet erbij dat het alleen om de mails gaat", doubt="yes_but")
    assert said == ["detail_changed", "request_detail", "confirm_access"]
    assert jan.slots["request_detail_text"] == "het alleen om de mails gaat"
    assert made(jan) == []


def test_a_detail_can_be_put_in_other_words(jan: Desk) -> None:
    jan.fill_in(
        "request_form",
        request_kind="rectification",
        request_detail_text="Mijn naam",
        requested_slot="request_confirm_yes",
    )
    assert doubted(jan, "nee, de tekst klopt niet") == [
        "detail_changed",
        "question_request_detail_rectification",
    ]


# ------------------------------------------------------------------ consents


def withdrawing(desk: Desk, kind: str) -> None:
    """Have the form ask whether to withdraw the consent of this kind."""
    person = identity.who(desk.office, desk.conversation)
    assert person is not None
    chosen = next(one for one in consents.active(desk.office, person) if one.kind == kind)
    desk.fill_in(
        "consent_form",
        consent_act="withdraw_pr",
        consent_choice=chosen.id,
        consent_label=chosen.label_nl,
        requested_slot="consent_confirm_yes",
    )


def in_force(desk: Desk) -> set[str]:
    """The kinds of the consents that count."""
    person = identity.who(desk.office, desk.conversation)
    assert person is not None
    return {one.kind for one in consents.active(desk.office, person)}


def test_not_this_consent_the_other_one(jan: Desk) -> None:
    withdrawing(jan, "pr_website")
    assert doubted(jan, "nee niet de website, die op sociale media") == [
        "consent_changed",
        "confirm_withdraw_published",
    ]
    assert in_force(jan) == {"pr_website", "pr_social_media"}
    jan.answer("ja", intent="affirm")
    jan.run("action_submit_consent", "affirm")
    assert in_force(jan) == {"pr_website"}


def test_a_consent_can_be_chosen_in_own_words(jan: Desk) -> None:
    withdrawing(jan, "pr_website")
    jan.slots |= {"consent_choice": None, "requested_slot": "consent_choice"}
    assert doubted(jan, "die van instagram")[-1] == "confirm_withdraw_published"


def test_another_consent_without_saying_which_is_asked(jan: Desk) -> None:
    person = identity.who(jan.office, jan.conversation)
    assert person is not None
    consents.record(jan.office, person, "share_professional", {}, date(2026, 1, 5), by="owner")
    withdrawing(jan, "pr_website")
    assert doubted(jan, "nee, een andere") == ["question_consent_choice"]


def test_not_withdraw_but_give(jan: Desk) -> None:
    person = identity.who(jan.office, jan.conversation)
    assert person is not None
    consents.ask(jan.office, person, "share_professional", {}, by="owner")
    withdrawing(jan, "pr_website")
    assert doubted(jan, "nee, ik wil juist toestemming geven") == [
        "consent_turned_give",
        "confirm_give_consent",
    ]
    jan.answer("ja", intent="affirm")
    jan.run("action_submit_consent", "affirm")
    assert in_force(jan) == {"pr_website", "pr_social_media", "share_professional"}


def test_giving_where_nothing_is_asked_ends_with_a_word(jan: Desk) -> None:
    withdrawing(jan, "pr_website")
    heard = jan.answer("nee, ik wil juist toestemming geven", intent="give_consent")
    assert heard.said == ["consent_turned_give"]
    assert heard.asks is None
    assert jan.run("action_submit_consent", "give_consent").said == ["no_open_asks"]
    assert in_force(jan) == {"pr_website", "pr_social_media"}


def test_a_yes_to_giving_is_no_yes_to_withdrawing_the_same(jan: Desk) -> None:
    withdrawing(jan, "pr_website")
    chosen = jan.slots["consent_choice"]
    heard = jan.answer(intent="affirm", step=f"consent_confirm_yes:give:{chosen}")
    assert heard.said[0] == "stale_choice"
    assert jan.slots.get("consent_confirm_yes") is None


@pytest.mark.obligation(71)
def test_not_now_refuses_nothing(jan: Desk) -> None:
    person = identity.who(jan.office, jan.conversation)
    assert person is not None
    asked = consents.ask(jan.office, person, "share_professional", {}, by="owner")
    jan.fill_in(
        "consent_form", consent_act="give", consent_choice=asked, requested_slot="consent_confirm_yes"
    )
    assert jan.answer("hold on", intent="deny", wait=True).said == ["no_hurry", "again_give_consent"]
    assert len(consents.open_asks(jan.office, person)) == 1


# ------------------------------------------------------------------ the intake


@pytest.fixture
def summed_up(desk: Desk) -> Desk:
    """A desk at which an intake is summed up."""
    desk.fill_in("intake_form", **FILLED, requested_slot="intake_summary_choice")
    return desk


def test_a_field_with_its_new_value_is_changed_and_summed_up_again(summed_up: Desk) -> None:
    assert doubted(summed_up, "mijn mail klopt niet, het is x@y.nl") == [
        "field_changed",
        "question_intake_summary_choice",
    ]
    assert summed_up.slots["intake_email"] == "x@y.nl"
    assert summed_up.slots["intake_name"] == FILLED["intake_name"]
    assert tickets.due_list(summed_up.office) == ()


def test_a_field_without_a_new_value_is_asked_again(summed_up: Desk) -> None:
    assert doubted(summed_up, "nee, de naam is fout") == ["question_intake_name"]
    assert summed_up.answer("Noor de Boer").asks == "intake_summary_choice"


def test_a_correction_is_no_request_to_correct_the_file(summed_up: Desk) -> None:
    heard = summed_up.answer("mijn naam klopt niet, pas dat aan", intent="request_rectification")
    assert heard.asks == "intake_name"


def test_a_mistyped_new_address_is_asked_about(summed_up: Desk) -> None:
    assert doubted(summed_up, "de mail is fout, het is noor@gmial.com") == ["email_typo"]
    assert summed_up.slots["requested_slot"] == "intake_email"
    assert summed_up.answer(corrected="noor@gmail.com").asks == "intake_summary_choice"


def test_after_the_summary_a_field_can_still_be_corrected_and_all_is_summed_up_again(desk: Desk) -> None:
    desk.fill_in("intake_form", **FILLED, intake_summary_choice="ok", requested_slot="intake_keep_yes")
    assert doubted(desk, "wacht, mijn mail is fout, het is x@y.nl") == [
        "field_changed",
        "question_intake_summary_choice",
    ]
    assert desk.slots["intake_summary_choice"] is None


def test_what_to_change_can_be_said_in_own_words_and_nothing_is_an_answer(desk: Desk) -> None:
    desk.fill_in(
        "intake_form", **FILLED, intake_summary_choice="change", requested_slot="intake_change_choice"
    )
    assert desk.run("validate_intake_form", "nlu_fallback", "de mail").asks == "intake_email"
    desk.fill_in(
        "intake_form", **FILLED, intake_summary_choice="change", requested_slot="intake_change_choice"
    )
    assert desk.answer("toch niets", intent="deny").asks == "intake_summary_choice"


def test_an_address_given_before_can_be_corrected_while_the_other_is_asked(desk: Desk) -> None:
    before = {name: FILLED[name] for name in ("intake_adult_yes", "intake_name", "intake_email")}
    desk.fill_in("intake_form", **before, requested_slot="intake_phone")
    heard = desk.answer("oh wacht, mijn mail is x@y.nl")
    assert heard.said == ["field_changed", "question_intake_phone"]
    assert heard.slots["intake_email"] == "x@y.nl"


@pytest.mark.obligation("L2")
@pytest.mark.parametrize("text", ["nog geen 16", "bijna 16", "ik word 16", "almost 16", "niet 16"])
def test_almost_old_enough_is_not_old_enough(desk: Desk, text: str) -> None:
    desk.fill_in("intake_form", requested_slot="intake_adult_yes")
    assert desk.run("validate_intake_form", "nlu_fallback", text, doubt="unclear").said[0] == "doubt_unclear"
    assert desk.slots.get("intake_adult_yes") is None


# ------------------------------------------------------------------ notes


@pytest.fixture
def noting(desk: Desk) -> Desk:
    """A desk at which a note is summed up."""
    desk.fill_in(
        "note_form",
        note_kind="question",
        note_text="Kan mijn afspraak later?",
        note_reach_address="jan@voorbeeld.nl",
        requested_slot="note_confirm_yes",
    )
    return desk


def test_another_address_is_taken_over_and_summed_up_again(noting: Desk) -> None:
    assert doubted(noting, "nee, mijn nummer is 06 12345678") == ["note_reach_changed", "confirm_note_reach"]
    assert noting.slots["note_reach_address"] == "+31612345678"
    assert doubted(noting, "nee, het nummer klopt niet") == ["question_note_reach_address"]


def test_a_note_is_added_to_or_written_anew(noting: Desk) -> None:
    assert doubted(noting, "ja, maar zet erbij dat het haast heeft", "yes_but") == ["confirm_note_reach"]
    assert noting.slots["note_text"] == "Kan mijn afspraak later?\nhet haast heeft"
    assert doubted(noting, "nee, de tekst klopt niet") == ["question_note_text_question"]


def test_a_question_becomes_a_complaint_with_the_same_words(noting: Desk) -> None:
    heard = noting.answer("nee, ik wil een klacht indienen", intent="file_complaint")
    assert heard.said == ["note_begins_complaint", "confirm_note_reach"]
    assert noting.slots["note_text"] == "Kan mijn afspraak later?"
    assert tickets.due_list(noting.office) == ()


def test_a_wish_to_be_called_becomes_a_question_and_then_needs_words(desk: Desk) -> None:
    desk.fill_in(
        "note_form",
        note_kind="callback",
        note_text="",
        note_reach_address="+31612345678",
        requested_slot="note_confirm_yes",
    )
    assert desk.answer("ik wil de coach iets vragen", intent="talk_to_coach").asks == "note_text"


@pytest.mark.parametrize(
    ("told", "day"),
    [("vorige week dinsdag", "dinsdag 17 november 2026"), ("12-11-'26", "donderdag 12 november 2026")],
)
def test_a_report_of_a_leak_shows_the_day_it_was_noticed(desk: Desk, told: str, day: str) -> None:
    desk.fill_in("note_form", note_kind="incident", requested_slot="note_text")
    desk.answer(f"Ik kreeg {told} een mail voor een ander")
    shown = desk.answer(skip=True)
    assert shown.value("message").endswith(f"Gemerkt op {day}.")
    desk.answer("ja", intent="affirm")
    assert desk.run("action_submit_note", "affirm").said == ["note_left_incident"]
