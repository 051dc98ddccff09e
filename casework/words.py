"""Words in Dutch with English beside them, dates and terms as people say them, errors that explain themselves."""

from datetime import date

from babel.dates import format_date
from pydantic import BaseModel, ConfigDict, Field

from casework.messages import Language

_LOCALES = {"nl": "nl_NL", "en": "en_GB"}
_DAYS_IN_YEAR = 365


class Both(BaseModel):
    """One text in Dutch and in English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def to(self, language: Language) -> str:
        """The text in this language."""
        return self.en if language == "en" else self.nl


class ExplainedError(Exception):
    """Something that a person has to mend: what is wrong and the remedy, in both languages."""

    def __init__(self, nl: str, en: str) -> None:
        """`nl` and `en` are whole sentences, fit to be shown as they are."""
        super().__init__(f"{nl} / {en}")
        self.words = Both(nl=nl, en=en)


def long_date(day: date, language: Language) -> str:
    """A day as people write it: "25 december 2026", "25 December 2026"."""
    return format_date(day, format="d MMMM y", locale=_LOCALES[language])


def weekday_and_date(day: date, language: Language) -> str:
    """A day as people check it: "dinsdag 17 november 2026"."""
    return format_date(day, format="EEEE d MMMM y", locale=_LOCALES[language])


def duration(days: int, language: Language) -> str:
    """A term as people say it: whole years in years, else in days."""
    years, rest = divmod(days, _DAYS_IN_YEAR)
    dutch = language == "nl"
    if years and not rest:
        return f"{years} jaar" if dutch else f"{years} year{'s' if years > 1 else ''}"
    if days == 1:
        return "1 dag" if dutch else "1 day"
    return f"{days} dagen" if dutch else f"{days} days"
