import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.second_factor import (
    new_recovery_codes,
    new_secret,
    qr_svg,
    recovery_digest,
    spaced,
    step_of,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "fits"), [(0, True), (30, True), (-30, True), (60, False), (-60, False)])
def test_a_code_fits_one_step_either_way_and_no_further(seconds: int, fits: bool) -> None:
    secret = new_secret()
    code = pyotp.TOTP(secret).at(NOON + timedelta(seconds=seconds))

    assert (step_of(secret, code, NOON) is not None) == fits


def test_the_step_is_that_of_the_code_and_not_of_the_clock() -> None:
    secret = new_secret()
    earlier = NOON - timedelta(seconds=30)

    step = step_of(secret, pyotp.TOTP(secret).at(earlier), NOON)

    assert step == int(earlier.timestamp()) // 30


def test_a_code_typed_with_a_space_is_understood() -> None:
    secret = new_secret()
    code = pyotp.TOTP(secret).at(NOON)

    assert step_of(secret, f"{code[:3]} {code[3:]}", NOON) is not None


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_a_step_or_none(typed: str) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    right = {pyotp.TOTP(secret).at(NOON + timedelta(seconds=s)) for s in (-30, 0, 30)}

    assert (step_of(secret, typed, NOON) is not None) == ("".join(typed.split()) in right)


def test_the_secret_is_shown_in_groups_of_four_letters() -> None:
    assert re.fullmatch(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", spaced(new_secret()))


def test_the_qr_code_is_drawn_inline_and_fetches_nothing() -> None:
    drawn = qr_svg(new_secret(), "Marieke", "Release & Connect")

    assert drawn.startswith("<svg")
    assert "href" not in drawn
    assert "style=" not in drawn
    assert "viewBox" in drawn  # it scales with its frame, so that no edge of it is cut off


def test_recovery_codes_are_eight_and_differ() -> None:
    codes = new_recovery_codes()

    assert len(set(codes)) == 8
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", code) for code in codes)


def test_a_recovery_code_may_be_typed_in_small_letters_and_without_dashes() -> None:
    code = new_recovery_codes()[0]

    assert recovery_digest(code.lower().replace("-", " ")) == recovery_digest(code)
