"""Danger and distress that the layer before the engine let through: the numbers, or warmth and the coach."""

from __future__ import annotations

from actions.act import Act, Events
from actions.say import Say
from actions.turn import Turn
from casework import safety


class Crisis(Act):
    """Gives the numbers that help, in the words of the safety pack."""

    called = "action_crisis"

    def do(self, turn: Turn, say: Say) -> Events:
        """Say them."""
        found = safety.look(turn.text)
        reply = safety.crisis_reply(found.kind if found else "danger", turn.language, kept=True)
        say.aloud(reply.text, choices=reply.choices, link=reply.link)
        return []


class Distress(Act):
    """Answers who is sad, tired or angry: no alarm, but a person who can call."""

    called = "action_distress"

    def do(self, turn: Turn, say: Say) -> Events:
        """Offer that the coach calls."""
        say.unlike_before("distress", "distress_again")
        return []
