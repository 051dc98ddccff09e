"""A small action server for the engine's tests: real HTTP, Rasa's real protocol, three actions, and failures on demand."""

from __future__ import annotations

import asyncio
import json
import threading
from types import TracebackType
from typing import Any

from aiohttp import web

FAILING = ("fail", "drop", "echo", "nonsense")
"""Ways to fail: answer 500 with the whole call in it, hang up, answer 200 with the call, answer no JSON."""


class ActionServer:
    """Serves on loopback from a thread until the `with` block ends.

    Attributes:
        calls: what the engine sent, in order.
        authorizations: the Authorization header of each call.
        failing: None, or one of FAILING.
        rejects: whether the next call rejects to run (status 400).
    """

    def __init__(self) -> None:
        self.reset()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.url = ""

    def reset(self) -> None:
        """Forget what was called, and work as it should."""
        self.calls: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.failing: str | None = None
        self.rejects = False

    def __enter__(self) -> ActionServer:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _start(self) -> None:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_post("/webhook", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/webhook"

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        call = json.loads(body)
        self.calls.append(call)
        self.authorizations.append(request.headers.get("Authorization"))
        if self.rejects:
            self.rejects = False
            return web.json_response({"action_name": call["next_action"], "error": "not now"}, status=400)
        if self.failing:
            return await self._fail(request, body)
        return web.json_response(self._act(call))

    async def _fail(self, request: web.Request, body: bytes) -> web.Response:
        if self.failing == "drop":
            request.transport.close()  # type: ignore[union-attr]  # there is one while a request is answered
        shown = body[:-1] if self.failing == "nonsense" else body
        return web.Response(
            body=shown, status=500 if self.failing == "fail" else 200, content_type="text/plain"
        )

    def _act(self, call: dict[str, Any]) -> dict[str, Any]:
        action = call["next_action"]
        if action == "action_count":
            done = sum(made["next_action"] == "action_count" for made in self.calls)
            return {
                "events": [],
                "responses": [
                    {
                        "text": f"Keer {done}",
                        "custom": {"link": {"label": "Lees meer", "url": "https://example.org"}},
                    }
                ],
            }
        if action == "action_note_done":
            noted = call["tracker"]["slots"]["note_text"]
            return {"events": [], "responses": [{"text": f"Genoteerd: {noted}"}]}
        if action == "validate_note_form":
            return {"events": [], "responses": []}
        raise ValueError(action)
