"""What Balie says, before and after a conversation gives it ids: text, choices, a link, a quoted passage."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Language = Literal["nl", "en"]
Speaker = Literal["balie", "coach"]
"""Who says it: the front desk, which is a computer, or the coach."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where to read on: a label for people and an address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the practice's own policy, verbatim, and where they stand in it."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice before the conversation keeps it: the label people see and the payload it stands for."""

    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of Balie before it has an id."""

    text: str
    choices: tuple[Offer, ...] = ()
    link: Link | None = None
    quote: Quote | None = None
    speaker: Speaker = "balie"


@dataclass(frozen=True, slots=True)
class Choice:
    """An offered choice as the client gets it: an opaque id, never the payload."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the client gets it; `at` is in UTC."""

    id: str
    text: str
    choices: tuple[Choice, ...]
    link: Link | None
    quote: Quote | None
    at: datetime
    speaker: Speaker = "balie"
