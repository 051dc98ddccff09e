"""The overview of an export: the same data as data.json, in words and days that people read.

Dutch comes first, with English beside it. data.json keeps its codes and moments in UTC, for computers.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel.dates import format_datetime

from casework.clocks import AMSTERDAM
from casework.overview_words import FIELDS, WORDS
from casework.pack_model import PracticePack
from casework.rendering import render_page
from casework.words import Both, long_date


def overview(pack: PracticePack, data: dict[str, Any]) -> str:
    """Return overview.html for what `casework.bundle.gather` gathered."""

    def purpose(code: str) -> str:
        named = pack.purpose(code)
        consent = pack.consent_kind(code)
        label = named.label if named else consent.label if consent else None
        return _beside(label) if label else word("purpose", code)

    def value(name: str, text: str) -> str:
        return word(name, text) if name in WORDS else text

    made = datetime.fromisoformat(data["made_at"]).astimezone(AMSTERDAM).date()
    return render_page(
        "export/overview",
        data=data,
        made_nl=long_date(made, "nl"),
        made_en=long_date(made, "en"),
        fields={name: _beside(both) for name, both in FIELDS.items()},
        word=word,
        words=WORDS,
        value=value,
        purpose=purpose,
        day=day,
        moment=moment,
    )


def word(kind: str, code: str) -> str:
    """Return the words for a code, in Dutch with English beside it. A code without words is shown as it is."""
    both = WORDS[kind].get(code)
    return _beside(both) if both else code


def day(iso: str) -> str:
    """Return a day, or the day in Amsterdam of a moment, in full."""
    if "T" in iso:
        return long_date(datetime.fromisoformat(iso).astimezone(AMSTERDAM).date(), "nl")
    return long_date(date.fromisoformat(iso), "nl")


def moment(iso: str) -> str:
    """Return a moment in full, by the clock in Amsterdam."""
    local = datetime.fromisoformat(iso).astimezone(AMSTERDAM)
    return f"{format_datetime(local, 'd MMMM y, HH.mm', locale='nl')} uur"


def _beside(both: Both) -> str:
    return f"{both.nl} / {both.en}"
