"""Words as the search compares them."""

from __future__ import annotations

import pytest

from casework.messages import Language
from casework.search_words import sought, tokens_of, words_of


def meets(question: str, text: str, language: Language = "nl") -> bool:
    """Whether a telling word of the question is in the text."""
    here = set(tokens_of(text, language))
    return any(not word.tokens.isdisjoint(here) for word in sought(question) if not word.weak)


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("wachtwoorden", "Een sterk wachtwoord.", "nl"),
        ("verwijderd", "Wij wissen uw gegevens.", "nl"),
        ("updates", "automatische beveiligingsupdates", "nl"),
        ("vergrendeling", "schermvergrendeling", "nl"),
        ("password", "Een sterk wachtwoord.", "nl"),
        ("wachtwoord", "strong passwords", "en"),
        ("reservekopieën", "Backups are kept.", "en"),
        ("foto's", "één foto", "nl"),
    ],
)
def test_a_word_is_found_by_its_forms_its_parts_its_synonyms_and_its_translation(
    question: str, text: str, language: Language
) -> None:
    assert meets(question, text, language)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("hond", "honderd"),
        ("mag ik het", "ik mag het"),
        ("clients", "cliënt"),
        ("de coach", "de coach belt u"),
    ],
)
def test_a_likeness_of_letters_an_empty_word_and_a_word_of_the_trade_find_nothing(
    question: str, text: str
) -> None:
    assert not meets(question, text)


def test_words_are_compared_without_capitals_accents_and_hyphens() -> None:
    assert words_of("Foto’s, E-mail; CLIËNT's 24") == ["foto", "email", "client", "24"]
