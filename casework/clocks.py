"""The clocks of a request and of an incident: what the practice promises and what the law allows.

Months follow Regulation (EEC, Euratom) 1182/71, article 3: the day of receipt is not counted; the period ends
on the day of the same number, or on the month's last day where that number does not exist; a Saturday, Sunday
or public holiday moves the end to the next working day. The practice promises the unrolled date and keeps the
rolled one as the legal maximum, so that what a person was told is never later than what the law allows
(obligations, part B2).

Public holidays are those of the Algemene termijnenwet, article 3: the list of `holidays`, plus 5 May of every
year, which that library gives as a day off once in five years. Bridge days that a decree adds at times are
not counted: leaving one out can only make our legal date stricter, never laxer.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AP_NOTICE_HOURS = 72
"""Article 33(1) GDPR: the supervisory authority hears of a breach within 72 hours of awareness."""
RESPONSE_MONTHS = 1
"""Article 12(3) GDPR: a request is answered within one month of receipt."""
EXTENDED_MONTHS = 3
"""Article 12(3) GDPR: two further months where the request needs them, told within the first."""

_SATURDAY = 5
_LIBERATION_DAY = (5, 5)
_DUTCH_HOLIDAYS = holidays.country_holidays("NL")


@dataclass(frozen=True, slots=True)
class Clock:
    """One request's dates, all of them days in the Netherlands.

    received: the day of receipt, which is not counted.
    promised: the date that the person hears, one month on and unrolled; three months on after an extension.
    legal: the last day that the law allows, rolled over weekends and public holidays.
    extended: whether the two further months of article 12(3) are in these dates.
    """

    received: date
    promised: date
    legal: date
    extended: bool = False

    def is_overdue(self, today: date) -> bool:
        """True once the legal date has passed; on that day itself there is still time."""
        return today > self.legal

    def days_left(self, today: date) -> int:
        """Days until the promised date; below zero once the promise is broken."""
        return (self.promised - today).days

    def can_be_extended(self, today: date) -> bool:
        """Once, and only while the first month runs: the person hears of it within that month."""
        return not self.extended and not self.is_overdue(today)


def request_clock(received: datetime, promise_days: int | None = None) -> Clock:
    """The clock of a request that came in at this moment (timezone-aware), article 12(3) GDPR.

    `promise_days` is for a practice that promises an answer sooner than the law asks; never later.
    """
    day = day_in_amsterdam(received)
    end = months_after(day, RESPONSE_MONTHS)
    promised = end if promise_days is None else min(end, days_after(day, promise_days))
    return Clock(received=day, promised=promised, legal=working_day_from(end))


def extended(clock: Clock) -> Clock:
    """The clock with two months more: three months from receipt, not from the day of telling.

    Whether it may still be told is `Clock.can_be_extended`. Raises ValueError on a clock that is extended.
    """
    if clock.extended:
        raise ValueError("The law allows one extension, and this clock has had it.")
    end = months_after(clock.received, EXTENDED_MONTHS)
    return Clock(received=clock.received, promised=end, legal=working_day_from(end), extended=True)


def hours_later(aware: datetime, hours: int) -> datetime:
    """The moment so many real hours later, in UTC: hours run through weekends and the clock change."""
    return _utc(aware) + timedelta(hours=hours)


def days_after(day: date, days: int) -> date:
    """A day so many days later, for retention and take-down terms that a practice gives in days."""
    return day + timedelta(days=days)


def day_in_amsterdam(moment: datetime) -> date:
    """The calendar day in the Netherlands at this moment: 23:30 UTC in July is the next day."""
    return _utc(moment).astimezone(AMSTERDAM).date()


def months_after(day: date, months: int) -> date:
    """The day of that number so many months on, or the month's last day where there is no such number."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def years_after(day: date, years: int) -> date:
    """The same day so many years on (29 February becomes 28 February), for holds counted in years."""
    return months_after(day, 12 * years)


def working_day_from(day: date) -> date:
    """This day when it is a working day, else the next one."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """False on Saturday, Sunday and the holidays of the Algemene termijnenwet, article 3."""
    return (
        day.weekday() < _SATURDAY and day not in _DUTCH_HOLIDAYS and (day.day, day.month) != _LIBERATION_DAY
    )


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment.astimezone(UTC)
