"""The conversation service that knows no channel: one turn of one conversation, from what is said to what is kept.

Every channel calls `Talk` and nothing else. The order of a turn is fixed: who is speaking, was this said before,
is somebody in danger, in which language is it said, is it one of the few fixed commands, and only then the engine.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from bot import on_the_web, to_the_coach, words
from bot.cleaning import clean, fit
from bot.commands import command_in, wipe_answer_in
from bot.engine import Channel, Engine, EngineAway, Turn
from bot.language import hearing
from bot.said import Heard, Pressed, Said, Text, Unread
from bot.threads import in_thread
from casework import client_answers, conversations, deliveries, safety
from casework.conversations import Conversation, Opened
from casework.manner import Manner
from casework.messages import Language, Message, Offer, Reply
from casework.office import Office, Once
from casework.words import Both

_WIPE, _LEAVE = "balie:wipe", "balie:leave"
_GREETING = "/greet"
_UNREAD = {
    "personal": words.TELEGRAM_PERSONAL,
    "personal_left": words.TELEGRAM_PERSONAL_LEFT,
    "story": words.TELEGRAM_STORY,
    "not_text": words.TEXT_ONLY,
    "edited": words.EDITED,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What Balie says in a turn, and how the conversation is held from then on."""

    replies: tuple[Reply, ...]
    manner: Manner


class NotOffered(Exception):
    """Raised when a choice was pressed that this conversation does not offer (any more)."""


class MovedOn(Exception):
    """Raised when words answer an older reply than the last: the conversation went on elsewhere. Nothing was handled."""


