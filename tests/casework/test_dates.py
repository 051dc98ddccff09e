"""A day in any usual form, counted from a known today; what is no day is refused with its reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.dates import birth_date_in, date_in
from casework.fields import Checked, Refused

TODAY = date(2026, 11, 25)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 mei 2025", "2025-05-12"),
        ("12-5-'25", "2025-05-12"),
        ("12/05/2025", "2025-05-12"),
        ("12.5.2025", "2025-05-12"),
        ("12 5 2025", "2025-05-12"),
        ("12-mei-2025", "2025-05-12"),
        ("2025-05-12", "2025-05-12"),
        ("12052025", "2025-05-12"),
        ("12e mei 2025", "2025-05-12"),
        ("op dinsdag 12 mei 2026 om tien uur", "2026-05-12"),
        ("12 mei", "2026-05-12"),
        ("12 december", "2025-12-12"),
        ("29 februari", "2024-02-29"),
        ("3 okt '24", "2024-10-03"),
        ("12 mrt. 2024", "2024-03-12"),
        ("May 12th, 2025", "2025-05-12"),
        ("12th of May 2025", "2025-05-12"),
        ("5/13/2025", "2025-05-13"),
        ("１２-５-２０２５", "2025-05-12"),
        ("vandaag", "2026-11-25"),
        ("gisteren", "2026-11-24"),
        ("gisteravond laat", "2026-11-24"),
        ("eergisteren", "2026-11-23"),
        ("yesterday", "2026-11-24"),
        ("vorige week dinsdag", "2026-11-17"),
        ("dinsdag vorige week", "2026-11-17"),
        ("tuesday last week", "2026-11-17"),
        ("afgelopen dinsdag", "2026-11-24"),
        ("last tuesday", "2026-11-24"),
        ("dinsdag", "2026-11-24"),
        ("woensdag", "2026-11-18"),
        ("dinsdagavond", "2026-11-24"),
        ("twee weken geleden", "2026-11-11"),
        ("3 days ago", "2026-11-22"),
        ("een maand geleden", "2026-10-25"),
    ],
)
def test_a_day_is_read_in_any_usual_form(text: str, day: str) -> None:
    assert date_in(text, TODAY) == Checked(day)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_date"),
        ("vorige week", "no_date"),
        ("begin mei", "no_date"),
        ("mei 2025", "no_date"),
        ("de 12e", "no_date"),
        ("elke dinsdag", "no_date"),
        ("ik heb dinsdag een afspraak", "no_date"),
        ("06-12345678", "no_date"),
        ("06-12-34 56 78", "no_date"),
        ("31-2-2025", "bad_date"),
        ("30 februari", "bad_date"),
        ("13-13-2025", "bad_date"),
        ("29 februari 2025", "bad_date"),
        ("gisteren of eergisteren", "several_dates"),
        ("12 mei 2025 of 13 mei 2025", "several_dates"),
        ("1 januari 2027", "late_date"),
    ],
)
def test_what_is_no_single_day_that_has_been_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert date_in(text, TODAY) == Refused(reason)  # type: ignore[arg-type]  # parametrized text, checked by equality


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3 april '85", Checked("1985-04-03")),
        ("03-04-1985", Checked("1985-04-03")),
        ("ik ben geboren op 3 april 1985", Checked("1985-04-03")),
        ("3 april", Refused("no_date")),
        ("vorige week dinsdag", Refused("no_date")),
        ("1-1-1880", Refused("early_date")),
        ("1-1-2030", Refused("late_date")),
    ],
)
def test_a_day_of_birth_has_its_year(text: str, found: Checked | Refused) -> None:
    assert birth_date_in(text, TODAY) == found


@settings(deadline=None)
@given(st.dates(date(1930, 1, 1), TODAY), st.sampled_from(["d MMMM y", "d-M-y", "dd/MM/y", "y-MM-dd", "d MMM y", "ddMMy"]), st.sampled_from(["nl", "en"]))  # fmt: skip
def test_every_day_is_read_as_it_is_written(day: date, written: str, language: str) -> None:
    assert date_in(format_date(day, written, locale=language), TODAY) == Checked(day.isoformat())


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_one_of_the_last_seven_days_or_of_the_calendar_week_before(
    today: date, weekday: int
) -> None:
    name = format_date(date(2024, 1, 1) + timedelta(days=weekday), "EEEE", locale="nl")
    last, week_before = date_in(f"afgelopen {name}", today), date_in(f"vorige week {name}", today)
    assert isinstance(last, Checked)
    assert isinstance(week_before, Checked)
    assert 1 <= (today - date.fromisoformat(last.value)).days <= 7
    monday = today - timedelta(days=today.weekday())
    assert 1 <= (monday - date.fromisoformat(week_before.value)).days <= 7
    assert (
        date.fromisoformat(last.value).weekday() == date.fromisoformat(week_before.value).weekday() == weekday
    )


@settings(deadline=None)
@given(st.text(max_size=200) | st.from_regex(r"[0-9 \-/.'a-z]{0,40}", fullmatch=True))
def test_no_text_makes_it_raise(text: str) -> None:
    for read in (date_in, birth_date_in):
        assert isinstance(read(text, TODAY), Checked | Refused)
