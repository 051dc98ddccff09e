"""A day out of what people type: "12 mei 2025", "12-5-'25", "12/05/2025", "vorige week dinsdag".

The day comes first, as in Dutch and British English; a number that can be no month tells an American date. The names of
months and days are Babel's. A day is never guessed: "mei 2025" and "vorige week" are none. What comes back is an ISO
date in `Checked`, or `Refused` with one of these reasons:

| reason | meaning |
|---|---|
| no_date | there is no day in it |
| bad_date | a day that does not exist, such as 31 February |
| several_dates | two or more different days |
| late_date | a day that is still to come |
| early_date | longer ago than anybody lives |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from babel.dates import get_day_names, get_month_names

from casework.clocks import months_after, years_after
from casework.fields import Checked, Refused
from casework.typed import clean

_LONGEST_LIFE = 120
"""Years."""
_WEEK = 7
_LEAP_YEAR = 2000
_LANGUAGES = ("nl", "en")
_EXTRA_MONTHS = {"mrt": 3, "febr": 2, "sept": 9, "okt": 10}
_EXTRA_DAYS = {"ma": 0, "di": 1, "wo": 2, "do": 3, "vr": 4, "za": 5, "zo": 6}
_MONTHS = _EXTRA_MONTHS | {
    name.rstrip(".").casefold(): number
    for language in _LANGUAGES
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale=language).items()
}
_DAYS = {
    name.casefold(): number
    for language in _LANGUAGES
    for number, name in get_day_names("wide", locale=language).items()
}
_NUMBERS = {
    "een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9, "tien": 10,
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_DAYS_AGO = {
    "vandaag": 0, "today": 0, "vanochtend": 0, "vanmorgen": 0, "vanmiddag": 0, "vanavond": 0, "vannacht": 0,
    "this morning": 0, "this afternoon": 0, "tonight": 0,
    "gisteren": 1, "gister": 1, "gisteravond": 1, "gisterochtend": 1, "gistermiddag": 1, "yesterday": 1, "last night": 1,
    "eergisteren": 2, "the day before yesterday": 2,
}  # fmt: skip


def _any(names: dict[str, int]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_MONTH, _DAY, _NUMBER = _any(_MONTHS), _any(_DAYS), _any(_NUMBERS)
_FULL_YEAR = r"(?:18|19|20)\d\d"
_YEAR = rf"(?P<year>{_FULL_YEAR}|['’]?\d\d(?! ?\d))"
_ALONE = (r"(?<![\d\-/.])", r"(?![\-/.]?\d)")
_WRITTEN = tuple(
    re.compile(_ALONE[0] + shape + _ALONE[1])
    for shape in (
        rf"(?P<year>{_FULL_YEAR})\s?[-/.]\s?(?P<month>\d{{1,2}})\s?[-/.]\s?(?P<day>\d{{1,2}})",
        rf"(?P<day>\d{{1,2}})\s?[-/.]\s?(?P<month>\d{{1,2}})\s?[-/.]\s?{_YEAR}",
        rf"(?P<day>\d{{1,2}}) (?P<month>\d{{1,2}}) {_YEAR}",
        rf"(?P<day>\d\d)(?P<month>\d\d)(?P<year>{_FULL_YEAR})",
        rf"(?P<day>\d{{1,2}})(?:e|de|ste|st|nd|rd|th)?\.?[ \-](?:of |van )?(?P<name>{_MONTH})\b\.?,?(?:[ \-]{_YEAR})?",
        rf"\b(?P<name>{_MONTH})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? {_YEAR})?",
    )
)
_AGO = re.compile(
    rf"\b(?P<many>\d{{1,3}}|{_NUMBER}) (?P<what>dag|dagen|week|weken|maand|maanden|day|days|weeks|month|months) (?:geleden|terug|ago)\b"
)
_LAST_WEEK = re.compile(
    rf"\b(?:vorige|afgelopen|verleden|last) week (?:op )?(?:on )?(?P<day>{_DAY})\b|\b(?P<first>{_DAY})\w* (?:van |of )?(?:de )?(?:vorige|afgelopen|verleden|last) week\b"
)
_LAST_DAY = re.compile(
    rf"\b(?:afgelopen|vorige|verleden|laatste|jongstleden|last|this past) (?P<day>{_DAY})\b"
)
_BARE_DAY = re.compile(
    rf"(?:op |on )?(?P<day>{_DAY}|{_any(_EXTRA_DAYS)})(?:ochtend|middag|avond|nacht)?[.!]?"
)
_NEAR = re.compile(rf"\b(?P<word>{_any(_DAYS_AGO)})\b")


def date_in(text: str, today: date) -> Checked | Refused:
    """The one day in a text, no later than today. A day without a year is the last one that has been."""
    plain = _plain(text)
    try:
        found = set(_written(plain, today)) | set(_told(plain, today))
    except ValueError:
        return Refused("bad_date")
    if len(found) != 1:
        return Refused("several_dates" if found else "no_date")
    (day,) = found
    return Refused("late_date") if day > today else Checked(day.isoformat())


def birth_date_in(text: str, today: date) -> Checked | Refused:
    """The day of birth in a text; without its year it is none."""
    if not any(match["year"] for shape in _WRITTEN for match in shape.finditer(_plain(text))):
        return Refused("no_date")
    found = date_in(text, today)
    if isinstance(found, Checked) and date.fromisoformat(found.value) < years_after(today, -_LONGEST_LIFE):
        return Refused("early_date")
    return found


def _plain(text: str) -> str:
    return " ".join(clean(text).casefold().split())


def _written(text: str, today: date) -> Iterator[date]:
    """Days with a number and a month. Raises ValueError at one that does not exist."""
    for shape in _WRITTEN:
        for match in shape.finditer(text):
            parts = match.groupdict()
            month = _MONTHS[parts["name"]] if parts.get("name") else int(parts["month"])
            yield _day(int(parts["day"]), month, parts["year"], today)
        text = shape.sub(" ", text)


def _day(day: int, month: int, year: str | None, today: date) -> date:
    if month > 12 >= day:
        day, month = month, day
    if year is None:
        return next(each for each in _in_past_years(day, month, today) if each <= today)
    number = int(year.strip("'’"))
    if number < 100:
        number += 2000 if number <= today.year % 100 else 1900
    return date(number, month, day)


def _in_past_years(day: int, month: int, today: date) -> Iterator[date]:
    """This day in this year and the years before, newest first. Raises ValueError when no year has it."""
    date(_LEAP_YEAR, month, day)
    for year in range(today.year, today.year - 9, -1):
        with suppress(ValueError):
            yield date(year, month, day)


def _told(text: str, today: date) -> Iterator[date]:
    """Days told from today: "gisteren", "twee weken geleden", "vorige week dinsdag"."""
    for match in _LAST_WEEK.finditer(text):
        monday = today - timedelta(days=today.weekday() + _WEEK)
        yield monday + timedelta(days=_DAYS[match["day"] or match["first"]])
    text = _LAST_WEEK.sub(" ", text)
    for match in _LAST_DAY.finditer(text):
        yield _last(_DAYS[match["day"]], today)
    for match in _AGO.finditer(text):
        many = match["many"]
        yield _ago(int(many) if many.isdigit() else _NUMBERS[many], match["what"], today)
    for match in _NEAR.finditer(text):
        yield today - timedelta(days=_DAYS_AGO[match["word"]])
    if (bare := _BARE_DAY.fullmatch(text)) is not None:
        yield _last((_DAYS | _EXTRA_DAYS)[bare["day"]], today)


def _last(weekday: int, today: date) -> date:
    """The last such day of the week before today."""
    return today - timedelta(days=(today.weekday() - weekday - 1) % _WEEK + 1)


def _ago(many: int, what: str, today: date) -> date:
    if what.startswith(("maand", "month")):
        return months_after(today, -many)
    return today - timedelta(days=many * (_WEEK if what.startswith(("week", "weken")) else 1))
