"""The word lists of letters.yml as patterns, and sentences as those patterns have them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml

WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("letters.yml").read_text(encoding="utf-8"))
"""All lists, by name."""

_GAP = r"(?:(?!(?:niet|geen|nooit|not|never) )[^\s,]+ ){0,8}"
_BEGINNING = r"(?:^|(?<= ))"
_SPELLED_OUT = {"mn": "mijn", "m'n": "mijn"}
_PUNCTUATION = re.compile(r"[^\w\s',-]|(?<!\w)-|-(?!\w)")
_COLON = re.compile(r":(?=\s+\S)")


def plain(text: str) -> str:
    """A sentence as the word lists have it: no capitals, accents or punctuation, commas as words of their own.

    A colon within a sentence is a comma, since what follows it may be a command: "Nog iets: haal me van de lijst".
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = _PUNCTUATION.sub(" ", _COLON.sub(",", bare).replace(".", "").replace("’", "'"))
    return " ".join(_SPELLED_OUT.get(word, word) for word in words.replace(",", " , ").split())


def alternatives(phrases: list[str]) -> str:
    """A pattern for any of these phrases of a list."""
    return "|".join(_phrase(phrase) for phrase in phrases)


def _phrase(phrase: str) -> str:
    parts = [
        _GAP
        if word == "_"
        else re.escape(plain(word.rstrip("*"))) + (r"[^\s,]*" if word.endswith("*") else "") + " "
        for word in phrase.split()
    ]
    return "".join(parts).rstrip()


def whole_words(pattern: str) -> re.Pattern[str]:
    """The pattern where it begins and ends with a word."""
    return re.compile(rf"{_BEGINNING}(?:{pattern})(?=$| )")


def beginning_with(pattern: str) -> re.Pattern[str]:
    """The pattern where it begins with a word, and the rest of its clause."""
    return re.compile(rf"{_BEGINNING}(?:{pattern}) [^,]*")


def listed(name: str) -> re.Pattern[str]:
    """Any of the phrases of one list."""
    return whole_words(alternatives(WORDS[name]))
