"""What the model makes of a typed text, for the channel and for `balie nlu parse` alike."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from nlu import encoder
from nlu.listening import FALLBACK, Understood

NOTHING_SAID: dict[str, Any] = {
    "text": "",
    "intent": {"name": FALLBACK, "confidence": 0.0},
    "intent_ranking": [],
    "entities": [],
}


async def understand(agent: Agent, text: str) -> dict[str, Any]:
    """Parse a cleaned text (`nlu.call.clean`); the sentence encoder works in a thread, so that others need not wait.

    Args:
        agent: the loaded engine.
        text: what a person typed; it doesn't begin with a slash.

    Returns:
        Rasa's `parse_data`: text, intent, intent_ranking, entities.
    """
    if not text:
        return dict(NOTHING_SAID)
    await asyncio.get_running_loop().run_in_executor(None, encoder.prepare, text)
    try:
        return dict(await agent.processor.parse_message(UserMessage(text)))
    finally:
        encoder.forget(text)


def likeliest(parsed: dict[str, Any]) -> Understood:
    """The intent as it goes on, and the likeliest one with its confidence even where the former is the fallback."""
    ranking = parsed.get("intent_ranking") or [parsed["intent"]]
    return Understood(parsed["intent"]["name"], float(ranking[0]["confidence"]), ranking[0]["name"])
