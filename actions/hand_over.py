"""Out of Telegram and into the web chat: what takes personal data or identity is not asked over Telegram."""

from __future__ import annotations

from actions.context import office
from actions.say import Say
from actions.turn import Turn
from actions.words import phrase
from casework import conversations
from casework.messages import Link

TELEGRAM = "telegram"
PAGE = "/verder#"
"""The bot's page that takes a conversation over; what comes after # never reaches a server's log."""


def hand_over(turn: Turn, say: Say) -> None:
    """Give the single-use link on which this same conversation goes on in the web chat."""
    here = office()
    token = conversations.hand_over(here, turn.conversation)
    link = Link(phrase("hand_over_link", turn.language), f"{here.client_url}{PAGE}{token}")
    say("hand_over", {"minutes": str(here.pack.codes.hand_over_minutes)}, link=link)
