"""A client of the practice, through the public interface: types, presses, reads."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

Message = dict[str, Any]


class Client:
    """One conversation in the web chat, without a browser."""

    def __init__(self, bot: str, language: str = "nl") -> None:
        self.http = httpx.Client(base_url=bot, timeout=60, trust_env=False)
        opened = self.http.post("/api/conversations", json={"language": language, "channel": "web"})
        assert opened.status_code == 201, opened.text
        self.id: str = opened.json()["id"]
        self.token: str = opened.json()["token"]
        self.messages: list[Message] = opened.json()["messages"]

    def send(self, body: dict[str, str], message_id: str | None = None) -> httpx.Response:
        """Send a text or a choice; the same `message_id` again is a retry."""
        return self.http.post(
            f"/api/conversations/{self.id}/messages",
            json=body | {"client_message_id": message_id or str(uuid.uuid4())},
            headers=self.headers,
        )

    @property
    def headers(self) -> dict[str, str]:
        """The conversation's own credential."""
        return {"Authorization": f"Bearer {self.token}"}

    def say(self, text: str) -> str:
        """Type `text`; return all that Balie answers."""
        return self._heard(self.send({"text": text}))

    def press(self, label: str) -> str:
        """Press the newest choice that is labelled `label`; return all that Balie answers."""
        return self._heard(self.send({"choice": self.choice(label)}))

    def choice(self, label: str) -> str:
        """The id of the newest choice whose label starts with `label`."""
        for message in reversed(self.messages):
            for choice in message["choices"]:
                if choice["label"].casefold().startswith(label.casefold()):
                    return str(choice["id"])
        raise AssertionError(f"not offered: {label}")

    def labels(self) -> list[str]:
        """The choices under the newest answer."""
        return [choice["label"] for choice in self.messages[-1]["choices"]]

    def _heard(self, answer: httpx.Response) -> str:
        assert answer.status_code == 200, answer.text
        self.messages = answer.json()["messages"]
        return "\n".join(message["text"] for message in self.messages)
