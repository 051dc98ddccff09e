"""The recovery sheet reads back, whoever types it; a mistake is named by its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from store import recovery
from store.check_words import WORDS
from store.keyring import Keyring
from store.recovery import RecoveryError, keyring_of, read_line, sheet

NOW = datetime(2026, 3, 14, tzinfo=UTC)
KEYRING = Keyring.new()
LINES = [str(line) for line in sheet(KEYRING)]
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def _typed(lines: list[str]) -> Keyring:
    return keyring_of([read_line(line, number) for number, line in enumerate(lines, 1)])


@given(
    st.binary(min_size=32, max_size=32), st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=5)
)
def test_every_keyring_reads_back_from_its_sheet(root: bytes, masters: list[bytes]) -> None:
    keyring = Keyring(current=len(masters), masters=dict(enumerate(masters, 1)), root=root)
    assert _typed([str(line) for line in sheet(keyring)]) == keyring


def test_rotated_keyrings_come_back_with_all_their_masters() -> None:
    keyring = KEYRING.with_new_master(NOW)
    assert _typed([str(line) for line in sheet(keyring)]) == replace(keyring, replaced={})


@pytest.mark.parametrize(
    "change",
    [str.lower, str.upper, lambda line: line.replace(" ", "   "), lambda line: line.split(".")[1].strip()],
)
def test_case_blanks_and_line_numbers_do_not_matter(change: object) -> None:
    assert callable(change)
    assert _typed([change(line) for line in LINES]) == KEYRING


@given(st.integers(min_value=0, max_value=len(LINES) - 1), st.data())
def test_a_wrong_sign_names_its_line(at: int, data: st.DataObject) -> None:
    places = [place for place, sign in enumerate(LINES[at]) if place > 3 and sign in SIGNS]
    place = data.draw(st.sampled_from(places))
    sign = data.draw(st.sampled_from(SIGNS + "01IO"))
    assume(sign != LINES[at][place])
    changed = [*LINES]
    changed[at] = LINES[at][:place] + sign + LINES[at][place + 1 :]
    with pytest.raises(RecoveryError) as error:
        _typed(changed)
    assert error.value.line in (at + 1, 0)  # 0: one in 65536 passes its own line's words, not the sheet's


def test_swapped_lines_are_noticed() -> None:
    with pytest.raises(RecoveryError) as error:
        _typed([*LINES[:2], LINES[3], LINES[2], *LINES[4:]])
    assert (error.value.wrong, error.value.line) == ("mistake", 3)


def test_a_missing_line_is_named() -> None:
    with pytest.raises(RecoveryError) as error:
        _typed(LINES[:-1])
    assert (error.value.wrong, error.value.line) == ("missing", len(LINES))


def test_lines_of_two_sheets_do_not_make_a_keyring() -> None:
    other = [str(line) for line in sheet(Keyring.new())]
    with pytest.raises(RecoveryError) as error:
        _typed([*LINES[:4], *other[4:]])
    assert error.value.wrong == "mixed"


@pytest.mark.parametrize(
    "line", ["", "1.", "AAAA BBBB CCCC DDDD", "AAAA BBBB CCCC aap noot", LINES[0] + " extra", "é" * 24]
)
def test_what_is_no_line_says_so(line: str) -> None:
    with pytest.raises(RecoveryError) as error:
        read_line(line, 3)
    assert (error.value.wrong, error.value.line) == ("form", 3)


def test_the_check_words_are_256_different_plain_words() -> None:
    assert len(set(WORDS)) == len(WORDS) == 256
    assert all(word.isascii() and word.islower() and word.isalpha() for word in WORDS)


def test_a_confirmation_holds_for_this_keyring_until_it_rotates(tmp_path: Path) -> None:
    assert recovery.confirmed_at(tmp_path, KEYRING) is None
    recovery.confirm(tmp_path, KEYRING, NOW)
    assert recovery.confirmed_at(tmp_path, KEYRING) == NOW
    assert recovery.confirmed_at(tmp_path, KEYRING.with_new_master(NOW)) is None
    assert recovery.confirmed_at(tmp_path, Keyring.new()) is None
    (tmp_path / recovery.NAME).write_text("geen json")
    assert recovery.confirmed_at(tmp_path, KEYRING) is None
