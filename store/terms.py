"""Why each table's rows are kept and when that ends: on the row itself, with the row they belong to, or without a term.

Every table of both databases stands here; a test compares it with the tables, and docs/retention.md with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.types import Date

from store.tables import DataTable
from store.work import Reading


@dataclass(frozen=True, slots=True)
class Ground:
    """What data are kept for (a purpose's code) and on which basis of article 6 GDPR."""

    purpose: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Own:
    """Each row says its purpose and legal basis; `ends` is the column with the end of its term.

    open_until: what must happen before a row has an end at all, where it doesn't have one from the start.
    """

    ends: str = "expires_at"
    open_until: str | None = None


@dataclass(frozen=True, slots=True)
class Follows:
    """Rows go with the row of another table, for the same purpose; some go sooner (`ends`)."""

    table: str
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class Impersonal:
    """Rows hold ids, codes and dates of the practice's own acts. `why` says what they are kept for and how long."""

    why: str


Term = Own | Follows | Impersonal

DATA: Mapping[str, Term] = {
    "person": Own(open_until="the guidance ends"),
    "conversation": Own(),
    "turn": Follows("conversation"),
    "delivery": Follows("conversation"),
    "code": Follows("conversation", ends="expires_at"),
    "consent": Own(open_until="it is withdrawn, or its person is erased, where the pack gives it no term"),
    "consent_event": Follows("consent"),
    "request": Own(open_until="it is decided"),
    "ticket": Own(open_until="it is closed"),
    "ticket_event": Follows("ticket"),
    "hold": Own(ends="until", open_until="its cause is over"),
    "export": Own(),
    "receipt": Own(),
    "mail": Own(),
    "account": Own(open_until="whoever used it has left"),
    "session": Follows("account", ends="expires_at"),
    "done": Impersonal("a retry is recognised for thirty days"),
    "audit": Impersonal("the chain proves who did what; an entry taken out would break it"),
}

KEYS: Mapping[str, Term] = {
    "subject_key": Impersonal("the key goes with what it opens; the tombstone tells erased from lost"),
    "blind_index": Impersonal("a look-up goes with its subject's key"),
}


_STILL: Mapping[str, Callable[[ReadOnlyColumnCollection[str, Any]], ColumnElement[bool]]] = {
    "person": lambda row: row.state != "erased",
    "conversation": lambda row: row.wiped_at.is_(None),
    "consent": lambda row: row.state == "given",
    "request": lambda row: row.detail.is_not(None) | row.reason.is_not(None),
    "ticket": lambda row: row.body.is_not(None),
}
"""Where the term is of what a row says, not of the bare row: whether it still says it."""


def overdue(reading: Reading, now: datetime, today: date) -> dict[str, int]:
    """Return how many rows of each table are past their own term, tables without such rows left out."""
    counts = {}
    for name, term in DATA.items():
        if not isinstance(term, Own):
            continue
        row = DataTable.metadata.tables[name].columns
        column = row[term.ends]
        past = column < today if isinstance(column.type, Date) else column <= now
        if name in _STILL:
            past &= _STILL[name](row)
        if count := reading.data.scalar(select(func.count()).where(past)):
            counts[name] = count
    return counts
