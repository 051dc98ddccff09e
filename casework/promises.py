"""What the practice promises where the law names no date: by when the coach answers, and until when things are kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from casework.clocks import AMSTERDAM, day_in_amsterdam, days_after, working_day_from

ANSWER_DAYS = 7
"""Days within which the coach answers an intake, a question or a complaint; the day itself is a working day."""


def answer_by(moment: datetime) -> date:
    """The day before which who wrote at this moment gets an answer."""
    return working_day_from(days_after(day_in_amsterdam(moment), ANSWER_DAYS))


def end_of(day: date) -> datetime:
    """The moment at which a day that people were told is over: midnight in the Netherlands after it."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=AMSTERDAM)
