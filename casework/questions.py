"""Is what somebody wrote a question? Only a question is looked up; a statement or a bare word is not understood.

People on a telephone leave the question mark out, so the shape of a sentence counts too. The words stand in
data/search.yml.
"""

from __future__ import annotations

import re
from functools import cache

from casework.search_words import search_data, words_of

FEWEST_WORDS = 2


def is_question(text: str) -> bool:
    """Whether this text asks something: by a question mark after more than one word, or by how it is put."""
    words = words_of(text)
    if len(words) < FEWEST_WORDS:
        return False
    said = f" {' '.join(words)} "
    if "?" in text or any(f" {phrase} " in said for phrase in search_data()["asks"]["inside"]):
        return True
    return any(_asks(words_of(part)) for part in re.split(r"[.!;,\n]", text))


def _asks(words: list[str]) -> bool:
    while words and words[0] in _known("before"):
        words = words[1:]
    if len(words) < FEWEST_WORDS:
        return False
    first, second = words[:2]
    if first in _known("words") | _known("verbs"):
        return True
    if first in _known("prepositions"):
        return second in _known("words")
    return second in _known("subjects") and first not in _known("not_verbs") | _known("subjects")


@cache
def _known(kind: str) -> frozenset[str]:
    return frozenset(words_of(search_data()["asks"][kind]))
