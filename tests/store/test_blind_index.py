"""How values are normalised before they are looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.blind_index import normal, normal_phone


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Noor@Example.nl", "noor@example.nl"),
        ("\tnoor@example.nl\n", "noor@example.nl"),
        ("rene\u0301@example.nl", "ren\u00e9@example.nl"),
        ("STRASSE@example.de", "stra\u00dfe@example.de"),
    ],
)
def test_spellings_of_one_address_are_one(typed: str, same: str) -> None:
    assert normal(typed) == normal(same)


@given(st.text(max_size=20))
def test_a_number_is_in_international_form_or_refused(text: str) -> None:
    try:
        number = normal_phone(text)
    except ValueError:
        return
    assert number[0] == "+"
    assert number[1:].isdigit()


@pytest.mark.parametrize(
    "text", ["", "+", "0612345678", "+31 6 12345678", "+316123456789012345", "+३१६१२३४५६७८"]
)
def test_other_forms_are_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a telephone number is indexed in E\.164 form$"):
        normal_phone(text)
