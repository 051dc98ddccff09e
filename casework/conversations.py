"""Conversations: one talk on one channel, known by a random id, sealed under a key of its own.

It lasts a fixed number of hours from its first message, as that message says; then, or when the person wipes it, its
key is destroyed at once and the engine is asked to erase its events too. Requests made in it stay.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from casework import offers
from casework.errors import Gone, NotFound
from casework.grounds import talking
from casework.manner import Manner, begun_in, read_manner, write_manner
from casework.message_json import from_json, to_json
from casework.messages import Language, Link, Message, Offer, Reply
from casework.office import Office
from casework.rendering import render
from store import conversations, mails, tables, tickets
from store.work import Erased, Reading, Work

Channel = Literal["web", "telegram"]

_OPENING = "opening"
"""The client message id under which the first messages are kept; clients' own are UUIDs."""
_TOKEN_BYTES = 32
_REPLIED_AT = "replied_at"
"""In a conversation's state: the moment of the last reply to a turn, which is also the `at` of its messages."""
COACH_SPOKE = "coach_spoke"
"""In a conversation's state: the ticket of the coach's last message that was not answered (casework.client_answers)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation that was begun or taken over. `token` is shown once and stored only as a hash."""

    id: str
    token: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """An open conversation. `person_id` is set while somebody is verified in it."""

    id: str
    channel: Channel
    manner: Manner
    person_id: str | None
    verified: bool
    expires_at: datetime

    @property
    def language(self) -> Language:
        """The language that it is in."""
        return self.manner.language


@dataclass(frozen=True, slots=True)
class Wiped:
    """What stays after a conversation was wiped: the references of requests and tickets made in it."""

    references: tuple[str, ...]


def begin(office: Office, language: Language | None, channel: Channel) -> Opened:
    """Begin a conversation. Its first message says that this is a computer, what it can do and what is kept.

    language: what the page gave; None: it begins in Dutch and goes on in what the person writes.
    """
    return _begin(office, language, channel, chat=None)


def begin_in_chat(office: Office, chat_id: int, language: Language | None) -> Opened:
    """Begin a conversation in a Telegram chat. It also says what Telegram is (obligations, part B3)."""
    return _begin(office, language, "telegram", chat=chat_id)


@contextmanager
def entering(reading: AbstractContextManager[Reading]) -> Iterator[Reading]:
    """A reading in which a conversation that is being wiped isn't found: its key is gone a moment before its row says so."""
    try:
        with reading as now:
            yield now
    except Erased:
        raise NotFound from None


def enter(office: Office, conversation: str, token: str) -> Conversation:
    """Return the conversation that this id and token open. Raises NotFound: unknown, wrong, wiped, expired, all alike."""
    with entering(office.store.look()) as reading:
        row = conversations.get(reading, conversation)
        known = row.token_hash if row is not None else None
        if not hmac.compare_digest(known or "", _hash(token)) or row is None:
            raise NotFound
        return _view(reading, open_row(office, reading, conversation), office.now())


def of_chat(office: Office, chat_id: int) -> Conversation | None:
    """Return the open conversation of a Telegram chat, or None."""
    with suppress(NotFound), entering(office.store.read()) as reading:
        now = office.now()
        rows = (row for row in conversations.of_chat(reading, chat_id) if row.expires_at > now)
        return next((_view(reading, row, now) for row in rows), None)
    return None


def chat_of(office: Office, conversation: str) -> int | None:
    """Return the Telegram chat of an open conversation, or None when it isn't there. Raises NotFound."""
    with entering(office.store.look()) as reading:
        return conversations.chat(reading, open_row(office, reading, conversation))


def begin_turn(office: Office, conversation: str, client_message_id: str) -> tuple[Message, ...] | None:
    """Return the recorded reply if this message was handled before; None: go on, it is written down as begun.

    A message that was begun and never answered (a crash) is handled again. Raises NotFound.
    """
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        turn = conversations.turn(work, conversation, client_message_id)
        if turn is None:
            conversations.begin_turn(work, conversation, client_message_id)
            row.last_at = work.at
            return None
        stored = conversations.reply(work, turn)
        return None if stored is None else tuple(from_json(message) for message in stored)


