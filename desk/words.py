"""The template environment, and how the desk writes dates and moments: in Dutch, in Amsterdam's time."""

from datetime import date, datetime
from pathlib import Path

import phonenumbers
from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from casework.clocks import AMSTERDAM

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def environment() -> Environment:
    """Templates with escaping on and nothing undefined: a missing value is an error, never an empty spot."""
    words = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words.filters |= {
        "day": day,
        "short_day": short_day,
        "day_near": day_near,
        "distance": days_between,
        "moment": moment,
        "iso": iso,
        "phone": phone,
        "upper_first": upper_first,
    }
    return words


def day(value: date | datetime) -> str:
    """25 december 2026."""
    return format_date(_local(value), "d\u00a0MMMM y", locale="nl")


def short_day(value: date, today: date) -> str:
    """vr 25 dec, with the year where it is another than this one."""
    pattern = "EEEEEE d MMM" if value.year == today.year else "EEEEEE d MMM y"
    return format_date(value, pattern, locale="nl")


def day_near(value: date, today: date) -> str:
    """25 december, with the year where it is another than this one."""
    return format_date(value, "d\u00a0MMMM" if value.year == today.year else "d\u00a0MMMM y", locale="nl")


def days_between(value: date, today: date) -> str:
    """How far away a day is, as people say it: vandaag, morgen, over 5 dagen, 3 dagen geleden."""
    away = (value - today).days
    near = {0: "vandaag", 1: "morgen", -1: "gisteren"}
    if away in near:
        return near[away]
    return f"over {away} dagen" if away > 0 else f"{-away} dagen geleden"


def moment(value: datetime) -> str:
    """22 nov 2026, 14.05."""
    return format_datetime(value.astimezone(AMSTERDAM), "d MMM y, HH.mm", locale="nl")


def phone(number: str) -> str:
    """A number in E.164 as people read it: +31 6 12345678."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def upper_first(text: str) -> str:
    """The text with a capital to begin with; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def iso(value: date | datetime) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def _local(value: date | datetime) -> date:
    return value.astimezone(AMSTERDAM).date() if isinstance(value, datetime) else value
