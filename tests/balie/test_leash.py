"""A process on the leash ends in peace, by itself or with its supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.e2e.running import ROOT


def on_the_leash(module: str, then: str) -> subprocess.Popen[str]:
    """A process that holds this room's leash, says "held", and does `then`."""
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import time; from {module} import leash; leash.hold(); print('held', flush=True); {then}",
        ],
        cwd=ROOT,
        env=os.environ | {"BALIE_SUPERVISED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("module", ["balie", "nlu"])
def test_a_process_that_ends_while_its_leash_holds_says_nothing(module: str) -> None:
    with on_the_leash(module, "time.sleep(0.5)") as process:
        assert process.wait(30) == 0
        assert process.stderr
        assert process.stderr.read() == ""


@pytest.mark.parametrize("module", ["balie", "nlu"])
def test_a_process_ends_when_its_leash_is_let_go(module: str) -> None:
    with on_the_leash(module, "time.sleep(60)") as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "held\n"
        process.stdin.close()
        assert process.wait(30) == -signal.SIGTERM