def keep_reply(
    office: Office,
    conversation: str,
    client_message_id: str,
    replies: Sequence[Reply],
    manner: Manner | None = None,
) -> tuple[Message, ...]:
    """Keep the reply to a message, and how the talk goes on from here; return it with ids.

    A reply kept before is returned as it was. Raises NotFound.
    """
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        turn = conversations.turn(work, conversation, client_message_id)
        stored = None if turn is None else conversations.reply(work, turn)
        if stored is not None:
            return tuple(from_json(message) for message in stored)
        return _keep(work, row, client_message_id, tuple(replies), manner)


def offered(office: Office, conversation: str, choice_id: str) -> Offer | None:
    """Return what a choice stands for, or None when this conversation doesn't offer it (any more). Raises NotFound."""
    with entering(office.store.look()) as reading:
        row = open_row(office, reading, conversation)
        return offers.find(conversations.state(reading, row), choice_id)


def went_on_after(office: Office, conversation: str, moment: datetime) -> bool:
    """Tell whether a turn was answered in this conversation after this moment. Raises NotFound."""
    with entering(office.store.look()) as reading:
        replied_at = conversations.state(reading, open_row(office, reading, conversation)).get(_REPLIED_AT)
    return replied_at is not None and datetime.fromisoformat(replied_at) > moment


def transcript(office: Office, conversation: str) -> tuple[Message, ...]:
    """Return what Balie said so far, in order: the first messages, replies and deliveries. Raises NotFound."""
    with entering(office.store.read()) as reading:
        open_row(office, reading, conversation)
        return _said(reading, conversation)


def wipe(office: Office, conversation: str) -> Wiped:
    """Wipe the conversation at once: its key first. Requests and tickets stay, and are named. Raises NotFound."""
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        references = tuple(ticket.reference for ticket in tickets.of_conversation(work, conversation))
        wipe_in(work, row)
        work.note("conversation.wiped", "client", conversation=conversation)
    return Wiped(references)


def wipe_in(work: Work, row: tables.Conversation) -> None:
    """Destroy a conversation's key, then all it held; the engine's events are still to be erased."""
    work.destroy(row.id)
    mails.remove_of(work, row.id)
    conversations.empty(work, row)
    row.wiped_at = work.at
    row.forgotten = False


def to_forget(office: Office) -> tuple[str, ...]:
    """Return the conversations whose events the engine still has to erase."""
    with office.store.look() as reading:
        return tuple(conversations.to_forget(reading))


def forgotten(office: Office, conversation: str) -> None:
    """Write down that the engine has erased its events of this conversation. Unknown or twice: nothing."""
    with office.store.work(office.now()) as work:
        row = conversations.get(work, conversation)
        if row is not None and row.forgotten is False:
            row.forgotten = True if row.wiped_at is not None else None


def expire(office: Office) -> int:
    """Wipe the conversations past their hours. Returns how many."""
    with office.store.work(office.now()) as work:
        over = conversations.over(work, work.at)
        for row in over:
            wipe_in(work, row)
        if over:
            work.note("conversation.expired", "system", count=len(over))
        conversations.remove_forgotten(work)
    return len(over)


def clear_idle(office: Office) -> int:
    """Have the engine forget the intakes and forms that nobody finished within the pack's hours. Returns how many.

    The conversation itself goes on until its own hours are over, and can be taken up again from its beginning.
    """
    with office.store.work(office.now()) as work:
        rows = conversations.idle(work, work.at - timedelta(hours=office.pack.intake_hours))
        for row in rows:
            row.forgotten, row.cleared_at = False, work.at
        if rows:
            work.note("conversation.cleared", "system", count=len(rows))
    return len(rows)


