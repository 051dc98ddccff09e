"""What stands around every answer: security headers, who may frame or call us, and a last word when something breaks."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.problems import problem, wished
from casework.packs import PracticePack

_log = logging.getLogger(__name__)

FRAMED = "/chat"
"""The one page that a practice's site may show in a frame."""
STATIC = "/static/"
"""Files that hold nobody's data: a browser may keep them, and asks each time whether they are still the same."""
LAUNCHER = "/balie.js"
"""The one script that another site may load."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; {frame_src}frame-ancestors {ancestors}"
)
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "x-permitted-cross-domain-policies": "none",
}
_YEAR = 31_536_000


def site_origins(pack: PracticePack) -> tuple[str, ...]:
    """The origins of the practice's own website, with and without www: they may show and call the chat."""
    if pack.contact.website is None:
        return ()
    site = urlsplit(pack.contact.website)
    bare = site.netloc.removeprefix("www.")
    return (f"https://{bare}", f"https://www.{bare}")


def fault(error: BaseException) -> str:
    """The type of an error and the line of code where it arose; never its message, which can hold a client's words."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return (
        f"{type(error).__name__} in {trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}"
        if trace
        else type(error).__name__
    )


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, origins: Iterable[str], secure: bool, largest: int) -> None:
        """`origins`: sites that may frame the chat. `secure`: the public address is https. `largest`: bytes of a body."""
        self._app = app
        self._largest = largest
        self._ancestors = " ".join(("'self'", *origins))
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        size = 0

        async def receive_measured() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._largest:
                raise HTTPException(413)
            return message

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(scope["path"], MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive_measured, send_guarded)
        except Exception as error:  # noqa: BLE001  # the last stop: nothing of the request may reach a log or a page
            _log.error("a request failed: %s", fault(error))  # a traceback can hold a client's words
            if not started:
                answer = problem("failed", wished(Headers(scope=scope)))
                await answer(scope, receive, send_guarded)

    def _add_headers(self, path: str, headers: MutableHeaders) -> None:
        for name, value in _ALWAYS.items():
            headers[name] = value
        ancestors = self._ancestors if path == FRAMED else "'none'"
        frame_src = "frame-src 'self'; " if path == "/" else ""
        headers["content-security-policy"] = _POLICY.format(ancestors=ancestors, frame_src=frame_src)
        headers["cross-origin-resource-policy"] = "cross-origin" if path == LAUNCHER else "same-origin"
        headers.setdefault("cache-control", "no-cache" if path.startswith(STATIC) else "no-store")
        if path.startswith("/api/"):
            headers["cache-control"] = "no-store"
        if self._secure:
            headers["strict-transport-security"] = f"max-age={_YEAR}"
