"""A Bot API server on loopback: what Telegram does, as far as Balie meets it, and the ways in which it misbehaves.

The one emulator in a registry (npm `telegram-test-api`) needs Node and knows neither floods, outages, deleted messages nor
malformed updates, which are what these tests are about. So this one is ours, and speaks to the real python-telegram-bot.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "12345:a-made-up-token-for-tests"
BOT = {"id": 12345, "is_bot": True, "first_name": "Balie", "username": "praktijk_bot"}


class TelegramServer:
    """Updates go in by `say`, `press`, `edit` or `inject`; what the bot does is read from `chats`, `deleted` and `calls`."""

    def __init__(self) -> None:
        self.chats: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.deleted: list[tuple[int, int]] = []
        self.left: list[int] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.down = False
        self.floods = 0
        self.blocked: set[int] = set()
        self.refuse_deletion = False
        self._updates: list[dict[str, Any]] = []
        self._numbers = itertools.count(1000)
        self._messages = itertools.count(1)
        self.app = Starlette(routes=[Route("/bot{token}/{method}", self._call, methods=["GET", "POST"])])

    # --- what people do ------------------------------------------------------------------------------------------

    def say(self, chat: int, text: str, *, language: str | None = "nl", **extra: Any) -> dict[str, Any]:
        """A person types; returns the update, so that it can be injected again."""
        return self.inject({"message": self._message(chat, language) | {"text": text} | extra})

    def send(self, chat: int, *, language: str | None = "nl", **content: Any) -> dict[str, Any]:
        """A person sends something that is no text: sticker=..., voice=..., contact=..."""
        return self.inject({"message": self._message(chat, language) | content})

    def edit(self, chat: int, text: str) -> dict[str, Any]:
        """A person changes an earlier message."""
        return self.inject(
            {"edited_message": self._message(chat, "nl") | {"text": text, "edit_date": int(time.time())}}
        )

    def press(self, chat: int, label: str) -> dict[str, Any]:
        """A person presses the newest button with this label."""
        for message in reversed(self.chats[chat]):
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == label and "callback_data" in button:
                        return self.press_data(chat, button["callback_data"], message)
        raise AssertionError(f"no button {label}")

    def press_data(self, chat: int, data: str, message: dict[str, Any]) -> dict[str, Any]:
        """A press with this callback data under this message, perhaps an old one."""
        query = {
            "id": str(next(self._messages)),
            "from": self._user(chat, "nl"),
            "chat_instance": "1",
            "data": data,
            "message": message,
        }
        return self.inject({"callback_query": query})

    def added_to_group(self, chat: int) -> dict[str, Any]:
        """Somebody puts the bot in a group."""
        person = self._user(7, "nl")
        return self.inject(
            {
                "my_chat_member": {
                    "chat": {"id": chat, "type": "group", "title": "Groep"},
                    "from": person,
                    "date": int(time.time()),
                    "old_chat_member": {"user": BOT, "status": "left"},
                    "new_chat_member": {"user": BOT, "status": "member"},
                }
            }
        )

    def inject(self, update: dict[str, Any]) -> dict[str, Any]:
        """Put an update in the queue, as it is; it gets the next number where it has none."""
        numbered = {"update_id": next(self._numbers)} | update
        self._updates.append(numbered)
        return numbered

    # --- what the bot did ----------------------------------------------------------------------------------------

    def texts(self, chat: int) -> list[str]:
        """What the bot said in this chat, in order."""
        return [message["text"] for message in self.chats[chat]]

    def buttons(self, chat: int) -> list[str]:
        """The labels under the bot's newest message."""
        markup = self.chats[chat][-1].get("reply_markup") or {}
        return [button["text"] for row in markup.get("inline_keyboard", []) for button in row]

    async def until(self, found: Any, within: float = 15) -> None:
        """Wait until `found()` is true."""
        end = time.monotonic() + within
        while not found():
            assert time.monotonic() < end, "it did not happen in time"
            await asyncio.sleep(0.02)

    @property
    def waiting(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._updates)

    # --- the server ----------------------------------------------------------------------------------------------

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != TOKEN:
            return JSONResponse({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        if self.down:
            return Response("Bad Gateway", 502)
        form = await request.form()
        given = {name: _value(str(value)) for name, value in form.items()}
        self.calls.append((method, given))
        if method == "getUpdates":
            return _ok(await self._get_updates(given))
        if self.floods and method == "sendMessage":
            self.floods -= 1
            flood = {"error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
            return JSONResponse({"ok": False} | flood, 429)
        return self._act(method, given)

    def _act(self, method: str, given: dict[str, Any]) -> Response:
        chat = given.get("chat_id", 0)
        if method == "getMe":
            return _ok(BOT)
        if chat in self.blocked and method in ("sendMessage", "deleteMessage"):
            return JSONResponse(
                {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked"}, 403
            )
        if method == "sendMessage":
            message = {
                "message_id": next(self._messages),
                "date": int(time.time()),
                "chat": self._chat(chat),
                "from": BOT,
            } | {name: given[name] for name in ("text", "reply_markup", "entities") if name in given}
            self.chats[chat].append(message)
            return _ok(message)
        if method == "deleteMessage":
            if self.refuse_deletion:
                description = "Bad Request: message can't be deleted"
                return JSONResponse({"ok": False, "error_code": 400, "description": description}, 400)
            self.deleted.append((chat, given["message_id"]))
        if method == "leaveChat":
            self.left.append(chat)
        if method == "editMessageReplyMarkup":
            message = next(shown for shown in self.chats[chat] if shown["message_id"] == given["message_id"])
            message["reply_markup"] = given.get("reply_markup") or {"inline_keyboard": []}
            return _ok(message)
        return _ok(True)

    async def _get_updates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        offset = given.get("offset", 0)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        end = time.monotonic() + min(float(given.get("timeout", 0)), 2)
        while not self._updates and time.monotonic() < end and not self.down:
            await asyncio.sleep(0.02)
        return list(self._updates)

    def _message(self, chat: int, language: str | None) -> dict[str, Any]:
        return {
            "message_id": next(self._messages),
            "date": int(time.time()),
            "chat": self._chat(chat),
            "from": self._user(chat, language),
        }

    @staticmethod
    def _chat(chat: int) -> dict[str, Any]:
        return (
            {"id": chat, "type": "private", "first_name": "N"}
            if chat > 0
            else {"id": chat, "type": "group", "title": "G"}
        )

    @staticmethod
    def _user(chat: int, language: str | None) -> dict[str, Any]:
        user: dict[str, Any] = {"id": abs(chat), "is_bot": False, "first_name": "N"}
        return user if language is None else user | {"language_code": language}


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
