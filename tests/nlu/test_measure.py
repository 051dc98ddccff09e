"""The figures of the report, on cases that were made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nlu.figures import (
    Case,
    bands,
    calibration,
    calibration_error,
    choices,
    confusions,
    figures,
    per_intent,
    rejection,
)
from nlu.listening import FALLBACK, LOST
from nlu.measure import letters, yes_no


def case(truth: str, *ranking: tuple[str, float], intent: str | None = None) -> Case:
    """A sentence that the model ranked so."""
    return Case("", truth, intent or ranking[0][0], ranking, 10.0)


RIGHT = case("greet", ("greet", 0.9), ("thank", 0.1))
WRONG = case("thank", ("greet", 0.6), ("thank", 0.4))


def test_what_is_right_and_what_is_among_three_is_counted() -> None:
    told = figures([RIGHT, WRONG])
    assert told["accuracy"] == 0.5
    assert told["top_three"] == 1.0
    assert told["milliseconds"] == {"p50": 10.0, "p95": 10.0}


def test_confusions_name_intents_and_no_sentences() -> None:
    assert confusions([RIGHT, WRONG, WRONG]) == [{"is": "thank", "taken_for": "greet", "times": 2}]
    assert per_intent([RIGHT, WRONG])["greet"] == {"sentences": 1, "recall": 1.0, "precision": 0.5}


def test_who_is_as_often_right_as_sure_is_calibrated() -> None:
    honest = [case("greet", ("greet", 0.5), ("thank", 0.5)), case("thank", ("greet", 0.5), ("thank", 0.5))]
    assert calibration_error(calibration(honest)) == 0.0
    boasting = [case("thank", ("greet", 1.0), ("thank", 0.0))]
    assert calibration_error(calibration(boasting)) == 1.0


def test_each_band_says_how_many_fall_in_it_and_whether_the_right_choice_was_offered() -> None:
    offered = case("request_access", ("request_erasure", 0.5), ("request_access", 0.4), intent=FALLBACK)
    missed = case("request_access", ("request_erasure", 0.5), ("ask_rights", 0.4), intent=FALLBACK)
    no_wish = case("thank", ("request_erasure", 0.5), intent=FALLBACK)
    lost = case("request_access", ("greet", 0.1), intent=LOST)
    told = bands([RIGHT, offered, missed, no_wish, lost])
    assert told["sure"] == {"share": 0.2, "right": 1.0}
    assert told["unsure"] == {"share": pytest.approx(0.6), "right_among_choices": 0.5}
    assert told["lost"] == {"share": 0.2}


def test_the_coach_is_among_the_choices_and_small_talk_is_not() -> None:
    unsure = case("x", ("small_talk", 0.4), ("request_access", 0.3), ("talk_to_coach", 0.2))
    assert choices(unsure) == {"request_access", "talk_to_coach"}


def test_strangers_are_told_apart_by_the_confidence_of_out_of_scope() -> None:
    ours = [case("greet", ("greet", 0.9), ("out_of_scope", 0.01 * n)) for n in range(5)]
    strangers = [
        case("out_of_scope", ("greet", 0.5), ("out_of_scope", 0.3)),
        case("out_of_scope", ("greet", 1.0)),
    ]
    told = rejection(ours, strangers)
    assert told["rejected_at_loss"] == 0.5
    assert told["not_acted_on"] == 0.0


def test_a_yes_counts_only_where_it_is_sure(tmp_path: Path) -> None:
    (tmp_path / "yes_no.yml").write_text("affirm:\n  nl: [zeker weten, hm misschien]\n")

    def understand(text: str) -> dict[str, Any]:
        confidence = 0.95 if text == "zeker weten" else 0.4
        intent = "affirm" if confidence > 0.9 else FALLBACK
        return {"intent": intent, "ranking": [{"name": "affirm", "confidence": confidence}]}

    assert yes_no(tmp_path / "yes_no.yml", understand) == {"affirm": {"nl": 0.5}}


def test_of_letters_the_requests_are_counted_that_are_found_and_that_are_missed(tmp_path: Path) -> None:
    asked = [
        ("wis alles en trek in", ["request_erasure", "withdraw_consent"]),
        ("inzage", ["request_access"]),
        ("dag", []),
    ]
    content = "".join(f"- {{text: {text}, requests: {requests}}}\n" for text, requests in asked)
    (tmp_path / "letters.yml").write_text(content)

    def understand(text: str) -> dict[str, Any]:
        if text.startswith("wis"):
            wishes = [{"intent": "request_erasure"}, {"intent": "request_objection"}]
            return {"intent": "letter", "entities": [{"entity": "wishes", "value": wishes}]}
        return {"intent": "request_access" if text == "inzage" else "goodbye", "entities": []}

    told = letters(tmp_path / "letters.yml", understand)
    assert told["exactly_right"] == pytest.approx(2 / 3)
    assert told["precision"] == told["recall"] == pytest.approx(2 / 3)
