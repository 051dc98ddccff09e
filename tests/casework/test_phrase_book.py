"""Phrases say where they stand, in time that grows with the text only."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.phrase_book import ByNeed, PhraseBook, Unreadable
from casework.phrases import found_in, named_in, without

GROUPS = {"want": "wil | wilt", "self": "mezelf | zich zelf", "hurt": "(sla | schop) <self>"}


def stands(phrase: str, text: str) -> list[int]:
    """The places in a text where a phrase begins."""
    book = PhraseBook()
    read = book.findable(phrase, book.groups(GROUPS))
    (sentence,) = book.sentences([text.split()])
    places = found_in(sentence, read)
    return [place for place in range(sentence.length + 1) if places >> place & 1]


@pytest.mark.parametrize(
    ("phrase", "text", "places"),
    [
        ("dood", "ik wil dood dood", [2, 3]),
        ("zelfmoord*", "zelfmoordplannen en zelfmoord en moord", [0, 2]),
        ("<want> dood", "ik wilt dood", [1]),
        ("<hurt>", "ik sla zich zelf", [1]),
        ("wil | zich zelf", "wil zich zelf", [0, 1]),
        ("ik (wil | ga) dood", "ik ga dood ik kan dood", [0]),
        ("ik [echt] wil", "ik echt wil ik wil ik niet wil", [0, 3]),
        ("ik .. dood", "ik a b dood", [0]),
        ("ik .. dood", "ik a b c dood", []),
        ("ik ... dood", "ik a b c d dood", [0]),
        ("ik .... dood", "ik a b c d e f g dood", [0]),
        ("ik .... dood", "ik a b c d e f g h dood", []),
        ("dood -(van | aan)", "dood van dood aan dood ik", [4]),
        ("dood -(van de)", "dood van een dood van de", [0]),
        ("^ ik spring $", "ik spring", [0]),
        ("^ ik spring $", "als ik spring", []),
        ("^ ik spring $", "nu , ik spring , echt", [1]),
        ("{ik, wil, dood}", "dood a b wil c ik", [0]),
        ("{ik, wil, dood}", "dood a b c d e f g h i wil ik", []),
        ("{ik, wil dood}", "wil ik dood", []),
    ],
)
def test_a_phrase_stands_where_its_words_stand(phrase: str, text: str, places: list[int]) -> None:
    assert stands(phrase, text) == places


@pytest.mark.parametrize("phrase", ["", "(ik", "ik)", "ik |", "<nobody>", "a {b, c}", "[]", "ik ! wil"])
def test_what_is_not_written_as_it_should_be_is_refused(phrase: str) -> None:
    book = PhraseBook()
    with pytest.raises(Unreadable):
        book.findable(phrase, book.groups(GROUPS))


def test_the_words_it_names_are_not_those_in_its_gaps() -> None:
    book = PhraseBook()
    phrase = book.phrase("lach [me | mij] .. (dood | kapot)", {})
    near = book.findable("{ik, dood}", {})
    dead = book.phrase("dood", {})
    (sentence,) = book.sentences([["ik", "lach", "me", "nu", "dood", "dood"]])
    assert bin(named_in(sentence, phrase)) == "0b110110"
    assert bin(named_in(sentence, near)) == "0b110001"
    assert found_in(sentence, dead)
    assert not found_in(without(sentence, 0b110110), dead)


def test_only_phrases_whose_words_are_there_are_tried() -> None:
    book = PhraseBook()
    written = ["ik wil dood", "(wil | ga) niet", "zelf*", "{hij, slaat | schopt, me}"]
    shelf = ByNeed((book.findable(text, {}), text) for text in written)
    sentences = book.sentences([["ik", "wil"], ["ga", "niet"], ["zelfmoord"], ["me", "schopt", "hij"], []])
    assert [sorted(shelf.possible_in(sentence)) for sentence in sentences] == [
        [],
        [written[1]],
        [written[2]],
        [written[3]],
        [],
    ]


PHRASES = ["a b", "a .. b", "[a] b", "(a | b c) d", "a -(b)", "^ a", "{a, b}", "a ... (b | c) .. d"]


@given(
    st.sampled_from(PHRASES),
    st.lists(st.sampled_from("abcd"), max_size=12),
    st.lists(st.sampled_from("abcdx"), max_size=4),
)
@settings(deadline=None)
def test_what_stands_in_a_text_stands_in_a_longer_one(phrase: str, words: list[str], more: list[str]) -> None:
    found = stands(phrase, " ".join(words))
    inside = [place for place in found if place + 12 < len(words)] if "-" in phrase else found
    assert set(inside) <= set(stands(phrase, " ".join(words + more)))
