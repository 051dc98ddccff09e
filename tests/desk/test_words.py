from datetime import UTC, date, datetime

import pytest
from jinja2 import UndefinedError

from desk.words import day, day_near, days_between, environment, moment, phone, short_day, upper_first

TODAY = date(2026, 11, 23)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_moments_are_told_in_amsterdams_time() -> None:
    assert moment(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == "23 nov 2026, 00.30"
    assert moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2 jul 2026, 00.30"


def test_a_moment_just_before_midnight_in_utc_is_the_next_day_here() -> None:
    assert plain(day(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))) == "23 november 2026"


def test_the_year_is_told_only_where_it_is_another() -> None:
    assert plain(day_near(date(2026, 12, 25), TODAY)) == "25 december"
    assert plain(day_near(date(2027, 1, 2), TODAY)) == "2 januari 2027"
    assert short_day(date(2026, 12, 25), TODAY) == "vr 25 dec"
    assert short_day(date(2027, 1, 2), TODAY) == "za 2 jan 2027"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 11, 23), "vandaag"),
        (date(2026, 11, 24), "morgen"),
        (date(2026, 11, 22), "gisteren"),
        (date(2026, 12, 23), "over 30 dagen"),
        (date(2026, 11, 13), "10 dagen geleden"),
    ],
)
def test_distances_are_told_as_people_say_them(value: date, said: str) -> None:
    assert days_between(value, TODAY) == said


def test_a_number_is_written_as_people_read_it_and_what_is_none_is_left_alone() -> None:
    assert phone("+31612345678") == "+31 6 12345678"
    assert phone("na zes uur") == "na zes uur"


def test_a_capital_changes_nothing_after_it() -> None:
    assert upper_first("uw foto op LinkedIn") == "Uw foto op LinkedIn"
    assert upper_first("") == ""


def test_a_value_that_is_missing_is_an_error_and_never_an_empty_spot() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ missing }}").render()
