"""The door of the action server: Rasa's calls in, events and responses out, nothing else.

rasa_sdk's own server echoes the whole call, client's words included, when an action fails. Here a failure is a status
and the action's name; in the log it is the kind of the exception.
"""

from __future__ import annotations

import hmac
import json
import logging
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import actions
from actions.context import working_for
from casework.office import Office

_log = logging.getLogger(__name__)


def create_app(office: Office, token: str) -> Starlette:
    """The action server of one practice.

    Args:
        office: what the actions work for.
        token: the word that Rasa's calls carry, `Authorization: Bearer <token>`.

    Routes: POST /webhook (rasa_sdk's protocol; 401 without the token, 400 for a call that isn't one or an action that
    declines, 404 for an unknown action, 500 for one that failed) and GET /health/live.
    """
    executor = ActionExecutor()
    executor.register_package(actions)
    expected = f"Bearer {token}".encode()

    async def webhook(request: Request) -> JSONResponse:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            return JSONResponse({"error": "unauthorized"}, 401)
        call = _read(await request.body())
        if call is None:
            return JSONResponse({"error": "bad_call"}, 400)
        name = call["next_action"]
        try:
            with working_for(office):
                result = await executor.run(call)
        except ActionExecutionRejection:
            return JSONResponse({"error": "declined", "action_name": name}, 400)
        except ActionNotFoundException:
            return JSONResponse({"error": "unknown_action", "action_name": name}, 404)
        except Exception as problem:  # noqa: BLE001  # whatever it was: no word of it may reach the answer or the log
            _log.error("action %s failed: %s", name, type(problem).__name__)
            return JSONResponse({"error": "failed", "action_name": name}, 500)
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/webhook", webhook, methods=["POST"]),
            Route("/health/live", live, methods=["GET"]),
        ]
    )


def _read(body: bytes) -> dict[str, Any] | None:
    """The call, if it is one; the domain is left out, because Balie's actions read their words from the file."""
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str):
        return None
    return {**call, "domain": {}} if isinstance(call.get("tracker"), dict) else None
