"""A measured process: what it took to start, what it uses, what it costs."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 300
"""Seconds that a process may take to start on a busy machine."""


@dataclass(frozen=True)
class Cost:
    """What something took: seconds on the clock and seconds of a processor."""

    wall: float
    cpu: float


def clean_environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without what would slow the measured one down, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BALIE_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"} | dict(more)


def run_measured(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Run a command to its end.

    Raises:
        RuntimeError: when it fails; its output is in `log`.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with log.open("wb") as output:
        done = subprocess.run(command, env=environment, cwd=ROOT, stdout=output, stderr=output, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: see {log}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - began, cpu)


class Server:
    """A server process on loopback, from its start until the `with` block ends.

    Args:
        command: how to start it.
        environment: its environment.
        ready: address that answers 200 once it is ready.
        headers: headers for that address.
        log: file that takes its output.

    Attributes:
        start: what starting it took, until `ready` answered.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        ready: str,
        headers: Mapping[str, str],
        log: Path,
    ) -> None:
        self._command, self._environment = command, environment
        self._ready, self._headers, self._log = ready, headers, log

    def __enter__(self) -> Server:
        began = time.monotonic()
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command, env=self._environment, cwd=ROOT, stdout=output, stderr=output
            )
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise RuntimeError(f"{self._command[0]} did not start: see {self._log}")
            time.sleep(0.05)
        self.start = Cost(time.monotonic() - began, self.cpu())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def cpu(self) -> float:
        """Processor seconds used so far, by all its threads."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> float:
        """Resident memory now, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def _answers(self) -> bool:
        request = urllib.request.Request(self._ready, headers=dict(self._headers))  # noqa: S310  # own loopback address
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310  # own loopback address
                return bool(response.status == 200)
        except OSError:
            return False


def size_on_disk(folder: Path) -> float:
    """What a folder takes on disk, in MB, each file counted once."""
    seen: dict[int, int] = {}
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            known = file.stat()
            seen[known.st_ino] = known.st_blocks * 512
    return sum(seen.values()) / 1e6
