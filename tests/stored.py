"""What a store holds, row by row, as it lies in the database files: for tests that show that nothing changed."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

WORKING = frozenset({"conversation", "turn", "code", "mail", "audit", "alembic_version"})
"""Tables of what a conversation itself needs to go on; all others hold what somebody asked to have done."""

Rows = dict[str, list[tuple[Any, ...]]]


def stored(home: Path) -> Rows:
    """All rows of all tables, but those that a conversation needs to go on, and the keys of conversations."""
    found: Rows = {}
    for file in ("data.db", "keys.db"):
        with sqlite3.connect(f"file:{home / file}?mode=ro", uri=True) as database:
            for table in _tables(database):
                mine = " WHERE kind != 'conversation'" if table == "subject_key" else ""
                found[table] = sorted(database.execute(f"SELECT * FROM {table}{mine}").fetchall(), key=repr)
    return found


def _tables(database: sqlite3.Connection) -> list[str]:
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [name for (name,) in names if name not in WORKING]
