"""Choices that the bot offered and kept: `/intent` or `/intent{"entity": value}`, taken apart without Rasa's parser."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.domain import Domain

SHAPE = re.compile(r"/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?", re.DOTALL)


class UnknownChoice(ValueError):
    """Raised when a choice is no payload of this domain."""

    code = "unknown_choice"


@dataclass(frozen=True)
class Payload:
    """An intent and the entities that come with it."""

    intent: str
    entities: dict[str, Any] = field(default_factory=dict)

    @property
    def parse_data(self) -> dict[str, Any]:
        """As Rasa's language model would have answered, with certainty."""
        return {
            "text": None,
            "intent": {"name": self.intent, "confidence": 1.0},
            "entities": [
                {"entity": name, "value": value, "start": 0, "end": 0}
                for name, value in self.entities.items()
            ],
        }


def read_payload(choice: str) -> Payload:
    """Take a payload apart.

    Raises:
        UnknownChoice: when it doesn't have a payload's shape.
    """
    match = SHAPE.fullmatch(choice)
    if match is None:
        raise UnknownChoice
    try:
        entities = json.loads(match["entities"] or "{}")
    except (ValueError, RecursionError):
        raise UnknownChoice from None
    return Payload(match["intent"], entities)


def check(payload: Payload, domain: Domain) -> Payload:
    """The payload, when its intent and entities are the domain's own; Rasa's built-in intents steer, so they aren't.

    Raises:
        UnknownChoice: otherwise.
    """
    known = set(domain.intents) - set(DEFAULT_INTENTS)
    if payload.intent not in known or not set(payload.entities) <= set(domain.entities):
        raise UnknownChoice
    return payload
