"""What Balie does with doubt: choices, the policy, the coach; and never the same words twice, whatever is typed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.clarify import MOST
from casework import tickets
from casework.fields import LONGEST_WORDS
from casework.passages import import_policy
from tests.actions.calls import Desk, Done

QUESTION = "Mag mijn hond mee naar de praktijk?"
KNOWN = "Hoe lang werkt de code die ik per mail krijg?"
POLICY = """Privacybeleid

19. Beheer van apparaten

Ieder scherm gaat na vijf minuten vanzelf op slot. Een verloren toestel melden wij meteen.
"""
FORMS = ("intake_form", "request_form", "consent_form", "status_form", "note_form", "letter_form")
INTENTS = (
    "ask_retention",
    "request_erasure",
    "give_consent",
    "give_pr_consent",
    "greet",
    "crisis",
    "out_of_scope",
)

texts = st.one_of(
    st.sampled_from(
        [QUESTION, KNOWN, "brrr", "mijn hond heet Max", "hoe laat gaat de trein", "", "👋", "is dit?"]
    ),
    st.text(max_size=40),
)
rankings = st.lists(
    st.tuples(st.sampled_from(INTENTS), st.floats(0.01, 0.4)), max_size=6, unique_by=lambda guess: guess[0]
)
messages = st.one_of(
    st.tuples(st.just("action_clarify"), st.just("nlu_fallback"), texts, rankings),
    st.tuples(st.just("action_search_policy"), st.just("nlu_lost"), texts, rankings),
    st.tuples(
        st.just("action_out_of_scope"), st.sampled_from(["out_of_scope", "small_talk"]), texts, rankings
    ),
    st.tuples(st.just("action_out_of_place"), st.sampled_from(["affirm", "deny", "inform"]), texts, rankings),
    st.tuples(st.just("action_stop"), st.just("stop"), texts, rankings),
    st.tuples(st.just("action_help"), st.just("help"), texts, rankings),
    st.tuples(st.just("action_distress"), st.just("distress"), texts, rankings),
)


def lost(desk: Desk, text: str) -> Done:
    """A message that no intent comes near."""
    return desk.run("action_search_policy", "nlu_lost", text)


def quotes(done: Done) -> list[dict[str, str]]:
    """The practice's own words in a reply."""
    return [beside["quote"] for given in done.responses if (beside := given["custom"]) and beside["quote"]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(messages, min_size=2, max_size=8), form=st.sampled_from((None, *FORMS)))
def test_nothing_is_said_twice_in_a_row_whatever_is_typed(desk: Desk, said: list, form: str | None) -> None:  # type: ignore[type-arg]
    desk.before, desk.form = [], form
    for action, intent, text, ranking in said:
        before = set(desk.before)
        answer = desk.run(action, intent, None if desk.form else text, ranking=ranking or None)
        assert answer.status == 200
        assert answer.said
        assert not before & set(answer.said)


@pytest.mark.parametrize(
    ("ranking", "offered"),
    [
        (
            [
                ("give_pr_consent", 0.3),
                ("give_consent", 0.2),
                ("withdraw_consent", 0.1),
                ("ask_rights", 0.01),
            ],
            ["Toestemming voor publicatie geven", "Toestemming intrekken", "Welke rechten heb ik?"],
        ),
        (
            [("greet", 0.3), ("distress", 0.2), ("crisis", 0.1), ("help", 0.05), ("small_talk", 0.01)],
            ["Het gaat niet goed met mij", "Wat kunt u voor mij doen?"],
        ),
        ([("talk_to_coach", 0.3), ("affirm", 0.2)], []),
    ],
)
def test_the_choices_are_meanings_each_once_and_never_small_talk(
    desk: Desk, ranking: list[tuple[str, float]], offered: list[str]
) -> None:
    asked = desk.run("action_clarify", "nlu_fallback", "uhm ja dat", ranking=ranking)
    assert asked.labels == [*offered, "Praat met de coach"]
    assert len(asked.labels) <= MOST + 1


def test_a_question_that_no_intent_answers_is_answered_from_the_pack_with_its_place(desk: Desk) -> None:
    found = lost(desk, KNOWN)
    assert found.said == ["found_words"]
    assert "10 minuten" in found.value("passage")
    assert found.value("passage").endswith("Gegevens van onze praktijk: laten zien wie u bent")
    assert found.labels == ["Praat met de coach"]


def test_the_practices_own_text_is_quoted_word_for_word_with_its_place(desk: Desk, tmp_path: Path) -> None:
    source = tmp_path / "beleid.txt"
    source.write_text(POLICY, encoding="utf-8")
    import_policy(desk.office.home / "policy", source, datetime(2026, 9, 1, tzinfo=UTC))
    found = lost(desk, "Gaat het scherm vanzelf op slot?")
    assert found.said == ["found_quote"]
    (quote,) = quotes(found)
    assert quote["text"] in POLICY
    assert quote["place"] == "19. Beheer van apparaten"
    desk.slots["language"] = "en"
    assert quotes(lost(desk, "Is the loss of a device reported?"))[0]["place"].endswith("(in Dutch)")


def test_the_same_question_again_is_answered_in_other_words(desk: Desk) -> None:
    assert [lost(desk, KNOWN).said for _ in range(3)] == [
        ["found_words"],
        ["found_words_again"],
        ["found_words"],
    ]
    assert [lost(desk, QUESTION).said for _ in range(2)] == [["policy_silent"], ["policy_silent_again"]]


