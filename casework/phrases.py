"""Turns of phrase, and where they stand in a sentence: what they are made of, and how they are looked for.

A place in a sentence is a bit of a number: bit 0 is before the first word. So a phrase is tried at all places at once,
and no text, however it repeats itself, takes longer than its length says. How phrases are written: phrase_book.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Protocol

Needs = frozenset[frozenset[int]]
"""Of each of these, one of the sets of words, by its number."""

NEAR = 10
"""Words: so close together are things said together."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words in a row.

    Attributes:
        length: how many words.
        places: for each set of words that occurs, by its number in the phrase book, the places where.
        commas: the places before which a comma stood.
    """

    length: int
    places: Mapping[int, int]
    commas: int

    @property
    def everywhere(self) -> int:
        """All places, the end too."""
        return (1 << self.length + 1) - 1


class Findable(Protocol):
    """What can be looked for."""

    @property
    def needs(self) -> Needs:
        """What must be in a sentence, or it can't be there."""

    def begins(self, sentence: Sentence, then: int) -> int:
        """The places where it begins that ends at one of the places `then`."""

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        """The words that it names, where it goes from one of the places `since` to one of `then`."""


class Phrase(Findable, Protocol):
    """What can be followed from its beginning to its end."""

    def ends(self, sentence: Sentence, since: int) -> int:
        """The places where it ends that began at one of the places `since`."""


def found_in(sentence: Sentence, phrase: Findable) -> int:
    """The places in a sentence where a phrase begins; 0 when it isn't there."""
    return phrase.begins(sentence, sentence.everywhere)


def named_in(sentence: Sentence, phrase: Findable) -> int:
    """The words in a sentence that a phrase names, wherever it stands. What stands in its gaps isn't named."""
    if not found_in(sentence, phrase):
        return 0
    return phrase.named(sentence, sentence.everywhere, sentence.everywhere)


def without(sentence: Sentence, words: int) -> Sentence:
    """A sentence in which some words mean nothing."""
    left = {number: places & ~words for number, places in sentence.places.items()}
    return Sentence(
        sentence.length, {number: places for number, places in left.items() if places}, sentence.commas
    )


@dataclass(frozen=True, slots=True)
class Words:
    """One word of a set."""

    number: int

    @property
    def needs(self) -> Needs:
        return frozenset({frozenset({self.number})})

    def begins(self, sentence: Sentence, then: int) -> int:
        return then >> 1 & sentence.places.get(self.number, 0)

    def ends(self, sentence: Sentence, since: int) -> int:
        return (since & sentence.places.get(self.number, 0)) << 1

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        return since & self.begins(sentence, then)


@dataclass(frozen=True, slots=True)
class Row:
    """One part after the other."""

    parts: tuple[Phrase, ...]

    @property
    def needs(self) -> Needs:
        return frozenset().union(*(part.needs for part in self.parts))

    def begins(self, sentence: Sentence, then: int) -> int:
        for part in reversed(self.parts):
            if not then:
                break
            then = part.begins(sentence, then)
        return then

    def ends(self, sentence: Sentence, since: int) -> int:
        for part in self.parts:
            since = part.ends(sentence, since)
        return since

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        until = [then]
        for part in reversed(self.parts[1:]):
            until.append(part.begins(sentence, until[-1]))
        words = 0
        for part, rest in zip(self.parts, reversed(until), strict=True):
            words |= part.named(sentence, since, rest)
            since = part.ends(sentence, since)
        return words


@dataclass(frozen=True, slots=True)
class Either:
    """The one or the other."""

    options: tuple[Phrase, ...]

    @property
    def needs(self) -> Needs:
        if not all(option.needs for option in self.options):
            return frozenset()
        return frozenset({frozenset().union(*(min(option.needs, key=len) for option in self.options))})

    def begins(self, sentence: Sentence, then: int) -> int:
        places = 0
        for option in self.options:
            places |= option.begins(sentence, then)
        return places

    def ends(self, sentence: Sentence, since: int) -> int:
        return reduce(or_, (option.ends(sentence, since) for option in self.options))

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        return reduce(or_, (option.named(sentence, since, then) for option in self.options))


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A part, or nothing."""

    part: Phrase
    needs: Needs = frozenset()

    def begins(self, sentence: Sentence, then: int) -> int:
        return then | self.part.begins(sentence, then)

    def ends(self, sentence: Sentence, since: int) -> int:
        return since | self.part.ends(sentence, since)

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        return self.part.named(sentence, since, then)


@dataclass(frozen=True, slots=True)
class Gap:
    """So many words of any kind, or fewer."""

    most: int
    needs: Needs = frozenset()

    def begins(self, sentence: Sentence, then: int) -> int:
        for _ in range(self.most):
            then |= then >> 1
        return then

    def ends(self, sentence: Sentence, since: int) -> int:
        for _ in range(self.most):
            since |= since << 1
        return since & sentence.everywhere

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class NotThen:
    """No words, at a place that a part does not follow."""

    part: Findable
    needs: Needs = frozenset()

    def begins(self, sentence: Sentence, then: int) -> int:
        return then & ~found_in(sentence, self.part)

    def ends(self, sentence: Sentence, since: int) -> int:
        return self.begins(sentence, since)

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Edge:
    """No words, where the sentence begins or ends, or a comma does that."""

    last: bool
    needs: Needs = frozenset()

    def begins(self, sentence: Sentence, then: int) -> int:
        return then & (sentence.commas | (1 << sentence.length if self.last else 1))

    def ends(self, sentence: Sentence, since: int) -> int:
        return self.begins(sentence, since)

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Near:
    """All parts, in any order, begun close together."""

    parts: tuple[Findable, ...]

    @property
    def needs(self) -> Needs:
        return frozenset().union(*(part.needs for part in self.parts))

    def begins(self, sentence: Sentence, then: int) -> int:
        """The places of any part from which all others are near; where they end is not looked at."""
        together, any_part = then, 0
        for part in self.parts:
            begun = found_in(sentence, part)
            any_part |= begun
            together &= Gap(NEAR - 1).begins(sentence, begun)
        return together & any_part

    def named(self, sentence: Sentence, since: int, then: int) -> int:
        """The words of all parts that are so near."""
        near = Gap(NEAR).ends(sentence, since & self.begins(sentence, then))
        return near & reduce(or_, (named_in(sentence, part) for part in self.parts))
