"""Runs the crash test on one pair of databases: kills a child at random points until there were enough, checks each time.

    python -m tests.crash '{"urls": [...], "home": "...", "starts": 50, "kills": 450, "farthest": 300, "seed": 1}'

starts: kills while the databases are being made; kills: kills in the midst of a day's work; farthest: each within so many
points (a day has some two thousand).

Prints one line of JSON: how many kills there were, where, and how many days were ended. Exit status 1 and what broke
otherwise. The children are forked before any database is opened, so that a kill costs milliseconds and not an import.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from casework.office import Office
from casework.packs import load_pack
from casework.post import OutboxPost
from store.database import Store, open_store
from store.engines import make_engine, writing
from store.keyring import Keyring
from store.tables import AuditEntry, DataTable, KeysTable
from tests.crash import checks
from tests.crash.acts import Day, Told, told_again
from tests.crash.points import Points, install

BEGIN = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
STEP = timedelta(minutes=16)
"""How far the clock moves with each life of the child: four codes an hour are allowed, and proof lasts half an hour."""
STARTING = 260
"""A child that makes the databases is killed within so many points; there are some two hundred."""
DAYS_KEPT = 12
"""After so many days everything is emptied, so that looking at everything stays quick."""
FAILED = 7


def main(task: dict[str, Any]) -> int:
    """Run until there were enough kills. Returns the exit status."""
    home, chance = Path(task["home"]), random.Random(task["seed"])
    Keyring.create(home / "secrets" / "keyring.json")
    how: Counter[str] = Counter()
    starts = _starts(task, home, chance, how)
    days = _days(task, home, chance, how) if starts is not None else None
    if days is None:
        return 1
    sys.stdout.write(json.dumps({"starts": starts, "days": days, "how": how}) + "\n")
    return 0


def _starts(task: dict[str, Any], home: Path, chance: random.Random, how: Counter[str]) -> int | None:
    """Kill children that make the databases, until there were enough. Returns how many came through, None: one broke."""
    through = 0
    while how.total() < task["starts"]:
        for url in task["urls"]:
            _drop(url)
        ended = False
        while not ended:
            seed, number = chance.getrandbits(32), chance.randint(1, STARTING)
            status, _ = _live(lambda _: _start(task["urls"], home, seed, number))  # noqa: B023  # runs before the next
            if _broke(status, how, f"start, seed {seed}, point {number}"):
                return None
            ended = os.WIFEXITED(status)
        through += 1
    return through


def _days(task: dict[str, Any], home: Path, chance: random.Random, how: Counter[str]) -> int | None:
    """Kill children in the midst of their day, until there were enough. Returns how many days ended, None: one broke."""
    days, lives = 0, 0
    while how.total() < task["starts"] + task["kills"]:
        if days % DAYS_KEPT == 0:
            _empty(task["urls"], home)
        day, ended = Day(days), False
        told: Told = {}
        while not ended:
            lives += 1
            life = Life(
                day, told, BEGIN + lives * STEP, chance.getrandbits(32), chance.randint(1, task["farthest"])
            )
            status, said = _live(lambda mouth: _child(task["urls"], home, life, mouth))  # noqa: B023  # runs before the next
            told = told | said
            if _broke(status, how, f"day {days}, {life}"):
                return None
            ended = os.WIFEXITED(status)
        days += 1
    return days


def _broke(status: int, how: Counter[str], where: str) -> bool:
    """Count a kill; tell where a child found something wrong."""
    if os.WIFSIGNALED(status):
        how[signal.Signals(os.WTERMSIG(status)).name] += 1
        return False
    if os.WEXITSTATUS(status) != 0:
        sys.stderr.write(where + "\n")
        return True
    return False


@dataclass(frozen=True, slots=True)
class Life:
    """One child: which day it goes on with, what was told so far, when it is, and where it dies."""

    day: Day
    told: Told
    at: datetime
    seed: int
    number: int


def _live(child: Callable[[int], int]) -> tuple[int, Told]:
    """Fork a child. Returns how it ended and what it told meanwhile."""
    ear, mouth = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(ear)
        os._exit(child(mouth))
    os.close(mouth)
    with os.fdopen(ear) as heard:
        said = [json.loads(line) for line in heard if line.endswith("\n")]
    _, status = os.waitpid(process, 0)
    return status, {name: value for each in said for name, value in each.items()}


def _start(urls: list[str], home: Path, seed: int, number: int) -> int:
    try:
        points = Points(random.Random(seed))
        install(points)
        points.arm(number)
        store = open_store(urls[0], urls[1], Keyring.open(home / "secrets" / "keyring.json"), home)
        points.disarm()
        checks.sound(_office(store, home, BEGIN), 0)
        checks.newest(store)
    except BaseException:  # noqa: BLE001  # a child of a fork must not run on into its parent's code
        traceback.print_exc()
        return FAILED
    return 0


def _child(urls: list[str], home: Path, life: Life, mouth: int) -> int:
    day, told = life.day, life.told
    try:
        points = Points(random.Random(life.seed))
        install(points)
        store = open_store(urls[0], urls[1], Keyring.open(home / "secrets" / "keyring.json"), home)
        office = _office(store, home, life.at)
        checks.sound(office, told.get("entries", 0))
        checks.there(office, day, told)
        so_far = dict(told)
        for act in day.acts():
            if act.name in so_far:
                continue
            points.arm(life.number - points.passed)
            value = act.do(office, so_far)
            points.disarm()
            so_far[act.name] = value
            so_far["entries"] = _entries(store)
            os.write(mouth, json.dumps({act.name: value, "entries": so_far["entries"]}).encode() + b"\n")
        checks.told_alike(told_again(day, office, so_far))
        checks.sound(office, so_far["entries"])
        checks.there(office, day, so_far)
        checks.ended(office, so_far)
    except BaseException:  # noqa: BLE001  # a child of a fork must not run on into its parent's code
        traceback.print_exc()
        return FAILED
    return 0


def _drop(url: str) -> None:
    """Leave nothing of a database."""
    if url.startswith("sqlite:///"):
        for path in Path(url.removeprefix("sqlite:///")).parent.glob("*.db*"):
            path.unlink()
        return
    engine = make_engine(url, journal="WAL")
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def _office(store: Store, home: Path, at: datetime) -> Office:
    pack = load_pack("release-connect")
    return Office(
        pack=pack.model_copy(update={"call_back_before_release": False}),
        store=store,
        post=OutboxPost(home / "outbox", "balie@example.org"),
        home=home,
        client_url="https://balie.example",
        coach_url="https://desk.example",
        conversation_hours=24,
        now=lambda: at,
        soon=_at_once,
        owner_email="eigenaar@example.org",
    )


def _at_once(work: Callable[[], object]) -> None:
    work()


def _entries(store: Store) -> int:
    with store.read() as reading:
        return reading.data.scalar(select(func.count()).select_from(AuditEntry)) or 0


def _empty(urls: list[str], home: Path) -> None:
    """Begin with nothing but the keyring."""
    for url, tables in zip(urls, (DataTable, KeysTable), strict=True):
        engine = writing(make_engine(url, journal="WAL"))
        with engine.begin() as connection:
            there = set(engine.dialect.get_table_names(connection))
            for table in reversed(tables.metadata.sorted_tables):
                if table.name in there:
                    connection.execute(table.delete())
        engine.dispose()
    for path in home.iterdir():
        if path.is_dir() and path.name != "secrets":
            shutil.rmtree(path)
        elif path.is_file() and ".db" not in path.name:
            path.unlink()


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
