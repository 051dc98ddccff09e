"""One turn of a conversation as an action reads it: what was said, what is known, what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from casework.messages import Language
from casework.office import Once

FALLBACK = "nlu_fallback"
SURE = 0.7
"""Below this confidence an intent answers no yes-or-no question and leaves no form."""
_SILENT = frozenset({"action_listen", "action_extract_slots", "action_session_start"})


@dataclass(frozen=True)
class Turn:
    """What Rasa knows at the moment that it calls an action.

    Attributes:
        conversation: the conversation's opaque id.
        message_id: the client's id of the message that is being answered; the same again is the same message.
        sure: the intent was understood surely, or comes with a pressed option.
        text: what was typed; empty where an option was pressed or the text is no answer.
        entities: what came with a pressed option, or was understood beside the intent.
        guesses: intents and confidences, likeliest first, without the fallback.
        form: the form that is open; `requested` is the slot that it asked for last.
        answering: the message comes right after the form's question, with nothing said in between.
        said_before: what the message before this one was answered with: names of responses, and texts without one.
    """

    conversation: str
    message_id: str
    language: Language
    channel: str
    intent: str
    sure: bool
    text: str
    entities: Mapping[str, Any]
    guesses: tuple[tuple[str, float], ...]
    slots: Mapping[str, Any]
    form: str | None
    requested: str | None
    answering: bool
    said_before: frozenset[str]

    @property
    def once(self) -> Once:
        """The name of the act that this message may lead to: a retry bears the same one."""
        return Once(f"{self.conversation}:{self.message_id}")

    def slot(self, name: str) -> Any:
        """A slot's value; None when it is empty."""
        return self.slots.get(name)

    def after(self, changes: Mapping[str, Any]) -> Turn:
        """The same turn once these slots have changed."""
        return replace(self, slots={**self.slots, **changes})


def read_turn(call: Mapping[str, Any]) -> Turn:
    """Read a turn out of the tracker that Rasa sends along with a call.

    Raises:
        KeyError: when the last message bears no message id: it didn't come by Balie's own channel.
    """
    latest = call.get("latest_message") or {}
    intent = latest.get("intent") or {}
    slots = call.get("slots") or {}
    events = call.get("events") or []
    loop = (call.get("active_loop") or {}).get("name")
    return Turn(
        conversation=call["sender_id"],
        message_id=latest["metadata"]["turn"],
        language="en" if slots.get("language") == "en" else "nl",
        channel=slots.get("channel") or "web",
        intent=intent.get("name") or FALLBACK,
        sure=float(intent.get("confidence") or 0) >= SURE,
        text=latest.get("text") or "",
        entities={entity["entity"]: entity["value"] for entity in latest.get("entities") or []},
        guesses=_guesses(latest.get("intent_ranking") or []),
        slots=slots,
        form=loop,
        requested=slots.get("requested_slot"),
        answering=loop is not None and _answers(loop, events),
        said_before=_said_before(events),
    )


def _guesses(ranking: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, float], ...]:
    return tuple(
        (guess["name"], float(guess["confidence"])) for guess in ranking if guess["name"] != FALLBACK
    )


def _answers(form: str, events: list[Mapping[str, Any]]) -> bool:
    """True when nothing happened since the message but slots: no form was opened, no other action had its say.

    Rasa puts the form's own action at the end of the events before it calls for validation.
    """
    for event in reversed(events):
        if event["event"] == "user":
            return True
        if event["event"] in ("active_loop", "action_execution_rejected"):
            return False
        if event["event"] == "action" and event["name"] not in {*_SILENT, form}:
            return False
    return False


def _said_before(events: list[Mapping[str, Any]]) -> frozenset[str]:
    said: set[str] = set()
    messages = 0
    for event in reversed(events):
        if event["event"] == "user":
            messages += 1
            if messages == 2:
                break
        elif event["event"] == "bot" and messages == 1:
            said.add((event.get("metadata") or {}).get("utter_action") or event.get("text") or "")
    return frozenset(said)
