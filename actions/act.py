"""What every action of Balie is: a name, and something to do with a turn, in a thread of its own."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rasa_sdk import Action
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions.say import Say
from actions.turn import Turn, read_turn

Events = list[dict[str, Any]]


class Act(Action, ABC):  # type: ignore[misc]  # rasa_sdk ships no types
    """An action. Casework is synchronous, so an act runs in a thread and holds up nobody else's turn."""

    called: ClassVar[str]
    """The action's name in domain.yml and in the rules."""

    def name(self) -> str:
        """As Rasa calls it."""
        return self.called

    async def run(self, dispatcher: Any, tracker: Any, domain: Mapping[str, Any]) -> Events:
        """Read the turn and do what is to be done; raises whatever `do` raises, and then nothing of the turn is kept."""
        turn = read_turn(tracker.current_state())
        return await asyncio.to_thread(self.do, turn, Say(dispatcher, turn))

    @abstractmethod
    def do(self, turn: Turn, say: Say) -> Events:
        """Do it: speak through `say`, return what changes in the conversation (events of rasa_sdk)."""


def sets(changes: Mapping[str, Any]) -> Events:
    """Events that give slots these values; None empties one."""
    return [SlotSet(name, value) for name, value in changes.items()]


def empties(slots: Iterable[str]) -> Events:
    """Events that empty these slots."""
    return [SlotSet(slot, None) for slot in slots]


def opens(form: str) -> Events:
    """Events after which the form is what comes next."""
    return [FollowupAction(form)]


def closes_any_form() -> Events:
    """Events after which no form is open."""
    return [ActiveLoop(None), SlotSet("requested_slot", None)]
