"""Killed with SIGKILL at random write points, the store is sound, what was told is there, and nothing is there twice.

A short run here; `make crash` sets BALIE_CRASH_KILLS to 500 and more for each database.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.conftest import cluster, sqlite_urls  # noqa: F401  # a fixture of the store's tests
from tests.store.postgres import Cluster

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("BALIE_CRASH_KILLS", "20"))
LONG = KILLS > 100
FARTHEST = 300
"""More points than the longest act has, or on a slow disk no life would ever get through it."""


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_whatever_is_killed_is_sound_after_the_restart(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if database == "sqlite":
        run(tmp_path, sqlite_urls(tmp_path))
        return
    server: Cluster = request.getfixturevalue("cluster")
    with server.database() as data, server.database() as keys:
        run(tmp_path, (data, keys))


def run(home: Path, urls: tuple[str, str]) -> None:
    """Run the crash test in a process of its own, which forks before it opens anything."""
    seed = int(os.environ.get("BALIE_CRASH_SEED", secrets.randbelow(10**6)))
    starts = KILLS // 10
    task = {
        "urls": urls,
        "home": str(home),
        "starts": starts,
        "kills": KILLS - starts,
        "farthest": FARTHEST,
        "seed": seed,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash", json.dumps(task)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"BALIE_CRASH_SEED={seed}\n{done.stderr}"
    told = json.loads(done.stdout)
    assert sum(told["how"].values()) >= KILLS
    assert told["days"] >= 1
    if LONG:
        sys.stderr.write(f"\n{urls[0].split(':')[0]}: {told}\n")
