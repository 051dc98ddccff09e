"""Puts the revisions that may open in line with what data.db holds, after backups of different moments were put back.

A restore is the one time that older values are meant to come back, and its owner asked for it. Elsewhere they stay shut.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlmodel import col, select

from store import revisions, sealing
from store.database import Store
from store.sealing import Place, SealError
from store.tables import DataTable, SubjectKey
from store.work import Work


def settle(store: Store, at: datetime) -> int:
    """Let exactly the revision open that stands in each place. Returns how many places hold another than keys.db said."""
    with store.work(at) as work:
        rows = work.keys.exec(
            select(SubjectKey).where(
                col(SubjectKey.wrapped).is_not(None), col(SubjectKey.revisions).is_not(None)
            )
        )
        return sum(_settle_one(work, row) for row in rows)


def _settle_one(work: Work, row: SubjectKey) -> int:
    if row.wrapped is None:
        return 0
    with suppress(SealError):
        key = work.keyring.unwrap(row.subject, row.wrapped)
        allowed = revisions.read(row.revisions)
        found = {
            place: _standing(work, key, row.subject, place, max(known)) for place, known in allowed.items()
        }
        settled = {place: allowed[place] if now is None else [now] for place, now in found.items()}
        row.revisions = revisions.write(settled)
        return sum(known[0] != allowed[place][0] for place, known in settled.items())
    return 0


def _standing(work: Work, key: bytes, subject: str, place: str, newest: int) -> int | None:
    """Return the revision of what stands in a place; None: nothing does, or nothing that opens."""
    table, column, row = revisions.parts_of(place)
    fields = DataTable.metadata.tables[table].columns
    if "id" not in fields:
        return None
    blob = work.data.connection().scalar(select(fields[column]).where(fields["id"] == row))
    for revision in range(newest, -1, -1):
        with suppress(SealError):
            if blob is not None:
                sealing.open_sealed(key, blob, Place(table, column, row, subject, revision))
                return revision
    return None
