"""The two engines that are compared: Balie's own, and what `rasa init` gives, on the same domain, data and actions.

The default pipeline takes hours to train on all of Balie's examples, so both are trained on a sample of them.
"""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import yaml

from bench.engine_process import ROOT, Cost, Server, clean_environment, run_measured
from tests.ports import free_port

EXAMPLES = 6
"""Examples of each intent and language that both engines are trained on."""
HERE = Path(__file__).resolve().parent / "rasa_default"
UV = ROOT / ".venv" / "bin" / "uv"


@dataclass(frozen=True)
class Workshop:
    """A folder for one run of the benchmark, with secrets and the address of the action server."""

    folder: Path
    token: str
    actions_port: int = field(default_factory=free_port)

    @classmethod
    def make(cls, folder: Path) -> Workshop:
        """Lay the folder out as a BALIE_HOME."""
        (folder / "secrets").mkdir(parents=True)
        token = secrets.token_hex(32)
        (folder / "secrets" / "engine.token").write_text(token)
        (folder / "secrets" / "engine.key").write_text(base64.b64encode(secrets.token_bytes(32)).decode())
        for file in (folder / "secrets").iterdir():
            file.chmod(0o600)
        workshop = cls(folder, token)
        workshop._lay_out_project()
        return workshop

    @property
    def project(self) -> Path:
        """Domain, rules and a sample of the examples."""
        return self.folder / "project"

    @property
    def actions_url(self) -> str:
        """Where both engines send their actions."""
        return f"http://127.0.0.1:{self.actions_port}/webhook"

    def actions(self) -> Server:
        """Balie's real action server, for both."""
        environment = clean_environment(
            {"BALIE_HOME": str(self.folder), "BALIE_ACTIONS_PORT": str(self.actions_port)}
        )
        return Server(
            [str(ROOT / ".venv" / "bin" / "balie"), "actions"],
            environment,
            f"http://127.0.0.1:{self.actions_port}/health/live",
            {},
            self.folder / "actions.log",
        )

    def _lay_out_project(self) -> None:
        (self.project / "data" / "nlu").mkdir(parents=True)
        shutil.copy(ROOT / "domain.yml", self.project)
        shutil.copytree(ROOT / "data" / "rules", self.project / "data" / "rules")
        for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
            for block in content["nlu"]:
                if "intent" in block:
                    lines = block["examples"].splitlines(keepends=True)
                    block["examples"] = "".join(lines[:: max(1, len(lines) // EXAMPLES)][:EXAMPLES])
            written = yaml.safe_dump(content, allow_unicode=True)
            (self.project / "data" / "nlu" / file.name).write_text(written, encoding="utf-8")


class Engine(Protocol):
    """An engine that can be installed, trained, started and talked to."""

    name: str
    environment: Path

    def install(self) -> None:
        """Make its environment if there is none."""
        ...

    def train(self) -> Cost:
        """Train its model from nothing."""
        ...

    def serve(self) -> Server:
        """Its server."""
        ...

    async def turn(self, client: httpx.AsyncClient, conversation: str, message_id: str, said: Said) -> int:
        """Take one turn; returns how many messages came back."""
        ...


@dataclass(frozen=True)
class Said:
    """One thing that a client types, or an intent that a button stands for."""

    text: str | None = None
    choice: str | None = None


class BalieEngine:
    """Balie's engine as `balie up` starts it."""

    name = "Balie"
    environment = ROOT / "nlu" / ".venv"

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._port = free_port()
        self._python = str(self.environment / "bin" / "python")

    def install(self) -> None:
        """`make bench` has installed it already."""

    def train(self) -> Cost:
        """Train from nothing: every example is encoded."""
        return run_measured(
            [self._python, "-m", "nlu.train"], self._settings(), self._workshop.folder / "train.log"
        )

    def serve(self) -> Server:
        """The engine on a port of its own."""
        return Server(
            [self._python, "-m", "nlu.run"],
            self._settings(),
            f"http://127.0.0.1:{self._port}/webhooks/balie/ready",
            self._headers(),
            self._workshop.folder / "balie.log",
        )

    async def turn(self, client: httpx.AsyncClient, conversation: str, message_id: str, said: Said) -> int:
        """A turn by Balie's protocol."""
        body: dict[str, Any] = {
            "conversation": conversation,
            "message_id": message_id,
            "language": "nl",
            "channel": "web",
            "verified": False,
        }
        body |= {"text": said.text} if said.text is not None else {"choice": said.choice}
        response = await client.post(
            f"http://127.0.0.1:{self._port}/webhooks/balie/turn", json=body, headers=self._headers()
        )
        return len(response.raise_for_status().json()["messages"])

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._workshop.token}"}

    def _settings(self) -> dict[str, str]:
        return clean_environment(
            {
                "BALIE_HOME": str(self._workshop.folder),
                "BALIE_PROJECT": str(self._workshop.project),
                "BALIE_ENGINE_PORT": str(self._port),
                "BALIE_ACTIONS_URL": self._workshop.actions_url,
            }
        )


class DefaultEngine:
    """Rasa 3.6.21 as it comes: default pipeline and policies, REST channel, conversations in memory."""

    name = "rasa init"
    environment = ROOT / "bench" / ".venv-default"

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._port = free_port()
        self._model = workshop.folder / "default" / "default.tar.gz"

    def install(self) -> None:
        """Install TensorFlow and all the rest: 2.6 GB, once."""
        python = str(self.environment / "bin" / "python")
        if (self.environment / "bin" / "rasa").exists():
            return
        base = str(BalieEngine.environment / "bin" / "python")
        lock = str(HERE / "requirements.txt")
        environment = clean_environment({})
        subprocess.run(
            [str(UV), "venv", "-q", "--python", base, str(self.environment)], env=environment, check=True
        )
        options = ["--no-deps", "--require-hashes", "--compile-bytecode"]
        subprocess.run(
            [str(UV), "pip", "install", "-q", "--python", python, *options, "-r", lock],
            env=environment,
            check=True,
        )

    def train(self) -> Cost:
        """`rasa train` on the same domain and data."""
        project = self._workshop.project
        options = {
            "--config": HERE / "config.yml",
            "--domain": project / "domain.yml",
            "--data": project / "data",
            "--out": self._model.parent,
            "--fixed-model-name": "default",
        }
        return run_measured(
            self._command("train", options),
            clean_environment({"RASA_MAX_CACHE_SIZE": "0"}),
            self._workshop.folder / "train-default.log",
        )

    def serve(self) -> Server:
        """`rasa run` with the REST channel."""
        folder = self._workshop.folder
        (folder / "credentials.yml").write_text("rest:\n")
        endpoint = {
            "url": self._workshop.actions_url,
            "headers": {"Authorization": f"Bearer {self._workshop.token}"},
        }
        (folder / "endpoints.yml").write_text(json.dumps({"action_endpoint": endpoint}))
        options = {
            "--model": self._model,
            "--interface": "127.0.0.1",
            "--port": self._port,
            "--credentials": folder / "credentials.yml",
            "--endpoints": folder / "endpoints.yml",
        }
        return Server(
            self._command("run", options),
            clean_environment({}),
            f"http://127.0.0.1:{self._port}/webhooks/rest/",
            {},
            folder / "default.log",
        )

    async def turn(self, client: httpx.AsyncClient, conversation: str, message_id: str, said: Said) -> int:
        """A turn by Rasa's REST channel; a button's payload is sent as text, as Rasa's own widgets do."""
        body = {
            "sender": conversation,
            "message": said.text if said.text is not None else said.choice,
            "metadata": {"turn": message_id, "channel": "web", "language": "nl"},
        }
        response = await client.post(f"http://127.0.0.1:{self._port}/webhooks/rest/webhook", json=body)
        return len(response.raise_for_status().json())

    def _command(self, verb: str, options: dict[str, object]) -> list[str]:
        words = [str(word) for option in options.items() for word in option]
        return [str(self.environment / "bin" / "rasa"), verb, *words]
