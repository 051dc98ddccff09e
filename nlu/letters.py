"""A letter: a message read sentence by sentence, for the wishes in it.

One message often asks several things: erase, and I withdraw, and I object. Each sentence that may hold a wish is given to
the model by itself; two wishes or more make the technical intent `letter`, which lists them. The encoder hears one
sentence at a time, in a thread, so that other conversations have their turn in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasa.core.agent import Agent

from nlu.listening import LOST, SURE_OF_DANGER
from nlu.promising import ASKED, SHORT, TOLD_ALONE, UNNAMED, Promising, most_promising, promising_in
from nlu.sentences import LONGEST, Sentence, sentences
from nlu.understanding import likeliest, understand
from nlu.wishes import (
    ACTS,
    JOINT,
    LETTER,
    WISHES,
    asks_nothing,
    gives_consent,
    has_pronoun,
    may_ask,
    named,
    names_two,
    possible,
    recalls,
    refers_back,
    sounds_dangerous,
)
from nlu.word_lists import plain

WHOLE = 1_000
"""Characters of a message without wishes that are understood as a whole: half from its beginning, half from its end."""
GIVING = frozenset({"give_consent", "give_pr_consent"})
"""Consents that are given; no wishes of a letter, since a consent is given by choosing it itself."""
GIVEN = 3
"""Sentences that are read for one."""

Parsed = dict[str, Any]
"""Rasa's `parse_data` of one text."""


@dataclass(frozen=True)
class Wish:
    """An act that a sentence asks for; `asked` when it does so outright."""

    place: int
    intent: str
    text: str
    parsed: Parsed
    asked: bool

    @property
    def confidence(self) -> float:
        """How sure the model is of it."""
        ranking = self.parsed["intent_ranking"]
        return max(float(guess["confidence"]) for guess in ranking if guess["name"] == self.intent)

    @property
    def is_named(self) -> bool:
        """Whether its own words name it."""
        return self.intent in named(plain(self.text))

    def alone(self, text: str) -> Parsed:
        """A message with this one wish, as if its sentence had been all of it."""
        chosen = {"name": self.intent, "confidence": self.confidence}
        return {**self.parsed, "text": text, "intent": chosen}


async def read(agent: Agent, text: str) -> Parsed:
    """Parse a cleaned text (`nlu.call.clean`) that is no answer to a form.

    Args:
        agent: the loaded engine.
        text: what a person typed, a word or a letter.

    Returns:
        Rasa's `parse_data`. Of a letter with two wishes or more the intent is `letter`, with an entity `wishes`: a
        list of {"intent", "text"} in the order of first mention. A letter with one is understood as that one.
    """
    letter = sentences(text)
    promising = promising_in(letter)
    if len(letter) < 2 and not any(names_two(plain(each.text)) for each in promising):
        return await understand(agent, text)
    known: dict[str, Parsed] = {}
    wishes: list[Wish] = []
    for each in most_promising(promising):
        if letter[each.place].introduced_by in {wish.place for wish in wishes}:
            continue  # the particulars of that wish
        parsed = await _parse(agent, each.text, known)
        if sounds_dangerous(plain(each.text)) and _in_danger(parsed):
            return {**parsed, "text": text}
        found = await _wishes(agent, each, parsed, known)
        if each.may_mean_more and not any(wish.is_named for wish in found):
            found = await _with_what_comes_before(agent, each, letter, known) or found
        wishes += [_meant(wish, letter) for wish in found]
    if len({wish.intent for wish in wishes}) > 1 and any(wish.asked for wish in wishes):
        return _letter(text, letter, wishes)
    one = _point_of(letter, wishes)
    if one is not None and len(text) > SHORT:
        return one.alone(text)
    given = None if wishes else await _given(agent, letter, known)
    if given is not None:
        return {**given, "text": text}
    whole = _unless_refused(await _parse(agent, _as_a_whole(text, letter), known), letter)
    whole = {**whole, "text": text}
    if one is None:
        return whole
    understood = likeliest(whole)
    is_surer = understood.likeliest in ACTS and understood.confidence > one.confidence
    return whole if is_surer and len(letter) > 1 else one.alone(text)


async def _with_what_comes_before(
    agent: Agent, each: Promising, letter: Sequence[Sentence], known: dict[str, Parsed]
) -> list[Wish]:
    """The wish of "do the same with yours", understood with the sentences of its paragraph that it may speak of."""
    before = _spoken_of(each, letter)
    if not before:
        return []
    text = f"{before} {each.text}"
    parsed = await _parse(agent, text, known)
    spoken_of = possible(plain(before))
    for guess in parsed.get("intent_ranking") or ():
        intent, confidence = guess["name"], float(guess["confidence"])
        bar = ASKED if intent in each.acts & spoken_of else UNNAMED
        is_named = intent in each.acts | spoken_of and may_ask(plain(each.text), intent)
        if is_named and confidence >= bar:
            return [Wish(each.place, intent, text, parsed, True)]
    return []


def _spoken_of(each: Promising, letter: Sequence[Sentence]) -> str:
    """What a pronoun may stand for: the nearest sentence of the paragraph that names something itself.

    With the sentences in between, if all of it can be read in one go.
    """
    room = LONGEST - len(each.text) - 1
    here = [
        sentence.text
        for sentence in letter[: each.place]
        if sentence.paragraph == letter[each.place].paragraph
    ]
    for place in range(len(here) - 1, -1, -1):
        said = plain(here[place])
        if recalls(said) and not has_pronoun(said):
            together = " ".join(here[place:])
            nearest = together if len(together) <= room else here[place]
            return nearest if len(nearest) <= room else ""
    return ""


