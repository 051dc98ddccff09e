"""The store's benchmark runs through, with few persons, and puts the ratios first."""

from __future__ import annotations

import pytest

from bench.report import Row, span, table
from bench.store import main

ACTS = (
    "insert, a person",
    "look up by address",
    "open one",
    "scan and open, a person",
    "insert one",
    "erase one",
    "erase one, with certificate",
    "rotate all",
    "back up",
    "verify the audit chain",
)


@pytest.mark.slow
def test_a_quick_run_measures_every_act(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--persons", "150", "--databases", "sqlite"])
    printed = capsys.readouterr().out
    assert printed.startswith("sqlite, 150 persons")
    assert all(any(line.startswith(act) for line in printed.splitlines()) for act in ACTS)


def test_ratios_stand_first_and_an_aim_that_is_missed_fails_nothing() -> None:
    _, line = table("title", [Row("scan", [0.002, 0.001, 0.01], of_plain=1.6, of_fernet=1 / 3)]).splitlines()
    assert line.split()[:6] == ["scan", "2x", "0.2x", "2", "ms", "1"]
    assert line.endswith("1.6 of plain: MISSED, 0.33 of Fernet: met")


def test_what_somebody_can_not_do_is_a_dash() -> None:
    _, line = table("title", [Row("rotate", [2.5, None, 5.0], most=20, grew=1.25)]).splitlines()
    assert line.split()[:8] == ["rotate", "-", "0.5x", "2.5", "s", "-", "5", "s"]
    assert line.endswith("20 s: met")


def test_times_are_in_the_unit_that_suits_them() -> None:
    assert [span(each) for each in (3.0, 0.0042, 0.0000171, 0.0, None)] == [
        "3 s",
        "4.2 ms",
        "17.1 us",
        "0 us",
        "-",
    ]
