"""A whole Balie for tests: `balie up` on free ports with a folder of its own, a reader of its outbox, and its processes."""

from __future__ import annotations

import contextlib
import email
import email.policy
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
MODELS = Path(os.environ.get("BALIE_TEST_MODELS", ROOT / ".balie" / "models"))
"""Trained models hold no client data, so tests share one folder with `make run`: nothing is trained twice."""


@dataclass
class Balie:
    """One running Balie: its folder, its addresses, its supervisor."""

    home: Path
    practice: str
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        ports = {name: str(free_port()) for name in ("BOT", "DESK", "ENGINE", "ACTIONS")}
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("BALIE_")}
        self.environment |= {f"BALIE_{name}_PORT": port for name, port in ports.items()}
        self.environment |= {
            "BALIE_HOME": str(self.home),
            "BALIE_PRACTICE": self.practice,
            "BALIE_MODELS": str(MODELS),
        }
        self.environment |= dict(self.settings)
        self.bot = f"http://127.0.0.1:{ports['BOT']}"
        self.desk = f"http://127.0.0.1:{ports['DESK']}"
        self.engine = f"http://127.0.0.1:{ports['ENGINE']}"
        self.output = self.home.parent / f"{self.home.name}.output"

    def start(self, within: float = 300) -> None:
        """Start it and wait until it says where everything is. Raises RuntimeError with its output if it doesn't."""
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "balie", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        deadline = time.monotonic() + within
        while "Ctrl-C" not in self.said():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"Balie did not start:\n{self.said()}")
            time.sleep(0.2)

    def said(self) -> str:
        """All that the supervisor printed so far."""
        return self.output.read_text() if self.output.exists() else ""

    def stop(self) -> None:
        """Stop it as Ctrl-C would."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def owner_link(self) -> str:
        """The one-time link that makes the owner's account."""
        found = re.findall(rf"{re.escape(self.desk)}/\S+", self.said())
        return str(found[-1])

    def child(self, name: str) -> psutil.Process:
        """The process of one room: nlu, actions, bot or desk."""
        assert self.process
        for process in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):  # it may be dying just now
                line = process.cmdline()
                if "nlu.run" in line if name == "nlu" else line[-1:] == [name]:
                    return process
        raise LookupError(name)

    def kill(self, name: str) -> None:
        """kill -9 one room's process, and wait until the supervisor has put a ready one in its place."""
        process = self.child(name)
        process.kill()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if self.child(name).pid != process.pid and self.ready(name):
                    return
            except LookupError:
                pass
            time.sleep(0.2)
        raise TimeoutError(f"{name} did not come back")

    def ready(self, name: str) -> bool:
        """Whether one room answers."""
        token = (self.home / "secrets" / "engine.token").read_text().strip()
        actions = f"http://127.0.0.1:{self.environment['BALIE_ACTIONS_PORT']}"
        page = {
            "nlu": f"{self.engine}/webhooks/balie/ready",
            "actions": f"{actions}/health/live",
            "bot": f"{self.bot}/health/live",
            "desk": f"{self.desk}/health/live",
        }[name]
        try:
            return httpx.get(page, headers={"Authorization": f"Bearer {token}"}, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def mails(self) -> list[tuple[str, str]]:
        """The mails in the outbox, oldest first: address and body."""
        found = []
        for path in sorted((self.home / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            found.append((str(message["To"]), body.get_content() if body else ""))
        return found

    def mailed_code(self, address: str, after: int = 0, within: float = 20) -> str:
        """The newest one-time code mailed to `address`, once there are more than `after` mails to it."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            bodies = [body for to, body in self.mails() if to == address]
            codes = [code for body in bodies[after:] for code in re.findall(r"\b\d{6}\b", body)]
            if codes:
                return str(codes[-1])
            time.sleep(0.1)
        raise TimeoutError("no code was mailed")

    def mailed_link(self, path: str, address: str, within: float = 20) -> str:
        """The newest link to `path` that was mailed to `address`."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            links = [
                link
                for to, body in self.mails()
                if to == address
                for link in re.findall(r"https?://\S+", body)
            ]
            if found := [link for link in links if path in link]:
                return found[-1]
            time.sleep(0.1)
        raise TimeoutError("no link was mailed")
