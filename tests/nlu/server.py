"""The engine as `balie` starts it: a process of its own, talked to over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.nlu.conftest import PROJECT
from tests.ports import free_port


class RunningEngine:
    """`python -m nlu.run` until the `with` block ends.

    Args:
        home: its BALIE_HOME, with a trained model.
        output: file that takes all it prints.
        more: further environment variables.
    """

    def __init__(self, home: Path, output: Path, **more: str) -> None:
        self.port = free_port()
        self.output = output
        self._token = (home / "secrets" / "engine.token").read_text()
        self._environment = os.environ | {
            "BALIE_HOME": str(home),
            "BALIE_PROJECT": str(PROJECT),
            "BALIE_TRACKER_URL": f"sqlite:///{output.with_suffix('.db')}",
            "BALIE_ENGINE_PORT": str(self.port),
            **more,
        }

    def __enter__(self) -> RunningEngine:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nlu.run"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=self.output.open("wb"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return self
            time.sleep(0.05)
        raise RuntimeError(f"the engine did not start: {self.output.read_text()}")

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)

    def call(self, method: str, path: str, body: object = None, token: str | None = None) -> tuple[int, Any]:
        """Call the channel; returns the status and the JSON answer (None when there is none)."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        bearer = self._token if token is None else token
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, f"/webhooks/balie/{path}", sent, {"Authorization": f"Bearer {bearer}"})
            response = connection.getresponse()
            answer = response.read()
        try:
            return response.status, json.loads(answer)
        except ValueError:
            return response.status, answer.decode() or None

    def turn(self, message_id: str, conversation: str = "c1", **given: Any) -> tuple[int, Any]:
        """One turn in Dutch on the web."""
        body = {
            "conversation": conversation,
            "message_id": message_id,
            "language": "nl",
            "channel": "web",
            "verified": False,
        }
        return self.call("POST", "turn", body | given)

    def _answers(self) -> bool:
        try:
            return self.call("GET", "ready")[0] == 200
        except OSError:
            return False
