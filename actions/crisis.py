"""Danger and distress that the layer before the engine let through: the numbers, or warmth and the coach."""

from __future__ import annotations

from actions.act import Act, Events
from actions.context import office
from actions.say import Say
from actions.turn import Turn
from actions.words import phrase
from casework import safety
from casework.messages import Language
from casework.pack_model import shown_phone


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
    """Answers who is sad, tired or angry: no alarm, but a person who can call, and the numbers below it."""

    called = "action_distress"

    def do(self, turn: Turn, say: Say) -> Events:
        """Offer that the coach calls; an open form goes on afterwards."""
        below = {"below": _below(turn.language)}
        if turn.form is not None:
            say.unlike_before("distress_in_form", "distress_in_form_again", values=below)
        else:
            say.unlike_before("distress", "distress_again", values=below)
        return []


def _below(language: Language) -> str:
    """How the practice is reached, where it says so, and who else is there day and night: a line each."""
    contact = office().pack.contact
    ways = [
        *([shown_phone(contact.phone)] if contact.phone else []),
        *([contact.email] if contact.email else []),
    ]
    someone = phrase("someone_now", language)
    return f"{phrase('reach_us', language, ways=', '.join(ways))}\n{someone}" if ways else someone
