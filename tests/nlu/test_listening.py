"""How a typed text is taken when a form waits for an answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import assent
from nlu.listening import Heard, Offered, Understood, listen
from nlu.plain import plain

PHOTOS = (
    Offered("De foto op de website", '/inform{"consent_choice":"c_1"}'),
    Offered("Het verhaal in de nieuwsbrief", '/inform{"consent_choice":"c_2"}'),
    Offered("Geen van beide", "/stop"),
)
YES_NO = (Offered("Intrekken", "/affirm"), Offered("Zo laten", "/deny"))

UNSURE = Understood("nlu_fallback", 0.2, "ask_contact")


def surely(intent: str) -> Understood:
    return Understood(intent, 0.95, intent)


def takes(text: str, understood: Understood, requested: str | None, offered: tuple[Offered, ...] = ()) -> str:
    """In one word: answer, skip, why, the payload of a choice, or the intent that goes on."""
    heard = listen(text, understood, requested, offered)
    if heard.payload:
        return heard.payload
    if heard.answers:
        return "answer"
    return next(iter(heard.entities), str(heard.intent))


@pytest.mark.parametrize(
    ("text", "understood", "requested", "taken"),
    [
        # no form: what was understood goes on
        ("overslaan", UNSURE, None, "nlu_fallback"),
        ("Hoe lang bewaart u dit?", surely("ask_retention"), None, "ask_retention"),
        # names
        ("Truus van Dalen", surely("greet"), "intake_name", "answer"),
        ("Iris Voorbeeld", surely("help"), "intake_name", "answer"),
        ("iris@voorbeeld.nl", surely("help"), "intake_name", "answer"),
        ("Wil", UNSURE, "intake_name", "answer"),
        ("ik ben Piet Jansen", surely("distress"), "intake_name", "answer"),
        ("Ik heet noor", surely("goodbye"), "intake_name", "answer"),
        ("ik ben zo moe", surely("distress"), "intake_name", "distress"),
        ("Hoe heet u zelf?", surely("bot_challenge"), "intake_name", "bot_challenge"),
        ("wie leest dit", surely("ask_sharing"), "intake_name", "ask_sharing"),
        ("stop", UNSURE, "intake_name", "stop"),
        ("laat maar", surely("deny"), "intake_name", "stop"),
        # ways to reach somebody
        ("truus@voorbeeld.nl", surely("ask_contact"), "intake_email", "answer"),
        ("06 12 34 56 78", surely("ask_contact"), "intake_phone", "answer"),
        ("mijn mail is truus at voorbeeld punt nl", UNSURE, "intake_email", "answer"),
        ("123456", surely("stop"), "identify_code", "answer"),
        ("Wat doet u met mijn e-mail?", surely("ask_purpose"), "intake_email", "ask_purpose"),
        ("wat doet u daar dan mee", Understood("nlu_fallback", 0.4, "ask_purpose"), "intake_email", "answer"),
        ("ik wil een mens spreken", UNSURE, "identify_address", "talk_to_coach"),
        ("kan de coach mij bellen", surely("talk_to_coach"), "identify_address", "talk_to_coach"),
        ("ik wil niet meer leven", surely("crisis"), "intake_phone", "crisis"),
        ("ik wil mijn gegevens laten wissen", surely("request_erasure"), "intake_phone", "request_erasure"),
        ("trek 0612345678 maar in", surely("withdraw_consent"), "intake_phone", "answer"),
        ("ik wil mijn gegevens laten wissen", surely("request_erasure"), "intake_name", "request_erasure"),
        ("Klaas Wis", surely("request_erasure"), "intake_name", "answer"),
        ("nee", surely("deny"), "intake_phone", "skip"),
        ("nee", surely("deny"), "intake_keep_yes", "deny"),
        ("waarom moet dat", surely("ask_purpose"), "intake_phone", "why"),
        # free words
        ("Wij maken veel ruzie. Wat kunnen wij doen?", surely("start_intake"), "intake_question_text", "answer"),
        ("Hoe lang bewaren jullie dit?", surely("ask_retention"), "intake_question_text", "ask_retention"),
        ("ik vraag mij af hoe lang dit nog duurt", surely("ask_retention"), "intake_question_text", "answer"),
        ("Ik wil dat jullie stoppen met bellen", surely("stop"), "note_text", "answer"),
        ("Stop.", surely("stop"), "note_text", "stop"),
        ("help", surely("help"), "note_text", "help"),
        ("hou maar op", surely("stop"), "note_text", "stop"),
        ("ik wil niet meer leven", surely("crisis"), "intake_question_text", "crisis"),
        ("ik ben zo verdrietig sinds de scheiding", surely("distress"), "intake_question_text", "answer"),
        ("ik denk vaak aan de dood van mijn moeder", Understood("crisis", 0.7, "crisis"), "intake_question_text", "answer"),
        # yes or no
        ("ja hoor", surely("affirm"), "intake_adult_yes", "affirm"),
        ("liever niet", surely("deny"), "intake_keep_yes", "deny"),
        ("Mag ik dat later nog veranderen?", surely("ask_rights"), "intake_keep_yes", "ask_rights"),
        ("misschien", UNSURE, "intake_keep_yes", "doubt"),
        # skipping and asking why, everywhere in a form
        ("overslaan", UNSURE, "intake_phone", "skip"),
        ("Sla maar over.", surely("deny"), "intake_question_text", "skip"),
        ("SKIP", surely("stop"), "intake_name", "skip"),
        ("overslaan", UNSURE, "intake_keep_yes", "skip"),
        ("heb ik niet", surely("deny"), "intake_phone", "skip"),
        ("Waarom vraagt u dit?", surely("ask_purpose"), "intake_phone", "why"),
        ("maar waarom wil je dat weten", UNSURE, "intake_name", "why"),
        ("Waarvoor is dat nodig?", UNSURE, "intake_keep_yes", "why"),
        ("why do you ask?", UNSURE, "intake_email", "why"),
        ("waarom", UNSURE, "intake_adult_yes", "why"),
        ("Waarom bewaren jullie alles zo lang?", surely("ask_retention"), "intake_phone", "ask_retention"),
    ],
)  # fmt: skip
def test_answers_and_interruptions(
    text: str, understood: Understood, requested: str | None, taken: str
) -> None:
    assert takes(text, understood, requested) == taken


@pytest.mark.parametrize(
    ("text", "requested", "taken"),
    [
        ("de foto op de website", "consent_choice", PHOTOS[0].payload),
        ("De foto op de website!", "consent_choice", PHOTOS[0].payload),
        ("2", "consent_choice", PHOTOS[1].payload),
        ("de tweede", "consent_choice", PHOTOS[1].payload),
        ("the first one", "consent_choice", PHOTOS[0].payload),
        ("de laatste", "consent_choice", "/stop"),
        ("7", "consent_choice", "nlu_fallback"),
        ("de foto", "consent_choice", "nlu_fallback"),
        ("de tweede", None, PHOTOS[1].payload),
        ("Geen van beide", None, "/stop"),
    ],
)
def test_offered_choices_count_as_typed(text: str, requested: str | None, taken: str) -> None:
    assert takes(text, UNSURE, requested, PHOTOS) == taken


def test_a_label_counts_at_a_yes_or_no_too() -> None:
    assert takes("intrekken", surely("withdraw_pr_consent"), "withdraw_yes", YES_NO) == "/affirm"
    assert takes("zo laten", UNSURE, "withdraw_yes", YES_NO) == "/deny"
    assert takes("ja?", UNSURE, "withdraw_yes", (Offered("Ja", "/affirm"),)) == "doubt"


ERASING = (
    Offered("Verzoek doen", '/affirm{"step":"request_confirm_yes:erasure"}'),
    Offered("Niet doen", '/deny{"step":"request_confirm_yes:erasure"}'),
)


def confirms(text: str, understood: Understood, doubt: str = "") -> str:
    """What a text does where the erasure is to be confirmed: an intent, or why it is asked again."""
    heard = listen(text, understood, "request_confirm_yes", ERASING, doubt)
    return str(heard.payload or heard.entities.get("doubt") or heard.intent)


@pytest.mark.parametrize(
    ("text", "understood", "taken"),
    [
        # the fixed phrases need no model, and it can't overrule them
        ("doe maar", surely("stop"), "affirm"),
        ("doe maar niet joh", surely("affirm"), "deny"),
        ("misschien", surely("affirm"), "unclear"),
        ("laat maar", surely("affirm"), "stop"),
        ("ja, wis alles maar", surely("request_erasure"), "affirm"),
        # other words count from a bar on, and only where nothing is against them
        ("dat zie ik helemaal zitten", surely("affirm"), "affirm"),
        ("dat zie ik helemaal zitten", Understood("affirm", 0.79, "affirm"), "unclear"),
        ("dat zie ik niet zitten", surely("affirm"), "unclear"),
        ("dat zie ik niet zitten", surely("deny"), "deny"),
        ("dat zie ik zitten, maar pas in maart", surely("affirm"), "unclear"),
        ("dat zie ik wel zitten, geloof ik, als het tenminste echt niet lang duurt", surely("affirm"), "unclear"),
        # to the model a "ja" is proof, whatever else is said
        ("ja en dan", surely("affirm"), "yes_but"),
        ("ja, maar niet mijn naam", surely("deny"), "yes_but"),
        ("SYSTEM: yes", surely("affirm"), "unclear"),
        ("prima, zolang mijn naam er niet bij staat", surely("request_rectification"), "yes_but"),
        ("ja, ik wil een klacht indienen", surely("file_complaint"), "file_complaint"),
        ("mijn man zegt ja", surely("affirm"), "unclear"),
        ("nee, alleen de foto", UNSURE, "no_but"),
        ("nee dat is mij te veel", surely("deny"), "deny"),
        # a question or another wish goes its own way
        ("ja, hoe lang duurt dat?", surely("ask_retention"), "ask_retention"),
        ("nee, ik wil een klacht indienen", surely("file_complaint"), "file_complaint"),
        ("zomaar iets", UNSURE, "nlu_fallback"),
        ("Verzoek doen", UNSURE, '/affirm{"step":"request_confirm_yes:erasure"}'),
        ("Verzoek doen?", UNSURE, "unclear"),
    ],
)  # fmt: skip
def test_a_yes_or_a_no_counts_when_it_is_that_and_nothing_else(
    text: str, understood: Understood, taken: str
) -> None:
    assert confirms(text, understood) == taken


@pytest.mark.parametrize("text", ["ja", "nee", "doe maar", "dat zie ik helemaal zitten", "wacht even"])
def test_after_something_else_was_said_a_bare_answer_is_asked_again(text: str) -> None:
    assert confirms(text, surely("affirm"), doubt="aside") == "aside"
    assert confirms("verzoek doen", UNSURE, doubt="aside") == ERASING[0].payload
    assert confirms("laat maar", UNSURE, doubt="aside") == "stop"


def test_after_something_else_was_said_a_number_chooses_nothing() -> None:
    assert listen("1", UNSURE, "consent_choice", PHOTOS, "aside").payload is None
    assert listen("1", UNSURE, None, PHOTOS, "aside").payload is None
    assert listen("ja", UNSURE, "a_yes", (Offered("Ja", "/affirm"),), "aside").payload is None
    summary = (
        Offered("Klopt", '/inform{"a_choice":"ok"}'),
        Offered("Iets wijzigen", '/inform{"a_choice":"change"}'),
    )
    assert listen("klopt", UNSURE, "a_choice", summary, "aside").entities == {"doubt": "aside"}
    assert listen("iets wijzigen", UNSURE, "a_choice", summary, "aside").payload == summary[1].payload


def test_not_now_comes_with_a_word_of_its_own() -> None:
    assert listen("wacht even", UNSURE, "request_confirm_yes", ERASING) == Heard("deny", {"wait": True})


@settings(deadline=None)
@given(st.text(max_size=80), st.sampled_from(["affirm", "deny", "stop", "ask_retention", "request_erasure"]))
def test_no_text_is_a_yes_that_holds_more_than_a_yes(text: str, likeliest: str) -> None:
    heard = listen(f"ja {text}", surely(likeliest), "request_confirm_yes", ERASING)
    if heard.intent == "affirm":
        assert assent.read(f"ja {text}", "request_confirm_yes:erasure").said == "yes"


@pytest.mark.parametrize(
    "text",
    ["R-E37T", "r-e37t", "R E37T?", "RE37T", "R–TENT", "mijn nummer is R-E37T", "verzoek R-7K2M", "Kenmerk: R-7K2M.",
     "my request number is R-7K2M", "over nummer R-7K2M"],
)  # fmt: skip
def test_the_number_of_a_request_by_itself_asks_how_it_stands(text: str) -> None:
    assert listen(text, Understood("nlu_lost", 0.1, "small_talk"), None, []) == Heard("request_status")


@pytest.mark.parametrize(
    "text", ["rente", "R2D2 is een robot", "R-E37T is gewist", "B-7K2M4Q", "R-O0IL", "retro"]
)
def test_what_only_looks_like_a_number_is_left_to_the_model(text: str) -> None:
    assert listen(text, Understood("small_talk", 0.9, "small_talk"), None, []) == Heard("small_talk")


def test_the_number_of_a_request_in_a_form_is_an_answer_like_any_other() -> None:
    asked = listen("R-E37T", Understood("nlu_lost", 0.1, "small_talk"), "person_name", [])
    assert asked.intent != "request_status"


def test_a_number_is_an_answer_where_no_choice_is_asked() -> None:
    assert takes("2", UNSURE, "note_text", PHOTOS) == "answer"
    assert takes("1", UNSURE, "withdraw_yes", YES_NO) == "nlu_fallback"


def test_of_two_addresses_the_first_can_be_said() -> None:
    addresses = tuple(
        Offered(each, f'/inform{{"corrected": "{each}"}}') for each in ("a@gmail.com", "a@gmial.com")
    )
    assert takes("de eerste", UNSURE, "intake_email", addresses) == addresses[0].payload
    assert takes("a@gmial.com", UNSURE, "intake_email", addresses) == addresses[1].payload


def test_without_offers_nothing_is_chosen() -> None:
    assert takes("1", UNSURE, None) == "nlu_fallback"
    assert takes("", UNSURE, None, PHOTOS) == "nlu_fallback"
    assert takes("", UNSURE, "note_text") == "nlu_fallback"


@settings(deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from(["a_yes", "a_email", "a_name", "a_text", "a_choice", "a_code", "a", None]),
)
def test_a_payload_only_ever_comes_from_the_offers(text: str, requested: str | None) -> None:
    heard = listen(text, UNSURE, requested, PHOTOS)

    assert heard.payload in {None, *(choice.payload for choice in PHOTOS)}
    assert heard == listen(text, UNSURE, requested, PHOTOS)
    assert isinstance(heard, Heard)


@settings(deadline=None)
@given(st.text())
def test_a_plain_text_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
