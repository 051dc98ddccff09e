"""What can be said to Balie, and what is heard back: the values that channels and the conversation service share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from casework.messages import Language, Message


@dataclass(frozen=True, slots=True)
class Text:
    """Words that a person typed, as they came.

    seen_until: the moment of the newest reply that the person had before them, where the channel knows it.
    """

    text: str
    seen_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A choice that a person pressed, by the opaque id that this conversation gave it."""

    choice_id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the channel itself stands for, such as Telegram's /privacy: a payload written in our code."""

    payload: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that a channel must not take in, or can't: it is answered, and nothing of it gets here."""

    reason: Literal["personal", "personal_left", "story", "not_text", "edited"]


Said = Text | Pressed | Asked | Unread


@dataclass(frozen=True, slots=True)
class Heard:
    """What a turn brought. `over`: the conversation was wiped in this turn; nothing more can be said in it."""

    messages: tuple[Message, ...]
    language: Language
    over: bool = False
