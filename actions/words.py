"""Short words out of domain.yml that go into a sentence or onto a button."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from casework.messages import Language

DOMAIN = Path(__file__).resolve().parent.parent / "domain.yml"
"""The one file with everything that Balie can say by itself."""


@cache
def responses() -> Mapping[str, list[dict[str, Any]]]:
    """The responses of the domain: for each name its variations, the Dutch one without a condition."""
    said: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(DOMAIN.read_text("utf-8"))["responses"]
    return said


def phrase(name: str, language: Language, **values: str) -> str:
    """The words `utter_phrase_<name>` in this language, with the values filled in. Raises KeyError if there are none."""
    dutch, english = _both(f"utter_phrase_{name}")
    words = english if language == "en" else dutch
    return words.format(**values)


def sentence(words: str) -> str:
    """Words as they stand at the beginning of a line."""
    return words[:1].upper() + words[1:]


def knows(response: str) -> bool:
    """Whether the domain has this response."""
    return response in responses()


def _both(response: str) -> tuple[str, str]:
    variations = responses()[response]
    dutch = next(said["text"] for said in variations if not said.get("condition"))
    english = next(said["text"] for said in variations if said.get("condition"))
    return dutch, english
