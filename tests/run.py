"""Runs all checks and tests: `make test`. With the word `check`: only the fast checks.

The engine's tests run in the engine's own environment, beside the product's; whole conversations come last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
ENGINE = ROOT / "nlu" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Step:
    """One command, and what it shows."""

    name: str
    command: list[str]

    def run(self) -> bool:
        """Run it; print what it said; return whether it passed."""
        began = time.monotonic()
        environment = os.environ | {"RASA_TELEMETRY_ENABLED": "false"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        text = done.stdout.decode(errors="replace").rstrip()
        verdict = "ok" if done.returncode == 0 else f"FAILED ({done.returncode})"
        print(f"--- {self.name}: {verdict}, {time.monotonic() - began:.0f} s\n{text}", flush=True)
        return done.returncode == 0


CHECKS = [
    Step("format", [str(BIN / "ruff"), "format", "--check", "-q", "."]),
    Step("lint", [str(BIN / "ruff"), "check", "-q", "."]),
    Step("types", [str(BIN / "mypy")]),
    Step("engine's types", [str(BIN / "mypy"), "--config-file", "nlu/mypy.ini", "nlu"]),
    Step("rooms", [str(BIN / "lint-imports")]),
    Step("training data", [str(BIN / "python"), "-m", "pytest", "tests/data"]),
]
MODEL = Step("language model", [str(BIN / "balie"), "nlu", "train"])
SPREAD = [str(BIN / "python"), "-m", "pytest", "--numprocesses=2", "--dist=loadfile", "--durations=8"]
ROOMS = Step(
    "rooms' tests", [*SPREAD, "tests", "--ignore=tests/e2e", "--ignore=tests/nlu", "--ignore=tests/data"]
)
LANGUAGE = Step("engine's tests", [str(ENGINE), "-m", "pytest", "tests/nlu"])
WHOLE = Step("whole conversations", [*SPREAD, "tests/e2e"])


def main(words: list[str]) -> int:
    """Run what `words` ask for; return the exit status."""
    began = time.monotonic()
    passed = side_by_side(CHECKS)
    if "check" not in words and passed:
        passed = MODEL.run() and side_by_side([ROOMS, LANGUAGE]) and WHOLE.run()
    print(f"{'all passed' if passed else 'something FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    return 0 if passed else 1


def side_by_side(steps: list[Step]) -> bool:
    """Run `steps` two at a time; return whether all passed."""
    with ThreadPoolExecutor(2) as pool:
        return all(list(pool.map(Step.run, steps)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
