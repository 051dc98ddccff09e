"""What every answer of the desk carries: nothing is framed, kept, referred to or fetched from elsewhere.

And to which names the desk answers at all.
"""

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_SCRIPTS = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
OWN_SCRIPT = NO_SCRIPTS + "; script-src 'self'"
"""For the one page with a script: the one that takes the code out of the one-time link."""

_ALWAYS = {
    "content-security-policy": NO_SCRIPTS,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "x-robots-tag": "noindex, nofollow",
}


class SecurityHeaders:
    """ASGI middleware: adds the headers above, each unless the answer has its own."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        """`https`: whether coaches reach the desk over TLS; only then may browsers be told to insist on it."""
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; touch only the start of an HTTP answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _headers(self) -> Iterable[tuple[str, str]]:
        yield from _ALWAYS.items()
        if self._https:
            yield "strict-transport-security", "max-age=31536000"


class OwnNames:
    """ASGI middleware: the desk answers to its own name and to loopback, so that no other site can pose as it.

    (DNS rebinding: a page elsewhere whose name suddenly points to this machine.)
    """

    def __init__(self, app: ASGIApp, own_url: str) -> None:
        """`own_url`: where the coach reaches the desk."""
        self._app = app
        self._names = {urlsplit(own_url).hostname, "localhost", "127.0.0.1", "::1"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is meant for us; answer the rest with a sentence."""
        if scope["type"] != "http" or self._is_meant(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
            return
        sentence = (
            "Dit adres is niet dat van het bureau. Zet het goede adres in BALIE_DESK_URL en start opnieuw."
        )
        await PlainTextResponse(sentence, HTTPStatus.BAD_REQUEST)(scope, receive, send)

    def _is_meant(self, host: str) -> bool:
        try:
            return urlsplit(f"//{host}").hostname in self._names
        except ValueError:
            return False
