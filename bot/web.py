"""The public interface of design §10: begin, say, listen, wipe. The chat page and any other web client use only this."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.sse import EventSourceResponse, ServerSentEvent

from bot.events import Arrivals, mark_seen, stream
from bot.limits import Pace
from bot.said import Heard
from bot.shapes import (
    AnswerOut,
    ConversationIn,
    ConversationOut,
    HandOverIn,
    MessageIn,
    MessageOut,
    ProblemOut,
    SeenIn,
)
from bot.talk import Talk
from bot.threads import in_thread
from casework import conversations
from casework.conversations import Conversation, Opened
from casework.manner import START
from casework.messages import Language
from casework.office import Office

_DOCUMENT = {"model": ProblemOut, "description": "A problem document (RFC 9457), as application/problem+json"}
PROBLEM: dict[int | str, dict[str, Any]] = {"4XX": _DOCUMENT, "5XX": _DOCUMENT}
_bearer = HTTPBearer(description="The token that came with the conversation.", auto_error=False)


class NoToken(Exception):
    """Raised when a call that needs a conversation's token came without one."""


def _token(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    if credentials is None:
        raise NoToken
    return credentials.credentials


Token = Annotated[str, Depends(_token)]


def router(office: Office, talk: Talk, arrivals: Arrivals) -> APIRouter:
    """The routes under /api of one office."""
    routes = APIRouter(prefix="/api", tags=["gesprek"], responses=PROBLEM)
    openings = Pace(per_minute=30, burst=15, queue=30)
    from_one_address = Pace(per_minute=120, burst=60, queue=60)
    in_one_conversation = Pace(per_minute=30, burst=20, queue=10)

    def door(request: Request, conversation_id: str, token: str) -> Callable[[], Conversation]:
        def enter() -> Conversation:
            conversation = conversations.enter(office, conversation_id, token)
            request.state.language = conversation.language
            return conversation

        return enter

    async def let_in(request: Request, conversation_id: str, token: Token) -> Callable[[], Conversation]:
        await from_one_address.wait(_address(request))
        enter = door(request, conversation_id, token)
        await in_thread(enter)
        return enter

    Entered = Annotated[Callable[[], Conversation], Depends(let_in)]  # noqa: N806  # a type, made of this office's door

    @routes.post("/conversations", status_code=201)
    async def begin_conversation(request: Request, wish: ConversationIn) -> ConversationOut:
        """Begin a conversation. Its first message says that this is a computer and what is kept, for how long.

        `language` is the page's; without it the talk begins in Dutch and goes on in what the person writes. Answers say
        which language it is in.
        """
        language = wish.language or START
        request.state.language = language
        await openings.wait(_address(request))
        opened = await talk.begin(wish.language, "web")
        return _opened(opened, language)

    @routes.post("/conversations/{conversation_id}/messages")
    async def say(request: Request, conversation_id: str, token: Token, message: MessageIn) -> AnswerOut:
        """Say something, or press a choice. The same `client_message_id` again gives the same answer."""
        await from_one_address.wait(_address(request))
        await in_one_conversation.wait(conversation_id)
        enter = door(request, conversation_id, token)
        return _answer(
            await talk.turn(conversation_id, enter, message.said, str(message.client_message_id), "web")
        )

    @routes.get("/conversations/{conversation_id}/messages")
    async def read_again(conversation_id: str, enter: Entered) -> AnswerOut:
        """What the front desk said so far, for a page that was reloaded or that takes over from Telegram."""
        conversation = await in_thread(enter)
        messages = await in_thread(conversations.transcript, office, conversation_id)
        return _answer(Heard(messages, conversation.language))

    @routes.get("/conversations/{conversation_id}/events", response_class=EventSourceResponse)
    async def listen(
        conversation_id: str,
        enter: Entered,
        last_event_id: Annotated[int, Header(ge=0, description="Resume after this event")] = 0,
    ) -> AsyncIterator[ServerSentEvent]:
        """What arrives later: the coach's answers and reminders, each as an event `message` with an id.

        The event `over` says that the conversation has ended; then the stream closes. Say by `/events/seen` what
        arrived: what nobody saw within half an hour goes by mail, where there is an address.
        """
        async for event in stream(office, arrivals, conversation_id, enter, last_event_id):
            yield event

    @routes.post("/conversations/{conversation_id}/events/seen", status_code=204)
    async def seen(conversation_id: str, enter: Entered, up_to: SeenIn) -> None:
        """The person has this event, and those before it, on their screen."""
        await mark_seen(office, await in_thread(enter), up_to.id)

    @routes.delete("/conversations/{conversation_id}")
    async def wipe(request: Request, conversation_id: str, token: Token) -> AnswerOut:
        """ "Wis dit gesprek": erased at once. A request that was made in it stays, and the answer says so."""
        return _answer(await talk.wipe(conversation_id, door(request, conversation_id, token)))

    @routes.post("/handover")
    async def take_over(request: Request, link: HandOverIn) -> ConversationOut:
        """Go on here with a talk from Telegram, by the single-use token out of the link's fragment."""
        await openings.wait(_address(request))
        opened = await in_thread(conversations.take_over, office, link.token)
        conversation = await in_thread(door(request, opened.id, opened.token))
        return _opened(opened, conversation.language)

    return routes


def _opened(opened: Opened, language: Language) -> ConversationOut:
    messages = [MessageOut.of(message) for message in opened.messages]
    return ConversationOut(id=opened.id, token=opened.token, language=language, messages=messages)


def _answer(heard: Heard) -> AnswerOut:
    messages = [MessageOut.of(message) for message in heard.messages]
    return AnswerOut(messages=messages, language=heard.language, over=heard.over)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
