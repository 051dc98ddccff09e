"""An engine that speaks the real protocol over real HTTP, and can be down, slow or failing when a test says so.

What Balie's engine understands is tested with the engine itself (tests/nlu, tests/e2e); here it only has to answer.
"""

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "a-token-for-tests"


class EngineDouble:
    """Answers every turn with what was put in `says`, once each message id; keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.forgotten: list[str] = []
        self.failing = 0
        self.away = False
        self.delay = 0.0
        self.open_form: str | None = None
        self.in_form: str | None = None
        self.confidence = 0.9
        self.intent = "ask_retention"
        self.says: list[dict[str, Any]] = [{"text": "Dit antwoordt de motor."}]
        self._answers: dict[str, dict[str, Any]] = {}
        self.busy_with: set[str] = set()
        self.overlapped = False
        self.app = Starlette(
            routes=[
                Route("/webhooks/balie/turn", self._turn, methods=["POST"]),
                Route("/webhooks/balie/conversations/{id}", self._forget, methods=["DELETE"]),
                Route("/webhooks/balie/ready", self._ready, methods=["GET"]),
            ]
        )

    async def _turn(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"error": "unauthorized"}, 401)
        turn = await request.json()
        if self.away:
            return JSONResponse({"error": "not_ready"}, 503)
        if self.failing:
            self.failing -= 1
            return JSONResponse({"error": "turn_failed"}, 500)
        self.overlapped |= turn["conversation"] in self.busy_with
        self.busy_with.add(turn["conversation"])
        await asyncio.sleep(self.delay)
        self.busy_with.discard(turn["conversation"])
        if turn["message_id"] not in self._answers:
            self.heard.append(turn)
            self._answers[turn["message_id"]] = {
                "messages": self.says,
                "understood": {"intent": self.intent, "confidence": self.confidence},
                "in_form": self.in_form,
                "open_form": self.open_form,
            }
        return JSONResponse(self._answers[turn["message_id"]])

    async def _forget(self, request: Request) -> Response:
        if self.away:
            return JSONResponse({"error": "not_ready"}, 503)
        self.forgotten.append(request.path_params["id"])
        return Response(status_code=204)

    async def _ready(self, _: Request) -> Response:
        return JSONResponse({"error": "not_ready"}, 503) if self.away else JSONResponse({"model": "abc"})
