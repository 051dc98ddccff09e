"""Telling a question from a statement, with and without its mark, in both languages."""

from __future__ import annotations

import pytest

from casework.questions import is_question


@pytest.mark.parametrize(
    "text",
    [
        "Mag mijn hond mee?",
        "mag mijn hond mee",
        "hoe zit dat met jullie telefoons",
        "van wie is de theorie",
        "leest de coach mee",
        "slaan jullie dat op",
        "Goedemiddag, kunt u zeggen of er camera's hangen",
        "Ik vroeg me af of er iemand meekijkt.",
        "Ik ben ziek, kan ik afzeggen",
        "moet dat nou, die foto?",
        "do you have coffee",
        "since when does the practice exist",
        "I was wondering if my boss hears this",
        "hi, is there parking",
        "wifi wachtwoord?",
    ],
)
def test_this_is_a_question(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "wifi?",
        "brrr",
        "hoe",
        "mijn hond heet Max",
        "Ik wil mijn gegevens inzien.",
        "haal de foto weg",
        "laat het maar",
        "dat ik hier kwam was toeval",
        "met de groeten van Jan",
        "my dog is called Max",
        "please erase everything",
        "👋👋",
    ],
)
def test_this_is_none(text: str) -> None:
    assert not is_question(text)
