"""Listening in context: is what a person typed the answer to what a form just asked, or something in between?

A form's slot says by the end of its name what kind of answer it waits for. An answer becomes the intent `inform` with
its text kept; an interruption keeps the intent that was understood, and the form's rules bring it back afterwards.
What is offered as a choice counts as typed, too. Fixed phrases stand in phrases.yml, in both languages. A yes or a no
counts only when it is surely that and nothing else (nlu/assent.py); otherwise the form asks again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nlu import assent
from nlu.plain import plain

INFORM, AFFIRM, DENY = "inform", "affirm", "deny"
FALLBACK = "nlu_fallback"
"""Not sure: one of the likeliest intents is probably meant."""
LOST = "nlu_lost"
"""No intent comes near."""
SURE = 0.7
"""From this confidence on an intent may interrupt a field that waits for free words: the classifier's bar `sure`."""
SURE_OF_AN_ANSWER = 0.8
"""From this confidence on a yes or a no in other words than the fixed ones is taken for one (docs/decisions/0034)."""

COMMANDS = frozenset({"stop", "help", "talk_to_coach", "crisis", "distress", "bot_challenge"})
ERRANDS = ("request_", "withdraw_", "give_", "start_", "file_", "report_")
"""How the names of intents begin that ask to have something done."""
SURE_OF_DANGER = 0.8
"""In free words about one's trouble much sounds like danger; bot/talk.py has looked for plain words of it before."""
LONGEST_QUESTION, LONGEST_COMMAND, LONGEST_ANSWER = 20, 3, 8
"""Words: what is longer is part of a story, or more than a yes or a no."""
LONGER_THAN_NAMES = 4
"""Words: from so many on, what surely asks for something is no name. To the model a name may look like anything."""
REACHABLE_KINDS = ("_email", "_phone", "_address", "_code")
ANSWERED_KINDS = ("_yes", "_choice")
"""Ends of slots that are answered by a yes, a no or one of the buttons."""

PHRASES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("phrases.yml").read_text(encoding="utf-8"))
SKIP = frozenset(PHRASES["skip"])
NOTHING_TO_SAY = frozenset(PHRASES["nothing_to_say"])
FIELD_COMMANDS = {phrase: intent for intent in ("help", "talk_to_coach") for phrase in PHRASES[intent]}
INTRODUCTION = re.compile(
    r"(?i:ik heet|mijn naam is|m['’]n naam is|my name is) \S|(?i:ik ben|i am|i['’]?m) [A-Z]"
)
"""How people say their name; to the model "ik ben Piet Jansen" is much like "ik ben moe"."""
REQUEST_NUMBER = re.compile(
    r"\W*(?:(?:(?:over|van|about|of|het|the|mijn|my|met|with)\s+)*"
    r"(?:nummer|number|nr|kenmerk|ref|referentie|reference|verzoek|request)\.?\s*(?:is|:|=)?\s*)*"
    r"r(?:\s?[-–]\s?[2-9a-hjkmnp-z]{4}|\s?(?=[a-z]*\d)[2-9a-hjkmnp-z]{4})\W*",
    re.IGNORECASE,
)
"""A request's number by itself (casework/references.py): who types it wants to know how the request stands."""
PLACES = {phrase: place for place, phrases in enumerate(PHRASES["places"]) for phrase in phrases}
LAST = frozenset(PHRASES["last"])
QUESTION_WORDS = frozenset(PHRASES["question_words"])
WHY = re.compile(
    r"^(?:(?:maar|en|sorry|but|and) )?(?:"
    r"waarom|waarvoor|hoezo|why|what for"
    r"|(?:waarom|waarvoor|why) (?:dan|dat|dit|that|this)"
    r"|waarom (?:vraag|vraagt|wil|wilt|moet|willen|vragen|hebt|heeft|heb) (?:je|jij|u|ge|gij|jullie|ik|dat|dit|het)\b.*"
    r"|waarom (?:is dat|is dit|zijn die) nodig.*"
    r"|waar(?:voor| is dat| is dit).{0,20} (?:nodig|voor)\b.*"
    r"|why (?:do|would|are) you (?:ask|need|want|asking)\b.*"
    r"|why (?:is|do i have to|must i|should i)\b.{0,40}"
    r"|what do you need (?:it|that|this) for"
    r"|moet dat|is dat nodig|is dat verplicht|is dit verplicht|is that necessary|is this required"
    r")$"
)


