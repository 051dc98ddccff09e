"""Messages as JSON, for sealing: the one form in which replies and deliveries are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from casework.messages import Choice, Link, Message, Quote


def to_json(message: Message) -> dict[str, Any]:
    """Return the message as JSON can say it."""
    return {
        "id": message.id,
        "text": message.text,
        "choices": [[choice.id, choice.label] for choice in message.choices],
        "link": [message.link.label, message.link.url] if message.link else None,
        "quote": [message.quote.text, message.quote.place] if message.quote else None,
        "at": message.at.isoformat(),
        "from": message.speaker,
    }


def from_json(stored: dict[str, Any]) -> Message:
    """Return the message that `to_json` made this of."""
    return Message(
        id=stored["id"],
        text=stored["text"],
        choices=tuple(Choice(*choice) for choice in stored["choices"]),
        link=Link(*stored["link"]) if stored["link"] else None,
        quote=Quote(*stored["quote"]) if stored["quote"] else None,
        at=datetime.fromisoformat(stored["at"]),
        speaker=stored.get("from", "balie"),
    )
