"""How turns of phrase are written, for people to read and to add to (data/safety):

wil            that word; zelfmoord* is any word that begins so
<name>         any of the turns of phrase of that group
(a | b c)      the one or the other
[a]            perhaps a
.. ... ....    up to two, four, seven words of any kind
-(a)           here a does not follow
^ $            here the sentence begins, ends
{a, b, c}      all of these, in any order, begun within ten words; only as a whole
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Generic, TypeVar

from casework.phrases import Edge, Either, Findable, Gap, Near, NotThen, Perhaps, Phrase, Row, Sentence, Words

COMMA = ","
Item = TypeVar("Item")

_SIGN = re.compile(r"<\w+>|-\(|\.{2,4}|\w+\*?|\S")
_WORD = re.compile(r"\w+\*?")
_GAPS = {"..": 2, "...": 4, "....": 7}
_EDGES = frozenset("^$")
_BRACKETS = {"(": ")", "[": "]", "-(": ")"}
_ENDS = frozenset("|)]")
_BEGINS_SO = "*"


class Unreadable(ValueError):
    """A phrase that isn't written as it should be, and where."""


Group = frozenset[str] | Phrase
"""A set of single words, or a phrase."""


class PhraseBook:
    """Reads phrases and sentences, so that the ones can be looked for in the others."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[str], int] = {}
        self._words: defaultdict[str, list[int]] = defaultdict(list)
        self._stems: defaultdict[str, list[int]] = defaultdict(list)
        self._stem_lengths: set[int] = set()

    def groups(self, written: Mapping[str, str]) -> dict[str, Group]:
        """Groups by name; a group may name those above it. Raises Unreadable."""
        read: dict[str, Group] = {}
        for name, text in written.items():
            read[name] = self._read(text, read)
        return read

    def phrase(self, text: str, groups: Mapping[str, Group]) -> Phrase:
        """A phrase. Raises Unreadable."""
        return self._phrase(self._read(text, groups))

    def findable(self, text: str, groups: Mapping[str, Group]) -> Findable:
        """A phrase, or {parts near each other}. Raises Unreadable."""
        if text.startswith("{") and text.endswith("}"):
            return Near(tuple(self.phrase(part, groups) for part in text[1:-1].split(COMMA)))
        return self.phrase(text, groups)

    def sentences(self, sentences: Iterable[Sequence[str]]) -> list[Sentence]:
        """Sentences as phrases are looked for in them, from the plain words of each; a comma is no word."""
        known: dict[str, tuple[int, ...]] = {}
        return [self._sentence(words, known) for words in sentences]

    def _sentence(self, words: Sequence[str], known: dict[str, tuple[int, ...]]) -> Sentence:
        places: defaultdict[int, int] = defaultdict(int)
        commas, place = 0, 1
        for word in words:
            if word == COMMA:
                commas |= place
                continue
            if word not in known:
                known[word] = tuple(self._sets_with(word))
            for number in known[word]:
                places[number] |= place
            place <<= 1
        return Sentence(place.bit_length() - 1, places, commas)

    def _sets_with(self, word: str) -> Iterator[int]:
        yield from self._words.get(word, ())
        for length in self._stem_lengths:
            yield from self._stems.get(word[:length], ())

    def _read(self, text: str, groups: Mapping[str, Group]) -> Group:
        signs = deque(_SIGN.findall(text))
        group = self._either(signs, groups)
        if signs:
            raise Unreadable(f"{signs[0]!r} is not expected in {text!r}")
        return group

    def _either(self, signs: deque[str], groups: Mapping[str, Group]) -> Group:
        options = [self._row(signs, groups)]
        while signs and signs[0] == "|":
            signs.popleft()
            options.append(self._row(signs, groups))
        words = frozenset[str]().union(*(option for option in options if isinstance(option, frozenset)))
        phrases = [option for option in options if not isinstance(option, frozenset)]
        if not phrases:
            return words
        if words:
            phrases.insert(0, self._phrase(words))
        return phrases[0] if len(phrases) == 1 else Either(tuple(phrases))

    def _row(self, signs: deque[str], groups: Mapping[str, Group]) -> Group:
        parts: list[Group] = []
        while signs and signs[0] not in _ENDS:
            parts.append(self._part(signs, groups))
        if not parts:
            raise Unreadable("there is nothing between two signs")
        return parts[0] if len(parts) == 1 else Row(tuple(self._phrase(part) for part in parts))

    def _part(self, signs: deque[str], groups: Mapping[str, Group]) -> Group:
        sign = signs.popleft()
        if sign in _BRACKETS:
            inner = self._either(signs, groups)
            if not signs or signs.popleft() != _BRACKETS[sign]:
                raise Unreadable(f"{sign!r} is not closed")
            if sign == "(":
                return inner
            return Perhaps(self._phrase(inner)) if sign == "[" else NotThen(self._phrase(inner))
        if sign in _GAPS:
            return Gap(_GAPS[sign])
        if sign in _EDGES:
            return Edge(last=sign == "$")
        if sign.startswith("<"):
            if sign[1:-1] not in groups:
                raise Unreadable(f"there is no group {sign}")
            return groups[sign[1:-1]]
        if not _WORD.fullmatch(sign):
            raise Unreadable(f"{sign!r} means nothing")
        return frozenset({sign})

    def _phrase(self, group: Group) -> Phrase:
        if not isinstance(group, frozenset):
            return group
        if group not in self._numbers:
            number = self._numbers[group] = len(self._numbers)
            for word in group:
                if word.endswith(_BEGINS_SO):
                    stem = word.removesuffix(_BEGINS_SO)
                    self._stems[stem].append(number)
                    self._stem_lengths.add(len(stem))
                else:
                    self._words[word].append(number)
        return Words(self._numbers[group])


class ByNeed(Generic[Item]):
    """Things that each go with a phrase, found by the rarest words that the phrase can't do without."""

    def __init__(self, items: Iterable[tuple[Findable, Item]]) -> None:
        self._items: list[tuple[tuple[int, ...], Item]] = []
        self._by_number: defaultdict[int, list[int]] = defaultdict(list)
        needed = [(phrase.needs, item) for phrase, item in items]
        common = Counter(number for needs, _ in needed for numbers in needs for number in numbers)
        for place, (needs, item) in enumerate(needed):
            rarest_first = sorted(needs, key=lambda numbers: sum(common[number] for number in numbers))
            self._items.append((tuple(map(_bits, rarest_first)), item))
            for number in rarest_first[0]:
                self._by_number[number].append(place)

    def possible_in(self, sentence: Sentence) -> Iterator[Item]:
        """Those whose phrases have the words they need in a sentence: few of many."""
        here, candidates = 0, set[int]()
        for number in sentence.places:
            here |= 1 << number
            candidates.update(self._by_number.get(number, ()))
        for place in candidates:
            needs, item = self._items[place]
            for numbers in needs:
                if not numbers & here:
                    break
            else:
                yield item


def _bits(numbers: Iterable[int]) -> int:
    return reduce(or_, (1 << number for number in numbers))
