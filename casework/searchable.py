"""What the search looks in: the pack's answers and facts in both languages, and the practice's own text, as passages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from casework import policy
from casework.messages import Language, Quote
from casework.pack_model import PracticePack, shown_phone
from casework.passages import ImportedPolicy
from casework.rendering import render
from casework.words import duration

LANGUAGES: tuple[Language, Language] = ("nl", "en")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as it is shown.

    text: the pack's own words; None where the practice's text alone says it. place: where those stand.
    quote: the practice's text, word for word.
    """

    text: str | None
    place: str | None
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Passage:
    """What can be found at once. heads and bodies: the words to search in, each with its language."""

    heads: tuple[tuple[Language, str], ...]
    bodies: tuple[tuple[Language, str], ...]
    dutch: Found
    english: Found

    def shown(self, language: Language) -> Found:
        """The passage in this language; a text that is only in Dutch says so in its place."""
        return self.english if language == "en" else self.dutch


def passages_of(
    pack: PracticePack, text: ImportedPolicy | None, conversation_hours: int
) -> tuple[Passage, ...]:
    """Everything that a question may be answered from.

    text: the practice's own policy, if it was imported. conversation_hours: how long a conversation is kept here.
    """
    return (*_answers(pack, text), *_facts(pack, conversation_hours), *(_quotes(text) if text else ()))


def _answers(pack: PracticePack, text: ImportedPolicy | None) -> Iterator[Passage]:
    for intent in pack.answers:
        said = {language: policy.answer(pack, text, intent, language) for language in LANGUAGES}
        found = {language: Found(one.text, one.place, one.quote) for language, one in said.items()}
        yield Passage(
            heads=tuple((language, one.place) for language, one in said.items() if one.place),
            bodies=tuple((language, one.text) for language, one in said.items()),
            dutch=found["nl"],
            english=found["en"],
        )


def _facts(pack: PracticePack, conversation_hours: int) -> Iterator[Passage]:
    dutch, english = (_fact_sheet(pack, language, conversation_hours) for language in LANGUAGES)
    for (place_nl, text_nl), (place_en, text_en) in zip(dutch, english, strict=True):
        yield Passage(
            heads=(("nl", place_nl), ("en", place_en)),
            bodies=(("nl", text_nl), ("en", text_en)),
            dutch=Found(text_nl, place_nl, None),
            english=Found(text_en, place_en, None),
        )


def _fact_sheet(pack: PracticePack, language: Language, conversation_hours: int) -> list[tuple[str, str]]:
    """The facts of the pack as sentences, each with the place that is named beside it."""
    sheet = render(
        "facts",
        language,
        pack=pack,
        conversation_hours=conversation_hours,
        span=partial(duration, language=language),
        shown_phone=shown_phone,
    )
    blocks = (block.strip().split("\n", 1) for block in re.split(r"\n\s*\n", sheet))
    return [(place.removeprefix("# "), words.strip()) for place, words in blocks]


def _quotes(text: ImportedPolicy) -> Iterator[Passage]:
    for quote in text.quotes():
        yield Passage(
            heads=(("nl", quote.place),),
            bodies=(("nl", quote.text),),
            dutch=Found(None, None, quote),
            english=Found(None, None, policy.in_dutch(quote)),
        )
