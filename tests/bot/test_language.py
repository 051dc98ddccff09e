"""Telling Dutch from English: how rarely it is wrong, and when it may change the language of a talk."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import CLEARLY, LIKELY, hearing, written_in
from casework.manner import Manner
from casework.messages import Language

DATA = Path(__file__).resolve().parents[2] / "data" / "nlu"
DUTCH, ENGLISH = "Hoe lang bewaren jullie mijn gegevens?", "How long do you keep my personal data?"


@cache
def training_sentences(language: Language) -> tuple[str, ...]:
    """The training sentences in this language, many of them misspelled, mixed or very short."""

    def lines() -> Iterator[str]:
        for path in sorted(DATA.glob("*.yml")):
            if path.stem.endswith("_en") == (language == "en"):
                for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
                    yield from (line.strip()[2:] for line in block["examples"].splitlines() if line.strip())

    return tuple(line for line in lines() if len(line.split()) >= 3)


@pytest.mark.parametrize(
    ("language", "sure", "most_wrong", "most_missed"),
    [
        ("nl", LIKELY, 0.002, 0.03),
        ("en", LIKELY, 0.002, 0.06),
        ("nl", CLEARLY, 0.001, 0.05),
        ("en", CLEARLY, 0.001, 0.16),
    ],
)
def test_of_the_training_sentences_few_are_missed_and_hardly_any_taken_for_the_other_language(
    language: Language, sure: float, most_wrong: float, most_missed: float
) -> None:
    heard = [written_in(sentence, sure) for sentence in training_sentences(language)]
    assert len(heard) > 3000
    assert sum(one not in (language, None) for one in heard) / len(heard) <= most_wrong
    assert sum(one is None for one in heard) / len(heard) <= most_missed


@pytest.mark.parametrize(
    "text", ["", "hoi", "hello there", "ok thanks", "👋 👋 👋", "06-12345678", "jan@voorbeeld.nl", "1 2 3 4"]
)
def test_what_is_shorter_than_three_words_or_no_words_tells_nothing(text: str) -> None:
    assert written_in(text, LIKELY) is None


def test_where_nothing_is_known_the_first_words_settle_it() -> None:
    assert hearing(Manner("nl"), ENGLISH) == Manner("en", "text")
    assert hearing(Manner("nl"), DUTCH) == Manner("nl", "text")
    assert hearing(Manner("nl"), "hello") == Manner("nl")


@pytest.mark.parametrize("by", ["page", "text"])
def test_who_clearly_writes_the_other_language_is_followed(by: str) -> None:
    assert hearing(Manner("nl", by), ENGLISH) == Manner("en", "text")  # type: ignore[arg-type]
    assert hearing(Manner("en", by), DUTCH) == Manner("nl", "text")  # type: ignore[arg-type]
    assert hearing(Manner("nl", by), DUTCH) == Manner("nl", by)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "manner", [Manner("nl", "wish"), Manner("nl", "page", filling_in=True), Manner("nl", filling_in=True)]
)
def test_nothing_changes_after_a_wish_nor_while_something_is_filled_in(manner: Manner) -> None:
    assert hearing(manner, ENGLISH) == manner


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_whatever_is_typed_has_an_answer(text: str) -> None:
    assert written_in(text, LIKELY) in ("nl", "en", None)
