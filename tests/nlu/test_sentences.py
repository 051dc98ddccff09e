"""A text is taken apart into sentences as its writer meant them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.sentences import LONGEST, in_parts, sentences


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wis alles. En trek dat in!", ["Wis alles.", "En trek dat in!"]),
        ("wis alles. en trek dat in", ["wis alles.", "en trek dat in"]),
        ("Wis alles.En trek dat in.", ["Wis alles.", "En trek dat in."]),
        ("Mag dat? Graag!! Dank u", ["Mag dat?", "Graag!!", "Dank u"]),
        ("Wis alles; trek dat in", ["Wis alles;", "trek dat in"]),
        ("Zie art. 17 lid 1 AVG, bijv. i.v.m. mijn foto. Dank.", ["Zie art. 17 lid 1 AVG, bijv. i.v.m. mijn foto.", "Dank."]),
        ("Ik sprak dhr. J. de Wit en mevr. Bos. Zij weten het.", ["Ik sprak dhr. J. de Wit en mevr. Bos.", "Zij weten het."]),
        ("Under art. 15 GDPR, e.g. my notes. Thanks.", ["Under art. 15 GDPR, e.g. my notes.", "Thanks."]),
        ("Mail naar jan@voorbeeld.nl of bel. Dank.", ["Mail naar jan@voorbeeld.nl of bel.", "Dank."]),
        ("(Graag snel.) Dank.", ["(Graag snel.)", "Dank."]),
        ("Wacht… toch niet", ["Wacht…", "toch niet"]),
        ("", []),
        ("  \n \n", []),
    ],
)  # fmt: skip
def test_stops_end_sentences_and_abbreviations_do_not(text: str, found: list[str]) -> None:
    assert texts(text) == found


def test_wrapped_lines_are_one_sentence_and_short_lines_are_not() -> None:
    wrapped = "Ik verzoek u om een afschrift van alle verslagen die\nu van mij hebt."
    assert len(texts(wrapped)) == 1
    assert texts("Lindelaan 12\n3512 XY Utrecht\nwis mijn gegevens") == [
        "Lindelaan 12",
        "3512 XY Utrecht",
        "wis mijn gegevens",
    ]


@pytest.mark.parametrize("mark", ["1.", "1)", "(1)", "-", "*", "•", "a)"])
def test_the_items_of_a_list_know_what_introduces_them(mark: str) -> None:
    introduction, first, second, after = sentences(
        f"Ik verzoek u:\n{mark} dit te doen;\n{mark} dat te doen.\n\nDank u."
    )
    assert (introduction.introduced_by, after.introduced_by) == (None, None)
    assert [(item.text, item.introduced_by) for item in (first, second)] == [
        ("dit te doen;", 0),
        ("dat te doen.", 0),
    ]


def test_a_list_in_the_line_is_a_list_too() -> None:
    assert texts("Ik wil: 1) inzage 2) een kopie") == ["Ik wil:", "inzage", "een kopie"]
    assert len(texts("zoals bedoeld in artikel 4(1) en (2) AVG over mij")) == 1


def test_marks_of_a_template_and_quoted_mail_are_taken_off() -> None:
    template = "[erase_all>Wis alles.][erase_some>Wis dit: {erasure_data}] <italic>Dank</italic>."
    assert texts(template) == ["Wis alles.", "Wis dit: Dank."]
    assert texts("> Wis alles.\nDat schreef ik.") == ["Dat schreef ik."]
    assert texts("Een [haakje] blijft.") == ["Een [haakje] blijft."]


@given(st.text(max_size=400))
def test_no_word_is_lost(text: str) -> None:
    plain = text.replace(">", "")
    kept = "".join("".join(sentence.text.split()) for sentence in sentences(plain))
    letters = [sign for sign in plain if sign.isalpha()]
    assert (
        [sign for sign in kept if sign.isalpha()] == letters or "{" in plain or "<" in plain or _listed(plain)
    )


def _listed(text: str) -> bool:
    """Letters that are the mark of a list's item ("a) ") go with the list."""
    return ")" in text


@given(st.text(alphabet="abc ,.en", max_size=2_000))
def test_parts_of_a_long_sentence_are_short_and_say_the_same(text: str) -> None:
    parts = list(in_parts(text))
    assert all(len(part) <= LONGEST for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