@dataclass(frozen=True)
class Understood:
    """What the model made of a text: the likeliest intent, as it is, even when the engine calls it a fallback."""

    intent: str
    confidence: float
    likeliest: str

    def surely_asks(self) -> bool:
        """Whether it is surely a question about the policy or about the bot itself."""
        return self.confidence >= SURE and (
            self.likeliest.startswith("ask_") or self.likeliest == "bot_challenge"
        )

    def surely_commands(self) -> bool:
        """Whether it surely asks for something to happen now that can't wait for the form."""
        return self.confidence >= SURE and self.likeliest in COMMANDS

    def surely_answers(self) -> bool:
        """Whether it is surely a yes or a no."""
        return self.confidence >= SURE_OF_AN_ANSWER and self.likeliest in (AFFIRM, DENY)

    def surely_wants(self) -> bool:
        """Whether it is surely another errand than the one that a form is about."""
        return self.confidence >= SURE and self.likeliest.startswith(ERRANDS)


@dataclass(frozen=True)
class Offered:
    """A choice under the last messages: what it says and what it means to Rasa."""

    label: str
    payload: str


@dataclass(frozen=True)
class Heard:
    """How the engine takes a text.

    Attributes:
        intent: the intent to go on with; None means: the payload says it.
        entities: entity names and values, for the technical intent `inform`.
        payload: the offered choice that was typed instead of pressed, if any.
        answers: the text itself is the answer to the field; otherwise forms must not see it.
    """

    intent: str | None
    entities: dict[str, Any] = field(default_factory=dict)
    payload: str | None = None
    answers: bool = False


ANSWER = Heard(INFORM, answers=True)


def listen(
    text: str,
    understood: Understood,
    requested: str | None,
    offered: Sequence[Offered],
    doubt: str = "",
) -> Heard:
    """Decide how a typed text is taken.

    Args:
        text: what the person typed, cleaned.
        understood: what the model made of it.
        requested: the slot that an open form asks for, or None.
        offered: the choices under the bot's last messages.
        doubt: why a bare yes, no or number can't be the answer to the bot's last message; empty when it can.
    """
    heard = listen_without_model(text, requested, offered, doubt)
    if heard is not None:
        return heard
    if requested is None:
        return Heard(understood.intent)
    if requested.endswith(ANSWERED_KINDS):
        return _yes_no_or_interruption(text, understood, offered, doubt)
    return _answer_or_interruption(text, plain(text), understood, requested)


def listen_without_model(
    text: str, requested: str | None, offered: Sequence[Offered], doubt: str = ""
) -> Heard | None:
    """How a text is taken that needs no model: an offered choice, a fixed phrase, a number, an address; None for all others."""
    if not text:
        return Heard(FALLBACK)
    said = plain(text)
    payload = _typed_choice(text, said, requested, offered, doubt)
    if payload is not None:
        return Heard(None, payload=payload)
    if requested is None:
        return Heard("request_status") if REQUEST_NUMBER.fullmatch(text) else None
    command = _field_command(text, said, requested)
    if command is not None:
        return command
    if requested.endswith(ANSWERED_KINDS):
        return _plain_yes_or_no(text, offered, doubt)
    return ANSWER if requested.endswith(REACHABLE_KINDS) and _looks_like_an_address(text) else None


def _typed_choice(
    text: str, said: str, requested: str | None, offered: Sequence[Offered], doubt: str
) -> str | None:
    for choice in offered:
        if said and said == plain(choice.label) and not _only_asks(text, choice, doubt):
            return choice.payload
    if not doubt and (requested is None or requested.endswith("_choice") or _is_a_typo_asked(offered)):
        place = len(offered) - 1 if said in LAST else PLACES.get(said, len(offered))
        if 0 <= place < len(offered):
            return offered[place].payload
    return None


def _is_a_typo_asked(offered: Sequence[Offered]) -> bool:
    """Whether it was asked which of two addresses is right."""
    return bool(offered) and all('"corrected"' in choice.payload for choice in offered)


