"""A text taken apart into sentences: paragraphs and wrapped lines, lists, abbreviations, people who forget a capital.

It also takes off what is no sentence at all: quoted mail, and the marks of letter templates ("[optional block>" and
"{field}") that somebody left in. The abbreviations stand in letters.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ABBREVIATIONS = frozenset(
    yaml.safe_load(Path(__file__).with_name("letters.yml").read_text(encoding="utf-8"))["abbreviations"]
)
WRAPPED = 45
"""Characters: a line at least this long that ends without a stop goes on in the next one."""
LONGEST = 300
"""Characters of a sentence that is read in one go: a longer one is read in parts, so that it keeps nobody waiting."""

_TEMPLATE = re.compile(r"\[\w+>")
_FIELD = re.compile(r"{\w+}|</?\w+>")
_QUOTED = re.compile(r"\s*>")
_ITEM = re.compile(r"\s*(?:[-*•–—·▪]|\(?\d{1,2}[.)]|\(?[a-h]\))\s+(?=\S)")
_INLINE_ITEM = re.compile(r"(?<=[\s:;,])\(?(\d{1,2}|[a-h])\)\s+(?=\S)")
_STOP = re.compile(r"[.!?…]{1,10}[\"'”’)\]]{0,3}(?=\s|$)|(?<=[a-zà-ÿ]{2})[.!?](?=[A-ZÀ-Þ])|;(?=\s|$)")
_LONGEST_WORD = 20
_BREAK = re.compile(r"[,:)]\s|\s(?=(?:en|and|of|or|maar|but)\s)")


@dataclass(frozen=True)
class Sentence:
    """One sentence of a text.

    Attributes:
        text: its words on one line, as they were typed.
        paragraph: the number of the paragraph that it stands in.
        introduced_by: for an item of a list, the place of the sentence before the list, if that ends in a colon.
    """

    text: str
    paragraph: int = 0
    introduced_by: int | None = None


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a typed text, in order."""
    found: list[Sentence] = []
    introduction: int | None = None
    for number, (item, paragraph) in enumerate(_paragraphs(_without_marks(text))):
        if not item:
            introduction = None
        found += [Sentence(part, number, introduction) for part in _parts(paragraph)]
        if not item and paragraph.endswith(":"):
            introduction = len(found) - 1
    return tuple(found)


def _without_marks(text: str) -> str:
    filled_in = _FIELD.sub("", text)
    return _TEMPLATE.sub(" ", filled_in).replace("]", " ") if _TEMPLATE.search(filled_in) else filled_in


def _paragraphs(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of lines that belong together, and whether each is an item of a list."""
    item, lines = False, list[str]()
    for line in [*(line for line in text.split("\n") if not _QUOTED.match(line)), ""]:
        begins = _ITEM.match(line)
        if lines and (begins or not line.strip() or not _goes_on(lines[-1])):
            yield from _with_inline_items(item, " ".join(lines))
            lines = []
        if line.strip():
            item = bool(begins) if not lines else item
            lines.append(" ".join(line[begins.end() if begins else 0 :].split()))


def _goes_on(line: str) -> bool:
    return len(line) >= WRAPPED and line[-1] not in ".!?:;…"


def _with_inline_items(item: bool, paragraph: str) -> Iterator[tuple[bool, str]]:
    """A paragraph, or what comes before a list in it and then the list: "ik verzoek u: 1) ... 2) ..."."""
    marks = list(_INLINE_ITEM.finditer(paragraph))
    if [mark[1] for mark in marks[:2]] not in (["1", "2"], ["a", "b"]):
        yield item, paragraph
        return
    if before := paragraph[: marks[0].start()].strip():
        yield item, before
    ends = [*(mark.start() for mark in marks[1:]), len(paragraph)]
    yield from ((True, paragraph[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True))


def _parts(paragraph: str) -> Iterator[str]:
    start = 0
    for stop in _STOP.finditer(paragraph):
        if not _ends_an_abbreviation(paragraph[start : stop.start()]):
            yield paragraph[start : stop.end()].strip()
            start = stop.end()
    if rest := paragraph[start:].strip():
        yield rest


def _ends_an_abbreviation(before: str) -> bool:
    """Whether what stands before a stop ends in "art", "i.v.m" or an initial: then the stop ends no sentence."""
    words = before[-_LONGEST_WORD:].split()
    bare = words[-1].casefold().strip("(\"'“‘[") if words else ""
    return bare in ABBREVIATIONS or bool(re.fullmatch(r"(?:\w\.)*\w", bare))


def in_parts(sentence: str) -> Iterator[str]:
    """The sentence, or its halves where it is too long: cut at the comma or conjunction nearest to the middle."""
    if len(sentence) <= LONGEST:
        yield sentence
        return
    middle = len(sentence) // 2
    places = [place.end() for place in _BREAK.finditer(sentence)] or [sentence.find(" ", middle) + 1]
    cut = min(places, key=lambda place: abs(place - middle))
    if not 0 < cut < len(sentence):
        cut = middle
    yield from in_parts(sentence[:cut].strip())
    yield from in_parts(sentence[cut:].strip())
