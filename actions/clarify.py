"""What was not understood: up to three likely meanings in plain words, and the coach; never the same words twice."""

from __future__ import annotations

from actions import passing_on
from actions.act import Act, Events
from actions.looking_up import look_up, show
from actions.say import Say
from actions.turn import Turn
from actions.words import knows, phrase
from casework.messages import Offer

MOST = 3
SAME = {
    "give_pr_consent": "give_consent",
    "withdraw_pr_consent": "withdraw_consent",
    "crisis": "distress",
}
"""Intents that would be one choice to a person: the likelier stands for both."""


class Clarify(Act):
    """Offers what may have been meant; inside a form the form asks its question again after this."""

    called = "action_clarify"

    def do(self, turn: Turn, say: Say) -> Events:
        """Offer the likely meanings; where a question finds a passage, under that, else under saying that it wasn't clear."""
        if turn.form is not None:
            not_here(say)
            return []
        likely = likely_meanings(turn)
        if found := look_up(turn):
            show(found, turn, say, likely)
            return passing_on.keeps(turn)
        return not_understood(turn, say, likely)


def not_understood(turn: Turn, say: Say, likely: list[Offer]) -> Events:
    """Offer the likely meanings and the coach, who gets what was said if it is to be passed on."""
    choices = [*likely, passing_on.to_the_coach(turn)]
    if likely:
        say.unlike_before("not_understood", "not_understood_again", choices=choices)
    else:
        say.unlike_before("not_understood_at_all", "not_understood_at_all_again", choices=choices)
    return passing_on.keeps(turn)


def not_here(say: Say) -> None:
    """Say, inside a form, that the message can't be placed; the form asks its question again."""
    say.unlike_before("not_understood_in_form", "not_understood_in_form_again")


def likely_meanings(turn: Turn) -> list[Offer]:
    """The likeliest intents that stand for something a person may want, each meaning once, in plain words."""
    meanings: dict[str, str] = {}
    for intent, _ in turn.guesses:
        if intent != "talk_to_coach" and knows(f"utter_phrase_choice_{intent}"):
            meanings.setdefault(SAME.get(intent, intent), intent)
    return [
        Offer(phrase(f"choice_{intent}", turn.language), f"/{intent}")
        for intent in list(meanings.values())[:MOST]
    ]
