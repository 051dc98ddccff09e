"""Telegram's Bot API as this channel uses it: updates that survive a bad one, messages with choices, patience with floods.

Built on python-telegram-bot's `Bot`. Neither the token nor anybody's words reach a log: the libraries that log addresses
and updates are silenced here, whatever the process has set up.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from casework.messages import Message

T = TypeVar("T")

LONGEST = 4096
"""Characters that Telegram takes in one message."""
_TELEGRAM = "https://api.telegram.org"
_WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
_POLL_SECONDS = 25
_WAITS = (1.0, 2.0, 5.0, 10.0, 30.0)

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's coming way of saying how long a flood lasts
for _noisy in ("httpx", "httpcore", "telegram"):
    logging.getLogger(_noisy).setLevel(logging.ERROR)


class Unreachable(Exception):
    """Raised when this chat takes no messages: the person has stopped the bot, or the chat is gone."""


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """What the channel needs. api_url: another Bot API server than Telegram's own, such as a practice's own."""

    token: str = field(repr=False)
    api_url: str = ""


class _Updates(HTTPXRequest):
    """Takes a batch of updates apart before python-telegram-bot does, so that one bad update can't hold up the rest."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("Invalid server response") from None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        if isinstance(answer.get("result"), list):
            answer["result"] = [
                _whole_or_empty(update) for update in answer["result"] if _number(update) is not None
            ]
        return answer


def _number(update: Any) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None


def _whole_or_empty(update: Any) -> dict[str, Any]:
    """The update itself, or only its number where the rest can't be read: then it counts as seen and says nothing."""
    try:
        Update.de_json(update, None)
    except Exception:  # noqa: BLE001  # whatever is wrong with it, it is not for us
        return {"update_id": _number(update)}
    return dict(update)


