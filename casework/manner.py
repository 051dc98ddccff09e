"""How a conversation is held: in which language and on whose word, and whether something is being filled in.

It is kept with the reply to each turn, in one piece of work, so that a turn that is handled again finds it as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from casework.messages import Language

Word = Literal["page", "text", "wish"]
"""Whose word the language goes by: the page or app that it began on, what was written, or the person who said so."""
START: Language = "nl"
"""The language until something is known."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a conversation is held.

    by: on whose word it is in this language; None as long as nothing is known.
    filling_in: a form is open at the engine.
    aside: what was said last came from elsewhere than the engine (the coach, the crisis layer, the bot itself), so that a
    typed "ja" is no answer to what the engine asked before.
    """

    language: Language
    by: Word | None = None
    filling_in: bool = False
    aside: bool = False


def begun_in(language: Language | None) -> Manner:
    """The manner of a conversation that begins; language: what the page or app gave, if anything."""
    return Manner(START) if language is None else Manner(language, "page")


def read_manner(language: str, state: Mapping[str, Any]) -> Manner:
    """The manner as a conversation's language and opened state have it."""
    return Manner(
        cast(Language, language),
        cast("Word | None", state.get("by")),
        bool(state.get("filling_in")),
        bool(state.get("aside")),
    )


def write_manner(manner: Manner, state: dict[str, Any]) -> None:
    """Put all of the manner but its language into a conversation's state."""
    state["by"], state["filling_in"], state["aside"] = manner.by, manner.filling_in, manner.aside


def write_aside(state: dict[str, Any]) -> None:
    """Put into a conversation's state that something was said in it from elsewhere than the engine."""
    state["aside"] = True
