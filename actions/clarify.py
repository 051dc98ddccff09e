"""What was not understood: up to three likely meanings in plain words, and the coach; never the same words twice."""

from __future__ import annotations

from actions.act import Act, Events
from actions.say import Say
from actions.turn import Turn
from actions.words import knows, phrase
from casework.messages import Offer

MOST = 3
LEAST_LIKELY = 0.04
"""A guess below this confidence is no help to anybody."""


class Clarify(Act):
    """Offers what may have been meant; inside a form the form asks its question again after this."""

    called = "action_clarify"

    def do(self, turn: Turn, say: Say) -> Events:
        """Say that it wasn't understood, in other words each time, and count how often that was in a row."""
        if turn.form is not None:
            not_here(say)
            return []
        likely = likely_meanings(turn)
        coach = Offer(phrase("coach", turn.language), "/talk_to_coach")
        if likely:
            say.unlike_before("not_understood", "not_understood_again", choices=[*likely, coach])
        else:
            say.unlike_before("not_understood_at_all", "not_understood_at_all_again", choices=[coach])
        return []


def not_here(say: Say) -> None:
    """Say, inside a form, that the message can't be placed; the form asks its question again."""
    say.unlike_before("not_understood_in_form", "not_understood_in_form_again")


def likely_meanings(turn: Turn) -> list[Offer]:
    """The likeliest intents that stand for something a person may want, in plain words."""
    return [
        Offer(phrase(f"choice_{intent}", turn.language), f"/{intent}")
        for intent, confidence in turn.guesses
        if confidence >= LEAST_LIKELY and intent != "talk_to_coach" and knows(f"utter_phrase_choice_{intent}")
    ][:MOST]