class TelegramApi:
    """One bot. Calls wait out floods and outages; what can't ever succeed raises Unreachable or is let go."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._bot = Bot(
            settings.token,
            request=HTTPXRequest(connection_pool_size=16),
            get_updates_request=_Updates(read_timeout=10),
            base_url=f"{settings.api_url.rstrip('/') or _TELEGRAM}/bot",
        )
        self._next = 0

    async def open(self) -> None:
        """Reach the server and set the menu of commands. Raises TelegramError when the token is refused."""
        await self._patiently(self._bot.initialize)

    async def set_menu(self, menu: Sequence[tuple[str, str]], language: str | None = None) -> None:
        """The commands that Telegram shows, with their descriptions."""
        commands = [BotCommand(name, what) for name, what in menu]
        await self._patiently(lambda: self._bot.set_my_commands(commands, language_code=language))

    async def close(self) -> None:
        """Let go of all connections."""
        with suppress(TelegramError, RuntimeError):
            await self._bot.shutdown()

    @property
    def id(self) -> int:
        """The bot's own number at Telegram."""
        return self._bot.id

    async def updates(self) -> tuple[Update, ...]:
        """Wait for the next updates. They come again until `handled` is called."""
        return await self._patiently(
            lambda: self._bot.get_updates(
                offset=self._next or None, timeout=_POLL_SECONDS, allowed_updates=list(_WANTED)
            )
        )

    def handled(self, updates: Sequence[Update]) -> None:
        """The next poll tells Telegram that these have been handled."""
        if updates:
            self._next = max(update.update_id for update in updates) + 1

    async def send(self, chat: int, message: Message) -> None:
        """Send one message of the desk; choices become buttons under it. Raises Unreachable."""
        parts = _parts(message)
        for text, entities in parts[:-1]:
            await self._send(chat, text, entities, None)
        text, entities = parts[-1]
        await self._send(chat, text, entities, _buttons(message))

    async def say(self, chat: int, text: str) -> None:
        """Send plain words. Raises Unreachable."""
        await self._send(chat, text, (), None)

    async def delete(self, chat: int, message_id: int) -> bool:
        """Delete a message here. False when Telegram doesn't allow it (any more)."""
        try:
            return await self._patiently(lambda: self._bot.delete_message(chat, message_id))
        except (BadRequest, Forbidden):
            return False

    async def take_choices_away(self, update: Update) -> None:
        """After a press: stop the button's waiting sign, and leave no spent choices under the message."""
        query = update.callback_query
        if query is None:
            return
        with suppress(BadRequest, Forbidden):  # too old, or changed already: nothing is lost
            await self._patiently(lambda: self._bot.answer_callback_query(query.id))
        shown = getattr(query.message, "reply_markup", None)
        links = [[button for button in row if button.url] for row in shown.inline_keyboard] if shown else []
        left = InlineKeyboardMarkup([row for row in links if row])
        if query.message is not None:
            chat, number = query.message.chat.id, query.message.message_id
            with suppress(BadRequest, Forbidden):
                await self._patiently(
                    lambda: self._bot.edit_message_reply_markup(chat, number, reply_markup=left)
                )

    async def leave(self, chat: int) -> None:
        """Leave a group."""
        with suppress(BadRequest, Forbidden):
            await self._patiently(lambda: self._bot.leave_chat(chat))

    async def _send(
        self, chat: int, text: str, entities: Sequence[MessageEntity], buttons: InlineKeyboardMarkup | None
    ) -> None:
        try:
            await self._patiently(
                lambda: self._bot.send_message(
                    chat,
                    text,
                    entities=entities or None,
                    reply_markup=buttons,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            )
        except (Forbidden, BadRequest):
            raise Unreachable from None

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Wait as long as a flood limit says; try again, slower and slower, while the server can't be reached."""
        tries = 0
        while True:
            try:
                return await call()
            except RetryAfter as flood:
                wait = flood.retry_after
                await asyncio.sleep(wait.total_seconds() if isinstance(wait, timedelta) else wait)
            except BadRequest:
                raise
            except (NetworkError, Conflict):
                await asyncio.sleep(_WAITS[min(tries, len(_WAITS) - 1)])
                tries += 1


def _parts(message: Message) -> list[tuple[str, tuple[MessageEntity, ...]]]:
    """The message's words in pieces that Telegram takes; a quoted passage is marked as a quotation."""
    link = message.link
    said = (
        message.text
        if link is None or _as_button(link.url)
        else f"{message.text}\n\n{link.label}: {link.url}"
    )
    parts: list[tuple[str, tuple[MessageEntity, ...]]] = [(piece, ()) for piece in _pieces(said)]
    if message.quote is None:
        return parts
    place = f"\n{message.quote.place}"
    for piece in _pieces(message.quote.text, LONGEST - len(place)):
        parts.append((piece, _quoted(piece)))
    last, entities = parts[-1]
    parts[-1] = (last + place, entities)
    return parts


def _quoted(text: str) -> tuple[MessageEntity, ...]:
    whole = MessageEntity(MessageEntity.BLOCKQUOTE, 0, len(text))
    return tuple(MessageEntity.adjust_message_entities_to_utf_16(text, [whole]))


def _pieces(text: str, longest: int = LONGEST) -> list[str]:
    """The text in pieces of at most `longest` characters, cut at a line or a word where there is one."""
    pieces = []
    text = text.strip()
    while len(text) > longest:
        cut = max(text.rfind("\n", 1, longest), 0) or max(text.rfind(" ", 1, longest), 0) or longest
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text]


def _buttons(message: Message) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(choice.label, callback_data=choice.id)] for choice in message.choices]
    if message.link and _as_button(message.link.url):
        rows.append([InlineKeyboardButton(message.link.label, url=message.link.url)])
    return InlineKeyboardMarkup(rows) if rows else None


def _as_button(url: str) -> bool:
    """Telegram takes web addresses on buttons only, and none of one's own machine."""
    site = urlsplit(url)
    return site.scheme == "https" and site.hostname not in (None, "localhost", "127.0.0.1")
