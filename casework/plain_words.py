"""Makes text plain: however a word is written, it comes out as the one word that phrases name.

Small letters without accents, other alphabets and digits as ours, no hidden signs, "z e l f" as "zelf", "kheb" as
"ik heb", "I'm" as "i am", one slip of the finger mended in long words. The lists stand in data/safety/spelling.yml.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from casework.phrase_book import COMMA

SPELLING = Path(__file__).resolve().parent.parent / "data" / "safety" / "spelling.yml"

_SHORTEST_MENDED = 7
"""Letters: in shorter words one slip makes another word too easily."""

_LONGEST = 20_000
"""Signs that a shorter text may become: one sign can stand for eighteen, and nobody writes a message in those."""

_SENTENCE_END = re.compile(r"[.!?;…]+|\n\s*\n")
_CLAUSE_END = re.compile(r"[,:\n\r()\[\]–—\"“”„«»]|(?<=\s)-+(?=\s)")
_SPACED_LETTERS = re.compile(r"(?<![^\W_])(?:[^\W_][\s.\-_*·]{1,2}){3,}[^\W_](?![^\W_])")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_APOSTROPHES = re.compile(r"['’‘`´]")
_CONTRACTED = (  # before the apostrophe is gone: "he'll" is no "hell"
    (re.compile(r"\b(?:ca|wo)n't\b"), "can not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should|must)n't\b"), r"\1 not"),
    (re.compile(r"(?<=\w)'ll\b"), " will"),
    (re.compile(r"(?<=\w)'re\b"), " are"),
    (re.compile(r"(?<=\w)'ve\b"), " have"),
    (re.compile(r"(?<=\w)'d\b"), " would"),
)


class _Spelling(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    look_alikes: Mapping[str, str]
    digits_as_letters: Mapping[str, str]
    spelled: Mapping[str, str]
    joined: Mapping[str, str]
    mended: frozenset[str]
    not_mended: frozenset[str]


def plain_sentences(text: str) -> list[list[str]]:
    """The sentences of a text, each as its plain words and a COMMA where a clause ends. Never raises."""
    plain = _SPACED_LETTERS.sub(lambda match: re.sub(r"[\W_]", "", match[0]), _plain(text))
    sentences = (_words(_CLAUSE_END.sub(f" {COMMA} ", part)) for part in _SENTENCE_END.split(plain))
    return [words for words in sentences if words]


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()[: max(_LONGEST, len(text))]
    if not plain.isascii():
        bare = (c for c in unicodedata.normalize("NFD", plain) if unicodedata.category(c) not in ("Mn", "Cf"))
        plain = "".join(bare).translate(_LOOK_ALIKES)
    plain = _APOSTROPHES.sub("'", plain)
    for contracted, full in _CONTRACTED:
        plain = contracted.sub(full, plain)
    return _STRETCHED.sub(r"\1\1", plain.replace("'", ""))


def _words(sentence: str) -> list[str]:
    tokens = (_with_letters(token) for token in sentence.split())
    words = re.findall(rf"\w+|{COMMA}", " ".join(tokens))
    spelled = " ".join(_SPELLING.spelled.get(word) or _mended(word) for word in words)
    return _JOINED.sub(lambda match: _SPELLING.joined[match[0]], spelled).split()


def _with_letters(token: str) -> str:
    """ "d00d" is "dood"; a number stays a number."""
    return token.translate(_DIGITS_AS_LETTERS) if any(c.isalpha() for c in token) else token


def _mended(word: str) -> str:
    if not _SHORTEST_MENDED <= len(word) <= _LONGEST_MENDED:
        return word
    if word in _SPELLING.mended or word in _SPELLING.not_mended:
        return word
    candidates = (right for remains in _remains(word) for right in _RIGHT_WORDS.get(remains, ()))
    return next((right for right in candidates if _one_slip_apart(word, right)), word)


def _remains(word: str) -> Iterator[str]:
    """The word, and what is left of it without one letter: words one slip apart have one of these in common."""
    yield word
    yield from (word[:n] + word[n + 1 :] for n in range(len(word)))


def _one_slip_apart(word: str, right: str) -> bool:
    """True when one letter more, less, wrong, or swapped with its neighbour makes the one the other."""
    if abs(len(word) - len(right)) > 1:
        return False
    same = next(
        (n for n, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), min(len(word), len(right))
    )
    rest, other = word[same:], right[same:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped


def _by_remains(words: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        for remains in _remains(word):
            found[remains].append(word)
    return dict(found)


_SPELLING = _Spelling.model_validate(yaml.safe_load(SPELLING.read_text(encoding="utf-8")))
_LOOK_ALIKES = str.maketrans(dict(_SPELLING.look_alikes))
_DIGITS_AS_LETTERS = str.maketrans(dict(_SPELLING.digits_as_letters))
_JOINED = re.compile(rf"\b(?:{'|'.join(map(re.escape, _SPELLING.joined))})\b")
_RIGHT_WORDS = _by_remains(_SPELLING.mended)
_LONGEST_MENDED = max(map(len, _SPELLING.mended)) + 1
