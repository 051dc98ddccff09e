"""Calls as Rasa makes them: a tracker, an action's name, and back come events and responses."""

from __future__ import annotations

import asyncio
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette

from actions.words import responses
from casework import conversations
from casework.office import Office

TOKEN = "a-token-for-tests"
Json = dict[str, Any]


@dataclass
class Done:
    """What came back from one call."""

    status: int
    events: list[Json]
    responses: list[Json]

    @property
    def slots(self) -> Json:
        """The slots that were set, with their last value."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def said(self) -> list[str]:
        """The responses that were named, without `utter_`; the text itself where none was."""
        return [(given["response"] or given["text"]).removeprefix("utter_") for given in self.responses]

    @property
    def asks(self) -> str | None:
        """The slot that is asked next."""
        slot: str | None = self.slots.get("requested_slot")
        return slot

    @property
    def labels(self) -> list[str]:
        """What is offered besides the buttons of the domain."""
        return [button["title"] for given in self.responses for button in given["buttons"]]

    @property
    def opens(self) -> str | None:
        """The form that comes next."""
        return next((event["name"] for event in self.events if event["event"] == "followup"), None)

    @property
    def closes(self) -> bool:
        """Whether the open form is closed."""
        return any(event["event"] == "active_loop" and event["name"] is None for event in self.events)

    def value(self, name: str) -> str:
        """What was filled in for a value of the responses."""
        return str(next(given[name] for given in self.responses if name in given))


@dataclass
class Desk:
    """The action server and one conversation; slots live on from call to call, as in Rasa's tracker."""

    app: Starlette
    office: Office
    slots: Json = field(default_factory=lambda: {"language": "nl", "channel": "web"})
    form: str | None = None
    before: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.conversation = conversations.begin(self.office, "nl", "web").id

    def run(
        self,
        action: str,
        intent: str = "inform",
        text: str | None = None,
        *,
        confidence: float = 1.0,
        ranking: list[tuple[str, float]] | None = None,
        message_id: str | None = None,
        after: str | None = None,
        **entities: Any,
    ) -> Done:
        """Run an action for a message; `after` names an action that already answered the same message."""
        message_id = message_id or str(uuid.uuid4())
        latest = {
            "intent": {"name": intent, "confidence": confidence},
            "text": text,
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "metadata": {"turn": message_id, "channel": "web", "language": "nl"},
            "intent_ranking": [
                {"name": name, "confidence": each} for name, each in ranking or [(intent, confidence)]
            ],
        }
        events: list[Json] = [
            {"event": "user"},
            *(_bot_event(said) for said in self.before),
            {"event": "action", "name": "action_listen"},
            {"event": "user", "text": text},
        ]
        if after:
            events += [{"event": "action", "name": after}, {"event": "bot"}]
        tracker = {
            "sender_id": self.conversation,
            "slots": self.slots,
            "latest_message": latest,
            "events": events,
            "active_loop": {"name": self.form} if self.form else {},
        }
        done = self.post({"next_action": action, "sender_id": self.conversation, "tracker": tracker})
        self.slots |= done.slots
        self.before = done.said
        if done.closes:
            self.form = None
        return done

    def fill_in(self, form: str, **slots: Any) -> None:
        """Have a form open with these slots."""
        self.form = form
        self.slots |= slots

    def answer(self, text: str | None = None, intent: str = "inform", **entities: Any) -> Done:
        """Answer the open form's question."""
        return self.run(f"validate_{self.form}", intent, text, **entities)

    def post(self, call: Any, token: str = TOKEN) -> Done:
        """Bring a call to the door."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://actions") as client:
                return await client.post("/webhook", json=call, headers={"Authorization": f"Bearer {token}"})

        response = asyncio.run(send())
        body = response.json() if response.content else {}
        return Done(response.status_code, body.get("events", []), body.get("responses", []))

    def mailed_code(self) -> str:
        """The newest code in the outbox."""
        mails = sorted((self.office.home / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return re.findall(r"\b\d{6}\b", mails[-1].read_text())[-1]


def _bot_event(said: str) -> Json:
    """What was said, as Rasa remembers it: by the name of its response, or by its text."""
    named = f"utter_{said}" in responses()
    return (
        {"event": "bot", "metadata": {"utter_action": f"utter_{said}"}}
        if named
        else {"event": "bot", "text": said}
    )
