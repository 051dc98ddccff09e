"""Promised and legal dates, from the table of obligations part B2, and what must hold for every date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import clocks
from casework.clocks import AMSTERDAM, Clock

MOMENTS = st.integers(1_577_836_800, 2_840_140_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
DAYS = st.dates(date(2020, 1, 1), date(2060, 1, 1))


def received_on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 14, 0, tzinfo=AMSTERDAM)


@pytest.mark.obligation(66)
@pytest.mark.parametrize(
    ("received", "promised", "legal"),
    [
        (date(2026, 8, 31), date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 11, 25), date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 1)),
        (date(2027, 3, 27), date(2027, 4, 27), date(2027, 4, 28)),
        (date(2027, 4, 5), date(2027, 5, 5), date(2027, 5, 7)),  # Liberation Day, then Ascension Day
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_request_is_promised_within_the_month_and_the_law_rolls_over_days_off(
    received: date, promised: date, legal: date
) -> None:
    clock = clocks.request_clock(received_on(received))
    assert clock == Clock(received=received, promised=promised, legal=legal)


@pytest.mark.obligation(66)
def test_an_extension_runs_three_months_from_receipt() -> None:
    clock = clocks.request_clock(received_on(date(2027, 3, 5)))
    assert clocks.extended(clock) == Clock(
        received=date(2027, 3, 5), promised=date(2027, 6, 5), legal=date(2027, 6, 7), extended=True
    )


@pytest.mark.obligation(66)
def test_an_extension_is_told_within_the_first_month_and_once() -> None:
    clock = clocks.request_clock(received_on(date(2027, 3, 5)))
    assert clock.can_be_extended(clock.legal)
    assert not clock.can_be_extended(clock.legal + timedelta(days=1))
    longer = clocks.extended(clock)
    assert not longer.can_be_extended(clock.legal)
    with pytest.raises(ValueError, match="one extension"):
        clocks.extended(longer)


def test_a_practice_may_promise_sooner_never_later() -> None:
    received = received_on(date(2026, 9, 1))
    assert clocks.request_clock(received, promise_days=14).promised == date(2026, 9, 15)
    assert clocks.request_clock(received, promise_days=90).promised == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 14, 21, 59, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), date(2026, 7, 15)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_of_receipt_is_the_day_in_the_netherlands(moment: datetime, day: date) -> None:
    assert clocks.day_in_amsterdam(moment) == day


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clocks.request_clock(datetime(2026, 7, 14, 22, 0))  # noqa: DTZ001 - the missing zone is the point


@pytest.mark.obligation(29)
def test_hours_run_through_the_weekend() -> None:
    friday_afternoon = datetime(2026, 11, 20, 15, 0, tzinfo=AMSTERDAM)
    assert clocks.hours_later(friday_afternoon, 48) == datetime(2026, 11, 22, 15, 0, tzinfo=AMSTERDAM)
    assert clocks.hours_later(friday_afternoon, clocks.AP_NOTICE_HOURS) == datetime(
        2026, 11, 23, 15, 0, tzinfo=AMSTERDAM
    )


def test_hours_are_real_hours_when_the_clocks_go_back() -> None:
    before = datetime(2026, 10, 24, 15, 0, tzinfo=AMSTERDAM)
    assert clocks.hours_later(before, 48) == datetime(2026, 10, 26, 14, 0, tzinfo=AMSTERDAM)


@pytest.mark.parametrize("year", range(2024, 2035))
def test_liberation_day_is_a_day_off_every_year(year: int) -> None:
    assert not clocks.is_working_day(date(year, 5, 5))


@given(MOMENTS)
def test_the_promise_never_passes_the_law_and_both_follow_receipt(moment: datetime) -> None:
    clock = clocks.request_clock(moment)
    assert clock.received < clock.promised <= clock.legal
    assert clocks.is_working_day(clock.legal)
    assert 28 <= (clock.promised - clock.received).days <= 31
    assert all(
        not clocks.is_working_day(clock.promised + timedelta(days=n))
        for n in range((clock.legal - clock.promised).days)
    )
    assert not clock.is_overdue(clock.legal)
    assert clock.is_overdue(clock.legal + timedelta(days=1))
    assert clock.days_left(clock.promised) == 0


@given(DAYS, st.integers(0, 240))
def test_months_end_on_the_same_number_or_on_the_last_day(day: date, months: int) -> None:
    end = clocks.months_after(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(MOMENTS)
def test_an_extension_moves_both_dates_on(moment: datetime) -> None:
    clock = clocks.request_clock(moment)
    longer = clocks.extended(clock)
    assert longer.received == clock.received
    assert clock.legal < longer.promised <= longer.legal
