"""What reaches a conversation from outside a turn, such as the coach's answer: numbered, kept until it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from casework import offers
from casework.conversations import COACH_SPOKE, entering, is_open, open_row
from casework.errors import NotFound
from casework.manner import write_aside
from casework.message_json import from_json, to_json
from casework.messages import Language, Message, Reply
from casework.office import Office
from store import conversations
from store.work import Work


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that reached the conversation from outside a turn, such as the coach's answer."""

    seq: int
    message: Message


@dataclass(frozen=True, slots=True)
class PendingChat:
    """A delivery that still has to go out to a Telegram chat."""

    conversation_id: str
    chat_id: int
    language: Language
    seq: int
    message: Message


def deliver(office: Office, conversation: str, reply: Reply) -> bool:
    """Send a message into the conversation from outside a turn. Returns False when the conversation is over."""
    with office.store.work(office.now()) as work:
        return deliver_in(office, work, conversation, reply)


def deliver_in(office: Office, work: Work, conversation: str, reply: Reply, about: str | None = None) -> bool:
    """As `deliver`, within another act. `about` is the ticket that it answers."""
    try:
        row = open_row(office, work, conversation)
    except NotFound:
        return False
    state = conversations.state(work, row)
    (message,) = offers.exchange(work, state, (reply,), turn=False)
    write_aside(state)
    if reply.speaker == "coach" and about is not None:
        state[COACH_SPOKE] = about
    conversations.save_state(work, row, state)
    conversations.add_delivery(work, conversation, to_json(message) | {"about": about})
    return True


def after(office: Office, conversation: str, seq: int) -> tuple[Delivery, ...]:
    """Return the conversation's deliveries numbered above `seq`, taken or not. Raises NotFound."""
    with entering(office.store.read()) as reading:
        open_row(office, reading, conversation)
        return tuple(
            Delivery(seq=row.seq or 0, message=from_json(conversations.delivered(reading, row)))
            for row in conversations.deliveries_after(reading, conversation, seq)
        )


def newest(office: Office) -> int:
    """Return the highest delivery number of all conversations: a cheap look whether there is anything new."""
    with office.store.look() as reading:
        return conversations.newest_delivery(reading)


def taken(office: Office, conversation: str, seq: int) -> None:
    """Write down that the conversation's deliveries up to `seq` arrived. Of a conversation that is over: nothing."""
    with office.store.work(office.now()) as work:
        conversations.mark_taken(work, conversation, seq)


def pending_in_telegram(office: Office) -> tuple[PendingChat, ...]:
    """Return the deliveries that still have to go out to Telegram chats, in order."""
    with office.store.read() as reading:
        now = office.now()
        pending = []
        for row in conversations.not_taken(reading, "telegram"):
            conversation = conversations.get(reading, row.conversation_id)
            if conversation is None or not is_open(conversation, now):
                continue
            chat = conversations.chat(reading, conversation)
            if chat is not None:
                message = from_json(conversations.delivered(reading, row))
                language = cast(Language, conversation.language)
                pending.append(PendingChat(conversation.id, chat, language, row.seq or 0, message))
        return tuple(pending)
