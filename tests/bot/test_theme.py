import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.theme import ENOUGH, NIGHT, PAPER, contrast, readable, theme_css

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.obligation("L17")
@given(colours)
def test_any_accent_a_practice_picks_is_readable_by_day_and_by_night(accent: str) -> None:
    for background in (PAPER, NIGHT):
        assert contrast(readable(accent, background), background) >= ENOUGH


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_an_accent_that_is_readable_already_is_left_as_the_practice_chose_it() -> None:
    assert readable("#1f3a4e", PAPER) == "#1f3a4e"


def test_the_style_sheet_names_only_colours() -> None:
    assert set(re.findall(r"--[\w-]+", theme_css("#5b3a52"))) == {"--accent", "--on-accent"}
