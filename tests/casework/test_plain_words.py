"""However a word is written, it comes out as one word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.plain_words import plain_sentences


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ik WIL, suïcide", "ik wil , suicide"),
        ("i'm sure he'll and can't", "i am sure he will and can not"),
        ("im sure hes gonna", "i am sure he is going to"),
        ("kheb me zelf", "ik heb mezelf"),
        ("'k wil nie meer", "ik wil niet meer"),
        ("z e l f m o o r d", "zelfmoord"),
        ("d.o.o.d", "dood"),
        ("d00d op 10", "dood op 10"),
        ("doooood", "dood"),
        ("ｄооd", "dood"),
        ("do\u200bod", "dood"),
        ("zelfmord zelfmoordd zlefmoord", "zelfmoord zelfmoord zelfmoord"),
        ("geslapen bedriegt verwacht", "geslapen bedriegt verwacht"),
        ("ik (echt) - nu", "ik , echt , , nu"),
        ("zo'n foto's", "zon fotos"),
    ],
)
def test_a_word_comes_out_plain(text: str, words: str) -> None:
    assert [" ".join(sentence) for sentence in plain_sentences(text)] == [words]


def test_a_full_stop_and_an_empty_line_end_a_sentence_and_a_line_end_only_a_clause() -> None:
    assert plain_sentences("ik ga. hij\nblijft\n\nzij ook") == [
        ["ik", "ga"],
        ["hij", ",", "blijft"],
        ["zij", "ook"],
    ]


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_gives_words(text: str) -> None:
    for sentence in plain_sentences(text):
        assert sentence
        assert all(word == "," or word.replace("_", "x").isalnum() for word in sentence)