def test_what_the_policy_is_silent_on_is_said_so_with_the_way_to_the_whole_policy(desk: Desk) -> None:
    silent = lost(desk, QUESTION)
    assert silent.said == ["policy_silent"]
    assert quotes(silent) == []
    assert silent.responses[0]["custom"]["link"]["url"] == "http://127.0.0.1:8080/privacy"


@pytest.mark.parametrize("text", ["brrr", "mijn hond heet Max", "wifi?", ""])
def test_what_is_no_question_is_not_looked_up_but_not_understood(desk: Desk, text: str) -> None:
    answer = lost(desk, text)
    assert answer.said == ["not_understood_at_all"]
    assert answer.labels == ["Praat met de coach"]


@pytest.mark.parametrize(
    ("action", "intent", "ranking"),
    [
        ("action_out_of_scope", "out_of_scope", None),
        ("action_clarify", "nlu_fallback", [("out_of_scope", 0.4), ("ask_rights", 0.2)]),
    ],
)
def test_a_question_that_seems_out_of_scope_is_looked_up_first(
    desk: Desk, action: str, intent: str, ranking: list[tuple[str, float]] | None
) -> None:
    assert desk.run(action, intent, KNOWN, ranking=ranking).said == ["found_words"]
    assert desk.run(action, intent, QUESTION, ranking=ranking).said in (["out_of_scope"], ["not_understood"])


def test_an_unsure_question_that_finds_a_passage_gets_it_with_the_choices_under_it(desk: Desk) -> None:
    ranking = [("ask_security", 0.3), ("request_access", 0.2), ("ask_contact", 0.1), ("ask_rights", 0.05)]
    answer = desk.run("action_clarify", "nlu_fallback", KNOWN, ranking=ranking)
    assert answer.said == ["found_words"]
    assert answer.labels == [
        "Hoe beveiligt u mijn gegevens?",
        "Mijn gegevens inzien",
        "Hoe bereik ik de praktijk?",
        "Praat met de coach",
    ]
    assert desk.run("action_clarify", "nlu_fallback", "uhm ja die code", ranking=ranking).said == [
        "not_understood"
    ]


def test_inside_a_form_nothing_is_looked_up_and_the_form_goes_on(desk: Desk) -> None:
    desk.fill_in("intake_form", intake_adult_yes=True, requested_slot="intake_name")
    answer = desk.run("action_search_policy", "nlu_lost")
    assert answer.said == ["not_understood_in_form"]
    assert not answer.closes


def begun(desk: Desk, opened: Done) -> Done:
    """Have the note form ask its first question after it was opened."""
    desk.form = opened.opens
    return desk.run("validate_note_form", "talk_to_coach", after="action_open_note")


@pytest.mark.parametrize("way", ["button", "yes"])
def test_nobody_types_twice_what_goes_to_the_coach_and_it_is_shown_before_it_goes(
    desk: Desk, way: str
) -> None:
    lost(desk, QUESTION)
    if way == "button":
        opened = desk.run("action_open_note", "talk_to_coach")
    else:
        opened = desk.run("action_out_of_place", "affirm", "ja graag")
    assert opened.said == ["note_begins_question"]
    assert begun(desk, opened).asks == "note_reach_address"
    shown = desk.answer(skip=True)
    assert shown.said == ["confirm_note"]
    assert shown.value("message") == QUESTION
    assert tickets.due_list(desk.office) == ()
    desk.answer(intent="affirm")
    assert desk.run("action_submit_note", "affirm").said == ["note_left_question"]
    (line,) = tickets.due_list(desk.office)
    assert line.kind == "question"
    assert desk.slots["note_asked"] is None


def test_a_guessed_yes_passes_nothing_on(desk: Desk) -> None:
    lost(desk, QUESTION)
    assert desk.run("action_out_of_place", "affirm", "tja", confidence=0.5).opens is None


def test_a_yes_to_sadness_asks_the_coach_to_call(desk: Desk) -> None:
    desk.run("action_distress", "distress", "ik ben zo moe")
    opened = desk.run("action_out_of_place", "affirm", "ja doe maar")
    assert opened.said == ["note_begins_callback"]
    assert opened.opens == "note_form"


@pytest.mark.parametrize("text", ["en nu?", "klopt 111222333 als mijn bsn?"])
def test_a_scrap_and_a_citizen_service_number_are_not_kept_for_the_coach(desk: Desk, text: str) -> None:
    lost(desk, text)
    assert desk.slots["note_asked"] is None
    opened = desk.run("action_open_note", "talk_to_coach")
    assert begun(desk, opened).asks == "note_text"


def test_what_was_asked_before_something_else_does_not_go_along(desk: Desk) -> None:
    lost(desk, QUESTION)
    desk.run("action_help", "help")
    opened = desk.run("action_open_note", "talk_to_coach")
    assert begun(desk, opened).asks == "note_text"


def test_a_very_long_message_is_kept_no_longer_than_a_note_may_be(desk: Desk) -> None:
    lost(desk, f"Mag mijn hond mee? {'Hij is lief. ' * 1000}")
    assert len(desk.slots["note_asked"]) == LONGEST_WORDS


@pytest.mark.obligation(38)
def test_out_of_telegram_the_question_comes_along_to_our_own_page(desk: Desk) -> None:
    desk.slots["channel"] = "telegram"
    lost(desk, QUESTION)
    assert desk.run("action_open_note", "talk_to_coach").said == ["hand_over"]
    desk.slots["channel"] = "web"
    opened = desk.run("action_open_note", "talk_to_coach")
    assert begun(desk, opened).asks == "note_reach_address"
