"""The supervisor keeps its processes running, and takes them along when it goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.running import ROOT
from tests.ports import free_port

SERVER = """
import http.server, sys
from balie import leash
leash.hold()
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor with one child, in a process of its own."""
    port = free_port()
    (tmp_path / "server.py").write_text(SERVER)
    program = textwrap.dedent(f"""
        import os, sys
        from pathlib import Path
        from balie.up import Child, Supervisor
        child = Child("child", "Het kind", [sys.executable, {str(tmp_path / "server.py")!r}, "{port}"],
                      "http://127.0.0.1:{port}/", Path({str(tmp_path / "child.log")!r}))
        Supervisor([child], os.environ | {{"BALIE_SUPERVISED": "1", "PYTHONPATH": {str(ROOT)!r}}}).run("everything is ready")
    """)
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    heard(process, "everything is ready")
    yield process
    process.kill()
    process.wait()


def heard(process: subprocess.Popen[str], words: str) -> str:
    """Read lines until one holds `words`."""
    assert process.stdout
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"never said: {words}")


def child_of(process: subprocess.Popen[str]) -> psutil.Process:
    """The child, once it runs."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for child in psutil.Process(process.pid).children():
            return child
        time.sleep(0.05)
    raise AssertionError("no child")


def test_a_child_that_dies_is_restarted_and_said_so(supervisor: subprocess.Popen[str]) -> None:
    first = child_of(supervisor)
    first.send_signal(signal.SIGKILL)
    assert "opnieuw gestart" in heard(supervisor, "Het kind")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and child_of(supervisor).pid == first.pid:
        time.sleep(0.05)
    assert child_of(supervisor).pid != first.pid


def test_interrupt_stops_everything(supervisor: subprocess.Popen[str]) -> None:
    child = child_of(supervisor)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(20) == 0
    assert not child.is_running()


def test_children_end_when_the_supervisor_is_killed(supervisor: subprocess.Popen[str]) -> None:
    child = child_of(supervisor)
    os.kill(supervisor.pid, signal.SIGKILL)
    child.wait(20)
    assert not child.is_running()