def hand_over(office: Office, conversation: str) -> str:
    """Return a single-use token that opens this conversation in the web chat, for some minutes. Raises NotFound."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with office.store.work(office.now()) as work:
        row = open_row(office, work, conversation)
        row.link_hash = _hash(token)
        row.link_until = work.at + timedelta(minutes=office.pack.codes.hand_over_minutes)
    return token


def take_over(office: Office, link_token: str) -> Opened:
    """Open a conversation by its hand-over token, with a fresh token and what was said so far.

    Raises Gone: the link was used, is too old, or never was.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with office.store.work(office.now()) as work:
        row = conversations.by_link(work, _hash(link_token))
        if row is None or row.link_until is None or row.link_until <= work.at or not is_open(row, work.at):
            raise Gone
        row.link_hash = row.link_until = None
        row.token_hash = _hash(token)
        return Opened(id=row.id, token=token, messages=_said(work, row.id))


def open_row(office: Office, reading: Reading, conversation: str) -> tables.Conversation:
    """Return the row of an open conversation, within another act. Raises NotFound."""
    row = conversations.get(reading, conversation)
    if row is None or not is_open(row, office.now()):
        raise NotFound
    return row


def verified_person(row: tables.Conversation, now: datetime) -> str | None:
    """Return who is verified in this conversation at this moment."""
    return row.person_id if row.verified_until is not None and row.verified_until > now else None


def _begin(office: Office, language: Language | None, channel: Channel, chat: int | None) -> Opened:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    manner = begun_in(language)
    with office.store.work(office.now()) as work:
        row = conversations.add(
            work,
            token_hash=_hash(token),
            channel=channel,
            language=manner.language,
            ground=talking(office.pack),
            expires_at=work.at + timedelta(hours=office.conversation_hours),
            chat=chat,
        )
        messages = _keep(work, row, _OPENING, _opening(office, manner.language, channel), manner)
    return Opened(id=row.id, token=token, messages=messages)


def _keep(
    work: Work,
    row: tables.Conversation,
    client_message_id: str,
    replies: tuple[Reply, ...],
    manner: Manner | None,
) -> tuple[Message, ...]:
    state = conversations.state(work, row)
    messages = offers.exchange(work, state, replies, turn=True)
    if manner is not None:
        row.language = manner.language
        write_manner(manner, state)
    state[_REPLIED_AT] = work.at.isoformat()
    conversations.save_state(work, row, state)
    conversations.keep_reply(work, row.id, client_message_id, [to_json(message) for message in messages])
    row.last_at = work.at
    return messages


def _opening(office: Office, language: Language, channel: Channel) -> tuple[Reply, ...]:
    pack = office.pack
    dutch = language == "nl"
    choices = (
        Offer("Vraag over privacy" if dutch else "A question about privacy", "/ask_policy_overview"),
        Offer("Aanmelden" if dutch else "Sign up", "/start_intake"),
        Offer("Mijn gegevens" if dutch else "My data", "/ask_rights"),
    )
    link = Link("Ons privacybeleid" if dutch else "Our privacy policy", f"{office.client_url}/privacy")
    hello = Reply(
        render("talk/opening", language, practice=pack.name, hours=office.conversation_hours), choices, link
    )
    if channel == "telegram":
        return (Reply(render("talk/telegram", language)), hello)
    return (hello,)


def _said(reading: Reading, conversation: str) -> tuple[Message, ...]:
    said = [
        from_json(message)
        for turn in conversations.turns(reading, conversation)
        for message in conversations.reply(reading, turn) or ()
    ]
    said += [
        from_json(conversations.delivered(reading, row))
        for row in conversations.deliveries_after(reading, conversation, 0)
    ]
    return tuple(sorted(said, key=lambda message: message.at))


def _view(reading: Reading, row: tables.Conversation, now: datetime) -> Conversation:
    person = verified_person(row, now)
    return Conversation(
        id=row.id,
        channel=cast(Channel, row.channel),
        manner=read_manner(row.language, conversations.state(reading, row)),
        person_id=person,
        verified=person is not None,
        expires_at=row.expires_at,
    )


def is_open(row: tables.Conversation, now: datetime) -> bool:
    """Tell whether it was not wiped and is not past its hours."""
    return row.wiped_at is None and row.expires_at > now


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
