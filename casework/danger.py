"""What counts as danger: phrases by kind and language, and what only sounds like it (data/safety).

Phrases are looked for sentence by sentence. Words of harmless turns of phrase are passed over first; what is long past,
from a story, or said in a manner of speaking doesn't count either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from casework.messages import Language
from casework.phrase_book import ByNeed, PhraseBook
from casework.phrases import Findable, Phrase, Sentence, found_in, named_in, without

Kind = Literal["danger", "suicide", "child", "violence", "self_harm"]

DATA = Path(__file__).resolve().parent.parent / "data" / "safety"

_LANGUAGES: tuple[Language, ...] = get_args(Language)
_FAR, _NEAR = 12, 7
"""Words: so far from "bij wijze van spreken", or from "vroeger", may stand what it is about."""


@dataclass(frozen=True, slots=True)
class Crisis:
    """What was found: the most urgent kind, and the language in which it was said."""

    kind: Kind
    language: Language


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Written(_Part):
    """A phrase, and what must be in its sentence, must not be there, must be anywhere in the message."""

    find: str
    need: str | None = None
    unless: str | None = None
    anywhere: str | None = None


class _Harmless(_Part):
    taken_out: tuple[str | _Written, ...]
    shields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What must be so around a phrase."""

    need: Findable | None
    unless: Findable | None
    anywhere: Findable | None

    def holds(self, sentence: Sentence, message: Sequence[Sentence]) -> bool:
        if self.need and not found_in(sentence, self.need):
            return False
        if self.unless and found_in(sentence, self.unless):
            return False
        return self.anywhere is None or any(found_in(other, self.anywhere) for other in message)


@dataclass(frozen=True, slots=True)
class _Danger:
    phrase: Findable
    asked: _Asked
    crisis: Crisis


@dataclass(frozen=True, slots=True)
class _TakenOut:
    phrase: Phrase
    asked: _Asked


@dataclass(frozen=True, slots=True)
class _Shields:
    """What says that the words around it don't count."""

    figure_of_speech: Phrase
    long_over: Phrase
    past: Phrase
    story: Phrase
    now: Phrase
    again: Phrase

    def places_in(self, sentence: Sentence) -> int:
        """The places in a sentence that don't count."""
        of_all, of_its_clause = named_in(sentence, self.figure_of_speech), named_in(sentence, self.story)
        if not found_in(sentence, self.again):
            of_all |= named_in(sentence, self.long_over)
            of_its_clause |= named_in(sentence, self.past)
        walls = found_in(sentence, self.now)
        return _spread(of_all, _FAR, walls=0, commas=0) | _spread(
            of_its_clause, _NEAR, walls=walls, commas=sentence.commas
        )


def _spread(places: int, reach: int, *, walls: int, commas: int) -> int:
    """Places and those so many words before and after them, up to a wall or a comma."""
    before = after = places
    if places:
        for _ in range(reach):
            before |= (before & ~commas) >> 1 & ~walls
            after |= after << 1 & ~commas & ~walls
    return before | after


class Dangers:
    """All that the files say of danger, read once."""

    def __init__(self, folder: Path = DATA) -> None:
        words = _GROUPS.validate_python(_read(folder / "words.yml"))
        harmless = _HARMLESS.validate_python(_read(folder / "harmless.yml"))
        phrases = {kind: _PHRASES.validate_python(_read(folder / f"{kind}.yml")) for kind in get_args(Kind)}

        self._book = book = PhraseBook()
        groups = {language: book.groups(words[language]) for language in _LANGUAGES}

        def asked(written: _Written, language: Language) -> _Asked:
            def part(text: str | None) -> Findable | None:
                return book.findable(text, groups[language]) if text else None

            return _Asked(part(written.need), part(written.unless), part(written.anywhere))

        def shield(name: str) -> Phrase:
            return book.phrase(" | ".join(harmless[language].shields[name] for language in _LANGUAGES), {})

        dangers = [
            _Danger(
                book.findable(written.find, groups[language]),
                asked(written, language),
                Crisis(kind, language),
            )
            for kind, by_language in phrases.items()
            for language in _LANGUAGES
            for written in map(_with_conditions, by_language[language])
        ]
        taken_out = [
            _TakenOut(book.phrase(written.find, groups[language]), asked(written, language))
            for language in _LANGUAGES
            for written in map(_with_conditions, harmless[language].taken_out)
        ]
        self._dangers = ByNeed((danger.phrase, danger) for danger in dangers)
        self._taken_out = ByNeed((harmless.phrase, harmless) for harmless in taken_out)
        self._shields = _Shields(**{name: shield(name) for name in _Shields.__slots__})

    def found_in(self, sentences: Iterable[Sequence[str]]) -> Iterator[Crisis]:
        """Each danger in a message, given as the plain words of its sentences."""
        different = dict.fromkeys(map(tuple, sentences))
        message = [self._plain_meaning(sentence) for sentence in self._book.sentences(different)]
        for sentence in message:
            shielded = None
            for danger in self._dangers.possible_in(sentence):
                words = named_in(sentence, danger.phrase)
                if words and danger.asked.holds(sentence, message):
                    if shielded is None:
                        shielded = self._shields.places_in(sentence)
                    if words & ~shielded:
                        yield danger.crisis

    def _plain_meaning(self, sentence: Sentence) -> Sentence:
        """A sentence without its harmless turns of phrase."""
        words = 0
        for harmless in self._taken_out.possible_in(sentence):
            if harmless.asked.holds(sentence, (sentence,)):
                words |= named_in(sentence, harmless.phrase)
        return without(sentence, words) if words else sentence


_GROUPS = TypeAdapter(dict[Language, dict[str, str]])
_PHRASES = TypeAdapter(dict[Language, tuple[str | _Written, ...]])
_HARMLESS = TypeAdapter(dict[Language, _Harmless])


def _read(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _with_conditions(written: str | _Written) -> _Written:
    return _Written(find=written) if isinstance(written, str) else written
