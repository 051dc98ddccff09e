"""Verifies the audit chain, entry by entry, and against a signed head."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from store import heads
from store.audit import GENESIS, code_of
from store.database import Store
from store.heads import Head, HeadError, HeadMissing
from store.tables import DataTable

_AUDIT = DataTable.metadata.tables["audit"]
_BATCH = 1000

Fault = Literal["missing", "changed", "cut", "head_damaged", "head_differs"]


@dataclass(frozen=True)
class AuditVerdict:
    """What the check found.

    ok: nothing is wrong. count: entries that are right, from the first on. first_bad: number of the first entry that is
    wrong or absent. fault: what is wrong with it:
      missing       an entry was taken out, or two were swapped
      changed       its content, its code or its link to the one before is not what was written
      cut           the chain ends before the head
      head_damaged  the head in the store's home is unreadable or not signed by this keyring
      head_differs  the chain is whole but is not the one that the head was made of
    head: the number up to which a head vouches; None when there was no head, so that a cut tail would not show.
    """

    ok: bool
    count: int
    first_bad: int | None = None
    fault: Fault | None = None
    head: int | None = None


def verify(store: Store, head: Head | None = None) -> AuditVerdict:
    """Check every entry, and the chain against `head`; without one, against the head in the store's home.

    Memory stays flat however long the chain is.
    """
    try:
        head = head or heads.read(store.home / heads.NAME, store.keyring)
    except HeadMissing:
        head = None
    except HeadError:
        return AuditVerdict(ok=False, count=0, fault="head_damaged")
    return _walk(store, head)


def _walk(store: Store, head: Head | None) -> AuditVerdict:
    key = store.keyring.audit_key()
    vouched = head.seq if head else None
    count, previous = 0, GENESIS
    entries = select(_AUDIT).order_by(_AUDIT.c.seq).execution_options(yield_per=_BATCH)
    with store.read() as reading:
        for seq, at, act, by, ids, before, mac in reading.data.execute(entries):
            if seq != count + 1:
                return AuditVerdict(ok=False, count=count, first_bad=count + 1, fault="missing", head=vouched)
            expected = code_of(key, seq=seq, at=at, act=act, by=by, ids=ids, previous=before)
            if before != previous or not hmac.compare_digest(mac, expected):
                return AuditVerdict(ok=False, count=count, first_bad=seq, fault="changed", head=vouched)
            if head is not None and seq == head.seq and mac != head.mac:
                return AuditVerdict(ok=False, count=count, first_bad=seq, fault="head_differs", head=vouched)
            count, previous = seq, mac
    if head is not None and count < head.seq:
        return AuditVerdict(ok=False, count=count, first_bad=count + 1, fault="cut", head=vouched)
    return AuditVerdict(ok=True, count=count, head=vouched)
