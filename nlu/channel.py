"""The engine's one door: the bot brings a turn over HTTP on loopback and takes the reply back.

Typed text and chosen options come in separate fields. Text is never read as one of Rasa's payloads; a choice is taken
apart here and goes around the language model. Every call carries the engine's token.
"""

from __future__ import annotations

import hmac
import logging
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from nlu.call import BadCall, Call, clean, conversation_id, is_command, read_call
from nlu.letters import read
from nlu.listening import Heard, listen, listen_without_model
from nlu.payload import Payload, UnknownChoice, check, read_payload
from nlu.reply import offered_last, reply_to, was_handled
from nlu.settings import read_token
from nlu.turns import Engine
from nlu.understanding import NOTHING_SAID, likeliest, understand

log = logging.getLogger(__name__)


class BalieChannel(InputChannel):
    """The routes /webhooks/balie/...: turn, conversations/<id>, ready.

    Args:
        token: the word that each call must carry.
    """

    def __init__(self, token: str) -> None:
        self._token = f"Bearer {token}".encode()

    @classmethod
    def name(cls) -> str:
        """The name in the address of the routes."""
        return "balie"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> BalieChannel:
        """Make the channel as credentials.yml asks.

        Raises:
            SetupError: when the token can't be read.
        """
        return cls(read_token(Path((credentials or {})["token_file"])))

    def blueprint(self, on_new_message: Any) -> Blueprint:
        """The routes; Rasa's own message handler isn't used, because it lets failures pass."""
        door = Blueprint("balie_door")

        @door.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self._turn(request)

        @door.delete("/conversations/<conversation>")
        async def erase(request: Request, conversation: str) -> HTTPResponse:
            return await self._erase(request, conversation)

        @door.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            engine = _engine(request)
            return json({"model": engine.fingerprint}) if engine else _not_ready()

        @door.middleware("request")
        async def know_the_caller(request: Request) -> HTTPResponse | None:
            return self._know_the_caller(request)

        return door

    def _know_the_caller(self, request: Request) -> HTTPResponse | None:
        given = request.headers.get("authorization", "").encode()
        return None if hmac.compare_digest(given, self._token) else json({"error": "unauthorized"}, 401)

    async def _erase(self, request: Request, conversation: str) -> HTTPResponse:
        engine = _engine(request)
        if engine is None:
            return _not_ready()
        try:
            conversation_id(conversation)
        except BadCall as error:
            return json({"error": error.code}, 400)
        async with engine.lock_store.lock(conversation):
            await engine.tracker_store.erase(conversation)
        return empty()

    async def _turn(self, request: Request) -> HTTPResponse:
        engine = _engine(request)
        if engine is None:
            return _not_ready()
        try:
            call = read_call(request.body)
            payload = check(read_payload(call.choice), engine.domain) if call.choice is not None else None
        except (BadCall, UnknownChoice) as error:
            return json({"error": error.code}, 400)
        try:
            return json(await take_turn(engine, call, payload))
        except Exception:
            log.exception("a turn failed")
            return json({"error": "turn_failed"}, 500)


async def take_turn(engine: Engine, call: Call, payload: Payload | None) -> dict[str, Any]:
    """Handle one message once: a repeated message id gets the recorded reply and nothing runs again.

    Args:
        engine: the loaded engine.
        call: the bot's call, well-formed.
        payload: the choice taken apart; None when the person typed.

    Returns:
        The reply of the protocol: messages, what was understood, the open form.
    """
    async with engine.lock_store.lock(call.conversation):
        tracker = await engine.processor.get_tracker(call.conversation)
        if not was_handled(tracker, call.message_id):
            message = _chosen(payload, call) if payload else await _typed(engine, tracker, call)
            tracker = await engine.processor.turn(tracker, message, call.known)
        return reply_to(tracker, call.message_id)


async def _typed(engine: Engine, tracker: DialogueStateTracker, call: Call) -> UserMessage:
    text = clean(call.text or "")
    requested, offered = _requested(tracker), offered_last(tracker)
    parsed = NOTHING_SAID | {"text": text}
    doubt = "aside" if call.aside else "unclear" if is_command(call.text or "") else ""
    heard = listen_without_model(text, requested, offered, doubt)
    if heard is None:
        parsed = await (read(engine, text) if requested is None else understand(engine, text))
        heard = listen(text, likeliest(parsed), requested, offered, doubt)
    if heard.payload is not None:
        return _chosen(check(read_payload(heard.payload), engine.domain), call)
    return _message(call, text if _keeps_text(tracker, heard) else None, _as_heard(parsed, heard))


def _as_heard(parsed: dict[str, Any], heard: Heard) -> dict[str, Any]:
    if heard.intent == parsed["intent"]["name"] and not heard.entities:
        return parsed
    entities = Payload(str(heard.intent), heard.entities).parse_data["entities"]
    return {**parsed, "intent": {"name": heard.intent, "confidence": 1.0}, "entities": entities}


def _keeps_text(tracker: DialogueStateTracker, heard: Heard) -> bool:
    """Inside a form only an answer keeps its text: a form's `from_text` would take anything."""
    return heard.answers or tracker.active_loop_name is None


def _requested(tracker: DialogueStateTracker) -> str | None:
    if tracker.active_loop_name is None:
        return None
    requested = tracker.get_slot("requested_slot")
    return str(requested) if requested else None


def _chosen(payload: Payload, call: Call) -> UserMessage:
    return _message(call, None, payload.parse_data)


def _message(call: Call, text: str | None, parsed: dict[str, Any]) -> UserMessage:
    return UserMessage(
        text=text,
        output_channel=Nowhere(),
        sender_id=call.conversation,
        parse_data=parsed,
        input_channel=BalieChannel.name(),
        message_id=call.message_id,
        metadata={"turn": call.message_id, "channel": call.channel, "language": call.language},
    )


def _not_ready() -> HTTPResponse:
    return json({"error": "not_ready"}, 503)


def _engine(request: Request) -> Engine | None:
    engine = getattr(request.app.ctx, "agent", None)
    return engine if engine is not None and engine.is_ready() else None


class Nowhere(OutputChannel):
    """Takes what Rasa sends and drops it: the reply is read from the conversation's events instead, so that a repeated
    message gets the very same one."""

    @classmethod
    def name(cls) -> str:
        """The channel's name for channel-specific responses."""
        return "balie"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Drop the message."""
