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

from nlu.listening import SURE_OF_DANGER
from nlu.sentences import Sentence, in_parts, sentences
from nlu.understanding import likeliest, understand
from nlu.wishes import (
    ACTS,
    JOINT,
    asks_nothing,
    asks_outright,
    hints,
    may_ask,
    named,
    plain,
    possible,
    refers_back,
    sounds_dangerous,
)

LETTER, WISHES = "letter", "wishes"
ASKED, TOLD = 0.15, 0.6
"""From this confidence on a sentence is the wish that its words name: where it asks outright, and where it only tells."""
UNNAMED, SURE_ANYHOW = 0.5, 0.9
"""The same for a wish that its words don't name, and for acts that people ask for rather than tell."""
NEVER = 2.0
THE_OTHER = 0.05
"""The same where it says "not" to another act: "niet wissen, alleen inzien"."""
TOLD_IS_ASKED = frozenset(
    {"request_rectification", "withdraw_pr_consent", "file_complaint", "report_breach", "talk_to_coach"}
)
"""What people tell rather than ask: "mijn adres klopt niet", "ik kreeg een brief voor een ander"."""
BARE = 5
"""Words: so short a sentence ("inzage graag", "alles wissen") asks without saying so."""
SHORT, FEWEST = 600, 3
"""Characters: of so short a message every sentence is read that has at least this many words."""
READ = 4_000
"""Characters of a message that are given to the model, sentences that ask outright first: more takes seconds."""
EACH = 40
"""Characters' worth of time that reading any sentence takes, however short."""
WHOLE = 1_000
"""Characters of a message without wishes that are understood as a whole: half from its beginning, half from its end."""

Parsed = dict[str, Any]
"""Rasa's `parse_data` of one text."""


@dataclass(frozen=True)
class Promising:
    """A sentence, or a part of one, that may hold a wish.

    Attributes:
        place: where the sentence stands in the letter.
        text: its own words.
        acts: the acts that it may ask for.
        asked: it asks outright, rather than telling something.
    """

    place: int
    text: str
    acts: frozenset[str]
    asked: bool


@dataclass(frozen=True)
class Wish:
    """An act that a sentence asks for."""

    place: int
    intent: str
    text: str
    parsed: Parsed


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
    promising = _promising(letter)
    if len(letter) < 2 and not any(len(named(plain(each.text))) > 1 for each in promising):
        return await understand(agent, text)
    known: dict[str, Parsed] = {}
    wishes: list[Wish] = []
    for each in _most_promising(promising):
        if letter[each.place].introduced_by in {wish.place for wish in wishes}:
            continue  # the particulars of that wish
        parsed = await _parse(agent, each.text, known)
        if _in_danger(parsed):
            return {**parsed, "text": text}
        wishes += [_meant(wish, letter) for wish in await _wishes(agent, each, parsed, known)]
    if len({wish.intent for wish in wishes}) > 1:
        return _letter(text, letter, wishes)
    if wishes:
        return _only(wishes[0], text)
    return {**await _parse(agent, _as_a_whole(text, letter), known), "text": text}


def _promising(letter: Sequence[Sentence]) -> list[Promising]:
    """The sentences that may hold a wish, or a cry for help; of a long letter only those whose words say so."""
    found = []
    short = sum(len(sentence.text) for sentence in letter) <= SHORT
    for place, sentence in enumerate(letter):
        said = plain(sentence.text)
        idle = asks_nothing(said)
        introduction = "" if sentence.introduced_by is None else plain(letter[sentence.introduced_by].text)
        asked = asks_outright(said) or asks_outright(introduction)
        for part in in_parts(sentence.text):
            words = plain(part)
            acts = frozenset[str]() if idle else possible(words)
            worth_a_look = hints(words) or (short and len(words.split()) >= FEWEST)
            if acts or sounds_dangerous(words) or (worth_a_look and not idle):
                bare = bool(acts) and len(said.split()) <= BARE
                found.append(Promising(place, part, acts, asked or bare))
    return found


def _most_promising(promising: Sequence[Promising]) -> list[Promising]:
    """As many as can be read in time, in the letter's order."""
    chosen, left = list[Promising](), READ
    for each in sorted(promising, key=lambda each: (not each.acts, not each.asked)):
        cost = (EACH + len(each.text)) * (1 if len(each.acts) < 2 else 2)  # with its clauses
        if cost <= left:
            chosen.append(each)
            left -= cost
    return sorted(chosen, key=lambda each: each.place)


async def _wishes(agent: Agent, each: Promising, parsed: Parsed, known: dict[str, Parsed]) -> list[Wish]:
    """The wish in a sentence; more than one where its clauses name different acts and each is understood as such."""
    whole = _wish(each, parsed)
    if not whole or len(named(plain(each.text))) < 2:
        return whole
    apart: list[Wish] = []
    for clause in map(str.strip, JOINT.split(each.text)):
        said = plain(clause)
        acts = named(said) & each.acts & possible(said)
        if acts and not asks_nothing(said):
            apart += _wish(
                Promising(each.place, clause, acts, each.asked), await _parse(agent, clause, known)
            )
    return apart if len({wish.intent for wish in apart}) > 1 else whole


def _wish(each: Promising, parsed: Parsed) -> list[Wish]:
    """What a sentence asks for: the likeliest act that its words name, else the likeliest; if it is likely enough."""
    said = plain(each.text)
    ranking = parsed.get("intent_ranking") or ()
    for guess in sorted(ranking, key=lambda guess: guess["name"] not in each.acts):
        intent, confidence = guess["name"], float(guess["confidence"])
        if intent in ACTS and may_ask(said, intent) and confidence >= _bar(each, intent):
            return [Wish(each.place, intent, each.text, parsed)]
    return []


def _bar(each: Promising, intent: str) -> float:
    """The confidence from which on a sentence is taken as this wish."""
    if intent not in each.acts:
        if each.text.endswith(":"):
            return NEVER  # it introduces the wishes in a list
        return UNNAMED if each.asked else SURE_ANYHOW
    if not each.asked:
        return TOLD if intent in TOLD_IS_ASKED else SURE_ANYHOW
    says_not_to_another = named(plain(each.text)) - each.acts
    return THE_OTHER if says_not_to_another else ASKED


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


def _only(wish: Wish, text: str) -> Parsed:
    """A message with one wish, as if its sentence had been all of it."""
    confidence = max(
        float(guess["confidence"]) for guess in wish.parsed["intent_ranking"] if guess["name"] == wish.intent
    )
    return {**wish.parsed, "text": text, "intent": {"name": wish.intent, "confidence": confidence}}


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
