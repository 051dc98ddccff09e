"""Conversations with the real engine and the real actions, without bot and browser: what is said to what is answered.

The engine is a process of its own with the trained model; the action server runs in this process, on the same store
that a test looks into.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from actions.app import create_app
from balie.office import open_office
from balie.settings import Settings
from casework import conversations, identity
from casework.conversations import Channel
from casework.messages import Language
from casework.office import Office
from store.database import Store
from tests.e2e.running import MODELS, ROOT
from tests.ports import free_port

PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"


def at_once(work: Callable[[], object]) -> None:
    """Do what a running Balie does in the background."""
    work()


@dataclass
class Answer:
    """What Balie says to one message."""

    messages: list[dict[str, Any]]
    intent: str | None
    form: str | None

    @property
    def text(self) -> str:
        """All that is said."""
        return "\n".join(message["text"] for message in self.messages)

    @property
    def labels(self) -> list[str]:
        """All that is offered."""
        return [choice["label"] for message in self.messages for choice in message["choices"]]

    @property
    def links(self) -> list[str]:
        """The addresses of the links."""
        return [message["link"]["url"] for message in self.messages if message["link"]]


@dataclass
class Talker:
    """One client in one conversation."""

    engine: EngineTalk
    id: str
    language: Language = "nl"
    channel: Channel = "web"
    last: Answer = field(default_factory=lambda: Answer([], None, None))
    said: list[tuple[str, Answer]] = field(default_factory=list)

    def say(self, text: str, message_id: str | None = None, *, aside: bool = False) -> str:
        """Type `text`; return the answer. `aside`: something else was said after the last answer."""
        return self._turn({"text": text, "aside": aside}, text, message_id)

    def press(self, label: str, message_id: str | None = None) -> str:
        """Press the choice in the last answer whose label begins with `label`."""
        return self._turn({"choice": self.payload(label)}, f"[{label}]", message_id)

    def payload(self, label: str) -> str:
        """What is behind an offered choice."""
        for message in self.last.messages:
            for choice in message["choices"]:
                if choice["label"].casefold().startswith(label.casefold()):
                    return str(choice["payload"])
        raise AssertionError(f"not offered: {label}; but {self.last.labels}")

    def choose(self, payload: str) -> str:
        """Press a choice of an earlier answer."""
        return self._turn({"choice": payload}, f"[{payload}]", None)

    def story(self) -> str:
        """The conversation so far, to read."""
        lines = []
        for said, answer in self.said:
            lines.append(f"> {said}   ({answer.intent}{', ' + answer.form if answer.form else ''})")
            for message in answer.messages:
                offered = "".join(f" [{choice['label']}]" for choice in message["choices"])
                beside = f" <{message['link']['url']}>" if message["link"] else ""
                lines.append(f"  {message['text']}{offered}{beside}")
        return "\n".join(lines)

    def _turn(self, body: dict[str, Any], said: str, message_id: str | None) -> str:
        response = self.engine.http.post(
            "turn",
            json={
                "conversation": self.id,
                "message_id": message_id or str(uuid.uuid4()),
                "language": self.language,
                "channel": self.channel,
                "verified": identity.who(self.engine.office, self.id) is not None,
                **body,
            },
        )
        assert response.status_code == 200, f"{response.status_code} {response.text} after:\n{self.story()}"
        assert not re.search(r"{\w+}", response.text), f"not filled in: {response.text}"
        heard = response.json()
        self.last = Answer(heard["messages"], heard["understood"]["intent"], heard["open_form"])
        self.said.append((said, self.last))
        return self.last.text


@dataclass
class EngineTalk:
    """Engine and actions of one practice, on free ports, in a folder of their own."""

    home: Path
    practice: str = "release-connect"
    models: Path = MODELS

    def start(self, within: float = 300) -> None:
        """Train if that is needed, and start both. Raises RuntimeError with the engine's output if it doesn't start."""
        settings = Settings(
            home=self.home, practice=self.practice, engine_port=free_port(), actions_port=free_port()
        )
        office = open_office(settings)
        self.office = Office(**{name: getattr(office, name) for name in Office.__slots__} | {"soon": at_once})
        self.token = (self.home / "secrets" / "engine.token").read_text().strip()
        self._serve_actions(settings.actions_port)
        self._start_engine(settings, within)

    def stop(self) -> None:
        """Stop both."""
        self.http.close()
        self.process.terminate()
        self.process.wait(30)
        self.server.should_exit = True
        self.thread.join(10)

    def talker(self, language: Language = "nl", channel: Channel = "web") -> Talker:
        """A client who begins a conversation."""
        if channel == "telegram":
            opened = conversations.begin_in_chat(self.office, uuid.uuid4().int % 10**9, language)
        else:
            opened = conversations.begin(self.office, language, channel)
        return Talker(self, opened.id, language, channel)

    @property
    def store(self) -> Store:
        """The store that the actions work on."""
        return self.office.store

    def mailed_code(self, address: str) -> str:
        """The newest code mailed to an address."""
        mails = sorted((self.home / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        bodies = [text for path in mails if f"To: {address}" in (text := path.read_text("utf-8"))]
        return re.findall(r"\b\d{6}\b", bodies[-1])[-1]

    def _serve_actions(self, port: int) -> None:
        config = uvicorn.Config(
            create_app(self.office, self.token),
            host="127.0.0.1",
            port=port,
            log_level="warning",
            lifespan="off",
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def _start_engine(self, settings: Settings, within: float) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("BALIE_")} | {
            "BALIE_HOME": str(self.home),
            "BALIE_MODELS": str(self.models),
            "BALIE_ENGINE_PORT": str(settings.engine_port),
            "BALIE_ACTIONS_URL": settings.actions_url,
        }
        self.output = self.home.parent / f"{self.home.name}.engine.output"
        subprocess.run([PYTHON, "-m", "nlu.train"], cwd=ROOT, env=environment, check=True, timeout=1200)
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                [PYTHON, "-m", "nlu.run"], cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        self.http = httpx.Client(
            base_url=f"{settings.engine_url}/webhooks/balie/",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
            trust_env=False,
        )
        deadline = time.monotonic() + within
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The engine did not start:\n{self.output.read_text()}")
            time.sleep(0.2)

    def _ready(self) -> bool:
        try:
            return self.http.get("ready").status_code == 200
        except httpx.HTTPError:
            return False
