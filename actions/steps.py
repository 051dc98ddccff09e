"""The kinds of questions that forms ask: words, an address, yes or no, one of a few choices.

The end of a slot's name says which kind it is; the engine listens for the same kinds (nlu/listening.py).
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from actions.say import Say
from actions.turn import Turn
from actions.words import knows, phrase
from casework.fields import Checked, Refused, email_in
from casework.messages import Offer

SKIPPED = ""
"""The value of a slot whose question was skipped: filled, with nothing."""

Check = Callable[[str], Checked | Refused]
Kind = Literal["name", "email", "phone", "address", "date", "text"]
_SHOWN = 300


def shortened(text: str) -> str:
    """A long text as a summary shows it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()} …"


@dataclass(frozen=True)
class Taken:
    """What came of an answer.

    Attributes:
        changes: slots that it fills or empties.
        asked: it has been said already what is needed next, so the question is not put again.
        missed: the kind of answer that it should have been, when it can't be taken (`utter_wrong_<missed>_again`).
        reason: what was wrong with it (`utter_wrong_<reason>`).
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    asked: bool = False
    missed: str = ""
    reason: str = ""


def never(_: Turn) -> bool:
    """For a question that can't be skipped."""
    return False


def always(_: Turn) -> bool:
    """For a question that can be skipped at any time."""
    return True


@dataclass(frozen=True, kw_only=True)
class Step(ABC):
    """One question of a form.

    Attributes:
        slot: the slot that it fills.
        optional: whether it may be skipped, as things stand.
        why: explains why it is asked; without it the domain's `utter_why_<slot>` does.
        need: ends the name of the response that says why it can't be skipped.
        again: names the response that asks again, where it isn't `utter_again_<slot>`.
    """

    slot: str
    optional: Callable[[Turn], bool] = never
    why: Callable[[Turn, Say], None] | None = None
    need: str = ""
    asks_freely: bool = True
    again: Callable[[Turn], str] | None = None

    def ask(self, turn: Turn, say: Say, again: bool) -> None:
        """Put the question; `again` after something else was said in between."""
        say.unlike_before(*self.wordings(turn, again), choices=self.ways_past(turn))

    def question(self, turn: Turn) -> str:
        """The response that puts the question."""
        return f"question_{self.slot}"

    def wordings(self, turn: Turn, again: bool) -> list[str]:
        """The responses that put the question. Asked again it has other words first, so that nobody hears an echo."""
        shorter = self.again(turn) if self.again else f"again_{self.slot}"
        return (
            [shorter, self.question(turn)] if again and knows(f"utter_{shorter}") else [self.question(turn)]
        )

    def ways_past(self, turn: Turn) -> list[Offer]:
        """The choice to skip, where that can be."""
        return [Offer(phrase("skip", turn.language), '/inform{"skip":true}')] if self.optional(turn) else []

    def explain(self, turn: Turn, say: Say) -> None:
        """Say why this is asked."""
        if self.why is None:
            say(f"why_{self.slot}")
        else:
            self.why(turn, say)

    def needs(self, turn: Turn) -> str:
        """Which reason there is that it can't be skipped."""
        return self.need or self.slot

    @abstractmethod
    def hear(self, turn: Turn, say: Say) -> Taken | None:
        """Take the answer; None when it isn't one."""


@dataclass(frozen=True, kw_only=True)
class Words(Step):
    """A question for words of the person's own, which are checked."""

    check: Check
    kind: Kind

    def hear(self, turn: Turn, say: Say) -> Taken | None:
        """Take what was typed, ask about a likely typing error, or say what is wrong with it."""
        if turn.intent != "inform":
            return None
        if (chosen := turn.entities.get("corrected")) is not None:
            return Taken({self.slot: chosen})
        if not turn.text:
            return stale(say)
        checked = self.check(turn.text)
        if isinstance(checked, Checked):
            return Taken({self.slot: checked.value})
        if checked.hint is not None:
            return ask_which(turn, say, checked.hint)
        return Taken(missed=self.kind, reason=checked.reason)


