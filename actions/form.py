"""A form: one question after another, each answer checked, any question in between answered first.

The form itself asks its questions. Rasa would utter `utter_ask_<slot>` after every answer, also after one that has to
be typed again, and the person would read the remark and the same question under it. For the same reason slots are
filled here and not by `from_text` mappings: what isn't fit to keep (a citizen service number, say) never becomes a slot.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions.act import Act, Events, sets
from actions.hand_over import TELEGRAM, hand_over
from actions.say import Say
from actions.steps import SKIPPED, Step, Taken
from actions.turn import Turn
from actions.words import phrase
from casework.fields import bsn_in
from casework.messages import Offer

ANSWERS = frozenset({"inform", "affirm", "deny"})
PATIENCE = 3
"""After so many answers that won't do, ways out are offered."""


class Form(Act):
    """A form's validation action, `validate_<form>`: it hears the answer and asks what is due next."""

    form: ClassVar[str]
    steps: ClassVar[Mapping[str, Step]]
    """What may be asked, by slot."""

    @abstractmethod
    def due(self, turn: Turn) -> Iterator[str]:
        """The slots that have to be filled, in order, as things stand now."""

    def take(self, turn: Turn, say: Say) -> Taken | None:
        """Hear the answer to what was asked. None: it is no answer, and Rasa's rules have their turn."""
        step = self.steps[str(turn.requested)]
        if turn.entities.get("why"):
            step.explain(turn, say)
            return Taken()
        if turn.entities.get("skip"):
            return self._skip(step, turn, say)
        if bsn_in(turn.text):
            say.unlike_before("bsn_refused", "bsn_refused_again")
            return Taken()
        return step.hear(turn, say)

    def do(self, turn: Turn, say: Say) -> Events:
        """Hear the answer, if this is one, and ask what is due."""
        if not turn.answering or turn.form != self.form or turn.requested not in self.steps:
            return self._go_on(turn, say)
        if turn.channel == TELEGRAM:
            return self._not_over_telegram(turn, say)
        taken = self.take(turn, say)
        return [] if taken is None else self._taken(taken, turn, say)

    def _not_over_telegram(self, turn: Turn, say: Say) -> Events:
        if turn.intent not in ANSWERS:
            return []
        hand_over(turn, say)
        return [SlotSet("form_misses", 0), SlotSet("requested_slot", turn.requested)]

    def _taken(self, taken: Taken, turn: Turn, say: Say) -> Events:
        misses = int(turn.slot("form_misses") or 0) + 1 if taken.missed else 0
        if taken.missed:
            self._help_along(taken, misses, turn, say)
        changes = {**taken.changes, "form_misses": misses}
        # Setting a slot, if only the count of misses, is what tells Rasa that the form took the message.
        silent = taken.asked or bool(taken.missed)
        return sets(changes) + self._go_on(turn.after(changes), say, silent=silent, news=bool(taken.changes))

    def _go_on(self, turn: Turn, say: Say, *, silent: bool = False, news: bool = False) -> Events:
        slot = next((slot for slot in self.due(turn) if turn.slot(slot) is None), None)
        if slot is not None and not silent:
            asked_before = turn.form == self.form and turn.requested == slot
            self.steps[slot].ask(turn, say, again=asked_before and not news)
        return [SlotSet("requested_slot", slot)]

    def _skip(self, step: Step, turn: Turn, say: Say) -> Taken:
        if step.optional(turn):
            return Taken({step.slot: SKIPPED})
        say.unlike_before(f"needed_{step.needs(turn)}", "needed_again")
        return Taken(asked=step.asks_freely)

    def _help_along(self, taken: Taken, misses: int, turn: Turn, say: Say) -> None:
        again = f"wrong_{taken.missed}_again"
        if misses < PATIENCE:
            say.unlike_before(f"wrong_{taken.reason}", again)
            return
        step = self.steps[str(turn.requested)]
        stop = Offer(phrase("stop", turn.language), "/stop")
        coach = Offer(phrase("coach", turn.language), "/talk_to_coach")
        say.unlike_before("wrong_ways_out", again, choices=[*step.ways_past(turn), stop, coach])
