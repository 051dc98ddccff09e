"""The crisis layer: a look at every message before anything else does, without a model and without a guess.

It looks for suicide, self-harm, violence, children in danger and danger now, of the writer and of others, in Dutch
and English. The patterns and the words that are said stand in data/safety.yml; this module makes text plain enough
for them: typos, accents, other alphabets, spaced letters. A message that it catches goes nowhere else.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from casework.messages import Language, Link, Offer, Reply
from casework.words import Both

Kind = Literal["danger", "suicide", "child", "violence", "self_harm"]

SAFETY = Path(__file__).resolve().parent.parent / "data" / "safety.yml"

_GAPS = (("....", 7), ("...", 4), ("..", 2))
_GROUP = re.compile(r"<(\w+)>")
_SENTENCE_END = re.compile(r"[.!?;:\n\r…]+")
_SPACED_LETTERS = re.compile(r"(?<!\w)(?:\w[\s.\-_*·]{1,2}){3,}\w(?!\w)")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_APOSTROPHES = re.compile(r"['’‘`´]")
_TAKEN_OUT = "_"
_SHORTEST_MENDED = 7
"""Letters: in shorter words one slip makes another word too easily."""


@dataclass(frozen=True, slots=True)
class Crisis:
    """What was found: the most urgent kind, and the language in which it was said."""

    kind: Kind
    language: Language


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Where(_Part):
    label: Both
    url: str


class _Words(_Part):
    text: Both
    link: _Where | None = None


class _Choice(_Part):
    label: Both
    payload: str


class _Pattern(_Part):
    """find: what is caught. need: what must stand in the same sentence too. unless: what must not."""

    kind: Kind
    language: Language
    find: str
    need: str | None = None
    unless: str | None = None


class _File(_Part):
    mended: tuple[str, ...]
    not_mended: frozenset[str]
    look_alikes: Mapping[str, str]
    digits_as_letters: Mapping[str, str]
    tells_dutch: frozenset[str]
    tells_english: frozenset[str]
    words: Mapping[str, str]
    harmless: tuple[str, ...]
    past: str
    again: str
    figure_of_speech: str
    patterns: tuple[_Pattern, ...]
    urgency: tuple[Kind, ...]
    not_kept: Both
    replies: Mapping[Kind, _Words]
    choices: tuple[_Choice, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    crisis: Crisis
    find: re.Pattern[str]
    need: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def fits(self, sentence: str) -> bool:
        if not self.find.search(sentence):
            return False
        if self.need and not self.need.search(sentence):
            return False
        return not (self.unless and self.unless.search(sentence))


def _compiled(find: str) -> re.Pattern[str]:
    """A pattern of the file as an expression over whole words."""
    for _ in range(2):  # a group of words may name another
        find = _GROUP.sub(lambda match: f"(?:{_WORDS[match[1]]})", find)
    for sign, words in _GAPS:
        find = find.replace(f"{sign} ", rf"(?:\S+ ){{0,{words}}}")
    return re.compile(rf"(?:^|(?<= ))(?:{find})(?=$| )")


_FILE = _File.model_validate(yaml.safe_load(SAFETY.read_text(encoding="utf-8")))
_WORDS = {name: re.sub(r"\|\s+", "|", words) for name, words in _FILE.words.items()}
_PAST, _AGAIN, _FIGURE_OF_SPEECH = (
    _compiled(re.sub(r"\|\s+", "|", words)) for words in (_FILE.past, _FILE.again, _FILE.figure_of_speech)
)
_HARMLESS = tuple(_compiled(find) for find in _FILE.harmless)
_RULES = tuple(
    _Rule(
        crisis=Crisis(rule.kind, rule.language),
        find=_compiled(rule.find),
        need=_compiled(rule.need) if rule.need else None,
        unless=_compiled(rule.unless) if rule.unless else None,
    )
    for rule in _FILE.patterns
)


def look(text: str) -> Crisis | None:
    """The crisis in a text, or None. Never raises; keeps nothing."""
    sentences = _sentences(text)
    found = [crisis for sentence in sentences for crisis in _found_in(sentence)]
    if not found:
        return None
    worst = min(found, key=lambda crisis: _FILE.urgency.index(crisis.kind))
    return Crisis(worst.kind, _language(sentences) or worst.language)


def crisis_reply(kind: Kind, language: Language, *, kept: bool = False) -> Reply:
    """What is said then: whom to call, that nobody reads along, and two ways to go on.

    `kept` leaves out that the message isn't kept: for a message that went on to the engine before it was understood.
    """
    words = _FILE.replies[kind]
    said = (words.text.to(language), *(() if kept else (_FILE.not_kept.to(language),)))
    return Reply(
        text=" ".join(said),
        choices=tuple(Offer(choice.label.to(language), choice.payload) for choice in _FILE.choices),
        link=Link(words.link.label.to(language), words.link.url) if words.link else None,
    )


def _found_in(sentence: str) -> Iterator[Crisis]:
    if _FIGURE_OF_SPEECH.search(sentence) or (_PAST.search(sentence) and not _AGAIN.search(sentence)):
        return
    for harmless in _HARMLESS:
        sentence = harmless.sub(_TAKEN_OUT, sentence)
    yield from (rule.crisis for rule in _RULES if rule.fits(sentence))


def _language(sentences: list[str]) -> Language | None:
    """The language that most small words are of; None when that is neither's."""
    words = " ".join(sentences).split()
    dutch = sum(word in _FILE.tells_dutch for word in words)
    english = sum(word in _FILE.tells_english for word in words)
    return None if dutch == english else "nl" if dutch > english else "en"


def _sentences(text: str) -> list[str]:
    """The text as the patterns read it: plain small letters, one space between words, a sentence each."""
    joined = _SPACED_LETTERS.sub(lambda match: re.sub(r"\W|_", "", match[0]), _plain(text))
    sentences = (_words(part) for part in _SENTENCE_END.split(joined))
    return [sentence for sentence in sentences if sentence]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(
        c for c in unicodedata.normalize("NFD", folded) if unicodedata.category(c) not in ("Mn", "Cf")
    )
    known = "".join(_FILE.look_alikes.get(c, c) for c in bare)
    return _STRETCHED.sub(r"\1\1", _APOSTROPHES.sub("", known))


def _words(sentence: str) -> str:
    tokens = (_with_letters(token) for token in sentence.split())
    words = re.findall(r"\w+", " ".join(tokens))
    return " ".join(_mended(word) for word in words)


def _with_letters(token: str) -> str:
    """ "d00d" is "dood"; a number stays a number."""
    if not any(c.isalpha() for c in token):
        return token
    return "".join(_FILE.digits_as_letters.get(c, c) for c in token)


def _mended(word: str) -> str:
    if len(word) < _SHORTEST_MENDED or word in _FILE.mended or word in _FILE.not_mended:
        return word
    return next((right for right in _FILE.mended if _one_slip_apart(word, right)), word)


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
