"""The conversation service that knows no channel: one turn of one conversation, from what is said to what is kept.

Every channel calls `Talk` and nothing else. The order of a turn is fixed: who is speaking, was this said before,
is somebody in danger, is it one of the few fixed commands, and only then the engine.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

import anyio.to_thread

from bot import to_the_coach, words
from bot.cleaning import clean, fit
from bot.commands import command_in
from bot.engine import Answer, Channel, Engine, EngineAway, Turn
from bot.said import Heard, Pressed, Said, Text, Unread
from casework import client_answers, conversations, safety
from casework.conversations import Conversation, Opened
from casework.messages import Language, Link, Message, Offer, Reply
from casework.office import Office, Once
from casework.words import Both

P = ParamSpec("P")
T = TypeVar("T")

HAND_OVER = "/verder#"
"""How the link to the web page that takes over a Telegram talk goes on after the public address."""

_WIPE, _LEAVE = "balie:wipe", "balie:leave"
_GREETING, _STOP = "/greet", "/stop"
_UNREAD = {
    "personal": words.TELEGRAM_PERSONAL,
    "personal_left": words.TELEGRAM_PERSONAL_LEFT,
    "story": words.TELEGRAM_STORY,
    "not_text": words.TEXT_ONLY,
    "edited": words.EDITED,
}
_NO_TOPIC = {None, "inform", "affirm", "deny", "nlu_fallback"}


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
        self._filling_in_on_the_web: set[str] = set()

    async def begin(self, language: Language, channel: Channel) -> Opened:
        """Open a conversation; its first message says that this is a computer and what is kept."""
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
            replies = await self._replies(conversation, said, message_id, channel)
            if replies is None:
                return await self._wipe(conversation)
            messages = await in_thread(
                conversations.keep_reply, self._office, conversation_id, message_id, replies
            )
            return Heard(messages, await self._language(enter, conversation, said))

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

    async def _replies(
        self, conversation: Conversation, said: Said, message_id: str, channel: Channel
    ) -> tuple[Reply, ...] | None:
        """What Balie says to this; None when the answer is to wipe the conversation."""
        language = conversation.language
        if isinstance(said, Text):
            text = clean(said.text)
            if danger := await in_thread(safety.look, text):
                return (safety.crisis_reply(danger.kind, danger.language),)
            match command_in(fit(text)):
                case "wipe":
                    return (_wipe_question(language),)
                case "start_over":
                    return await self._start_over(conversation, message_id, channel)
                case "english" | "dutch" as wish:
                    return (await self._speak(conversation, "en" if wish == "english" else "nl"),)
                case None if not text:
                    return (Reply(words.EMPTY.to(language)),)
            until = said.seen_until
            if until is not None and await in_thread(
                conversations.went_on_after, self._office, conversation.id, until
            ):
                raise MovedOn
            if not any(sign.isalnum() for sign in text):
                return (
                    await in_thread(to_the_coach.without_words, self._office, conversation, message_id, text),
                )
            once = Once(f"{conversation.id}:{message_id}")
            if decided := await in_thread(to_the_coach.typed, self._office, conversation, text, once):
                return (decided,)
            return await self._ask_engine(conversation, message_id, channel, text=text)
        if isinstance(said, Pressed):
            offer = await in_thread(conversations.offered, self._office, conversation.id, said.choice_id)
            if offer is None:
                raise NotOffered
            if offer.payload == _WIPE:
                return None
            if offer.payload == _LEAVE:
                return (Reply(words.WIPE_LEFT.to(language)),)
            if offer.payload in (client_answers.PASS_ON, client_answers.KEEP_BACK):
                once = Once(f"{conversation.id}:{message_id}")
                return (
                    await in_thread(to_the_coach.chosen, self._office, conversation, offer.payload, once),
                )
            return await self._ask_engine(conversation, message_id, channel, payload=offer.payload)
        if isinstance(said, Unread):
            return (await self._unread(conversation, said),)
        return await self._ask_engine(conversation, message_id, channel, payload=said.payload)

    async def _unread(self, conversation: Conversation, said: Unread) -> Reply:
        if said.reason in ("not_text", "edited"):
            return Reply(_UNREAD[said.reason].to(conversation.language))
        return await self._lead_out(conversation, _UNREAD[said.reason])

    async def _lead_out(self, conversation: Conversation, said: Both, *choices: Offer) -> Reply:
        """A reply with a fresh link on which this conversation goes on, on our own page."""
        language = conversation.language
        token = await in_thread(conversations.hand_over, self._office, conversation.id)
        link = Link(words.SECURE_PAGE.to(language), f"{self._office.client_url}{HAND_OVER}{token}")
        return Reply(
            said.to(language).format(minutes=self._office.pack.codes.hand_over_minutes), choices, link
        )

    async def _finish_on_the_web(self, conversation: Conversation) -> tuple[Reply, ...]:
        """What is being filled in on the web page is not asked, and not answered, in Telegram."""
        stop = Offer(words.STOP.to(conversation.language), _STOP)
        return (await self._lead_out(conversation, words.ON_THE_WEB, stop),)

    async def _ask_engine(
        self,
        conversation: Conversation,
        message_id: str,
        channel: Channel,
        *,
        text: str | None = None,
        payload: str | None = None,
    ) -> tuple[Reply, ...]:
        if channel == "telegram" and text is not None and conversation.id in self._filling_in_on_the_web:
            return await self._finish_on_the_web(conversation)
        answer = await self._engine.turn(
            Turn(
                conversation=conversation.id,
                message_id=message_id,
                language=conversation.language,
                channel=channel,
                verified=conversation.verified,
                text=text,
                payload=payload,
            )
        )
        if conversation.channel == "telegram":
            done = self._note_form(conversation.id, answer)
            if channel == "telegram" and answer.open_form:
                return await self._finish_on_the_web(conversation)
            if channel == "web" and done:
                back = Reply(words.BACK_IN_TELEGRAM.to(conversation.language))
                await in_thread(conversations.deliver, self._office, conversation.id, back)
        replies = answer.replies or (_nothing_said(conversation.language),)
        ready = tuple(self._with_way_on(reply, answer, conversation.language) for reply in replies)
        if text is None:
            return ready
        return await in_thread(
            to_the_coach.asking_first, self._office, conversation, message_id, text, answer, ready
        )

    def _note_form(self, conversation_id: str, answer: Answer) -> bool:
        """Keep in mind whether a form is open on the web page of a Telegram talk. True when one has just been closed."""
        if answer.open_form:
            self._filling_in_on_the_web.add(conversation_id)
            return False
        closed = conversation_id in self._filling_in_on_the_web
        self._filling_in_on_the_web.discard(conversation_id)
        return closed

    def _with_way_on(self, reply: Reply, answer: Answer, language: Language) -> Reply:
        """Beside a link to the web page, the choice to go on there with what was asked: nobody has to say it twice."""
        if reply.choices or not reply.link or answer.intent in _NO_TOPIC:
            return reply
        if not reply.link.url.startswith(self._office.client_url + HAND_OVER):
            return reply
        return replace(reply, choices=(Offer(words.ONGOING.to(language), f"/{answer.intent}"),))

    async def _start_over(
        self, conversation: Conversation, message_id: str, channel: Channel
    ) -> tuple[Reply, ...]:
        await self._engine.forget(conversation.id)
        greeting = await self._ask_engine(conversation, message_id, channel, payload=_GREETING)
        choices = next((reply.choices for reply in greeting if reply.choices), ())
        return (Reply(words.STARTED_OVER.to(conversation.language), choices),)

    async def _speak(self, conversation: Conversation, language: Language) -> Reply:
        await in_thread(conversations.set_language, self._office, conversation.id, language)
        return Reply(words.SPEAKS.to(language))

    async def _language(
        self, enter: Callable[[], Conversation], conversation: Conversation, said: Said
    ) -> Language:
        switched = isinstance(said, Text) and command_in(clean(said.text)) in ("english", "dutch")
        return (await in_thread(enter)).language if switched else conversation.language

    async def _wipe(self, conversation: Conversation) -> Heard:
        wiped = await in_thread(conversations.wipe, self._office, conversation.id)
        self._filling_in_on_the_web.discard(conversation.id)
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


def _wipe_question(language: Language) -> Reply:
    return Reply(
        words.WIPE_ASK.to(language),
        (Offer(words.WIPE.to(language), _WIPE), Offer(words.WIPE_NOT.to(language), _LEAVE)),
    )


def _nothing_said(language: Language) -> Reply:
    """Said when the engine has no words for a turn: nobody is left without an answer."""
    return Reply(words.NOTHING_SAID.to(language), (Offer(words.TO_THE_COACH.to(language), "/talk_to_coach"),))


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking call of casework beside the event loop."""
    return await anyio.to_thread.run_sync(lambda: call(*args, **kwargs))
