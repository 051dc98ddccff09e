"""Words as the search compares them: without endings, synonyms and translations as one, a long word also as its parts.

The words themselves stand in data/search.yml. A question and a passage meet in tokens: the number of a group of words
that mean much the same, or a stem that belongs to no group.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import snowballstemmer
import yaml

from casework.messages import Language

SEARCH = Path(__file__).resolve().parent.parent / "data" / "search.yml"
STEMMERS: dict[Language, str] = {"nl": "dutch_porter", "en": "english"}
"""Snowball's newer Dutch stemmer takes more off, and finds less here (docs/decisions/0033)."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTEST_PART = 5
_LEAST_REST = 3
"""A word such as "schermvergrendeling" is found by "vergrendeling"; "clients" isn't taken apart into "client" and "s"."""


@dataclass(frozen=True)
class Sought:
    """One word of a question: the tokens that a passage may have it as. `weak`: by itself it makes no passage fit."""

    tokens: frozenset[str]
    weak: bool


def sought(question: str) -> tuple[Sought, ...]:
    """The telling words of a question in either language, without those that every question has."""
    return tuple(
        Sought(frozenset(_own_tokens(word, "nl") + _own_tokens(word, "en")), word in _weak())
        for word in words_of(question)
        if word not in _empty() and len(word) > 1
    )


def tokens_of(text: str, language: Language) -> list[str]:
    """All tokens of a text that is searched in, in order; a long word counts as itself and as its parts."""
    return [token for word in words_of(text) if word not in _empty() for token in _with_parts(word, language)]


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without accents, apostrophes and hyphens."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return [re.sub(r"['’]s$|['’-]", "", word) for word in _WORD.findall(bare)]


@lru_cache(maxsize=20_000)
def _with_parts(word: str, language: Language) -> tuple[str, ...]:
    parts = [part for part in _grouped_words() if _is_part(part, word)]
    return tuple(dict.fromkeys(token for each in (word, *parts) for token in _own_tokens(each, language)))


def _is_part(part: str, word: str) -> bool:
    return len(word) >= len(part) + _LEAST_REST and (word.startswith(part) or word.endswith(part))


def _own_tokens(word: str, language: Language) -> tuple[str, ...]:
    stem = _stem(word, language)
    return _groups().get(stem, (stem,))


@lru_cache(maxsize=20_000)
def _stem(word: str, language: Language) -> str:
    # A stemmer keeps the word that it is at work on, so threads can't share one.
    return str(snowballstemmer.stemmer(STEMMERS[language]).stemWord(word))


@cache
def search_data() -> dict[str, Any]:
    """What stands in data/search.yml."""
    content: dict[str, Any] = yaml.safe_load(SEARCH.read_text(encoding="utf-8"))
    return content


@cache
def _empty() -> frozenset[str]:
    return frozenset(word for words in search_data()["empty"].values() for word in words_of(words))


@cache
def _weak() -> frozenset[str]:
    return frozenset(words_of(search_data()["weak"]))


@cache
def _grouped_words() -> tuple[str, ...]:
    words = (word for group in search_data()["alike"] for each in group for word in words_of(each))
    return tuple(dict.fromkeys(word for word in words if len(word) >= _SHORTEST_PART))


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """The groups that a stem belongs to; their names have a sign that no stem has."""
    groups: dict[str, list[str]] = {}
    for number, group in enumerate(search_data()["alike"]):
        words = {word for each in group for word in words_of(each)}
        for stem in sorted({_stem(word, language) for word in words for language in STEMMERS}):
            groups.setdefault(stem, []).append(f"{number}group")
    return {stem: tuple(names) for stem, names in groups.items()}
