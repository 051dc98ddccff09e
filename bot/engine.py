"""The engine's client: one turn of one conversation over loopback HTTP, and the erasing of what the engine keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from casework.messages import Language, Link, Offer, Quote, Reply

Channel = Literal["web", "telegram"]

_PATIENCE = httpx.Timeout(25.0, connect=2.0)
_CONNECTIONS = httpx.Limits(max_connections=64, max_keepalive_connections=16)


class EngineAway(Exception):
    """Raised when the engine gave no answer: not started, restarting, too slow, or it failed at this turn.

    The same turn may be sent again: the engine and the actions know a message id that they have handled.
    """


@dataclass(frozen=True, slots=True)
class Turn:
    """What the engine hears: typed text, or the payload of a choice that Balie itself offered; exactly one of both.

    aside: what was said last in the conversation didn't come from the engine.
    """

    conversation: str
    message_id: str
    language: Language
    channel: Channel
    verified: bool
    text: str | None = None
    payload: str | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says, and how it took the message.

    intent and confidence: what it understood. in_form: the form that was open when the message came; open_form: the one
    that is open now.
    """

    replies: tuple[Reply, ...]
    intent: str | None
    confidence: float
    in_form: str | None
    open_form: str | None


class Engine:
    """The engine behind one base address, with one shared pool of connections."""

    def __init__(self, url: str, token: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """`url` without a trailing slash; `token` is the shared secret of engine, bot and actions."""
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/webhooks/balie/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=_PATIENCE,
            limits=_CONNECTIONS,
            transport=transport,
            trust_env=False,
        )

    async def close(self) -> None:
        """Let go of all connections."""
        await self._http.aclose()

    async def turn(self, turn: Turn) -> Answer:
        """Handle one turn; repeated with the same message id it answers the same. Raises EngineAway."""
        said = {"text": turn.text} if turn.payload is None else {"choice": turn.payload}
        body = {
            "conversation": turn.conversation,
            "message_id": turn.message_id,
            "language": turn.language,
            "channel": turn.channel,
            "verified": turn.verified,
            "aside": turn.aside,
            **said,
        }
        return _answer(await self._call("POST", "turn", body))

    async def forget(self, conversation: str) -> None:
        """Erase the engine's sealed events of this conversation, at once. Raises EngineAway."""
        await self._call("DELETE", f"conversations/{conversation}")

    async def ready(self) -> bool:
        """True when a model is loaded and turns are handled."""
        try:
            await self._call("GET", "ready")
        except EngineAway:
            return False
        return True

    async def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        try:
            response = await self._http.request(method, path, json=body)
            response.raise_for_status()
            return response.json() if response.content else None
        except (httpx.HTTPError, ValueError) as error:
            # `from None`: an HTTP error carries the request, and the request carries what a client wrote.
            raise EngineAway(type(error).__name__) from None


def _answer(body: Any) -> Answer:
    try:
        understood = body.get("understood") or {}
        return Answer(
            replies=tuple(_reply(message) for message in body["messages"]),
            intent=understood.get("intent"),
            confidence=float(understood.get("confidence") or 0),
            in_form=body.get("in_form"),
            open_form=body.get("open_form"),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EngineAway("unreadable answer") from None


def _reply(message: Mapping[str, Any]) -> Reply:
    link, quote = message.get("link"), message.get("quote")
    return Reply(
        text=message["text"],
        choices=tuple(Offer(choice["label"], choice["payload"]) for choice in message.get("choices") or ()),
        link=Link(link["label"], link["url"]) if link else None,
        quote=Quote(quote["text"], quote["place"]) if quote else None,
    )