async def _given(agent: Agent, letter: Sequence[Sentence], known: dict[str, Parsed]) -> Parsed | None:
    """The consent that a message without wishes gives: by its first sentence that gives one and is understood so."""
    giving = [sentence.text for sentence in letter if gives_consent(plain(sentence.text))]
    for text in giving[:GIVEN]:
        if len(text) <= LONGEST:
            parsed = await _parse(agent, text, known)
            if parsed["intent"]["name"] in GIVING:
                return parsed
    return None


def _unless_refused(whole: Parsed, letter: Sequence[Sentence]) -> Parsed:
    """A message is not about the act that its sentences name only to refuse it; what the model guesses next tells little."""
    said = [plain(sentence.text) for sentence in letter]
    refused = frozenset().union(*map(named, said)) - frozenset().union(*map(possible, said))
    if likeliest(whole).likeliest not in refused:
        return whole
    left = [guess for guess in whole["intent_ranking"] if guess["name"] not in refused]
    confidence = left[0]["confidence"] if left else 0.0
    return {**whole, "intent": {"name": LOST, "confidence": confidence}, "intent_ranking": left}


async def _wishes(agent: Agent, each: Promising, parsed: Parsed, known: dict[str, Parsed]) -> list[Wish]:
    """The wish in a sentence; more than one where its clauses name different acts and each is understood as such."""
    whole = _wish(each, parsed)
    if not whole or not names_two(plain(each.text)):
        return whole
    apart: list[Wish] = []
    for clause in map(str.strip, JOINT.split(each.text)):
        said = plain(clause)
        acts = possible(said)
        if acts and not asks_nothing(said):
            part = Promising(each.place, clause, acts, each.asked)
            apart += _wish(part, await _parse(agent, clause, known))
    return apart if len({wish.intent for wish in apart}) > 1 else whole


def _wish(each: Promising, parsed: Parsed) -> list[Wish]:
    """What a sentence asks for: the likeliest act that its words name, else the likeliest; if it is likely enough."""
    said = plain(each.text)
    ranking = parsed.get("intent_ranking") or ()
    surest = max((float(guess["confidence"]) for guess in ranking), default=0.0)
    for guess in sorted(ranking, key=lambda guess: guess["name"] not in each.acts):
        intent, confidence = guess["name"], float(guess["confidence"])
        if intent in ACTS and may_ask(said, intent) and confidence >= each.bar(intent, surest):
            return [Wish(each.place, intent, each.text, parsed, each.asked)]
    return []


def _point_of(letter: Sequence[Sentence], wishes: Sequence[Wish]) -> Wish | None:
    """The one wish of a message, if it is its point: asked outright, in words that name it, and no question beside it."""
    places = {wish.place for wish in wishes}
    asks_something_else = any(
        place not in places and sentence.text.rstrip("\"')”’").endswith("?")
        for place, sentence in enumerate(letter)
    )
    outright = (wish for wish in wishes if wish.is_named and (wish.asked or _is_told(wish)))
    return None if asks_something_else else next(outright, None)


def _is_told(wish: Wish) -> bool:
    return wish.intent == "report_breach" and wish.confidence >= TOLD_ALONE


def _meant(wish: Wish, letter: Sequence[Sentence]) -> Wish:
    """A withdrawal "daarvoor", right after words about a publication, is that of the publication."""
    before = letter[wish.place - 1] if wish.place else None
    if wish.intent != "withdraw_consent" or before is None or not refers_back(plain(wish.text)):
        return wish
    about = possible(plain(before.text)) if before.paragraph == letter[wish.place].paragraph else frozenset()
    return replace(wish, intent="withdraw_pr_consent") if "withdraw_pr_consent" in about else wish


def _letter(text: str, letter: Sequence[Sentence], wishes: Sequence[Wish]) -> Parsed:
    places = {wish.place for wish in wishes}
    words: dict[str, list[str]] = {}
    for wish in wishes:
        words.setdefault(wish.intent, []).extend([wish.text, *_belongings(letter, wish.place, places)])
    found = [{"intent": intent, "text": "\n".join(dict.fromkeys(said))} for intent, said in words.items()]
    return {
        "text": text,
        "intent": {"name": LETTER, "confidence": 1.0},
        "intent_ranking": [{"name": LETTER, "confidence": 1.0}],
        "entities": [{"entity": WISHES, "value": found, "start": 0, "end": 0}],
    }


def _belongings(letter: Sequence[Sentence], place: int, wishes: set[int]) -> list[str]:
    """What goes with a wish: the items of the list that it introduces, and what follows in its paragraph up to the next wish."""
    follows = []
    for later in range(place + 1, len(letter)):
        sentence = letter[later]
        here = sentence.paragraph == letter[place].paragraph or sentence.introduced_by == place
        if later in wishes or not here:
            break
        if not asks_nothing(plain(sentence.text)):
            follows.append(sentence.text)
    return follows


async def _parse(agent: Agent, text: str, known: dict[str, Parsed]) -> Parsed:
    if text not in known:
        known[text] = await understand(agent, text)
    return known[text]


def _in_danger(parsed: Parsed) -> bool:
    understood = likeliest(parsed)
    return understood.likeliest == "crisis" and understood.confidence >= SURE_OF_DANGER


def _as_a_whole(text: str, letter: Sequence[Sentence]) -> str:
    """What a message without wishes is understood by: all of it but threats, what is done, what others want.

    The point of a long story stands at its beginning or its end, so that much of it is read.
    """
    left = [sentence.text for sentence in letter if not asks_nothing(plain(sentence.text))]
    said = text if len(left) in (0, len(letter)) else " ".join(left)
    half = WHOLE // 2
    return said if len(said) <= WHOLE else f"{said[:half]} {said[-half:]}"
