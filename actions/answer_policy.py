"""Questions about the practice's privacy policy: the pack's answer, its place, and the policy's own words."""

from __future__ import annotations

from typing import cast

from actions.act import Act, Events
from actions.context import office
from actions.say import Say
from actions.turn import Turn
from actions.words import phrase
from casework import policy
from casework.messages import Offer
from casework.pack_model import PolicyIntent
from casework.passages import current_policy

NEXT_STEPS = {"ask_rights": ("request_access", "request_erasure", "withdraw_consent")}
"""What may be done after an answer, where the answer is about doing something."""


class AnswerPolicy(Act):
    """Answers a policy question; an open form then asks its own question again."""

    called = "action_answer_policy"

    def do(self, turn: Turn, say: Say) -> Events:
        """Answer."""
        here = office()
        answer = policy.answer(
            here.pack,
            current_policy(here.home / "policy"),
            cast(PolicyIntent, turn.intent),
            turn.language,
            page=f"{here.client_url}/privacy",
        )
        steps = () if turn.form else NEXT_STEPS.get(turn.intent, ())
        words = f"{answer.text}\n{answer.place}" if answer.place else answer.text
        if words in turn.said_before:
            say("said_already")
            return []
        say.aloud(
            words,
            choices=[Offer(phrase(f"choice_{intent}", turn.language), f"/{intent}") for intent in steps],
            link=answer.more,
            quote=answer.quote,
        )
        return []