def ask_which(turn: Turn, say: Say, hint: str) -> Taken:
    """Ask whether the address was meant as it was typed, or as it usually goes."""
    typed = email_in(turn.text, as_typed=True)
    addresses = (hint, typed.value) if isinstance(typed, Checked) else (hint,)
    choices = [Offer(each, f"/inform{json.dumps({'corrected': each})}") for each in addresses]
    say.unlike_before("email_typo", "email_typo_again", choices=choices)
    return Taken(asked=True)


@dataclass(frozen=True, kw_only=True)
class YesNo(Step):
    """A question that is answered with yes or no.

    A pressed option says which question it belongs to (`step`), so that an old button can't answer a new question.
    `no_acts`: whether a no does something itself, such as refusing a permission; "not now" is no answer then.
    """

    about: Callable[[Turn], str] = lambda _: ""
    no_acts: Callable[[Turn], bool] = never
    asked_with: Callable[[Turn], Mapping[str, str]] = lambda _: {}
    response: Callable[[Turn], str] | None = None
    asks_freely: bool = False

    def step(self, turn: Turn) -> str:
        """What a button of this question carries."""
        return f"{self.slot}:{self.about(turn)}"

    def ask(self, turn: Turn, say: Say, again: bool) -> None:
        """Put the question, with its two buttons."""
        values = {"step": self.step(turn), **self.asked_with(turn)}
        say.unlike_before(*self.wordings(turn, again), values=values)

    def question(self, turn: Turn) -> str:
        """The response that puts the question as things stand."""
        return self.response(turn) if self.response else super().question(turn)

    def hear(self, turn: Turn, say: Say) -> Taken | None:
        """Take a yes or a no that was said to this very question, and to nothing else."""
        if turn.intent == "inform":
            return stale(say)
        if (doubt := turn.entities.get("doubt")) is not None:
            say.unlike_before(f"doubt_{doubt}", "doubt_again")
            return Taken()
        if turn.entities.get("wait") and self.no_acts(turn):
            say.unlike_before("no_hurry", "no_hurry_again")
            return Taken()
        if turn.intent not in ("affirm", "deny") or not turn.sure:
            return None
        if turn.entities.get("step", self.step(turn)) != self.step(turn):
            return stale(say)
        return Taken({self.slot: turn.intent == "affirm"})


@dataclass(frozen=True, kw_only=True)
class Choice(Step):
    """A question that is answered by one of the choices under it; their payload carries the slot's own name."""

    options: Callable[[Turn], Iterable[tuple[str, str]]]
    """Labels and values. `yes` and `no` are the values that a typed yes or no stands for, where they do."""
    yes: str | None = None
    no: str | None = None
    asked_with: Callable[[Turn], Mapping[str, str]] = lambda _: {}
    response: Callable[[Turn], str] | None = None
    asks_freely: bool = False

    def question(self, turn: Turn) -> str:
        """The response that puts the question as things stand."""
        return self.response(turn) if self.response else super().question(turn)

    def ask(self, turn: Turn, say: Say, again: bool) -> None:
        """Put the question with its choices."""
        choices = [Offer(label, f'/inform{{"{self.slot}":"{value}"}}') for label, value in self.options(turn)]
        say.unlike_before(*self.wordings(turn, again), values=self.asked_with(turn), choices=choices)

    def hear(self, turn: Turn, say: Say) -> Taken | None:
        """Take the chosen value, if it is one of those that can be chosen now."""
        if "doubt" in turn.entities or "wait" in turn.entities:
            say.unlike_before("choose_one", "choose_one_again")
            return Taken()
        if turn.intent != "inform":
            return self._yes_or_no(turn)
        chosen = turn.entities.get(self.slot)
        if chosen not in {value for _, value in self.options(turn)}:
            return stale(say)
        return Taken({self.slot: chosen})

    def _yes_or_no(self, turn: Turn) -> Taken | None:
        meant = {"affirm": self.yes, "deny": self.no}.get(turn.intent)
        if meant is None or not turn.sure or "step" in turn.entities:
            return None
        return Taken({self.slot: meant})


def stale(say: Say) -> Taken:
    """An option of an earlier question was pressed: say so; the present question comes again."""
    say("stale_choice")
    return Taken()
