"""A PostgreSQL server for tests: the local one where it runs, else a throw-away one from its binaries."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from tests.ports import free_port

_LOCAL = "postgresql://postgres@127.0.0.1:5432"


@dataclass(frozen=True)
class Cluster:
    """A server in which databases may be made and dropped. `address` is its URL without a database."""

    address: str

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, give its URL, and drop it afterwards."""
        name = f"balie_test_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield f"{self.address}/{name}"
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"{self.address}/postgres", autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())


@contextmanager
def find_or_start() -> Iterator[Cluster]:
    """Give a server, or skip loudly where there is none to be had."""
    if _answers(_LOCAL):
        yield Cluster(_LOCAL)
        return
    binaries = _binaries()
    if binaries is None:
        warnings.warn("PostgreSQL is not installed: half of the store's tests are skipped", stacklevel=1)
        pytest.skip("PostgreSQL is not installed")
    with (
        TemporaryDirectory(prefix="balie-postgres-") as folder,
        _own_server(binaries, Path(folder)) as cluster,
    ):
        yield cluster


def _answers(address: str) -> bool:
    try:
        psycopg.connect(f"{address}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _binaries() -> Path | None:
    """Where initdb and pg_ctl are: Debian keeps them off the path."""
    beside = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(beside[-1]) if beside else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def _own_server(binaries: Path, folder: Path) -> Iterator[Cluster]:
    """Run a server on loopback that trusts everybody there. PostgreSQL refuses root, so root lends it another user."""
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", free_port()

    def run(*command: str) -> None:
        subprocess.run(
            command, check=True, cwd=folder, user=user, stdout=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8"}
        )

    control = (str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"))
    run(str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N")
    run(
        *control,
        "-o",
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off",
        "start",
    )
    try:
        yield Cluster(f"postgresql://postgres@127.0.0.1:{port}")
    finally:
        run(*control, "-m", "fast", "stop")
