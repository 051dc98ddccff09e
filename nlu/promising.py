"""The sentences of a letter that are worth giving to the model, and how sure it must be of each.

Reading costs time, so of a long letter only those sentences are read whose words say that they may ask something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.sentences import LONGEST, Sentence, in_parts
from nlu.wishes import asks_nothing, asks_outright, has_pronoun, hints, names_two, possible, sounds_dangerous
from nlu.word_lists import plain

ASKED, TOLD = 0.15, 0.6
"""From this confidence on a sentence is the wish that its words name: where it asks outright, and where it only tells."""
ASKED_OF_AN_UNSURE_MODEL, UNSURE = 0.05, 0.7
"""Words that name a wish and ask for it need less support where the model is not sure of anything."""
UNNAMED, SURE_ANYHOW = 0.5, 0.9
"""The same for a wish that is asked for in other words, and for what people ask for rather than tell."""
NEVER = 2.0
TOLD_IS_ASKED = frozenset({"request_rectification", "withdraw_pr_consent", "file_complaint", "report_breach"})
"""What people tell rather than ask: "mijn adres klopt niet", "ik kreeg een brief voor een ander"."""
TOLD_ALONE = 0.8
"""From this confidence on a breach that is only told is the point of a message: nobody asks for one."""
BARE = 5
"""Words: so short a sentence that names a wish ("inzage graag", "alles wissen") asks without saying so."""
SHORT = 600
"""Characters: of so short a message every sentence is read that asks something, whatever its words."""
READ = 4_000
"""Characters of a message that are given to the model: more takes seconds."""
EACH = 40
"""Characters' worth of time that reading any sentence takes, however short."""


@dataclass(frozen=True)
class Promising:
    """A sentence, or a part of one, that may hold a wish.

    Attributes:
        place: where the sentence stands in the letter.
        text: its own words.
        acts: the acts that it may ask for.
        asked: it asks outright, rather than telling something.
        bare: it asks only by being short.
    """

    place: int
    text: str
    acts: frozenset[str]
    asked: bool
    bare: bool = False

    @property
    def cost(self) -> int:
        """Characters' worth of time that reading it takes: with its clauses where it names two acts, or with what comes before."""
        once = EACH + len(self.text)
        twice = 2 * once if names_two(plain(self.text)) else once
        return twice + EACH + LONGEST if self.may_mean_more else twice

    @property
    def may_mean_more(self) -> bool:
        """Whether it asks for something that may stand in the sentences before it."""
        return self.asked and not self.bare and has_pronoun(plain(self.text))

    def bar(self, intent: str, surest: float) -> float:
        """The confidence from which on it is taken as this wish.

        surest: the highest confidence that the model has in anything about it.
        """
        if intent in self.acts and self.asked:
            return ASKED if self.bare or surest >= UNSURE else ASKED_OF_AN_UNSURE_MODEL
        if intent in self.acts:
            return TOLD if intent in TOLD_IS_ASKED else SURE_ANYHOW
        introduces_a_list = self.text.endswith(":")
        return UNNAMED if self.asked and not introduces_a_list else NEVER


def promising_in(letter: Sequence[Sentence]) -> list[Promising]:
    """The sentences that may hold a wish, or a cry for help."""
    found = []
    short = sum(len(sentence.text) for sentence in letter) <= SHORT
    for place, sentence in enumerate(letter):
        said = plain(sentence.text)
        introduction = "" if sentence.introduced_by is None else plain(letter[sentence.introduced_by].text)
        idle = asks_nothing(said)
        asked = asks_outright(said) or asks_outright(introduction)
        for part in in_parts(sentence.text):
            words = plain(part)
            acts = frozenset[str]() if idle else possible(words)
            asks_in_other_words = asked and not idle and (short or hints(words))
            if acts or asks_in_other_words or sounds_dangerous(words):
                bare = bool(acts) and not asked and len(said.split()) <= BARE
                found.append(Promising(place, part, acts, asked or bare, bare))
    return found


def most_promising(promising: Sequence[Promising]) -> list[Promising]:
    """As many as can be read in time, in the letter's order: those that ask first, and of each act the first mention."""
    mentions: Counter[frozenset[str]] = Counter()
    ranked = []
    for each in promising:
        mentions[each.acts] += 1
        ranked.append((not each.acts, not each.asked, mentions[each.acts], each.place, each))
    chosen, left = list[Promising](), READ
    for *_, each in sorted(ranked, key=lambda place: place[:-1]):
        if each.cost <= left:
            chosen.append(each)
            left -= each.cost
    return sorted(chosen, key=lambda each: each.place)
