"""Which language somebody writes: Dutch or English, where that can be told, and nothing of it leaves this process.

The detector's models take a hundred megabytes and half a second, so they are loaded when the first words are to be told.
The bars are measured on the training sentences (docs/decisions/0050).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from lingua import Language as Known
from lingua import LanguageDetector, LanguageDetectorBuilder

from casework.manner import Manner
from casework.messages import Language

FEWEST_WORDS = 3
"""What is shorter ("hoi", "ok", a name) says little about its language."""
LIKELY = 0.7
"""How sure it must be where nothing is known of the person yet."""
CLEARLY = 0.8
"""How sure it must be to go against the page's setting, or against what was written before."""
LONGEST = 1000
"""Characters that are looked at; a long letter doesn't change its language after that."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NO_WORDS = re.compile(r"\S*[@/\\\d]\S*")
"""Addresses, numbers and dates: they are alike in both languages."""


def hearing(manner: Manner, text: str) -> Manner:
    """How the talk goes on once this was written: in its language, if that can be told and may be changed.

    It may not while something is being filled in, since names and places tell nothing of their writer's language, nor
    after the person said which language to speak.
    """
    if manner.by == "wish" or manner.filling_in:
        return manner
    heard = written_in(text, LIKELY if manner.by is None else CLEARLY)
    if heard is None or (heard == manner.language and manner.by is not None):
        return manner
    return replace(manner, language=heard, by="text")


def written_in(text: str, sure: float) -> Language | None:
    """The language of a text when it is at least this sure; None when it can't be told."""
    words = _WORD.findall(_NO_WORDS.sub(" ", text[:LONGEST]))
    if len(words) < FEWEST_WORDS:
        return None
    english = _detector().compute_language_confidence(" ".join(words), Known.ENGLISH)
    if english >= sure:
        return "en"
    return "nl" if 1 - english >= sure else None


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Known.DUTCH, Known.ENGLISH).build()
