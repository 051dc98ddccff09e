"""The register of acts that were done: asked again under the same name, an act is not done again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from store.tables import Done
from store.work import Reading, Work

Result = dict[str, Any]
"""What an act told, as JSON without personal data: references, numbers, dates as text."""


def result(reading: Reading, once: str, act: str) -> Result | None:
    """Return what this act told when it was done, or None when it was not done yet."""
    row = reading.data.get(Done, f"{once}:{act}")
    return None if row is None else dict(json.loads(row.result))


def keep(work: Work, once: str, act: str, result: Result) -> None:
    """Register the act with what it told. The database refuses a second one of the same name."""
    work.data.add(Done(once=f"{once}:{act}", act=act, result=json.dumps(result, sort_keys=True), at=work.at))


def replace(work: Work, once: str, act: str, result: Result) -> None:
    """Register what an act that is prepared anew tells now."""
    row = work.data.get(Done, f"{once}:{act}")
    if row is not None:
        work.data.delete(row)
        work.data.flush()
    keep(work, once, act, result)


def remove_older(work: Work, before: datetime) -> int:
    """Delete the entries from before this moment. Returns how many."""
    return work.data.exec(delete(Done).where(col(Done.at) < before)).rowcount
