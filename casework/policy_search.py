"""A question that no intent answers, looked up in the pack and in the practice's own text.

SQLite's full-text index ranks the passages (BM25); a passage is only given when it has enough of what the question is
about. Anything less would be quoting nonsense with a place beside it (docs/decisions/0033).
"""

from __future__ import annotations

import math
import sqlite3
import threading
from functools import lru_cache

from casework.messages import Language
from casework.search_words import Sought, sought, tokens_of
from casework.searchable import Found, Passage

LEAST_SHARE = 0.45
"""How much of a question's telling words a passage must have, rare words weighing more."""
LEAST_SCORE = 3.0
"""BM25 times that share, at least."""
LEAST_ALONE = 2.5
"""What a word must weigh that is the only telling one a passage has of a question; it also has to stand in the heading.
"Wat moet ik voorbereiden?" shares a word with a passage that says nothing about it."""
HEADING, BODY = 2.0, 1.0
"""What a word in the heading weighs, and one in the text."""
UNKNOWN = 0.6
"""What a word weighs that stands in no passage, beside the rarest that could. These numbers stand on
tests/casework/policy_questions.yml."""
_LOOKED_AT = 40


def find(passages: tuple[Passage, ...], question: str, language: Language) -> Found | None:
    """The passage that answers this question, shown in this language; None when nothing says enough about it."""
    passage = _index(passages).best(sought(question))
    return passage.shown(language) if passage else None


class PassageIndex:
    """An index in memory over passages that don't change. Thread-safe."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self._passages = passages
        self._lock = threading.Lock()
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._index.execute("CREATE VIRTUAL TABLE passage USING fts5(head, body)")
        rows = [(_joined(passage.heads), _joined(passage.bodies)) for passage in passages]
        self._index.executemany("INSERT INTO passage (head, body) VALUES (?, ?)", rows)
        self._heads = [frozenset(head.split()) for head, _ in rows]
        self._tokens = [frozenset(f"{head} {body}".split()) for head, body in rows]

    def best(self, words: tuple[Sought, ...]) -> Passage | None:
        """The passage that has most of these words, if it has enough of them."""
        weights = {word: self._weight(word) for word in words}
        scores = {
            place: bm25 * share
            for place, bm25 in self._ranked(words).items()
            if (share := self._share(weights, place)) >= LEAST_SHARE
        }
        best = max(scores, key=scores.__getitem__, default=None)
        if best is None or scores[best] < LEAST_SCORE or self._hangs_on_one_word(weights, best):
            return None
        return self._passages[best]

    def _ranked(self, words: tuple[Sought, ...]) -> dict[int, float]:
        """The likeliest passages by place, with their score by BM25."""
        anything = " OR ".join(f'"{token}"' for token in sorted({t for word in words for t in word.tokens}))
        if not anything:
            return {}
        with self._lock:
            rows = self._index.execute(
                "SELECT rowid, bm25(passage, ?, ?) AS score FROM passage WHERE passage MATCH ?"
                " ORDER BY score LIMIT ?",
                (HEADING, BODY, anything, _LOOKED_AT),
            ).fetchall()
        return {row - 1: -score for row, score in rows}

    def _weight(self, word: Sought) -> float:
        """How telling a word is: the more, the fewer passages have it."""
        if word.weak:
            return 0.0
        having = sum(not word.tokens.isdisjoint(tokens) for tokens in self._tokens)
        return self._rarity(having) if having else UNKNOWN * self._rarity(0)

    def _rarity(self, having: int) -> float:
        return math.log1p((len(self._passages) - having + 0.5) / (having + 0.5))

    def _share(self, weights: dict[Sought, float], place: int) -> float:
        everything = sum(weights.values())
        found = sum(weights[word] for word in self._telling(weights, self._tokens[place]))
        return found / everything if everything else 0.0

    def _hangs_on_one_word(self, weights: dict[Sought, float], place: int) -> bool:
        found = self._telling(weights, self._tokens[place])
        if len(found) > 1:
            return False
        return weights[found[0]] < LEAST_ALONE or not self._telling(weights, self._heads[place])

    @staticmethod
    def _telling(weights: dict[Sought, float], tokens: frozenset[str]) -> list[Sought]:
        """The words that tell something and that are among these tokens."""
        return [word for word, weight in weights.items() if weight and not word.tokens.isdisjoint(tokens)]


@lru_cache(maxsize=4)
def _index(passages: tuple[Passage, ...]) -> PassageIndex:
    return PassageIndex(passages)


def _joined(texts: tuple[tuple[Language, str], ...]) -> str:
    return " ".join(token for language, text in texts for token in tokens_of(text, language))
