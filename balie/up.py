"""`balie up`: starts the four processes, watches them, restarts the one that dies, stops them all."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import FrameType

import httpx

from balie.errors import SetupError
from balie.settings import ROOT, Settings
from balie.words import tell

QUICK = 10.0
"""Seconds: a process that lived shorter than this is restarted with growing patience."""
LOG_LIMIT = 5_000_000
"""Bytes: a longer log is put aside at the next start; the one before it goes."""
PATIENCE = 30.0
"""Seconds between restarts at most."""


@dataclass
class Child:
    """One process of Balie: how it is started, where it says that it is ready."""

    name: str
    dutch: str
    command: Sequence[str]
    ready: str
    log: Path
    bearer: str = ""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = field(default=0)

    def start(self, environment: dict[str, str]) -> None:
        """Start the process; what it says goes to its log (0600), which holds ids and counts only.

        Its standard input is a pipe that closes when the supervisor is gone: the child's leash.
        """
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        self.started = time.monotonic()

    def died(self) -> bool:
        """Whether the process ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def is_ready(self) -> bool:
        """Whether it answers its ready page."""
        try:
            headers = {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}
            return httpx.get(self.ready, timeout=2, headers=headers, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def wait_before_restart(self) -> float:
        """Seconds to wait: nothing after a long life, longer after each quick death."""
        lived = time.monotonic() - self.started
        self.failures = 0 if lived > QUICK else self.failures + 1
        return min(PATIENCE, 2.0 ** (self.failures - 1)) if self.failures else 0.0

    def stop(self) -> None:
        """Ask the process to stop; after ten seconds make it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Keeps the children of one Balie running until it is asked to stop."""

    def __init__(self, children: Sequence[Child], environment: dict[str, str]) -> None:
        self.children = children
        self.environment = environment
        self.stopping = threading.Event()

    def run(self, when_ready: str) -> None:
        """Start all, print `when_ready` once all answer, then watch until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        try:
            for child in self.children:
                child.start(self.environment)
            if self._await_ready():
                print(when_ready, flush=True)
            while not self.stopping.wait(0.5):
                self._mend()
        finally:
            tell("Balie stopt", "Balie stops")
            for child in reversed(self.children):
                child.stop()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _await_ready(self) -> bool:
        waiting = list(self.children)
        while waiting and not self.stopping.wait(0.15):
            for child in [child for child in waiting if child.is_ready()]:
                tell(f"{child.dutch} is klaar", f"{child.name} is ready")
                waiting.remove(child)
            self._mend()
        return not waiting

    def _mend(self) -> None:
        for child in self.children:
            if not child.died() or self.stopping.is_set():
                continue
            pause = child.wait_before_restart()
            tell(
                f"{child.dutch} is gestopt en wordt opnieuw gestart; zie {child.log}",
                f"{child.name} stopped and is started again; see {child.log}",
            )
            if not self.stopping.wait(pause):
                child.start(self.environment)


def refuse_taken_ports(settings: Settings) -> None:
    """Raise SetupError when one of our ports can't be opened: in use, shared, or at an address that isn't ours."""
    ports = {
        "BALIE_BOT_PORT": (settings.bot_host, settings.bot_port),
        "BALIE_DESK_PORT": (settings.desk_host, settings.desk_port),
        "BALIE_ENGINE_PORT": ("127.0.0.1", settings.engine_port),
        "BALIE_ACTIONS_PORT": ("127.0.0.1", settings.actions_port),
    }
    _refuse_shared_ports({name: port for name, (_, port) in ports.items()})
    for name, (host, port) in ports.items():
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((host, port))
            except OSError as error:
                raise _closed_door(error, name, host, port) from None


def _refuse_shared_ports(ports: Mapping[str, int]) -> None:
    names = sorted(ports, key=lambda name: ports[name])
    for one, other in pairwise(names):
        if ports[one] == ports[other]:
            raise SetupError(
                f"{one} en {other} zijn allebei {ports[one]}. Geef elk een eigen poort.",
                f"{one} and {other} are both {ports[one]}. Give each a port of its own.",
            )


def _closed_door(error: OSError, name: str, host: str, port: int) -> SetupError:
    """Why nobody can listen at this door: the address, the right, or another program."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        name = name.replace("_PORT", "_HOST")
        return SetupError(
            f"Het adres {host} in {name} is niet van deze computer. Kies een eigen adres, zoals 127.0.0.1.",
            f"The address {host} in {name} is not one of this computer. Choose one of its own, like 127.0.0.1.",
        )
    if error.errno == errno.EACCES:
        return SetupError(
            f"Deze gebruiker mag poort {port} niet openen. Kies met {name} een poort vanaf 1024.",
            f"This user may not open port {port}. Choose a port from 1024 on with {name}.",
        )
    return SetupError(
        f"Poort {port} op {host} is niet vrij ({error.strerror}). Stop het andere programma, of kies met {name} een andere poort.",
        f"Port {port} on {host} is not free ({error.strerror}). Stop the other program, or choose another with {name}.",
    )


def children(settings: Settings, token: str) -> list[Child]:
    """The four processes, in the order in which they are started."""
    balie = [sys.executable, "-m", "balie"]
    logs = settings.home / "logs"
    bot = f"http://{_reach(settings.bot_host)}:{settings.bot_port}/health/live"
    desk = f"http://{_reach(settings.desk_host)}:{settings.desk_port}/health/live"
    engine = f"{settings.engine_url}/webhooks/balie/ready"
    actions = f"http://127.0.0.1:{settings.actions_port}/health/live"
    return [
        Child("the language engine", "De taalmotor", [*balie, "nlu", "run"], engine, logs / "nlu.log", token),
        Child("the action server", "De afhandeling", [*balie, "actions"], actions, logs / "actions.log"),
        Child("the front desk", "De balie", [*balie, "bot"], bot, logs / "bot.log"),
        Child("the coach's desk", "Het bureau", [*balie, "desk"], desk, logs / "desk.log"),
    ]


def _reach(host: str) -> str:
    return "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104  (compared, not bound)