class Talk:
    """All conversations of one office, over one engine. Turns of one conversation are handled one at a time."""

    def __init__(self, office: Office, engine: Engine) -> None:
        self._office = office
        self._engine = engine
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, language: Language | None, channel: Channel) -> Opened:
        """Open a conversation; its first message says that this is a computer and what is kept.

        language: what the page gave; None: it goes on in what the person writes.
        """
        return await in_thread(conversations.begin, self._office, language, channel)

    async def turn(
        self,
        conversation_id: str,
        enter: Callable[[], Conversation],
        said: Said,
        message_id: str,
        channel: Channel,
    ) -> Heard:
        """One turn of a conversation.

        enter: lets the speaker in, or raises casework's NotFound. message_id: the client's own name (a UUID) for
        this turn; the same name again gives the same answer and does nothing twice. channel: where it was said,
        which for a Telegram talk that is continued on the web page is "web".

        Raises NotFound, NotOffered, MovedOn, TooLong and EngineAway. After each of them the same turn may be sent again.
        """
        lock = self._turns.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            conversation = await in_thread(enter)
            recorded = await in_thread(conversations.begin_turn, self._office, conversation_id, message_id)
            if recorded is not None:
                return Heard(recorded, conversation.language)
            answered = await self._answered(conversation, said, message_id, channel)
            if answered is None:
                return await self._wipe(conversation)
            messages = await in_thread(
                conversations.keep_reply,
                self._office,
                conversation_id,
                message_id,
                answered.replies,
                answered.manner,
            )
            return Heard(messages, answered.manner.language)

    async def wipe(self, conversation_id: str, enter: Callable[[], Conversation]) -> Heard:
        """ "Wis dit gesprek": the conversation is unreadable when this returns; requests made in it stay."""
        lock = self._turns.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            return await self._wipe(await in_thread(enter))

    async def forget_wiped(self) -> int:
        """Erase what the engine still has of conversations that are over. Returns how many it confirmed."""
        waiting = await in_thread(conversations.to_forget, self._office)
        done = 0
        for conversation_id in waiting:
            if not await self._forget(conversation_id):
                break
            done += 1
        return done

    async def _answered(
        self, conversation: Conversation, said: Said, message_id: str, channel: Channel
    ) -> Answered | None:
        """What Balie says to this; None when the answer is to wipe the conversation."""
        if isinstance(said, Text):
            return await self._hear(conversation, said, message_id, channel)
        if isinstance(said, Pressed):
            offer = await in_thread(conversations.offered, self._office, conversation.id, said.choice_id)
            if offer is None:
                raise NotOffered
            if offer.payload == _WIPE:
                return None
            if offer.payload == _LEAVE:
                return _only(conversation, Reply(words.WIPE_LEFT.to(conversation.language)))
            if offer.payload in (client_answers.PASS_ON, client_answers.KEEP_BACK):
                once = Once(f"{conversation.id}:{message_id}")
                decided = await in_thread(
                    to_the_coach.chosen, self._office, conversation, offer.payload, once
                )
                return _only(conversation, decided)
            return await self._ask_engine(conversation, message_id, channel, payload=offer.payload)
        if isinstance(said, Unread):
            return _only(conversation, await self._unread(conversation, said))
        return await self._ask_engine(conversation, message_id, channel, payload=said.payload)

    async def _hear(
        self, conversation: Conversation, said: Text, message_id: str, channel: Channel
    ) -> Answered | None:
        """Words that somebody typed: danger first, then the language that they are in, then what they say."""
        text = clean(said.text)
        if danger := await in_thread(safety.look, text):
            return _only(conversation, safety.crisis_reply(danger.kind, danger.language))
        before = conversation.manner
        conversation = replace(conversation, manner=await in_thread(hearing, before, text))
        answered = await self._obey_or_ask(conversation, text, said.seen_until, message_id, channel)
        if answered is None or answered.manner.by == "wish":
            return answered
        if conversation.language == before.language or before.by is None:
            return answered
        turned = Reply(words.TURNS_TO.to(conversation.language))
        return replace(answered, replies=(turned, *answered.replies))

    async def _obey_or_ask(
        self, conversation: Conversation, text: str, until: datetime | None, message_id: str, channel: Channel
    ) -> Answered | None:
        match command_in(fit(text)):
            case "wipe":
                return _only(conversation, _wipe_question(conversation.language))
            case "start_over":
                return await self._start_over(conversation, message_id, channel)
            case "english":
                return await self._speak(conversation, "en")
            case "dutch":
                return await self._speak(conversation, "nl")
            case None if not text:
                return _only(
                    conversation, await self._otherwise(conversation, words.EMPTY, words.EMPTY_AGAIN)
                )
        if until is not None and await in_thread(
            conversations.went_on_after, self._office, conversation.id, until
        ):
            raise MovedOn
        if (wipes := wipe_answer_in(text)) is not None and await self._asked_to_wipe(conversation):
            return None if wipes else _only(conversation, Reply(words.WIPE_LEFT.to(conversation.language)))
        if not any(sign.isalnum() for sign in text):
            wordless = await in_thread(
                to_the_coach.without_words, self._office, conversation, message_id, text
            )
            if wordless is None:
                wordless = await self._otherwise(conversation, words.NO_WORDS, words.NO_WORDS_AGAIN)
            return _only(conversation, wordless)
        once = Once(f"{conversation.id}:{message_id}")
        if decided := await in_thread(to_the_coach.typed, self._office, conversation, text, once):
            return _only(conversation, decided)
        return await self._ask_engine(conversation, message_id, channel, text=text)

    async def _asked_to_wipe(self, conversation: Conversation) -> bool:
        said = await in_thread(conversations.transcript, self._office, conversation.id)
        return bool(said) and said[-1].text == words.WIPE_ASK.to(conversation.language)

    async def _unread(self, conversation: Conversation, said: Unread) -> Reply:
        if said.reason in ("not_text", "edited"):
            return Reply(_UNREAD[said.reason].to(conversation.language))
        return await on_the_web.lead_there(self._office, conversation, _UNREAD[said.reason])

    async def _ask_engine(
        self,
        conversation: Conversation,
        message_id: str,
        channel: Channel,
        *,
        text: str | None = None,
        payload: str | None = None,
    ) -> Answered:
        was_filling_in = conversation.manner.filling_in
        if channel == "telegram" and text is not None and was_filling_in:
            return _only(conversation, await on_the_web.finish_there(self._office, conversation))
        answer = await self._engine.turn(
            Turn(
                conversation=conversation.id,
                message_id=message_id,
                language=conversation.language,
                channel=channel,
                verified=conversation.verified,
                text=text,
                payload=payload,
                aside=text is not None and conversation.manner.aside,
            )
        )
        manner = replace(conversation.manner, filling_in=answer.open_form is not None, aside=False)
        conversation = replace(conversation, manner=manner)
        if channel == "telegram" and manner.filling_in:
            return _only(conversation, await on_the_web.finish_there(self._office, conversation))
        if (
            conversation.channel == "telegram"
            and channel == "web"
            and was_filling_in
            and not manner.filling_in
        ):
            back = Reply(words.BACK_IN_TELEGRAM.to(conversation.language))
            await in_thread(deliveries.deliver, self._office, conversation.id, back)
        replies = answer.replies or (_nothing_said(conversation.language),)
        language = conversation.language
        ready = tuple(on_the_web.with_way_on(self._office, reply, answer, language) for reply in replies)
        if text is not None:
            said = await in_thread(
                to_the_coach.asking_first, self._office, conversation, message_id, text, answer, ready
            )
            return Answered(said, replace(manner, aside=said != ready))
        return Answered(ready, manner)

    async def _start_over(self, conversation: Conversation, message_id: str, channel: Channel) -> Answered:
        await self._engine.forget(conversation.id)
        greeting = await self._ask_engine(conversation, message_id, channel, payload=_GREETING)
        choices = next((reply.choices for reply in greeting.replies if reply.choices), ())
        return replace(greeting, replies=(Reply(words.STARTED_OVER.to(conversation.language), choices),))

    async def _speak(self, conversation: Conversation, language: Language) -> Answered:
        """Go on in this language from now on, whatever is written, because the person said so."""
        spoken = replace(conversation, manner=replace(conversation.manner, language=language, by="wish"))
        return _only(spoken, await self._otherwise(spoken, words.SPEAKS, words.SPEAKS_ALREADY))

    async def _otherwise(self, conversation: Conversation, *ways: Both) -> Reply:
        """The first of these ways to say it that isn't what was said last, so that nobody hears an echo."""
        said = await in_thread(conversations.transcript, self._office, conversation.id)
        possible = [way.to(conversation.language) for way in ways]
        return Reply(next((text for text in possible if text != said[-1].text), possible[0]))

    async def _wipe(self, conversation: Conversation) -> Heard:
        wiped = await in_thread(conversations.wipe, self._office, conversation.id)
        forgotten = await self._forget(conversation.id)
        language = conversation.language
        sentences = [words.WIPED.to(language)]
        if wiped.references:
            stay = words.WIPED_ONE_STAYS if len(wiped.references) == 1 else words.WIPED_MORE_STAY
            sentences.append(stay.to(language).format(references=", ".join(wiped.references)))
        if not forgotten:
            sentences.append(words.WIPED_SOON.to(language))
        last = Message(secrets.token_urlsafe(16), " ".join(sentences), (), None, None, self._office.now())
        return Heard((last,), language, over=True)

    async def _forget(self, conversation_id: str) -> bool:
        try:
            await self._engine.forget(conversation_id)
        except EngineAway:
            return False
        await in_thread(conversations.forgotten, self._office, conversation_id)
        return True


def _only(conversation: Conversation, reply: Reply) -> Answered:
    """One reply that doesn't come from the engine, and leaves the conversation as it is."""
    return Answered((reply,), replace(conversation.manner, aside=True))


def _wipe_question(language: Language) -> Reply:
    return Reply(
        words.WIPE_ASK.to(language),
        (Offer(words.WIPE.to(language), _WIPE), Offer(words.WIPE_NOT.to(language), _LEAVE)),
    )


def _nothing_said(language: Language) -> Reply:
    """Said when the engine has no words for a turn: nobody is left without an answer."""
    return Reply(words.NOTHING_SAID.to(language), (Offer(words.TO_THE_COACH.to(language), "/talk_to_coach"),))
