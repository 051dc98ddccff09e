"""The reply to a message, read from the conversation's events: the first time and every time it is asked again."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import ActiveLoop, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.listening import Offered


def was_handled(tracker: DialogueStateTracker, message_id: str) -> bool:
    """Whether the conversation already has a turn with this message id."""
    return _turn_of(tracker, message_id) is not None


def reply_to(tracker: DialogueStateTracker, message_id: str) -> dict[str, Any]:
    """The protocol's reply to a handled message.

    Args:
        tracker: the conversation, in which the message was handled.
        message_id: the bot's id of the message.
    """
    heard, said, in_form = _turn_of(tracker, message_id) or (None, [], None)
    intent = heard.intent if heard else {}
    return {
        "messages": [_message(event) for event in said],
        "understood": {
            "intent": intent.get("name"),
            "confidence": round(float(intent.get("confidence") or 0), 4),
        },
        "in_form": in_form,
        "open_form": tracker.active_loop_name,
    }


def offered_last(tracker: DialogueStateTracker) -> tuple[Offered, ...]:
    """The choices under what the bot said last."""
    offered: list[Offered] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            offered = [*_choices(event), *offered]
    return tuple(offered)


def _turn_of(
    tracker: DialogueStateTracker, message_id: str
) -> tuple[UserUttered, list[BotUttered], str | None] | None:
    """A turn's message, what was said to it, and the form that was open when it came."""
    events: list[Event] = list(tracker.events)
    for start in range(len(events) - 1, -1, -1):
        event = events[start]
        if isinstance(event, UserUttered) and event.message_id == message_id:
            return event, _said_after(events[start + 1 :]), _open_after(events[:start])
    return None


def _open_after(events: list[Event]) -> str | None:
    return next((event.name for event in reversed(events) if isinstance(event, ActiveLoop)), None)


def _said_after(events: list[Event]) -> list[BotUttered]:
    said: list[BotUttered] = []
    for event in events:
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            said.append(event)
    return said


def _message(event: BotUttered) -> dict[str, Any]:
    custom = event.data.get("custom") or {}
    return {
        "text": event.text or custom.get("text") or "",
        "choices": [{"label": choice.label, "payload": choice.payload} for choice in _choices(event)],
        "link": custom.get("link"),
        "quote": custom.get("quote"),
    }


def _choices(event: BotUttered) -> list[Offered]:
    return [Offered(button["title"], button["payload"]) for button in event.data.get("buttons") or []]