def _only_asks(text: str, choice: Offered, doubt: str) -> bool:
    """Whether the words of a button are no answer: "ja?", or "ja" and "klopt" after something else was said."""
    return "?" in text.replace(choice.label, "") or (
        bool(doubt) and assent.read(choice.label).said is not None
    )


def _field_command(text: str, said: str, requested: str) -> Heard | None:
    if said in SKIP or (said in NOTHING_TO_SAY and not requested.endswith(ANSWERED_KINDS)):
        return Heard(INFORM, {"skip": True})
    if WHY.match(said):
        return Heard(INFORM, {"why": True})
    intent = "stop" if assent.stops(text) else FIELD_COMMANDS.get(said)
    return Heard(intent) if intent else None


def _plain_yes_or_no(text: str, offered: Sequence[Offered], doubt: str) -> Heard | None:
    """A yes or a no in fixed phrases; None when the text says more."""
    said = assent.read(text, _step_of(offered)).said
    if said is None:
        return None
    if doubt or said == "unclear":
        return Heard(FALLBACK, {"doubt": doubt or said})
    if said == "wait":
        return Heard(DENY, {"wait": True})
    return Heard(AFFIRM if said == "yes" else DENY)


def _yes_no_or_interruption(
    text: str, understood: Understood, offered: Sequence[Offered], doubt: str
) -> Heard:
    """A yes or a no in other words; a question or another wish; or what has to be asked again."""
    read = assent.read(text, _step_of(offered))
    if understood.surely_answers() and read.words <= LONGEST_ANSWER and not doubt:
        if understood.likeliest == AFFIRM and read.leaning is None and read.familiar and not read.reserved:
            return Heard(AFFIRM)
        if understood.likeliest == DENY and read.leaning in (None, "no"):
            return Heard(DENY)
    conditional = read.leaning == "yes" and read.reserved
    wants = understood.surely_wants() and not conditional
    if understood.surely_asks() or understood.surely_commands() or wants:
        return Heard(understood.intent)
    if read.leaning in ("yes", "no"):
        return Heard(FALLBACK, {"doubt": doubt or f"{read.leaning}_but"})
    if read.leaning or understood.likeliest in (AFFIRM, DENY):
        return Heard(FALLBACK, {"doubt": doubt or "unclear"})
    return Heard(understood.intent)


def _step_of(offered: Sequence[Offered]) -> str:
    """The step that the buttons of a yes-or-no question carry."""
    for choice in offered:
        if choice.payload.startswith(f"/{AFFIRM}{{"):
            return str(json.loads(choice.payload[len(AFFIRM) + 1 :]).get("step", ""))
    return ""


def _answer_or_interruption(text: str, said: str, understood: Understood, requested: str) -> Heard:
    own = Heard(understood.intent)
    if requested.endswith(REACHABLE_KINDS):
        interrupts = understood.surely_asks() or understood.surely_commands() or understood.surely_wants()
        return own if interrupts else ANSWER
    if requested.endswith("_name"):
        if INTRODUCTION.match(text):
            return ANSWER
        wants = understood.surely_wants() or understood.surely_commands()
        return (
            own if _is_question(text, said) or (wants and len(said.split()) >= LONGER_THAN_NAMES) else ANSWER
        )
    if requested.endswith("_text"):
        return own if _interrupts_a_story(text, len(said.split()), understood) else ANSWER
    return own


def _interrupts_a_story(text: str, words: int, understood: Understood) -> bool:
    """Danger, a short question, or a bare command: everything else that a person writes is their story."""
    in_danger = understood.likeliest == "crisis" and understood.confidence >= SURE_OF_DANGER
    asks = text.rstrip().endswith("?") and words <= LONGEST_QUESTION and understood.surely_asks()
    return in_danger or asks or (words <= LONGEST_COMMAND and understood.surely_commands())


def _looks_like_an_address(text: str) -> bool:
    return "@" in text or sum(sign.isdigit() for sign in text) >= 4


def _is_question(text: str, said: str) -> bool:
    first = said.split(" ", 1)[0]
    return text.rstrip().endswith("?") or (first in QUESTION_WORDS and " " in said)
