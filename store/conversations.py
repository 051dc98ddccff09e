"""Conversations, their turns and their deliveries. A conversation's id is its subject: one key seals all that it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_
from sqlmodel import col, select

from store.ids import new_id
from store.tables import Code, Conversation, Delivery, Turn
from store.terms import Ground
from store.work import Reading, Work

_TABLE = "conversation"


def add(
    work: Work,
    *,
    token_hash: str | None,
    channel: str,
    language: str,
    ground: Ground,
    expires_at: datetime,
    chat: int | None,
) -> Conversation:
    """Store a new conversation and return its row. `chat` is the Telegram chat id, found again by `of_chat`."""
    conversation = work.new_subject("conversation")
    row = Conversation(
        id=conversation,
        token_hash=token_hash,
        channel=channel,
        language=language,
        state=work.seal(conversation, _TABLE, "state", conversation, {}),
        chat=None if chat is None else work.seal(conversation, _TABLE, "chat", conversation, chat),
        purpose=ground.purpose,
        legal_basis=ground.legal_basis,
        created_at=work.at,
        last_at=work.at,
        expires_at=expires_at,
    )
    work.data.add(row)
    if chat is not None:
        work.index(_TABLE, "chat", str(chat), conversation)
    return row


def get(reading: Reading, conversation: str) -> Conversation | None:
    """Return the row, wiped or not, or None when there is none."""
    return reading.data.get(Conversation, conversation)


def state(reading: Reading, row: Conversation) -> dict[str, Any]:
    """Return the opened state. Raises Erased when the conversation was wiped."""
    opened: dict[str, Any] = reading.open(row.id, _TABLE, "state", row.id, row.state) if row.state else {}
    return opened


def save_state(work: Work, row: Conversation, state: dict[str, Any]) -> None:
    """Seal and keep the state. Raises Erased when the conversation was wiped."""
    row.state = work.reseal(row.id, _TABLE, "state", row.id, state)


def chat(reading: Reading, row: Conversation) -> int | None:
    """Return the Telegram chat id, or None for a conversation elsewhere."""
    return None if row.chat is None else int(reading.open(row.id, _TABLE, "chat", row.id, row.chat))


def of_chat(reading: Reading, chat: int) -> list[Conversation]:
    """Return the conversations of a Telegram chat that were not wiped, newest first."""
    ids = reading.find(_TABLE, "chat", str(chat))
    rows = select(Conversation).where(col(Conversation.id).in_(ids), col(Conversation.wiped_at).is_(None))
    return list(reading.data.exec(rows.order_by(col(Conversation.created_at).desc())))


def by_link(reading: Reading, link_hash: str) -> Conversation | None:
    """Return the conversation that a hand-over link leads to."""
    return reading.data.exec(select(Conversation).where(Conversation.link_hash == link_hash)).first()


def of_person(reading: Reading, person: str) -> list[Conversation]:
    """Return the conversations in which this person is, or was, verified, unless they were wiped."""
    rows = select(Conversation).where(Conversation.person_id == person, col(Conversation.wiped_at).is_(None))
    return list(reading.data.exec(rows))


def over(reading: Reading, now: datetime) -> list[Conversation]:
    """Return the conversations past their time that were not wiped yet."""
    rows = select(Conversation).where(
        col(Conversation.expires_at) <= now, col(Conversation.wiped_at).is_(None)
    )
    return list(reading.data.exec(rows))


def to_forget(reading: Reading) -> list[str]:
    """Return the ids of the conversations whose events the engine still has to erase."""
    return list(reading.data.exec(select(Conversation.id).where(col(Conversation.forgotten).is_(False))))


def idle(reading: Reading, since: datetime) -> list[Conversation]:
    """Return the conversations that nobody came back to since then and that the engine may still hold events of."""
    cleared = or_(
        col(Conversation.cleared_at).is_(None), col(Conversation.cleared_at) <= Conversation.last_at
    )
    rows = select(Conversation).where(
        col(Conversation.last_at) <= since,
        col(Conversation.wiped_at).is_(None),
        col(Conversation.forgotten).is_(None),
        cleared,
    )
    return list(reading.data.exec(rows))


def empty(work: Work, row: Conversation) -> None:
    """Delete what was said, offered and sent, and every link to a person or a chat. The key is the caller's to destroy."""
    for table in (Turn, Delivery, Code):
        work.data.exec(delete(table).where(col(table.conversation_id) == row.id))
    work.unindex(row.id)
    row.token_hash = row.person_id = row.verified_until = row.chat = row.state = None
    row.link_hash = row.link_until = None


