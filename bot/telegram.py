"""Telegram as a front door: questions are answered there; whatever takes personal data goes to our own page.

Nothing is polled away before it is handled: Telegram sends an update again until the next poll confirms it, and a turn
that was handled before gives the same reply. So a restart in the middle loses nothing and doubles no act.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid5

from telegram import CallbackQuery, Update
from telegram import Message as TelegramMessage
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot import words
from bot.chores import again_and_again
from bot.cleaning import clean
from bot.engine import EngineAway
from bot.guard import fault
from bot.on_the_web import HAND_OVER
from bot.said import Asked, Heard, Pressed, Said, Text, Unread
from bot.talk import NotOffered, Talk
from bot.telegram_api import TelegramApi, TelegramSettings, Unreachable
from bot.threads import in_thread
from casework import conversations, deliveries, fields, safety
from casework.conversations import Conversation
from casework.errors import NotFound
from casework.manner import START
from casework.messages import Language, Message
from casework.office import Office

__all__ = ["TelegramChannel", "TelegramSettings"]

_log = logging.getLogger(__name__)

STORY = 800
"""Characters from which a message is a story rather than a question, and belongs on our own page."""
BRING_EVERY = 1.5
_NAMES = UUID("8a7a8a6e-1f3b-5c53-9d0e-5b6f1f7c2b11")
"""Namespace of the client message ids that are made from update numbers."""
_COMMANDS: dict[str, Said] = {
    "privacy": Asked("/ask_policy_overview"),
    "help": Asked("/help"),
    "wis": Text("wis dit gesprek"),
}
_GREETING = Asked("/greet")
_PATIENCE = (1.0, 2.0, 4.0)
_HELD_BACK = 600.0


class TelegramChannel:
    """One bot at Telegram for one office."""

    def __init__(self, office: Office, talk: Talk, settings: TelegramSettings) -> None:
        self._office = office
        self._talk = talk
        self._api = TelegramApi(settings)
        self._seen: deque[int] = deque(maxlen=2000)
        self._held_back: dict[str, float] = {}

    async def run(self) -> None:
        """Serve until cancelled. A refused token is logged once, and the rest of the bot goes on without Telegram."""
        try:
            await self._api.open()
            for language in ("nl", "en"):
                menu = [(name, what.to(language)) for name, what in words.TELEGRAM_MENU.items()]
                await self._api.set_menu(menu, None if language == "nl" else language)
            _log.info("Telegram is open")
        except TelegramError as error:
            _log.error("Telegram stays closed: %s", type(error).__name__)  # the message can hold the token
            return
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(again_and_again(self._listen, 0))
                both.create_task(again_and_again(self._bring, BRING_EVERY))
        finally:
            await self._api.close()

    async def _listen(self) -> None:
        """One poll: its updates are handled, those of one chat in order, before the next poll confirms them."""
        updates = await self._api.updates()
        by_chat: dict[int, list[Update]] = defaultdict(list)
        for update in updates:
            if update.effective_chat is not None and update.update_id not in self._seen:
                by_chat[update.effective_chat.id].append(update)
        await asyncio.gather(*(self._handle_all(theirs) for theirs in by_chat.values()))
        self._seen.extend(update.update_id for update in updates)
        self._api.handled(updates)

    async def _handle_all(self, updates: Sequence[Update]) -> None:
        """The updates of one chat, in order."""
        for update in updates:
            try:
                await self._handle(update)
            except Unreachable:
                _log.info("a chat takes no messages (any more)")
            except Exception as error:  # noqa: BLE001  # one update that fails must not stop the others
                _log.error("an update failed: %s", fault(error))  # a traceback can hold somebody's words
                await self._say_it_failed(update)

    async def _handle(self, update: Update) -> None:
        chat = update.effective_chat
        if chat is None:
            return
        if chat.type != ChatType.PRIVATE:
            await self._decline(update, chat.id)
        elif update.callback_query is not None:
            await self._pressed(update, update.callback_query, chat.id)
        elif update.edited_message is not None:
            await self._hear(update, update.edited_message, chat.id, edited=True)
        elif update.message is not None:
            await self._hear(update, update.message, chat.id)

    async def _hear(
        self, update: Update, message: TelegramMessage, chat: int, *, edited: bool = False
    ) -> None:
        conversation = await in_thread(conversations.of_chat, self._office, chat)
        begun = conversation is None
        if conversation is None:
            opened = await in_thread(conversations.begin_in_chat, self._office, chat, _language(update))
            await self._send_all(chat, opened.messages)
            conversation = await in_thread(self._enter, chat)
        command = _command(message.text or "")
        if command == "start":
            if not begun:
                await self._turn(update, conversation, chat, _GREETING)
            return
        text = clean(message.text or message.caption or "")
        private = "contact" if message.contact else _private_in(text)
        if private and not await in_thread(safety.look, text):
            deleted = await self._api.delete(chat, message.message_id)
            await self._turn(update, conversation, chat, _unread(private, deleted=deleted))
        elif edited or message.text is None:
            await self._turn(update, conversation, chat, Unread("edited" if edited else "not_text"))
        else:
            await self._turn(update, conversation, chat, _COMMANDS.get(command or "", Text(message.text)))
            if private:
                await self._api.delete(chat, message.message_id)

    async def _pressed(self, update: Update, query: CallbackQuery, chat: int) -> None:
        await self._api.take_choices_away(update)
        conversation = await in_thread(conversations.of_chat, self._office, chat)
        if conversation is None:
            await self._api.say(chat, words.TELEGRAM_CHOICE_PASSED.to(_language(update) or START))
            return
        await self._turn(update, conversation, chat, Pressed(query.data or ""))

    async def _turn(self, update: Update, conversation: Conversation, chat: int, said: Said) -> None:
        """One turn through the conversation service, with some patience while the engine restarts."""
        heard: Heard | None = None
        try:
            heard = await self._ask(update, conversation, chat, said)
        except NotOffered:
            await self._api.say(chat, words.TELEGRAM_CHOICE_PASSED.to(conversation.language))
        except EngineAway:
            await self._api.say(chat, words.AWAY.to(conversation.language))
        except NotFound:
            await self._api.say(chat, words.TELEGRAM_FAILED.to(conversation.language))
        if heard is None:
            return
        await self._send_all(chat, heard.messages)
        if heard.over:
            await self._api.say(chat, words.TELEGRAM_WIPED.to(heard.language))

    async def _ask(self, update: Update, conversation: Conversation, chat: int, said: Said) -> Heard:
        name = str(uuid5(_NAMES, f"{self._api.id}:{update.update_id}"))
        for wait in (*_PATIENCE, None):
            try:
                return await self._talk.turn(
                    conversation.id, partial(self._enter, chat), said, name, "telegram"
                )
            except EngineAway:
                if wait is None:
                    raise
                await asyncio.sleep(wait)
        raise EngineAway

    def _enter(self, chat: int) -> Conversation:
        conversation = conversations.of_chat(self._office, chat)
        if conversation is None:
            raise NotFound
        return conversation

    async def _decline(self, update: Update, chat: int) -> None:
        """In a group the bot says why it goes, and goes. It hears nothing else there."""
        change = update.my_chat_member
        if change is not None and change.new_chat_member.status in (
            ChatMemberStatus.LEFT,
            ChatMemberStatus.BANNED,
        ):
            return
        try:
            await self._api.say(chat, words.TELEGRAM_ONE_TO_ONE.to(_language(update) or START))
        finally:
            await self._api.leave(chat)

    async def _send_all(self, chat: int, messages: Sequence[Message]) -> None:
        for message in messages:
            await self._api.send(chat, self._for_here(message))

    def _for_here(self, message: Message) -> Message:
        """The message without the choice to go on on our own page: that one is for there."""
        onward = {words.ONGOING.nl, words.ONGOING.en}
        if message.link is None or not message.link.url.startswith(self._office.client_url + HAND_OVER):
            return message
        return replace(
            message, choices=tuple(choice for choice in message.choices if choice.label not in onward)
        )

    async def _bring(self) -> None:
        """Bring what waits from outside a turn, such as the coach's answers."""
        now = asyncio.get_running_loop().time()
        for waiting in await in_thread(deliveries.pending_in_telegram, self._office):
            if self._held_back.get(waiting.conversation_id, 0) > now:
                continue
            try:
                await self._send_all(waiting.chat_id, (_signed(waiting.message, waiting.language),))
            except Unreachable:
                # It stays waiting: perhaps the person comes back before the conversation ends.
                self._held_back[waiting.conversation_id] = now + _HELD_BACK
                continue
            await in_thread(deliveries.taken, self._office, waiting.conversation_id, waiting.seq)

    async def _say_it_failed(self, update: Update) -> None:
        if update.effective_chat is None:
            return
        try:
            await self._api.say(
                update.effective_chat.id, words.TELEGRAM_FAILED.to(_language(update) or START)
            )
        except (Unreachable, TelegramError):
            return


def _signed(message: Message, language: Language) -> Message:
    """The coach's words under the coach's name: all else that the bot says, a computer says."""
    if message.speaker == "balie":
        return message
    return replace(message, text=f"{words.THE_COACH.to(language)}:\n{message.text}")


def _private_in(text: str) -> str | None:
    if fields.personal_data_in(text):
        return "personal"
    return "story" if len(text) > STORY else None


def _unread(private: str, *, deleted: bool) -> Unread:
    if private == "story":
        return Unread("story")
    return Unread("personal" if deleted else "personal_left")


def _command(text: str) -> str | None:
    """The command of a text such as "/wis" or "/wis@praktijk_bot"; None for other text."""
    if not text.startswith("/"):
        return None
    return (
        text[1:].split(maxsplit=1)[0].split("@")[0].lower()
        if len(text) > 1 and not text[1].isspace()
        else None
    )


def _language(update: Update) -> Language | None:
    """The language of the person's app, where it is one of ours; None where the app doesn't say or speaks another."""
    code = (update.effective_user.language_code or "").lower() if update.effective_user else ""
    if code.startswith("nl"):
        return "nl"
    return "en" if code.startswith("en") else None
