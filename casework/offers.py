"""Offered choices: what a press of a button stands for is kept here and never leaves the house.

A choice that only asks something stays good for as long as the conversation. One that answers a step ("ja", a chosen
consent) is good until the next reply is kept, and so at most once: an old button can't confirm a new act.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from casework.messages import Choice, Message, Offer, Reply
from store.ids import new_id
from store.work import Work

State = dict[str, Any]
"""A conversation's opened state; the offers stand under "offers" as id, label, payload. (The rest: casework/manner.py.)"""

_LASTING = re.compile(
    r"/(ask_\w+|request_\w+|start_intake|\w+_consent|talk_to_coach|file_complaint|report_breach|help)"
)
_KEPT_AT_MOST = 60


def exchange(work: Work, state: State, replies: tuple[Reply, ...], *, turn: bool) -> tuple[Message, ...]:
    """Turn replies into messages with ids, keep their offers in `state`, and let the passed ones go.

    turn: these replies answer a turn, so choices that answered a step before it are over.
    """
    kept = [offer for offer in state.get("offers", []) if not turn or _lasts(offer["payload"])]
    messages = []
    for reply in replies:
        choices = []
        for offer in reply.choices:
            choice = Choice(id=secrets.token_urlsafe(12), label=offer.label)
            kept.append({"id": choice.id, "label": offer.label, "payload": offer.payload})
            choices.append(choice)
        messages.append(
            Message(
                id=new_id(),
                text=reply.text,
                choices=tuple(choices),
                link=reply.link,
                quote=reply.quote,
                at=work.at,
                speaker=reply.speaker,
            )
        )
    state["offers"] = kept[-_KEPT_AT_MOST:]
    return tuple(messages)


def find(state: State, choice_id: str) -> Offer | None:
    """Return what a choice stands for, or None when this conversation doesn't offer it (any more)."""
    for offer in state.get("offers", []):
        if secrets.compare_digest(offer["id"].encode(), choice_id.encode()):
            return Offer(label=offer["label"], payload=offer["payload"])
    return None


def _lasts(payload: str) -> bool:
    return _LASTING.fullmatch(payload) is not None
