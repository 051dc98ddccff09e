import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cleaning import LONGEST, TooLong, clean, fit


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    cleaned = clean(text)
    assert not [c for c in cleaned if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs", "Cn"}]
    assert cleaned == unicodedata.normalize("NFC", cleaned) == cleaned.strip()


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_hidden_characters_do_not_split_a_word() -> None:
    assert clean("zelf\u200bmo\u00adord\u202e") == "zelfmoord"


def test_letters_and_accents_of_every_language_stay() -> None:
    assert clean("Şükrü’s cafe\u0301 is dicht — ça va? 你好") == "Şükrü’s café is dicht — ça va? 你好"


def test_line_ends_become_one_kind_and_empty_lines_stay_few() -> None:
    assert clean("een\r\ntwee\u2028drie\n\n \n\n\n\nvier") == "een\ntwee\ndrie\n\n\nvier"


def test_a_message_of_the_longest_length_fits_and_one_more_does_not() -> None:
    assert fit("a" * LONGEST)
    with pytest.raises(TooLong) as refusal:
        fit("a" * (LONGEST + 1))
    assert refusal.value.length == LONGEST + 1