def clear(work: Work, row: Conversation) -> None:
    """Delete what was said, offered and sent, and who was verified; the conversation itself goes on."""
    for table in (Turn, Delivery, Code):
        work.data.exec(delete(table).where(col(table.conversation_id) == row.id))
    row.person_id = row.verified_until = row.link_hash = row.link_until = None
    save_state(work, row, {})


def remove_forgotten(work: Work) -> int:
    """Delete the bare rows of conversations that were wiped here and erased by the engine. Returns how many."""
    gone = delete(Conversation).where(
        col(Conversation.wiped_at).is_not(None), col(Conversation.forgotten).is_(True)
    )
    return work.data.exec(gone).rowcount


def turn(reading: Reading, conversation: str, client_message_id: str) -> Turn | None:
    """Return the row of a turn, begun or answered."""
    return reading.data.get(Turn, (conversation, client_message_id))


def begin_turn(work: Work, conversation: str, client_message_id: str) -> None:
    """Write down that a client's message is being handled."""
    work.data.add(Turn(conversation_id=conversation, client_message_id=client_message_id, at=work.at))


def reply(reading: Reading, row: Turn) -> list[dict[str, Any]] | None:
    """Return the opened reply of a turn, or None while there is none."""
    if row.reply is None:
        return None
    place = _turn_row(row.conversation_id, row.client_message_id)
    opened: list[dict[str, Any]] = reading.open(row.conversation_id, "turn", "reply", place, row.reply)
    return opened


def keep_reply(work: Work, conversation: str, client_message_id: str, messages: list[dict[str, Any]]) -> None:
    """Seal and keep the reply to a client's message."""
    row = turn(work, conversation, client_message_id)
    if row is None:
        row = Turn(conversation_id=conversation, client_message_id=client_message_id, at=work.at)
    seal = work.seal if row.reply is None else work.reseal
    row.reply = seal(conversation, "turn", "reply", _turn_row(conversation, client_message_id), messages)
    work.data.add(row)


def turns(reading: Reading, conversation: str) -> list[Turn]:
    """Return the turns of a conversation, oldest first."""
    rows = select(Turn).where(Turn.conversation_id == conversation).order_by(col(Turn.at))
    return list(reading.data.exec(rows))


def add_delivery(work: Work, conversation: str, message: dict[str, Any]) -> int:
    """Seal and queue a message for the conversation. Returns its number."""
    row_id = new_id()
    row = Delivery(
        id=row_id,
        conversation_id=conversation,
        message=work.seal(conversation, "delivery", "message", row_id, message),
        at=work.at,
    )
    work.data.add(row)
    work.data.flush()
    return row.seq or 0


def delivered(reading: Reading, row: Delivery) -> dict[str, Any]:
    """Return the opened message of a delivery."""
    opened: dict[str, Any] = reading.open(row.conversation_id, "delivery", "message", row.id, row.message)
    return opened


def deliveries_after(reading: Reading, conversation: str, seq: int) -> list[Delivery]:
    """Return the conversation's deliveries numbered above `seq`, in order."""
    rows = select(Delivery).where(Delivery.conversation_id == conversation, col(Delivery.seq) > seq)
    return list(reading.data.exec(rows.order_by(col(Delivery.seq))))


def newest_delivery(reading: Reading) -> int:
    """Return the highest number of all deliveries, 0 when there is none."""
    return reading.data.exec(select(func.max(Delivery.seq))).one() or 0


def not_taken(reading: Reading, channel: str) -> list[Delivery]:
    """Return the deliveries of a channel that nobody fetched yet, in order."""
    rows = (
        select(Delivery)
        .join(Conversation)
        .where(Conversation.channel == channel, col(Delivery.taken_at).is_(None))
    )
    return list(reading.data.exec(rows.order_by(col(Delivery.seq))))


def has_unseen(reading: Reading, conversation: str) -> bool:
    """Tell whether a delivery of this conversation has not arrived yet."""
    rows = select(Delivery.id).where(
        Delivery.conversation_id == conversation, col(Delivery.taken_at).is_(None)
    )
    return reading.data.exec(rows.limit(1)).first() is not None


def mark_taken(work: Work, conversation: str, seq: int) -> None:
    """Write down that the conversation's deliveries up to `seq` arrived."""
    for row in work.data.exec(
        select(Delivery).where(
            Delivery.conversation_id == conversation,
            col(Delivery.seq) <= seq,
            col(Delivery.taken_at).is_(None),
        )
    ):
        row.taken_at = work.at


def remove_taken(work: Work, before: datetime) -> int:
    """Delete the deliveries that arrived before this moment. Returns how many."""
    return work.data.exec(delete(Delivery).where(col(Delivery.taken_at) < before)).rowcount


def _turn_row(conversation: str, client_message_id: str) -> str:
    return f"{conversation}:{client_message_id}"
