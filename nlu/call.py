"""What the bot may send the engine: the shape of a call, checked before anything else sees it."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("nl", "en")
TEXT_LIMIT = 10_000
CONVERSATION = re.compile(r"[A-Za-z0-9_-]{1,64}")
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
CHANNEL = re.compile(r"[a-z]{1,20}")
LEADING = re.compile(r"^[\s/\\]+")


class BadCall(ValueError):
    """Raised when a call doesn't have the agreed shape; `code` says which part, never what was in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Call:
    """One turn as the bot brings it: typed text or a choice, never both."""

    conversation: str
    message_id: str
    text: str | None
    choice: str | None
    language: str
    channel: str
    verified: bool
    aside: bool = False
    """Something else was said in the conversation after the engine's last words: a bare yes may be meant for that."""

    @property
    def known(self) -> dict[str, Any]:
        """Slots that always equal what the bot says."""
        return {"language": self.language, "channel": self.channel, "verified": self.verified}


def read_call(body: bytes) -> Call:
    """Read a call's JSON body.

    Raises:
        BadCall: when it isn't one.
    """
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise BadCall("json") from None
    if not isinstance(given, dict):
        raise BadCall("json")
    text, choice = given.get("text"), given.get("choice")
    if (text is None) == (choice is None):
        raise BadCall("text_or_choice")
    return Call(
        conversation=conversation_id(given.get("conversation")),
        message_id=_matching(given.get("message_id"), MESSAGE_ID, "message_id"),
        text=None if text is None else _words(text, "text"),
        choice=None if choice is None else _words(choice, "choice"),
        language=_one_of(given.get("language"), LANGUAGES, "language"),
        channel=_matching(given.get("channel"), CHANNEL, "channel"),
        verified=_flag(given.get("verified"), "verified"),
        aside=_flag(given.get("aside", False), "aside"),
    )


def conversation_id(given: object) -> str:
    """A conversation's opaque id.

    Raises:
        BadCall: when it has another shape.
    """
    return _matching(given, CONVERSATION, "conversation")


def clean(text: str) -> str:
    """A typed text that Rasa can't take for a payload, without signs that no reader sees.

    Control and format characters go (but line ends stay), and so do slashes and spaces of any kind at the beginning.
    """
    return LEADING.sub("", _visible(text)).rstrip()


def is_command(text: str) -> bool:
    """Whether a typed text begins like one of Rasa's payloads, in whatever signs: nobody says yes that way."""
    return unicodedata.normalize("NFKC", _visible(text)).lstrip().startswith(("/", "\\"))


def _visible(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        sign for sign in composed if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs")
    )


def _words(given: object, code: str) -> str:
    if not isinstance(given, str) or len(given) > TEXT_LIMIT:
        raise BadCall(code)
    return given


def _matching(given: object, shape: re.Pattern[str], code: str) -> str:
    if not isinstance(given, str) or not shape.fullmatch(given):
        raise BadCall(code)
    return given


def _one_of(given: object, allowed: tuple[str, ...], code: str) -> str:
    if not isinstance(given, str) or given not in allowed:
        raise BadCall(code)
    return given


def _flag(given: object, code: str) -> bool:
    if not isinstance(given, bool):
        raise BadCall(code)
    return given
