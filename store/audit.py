"""The audit chain: who did what and when, in ids and counts only, each entry holding on to the one before.

An entry's code (HMAC-SHA256 under a key of the keyring) covers its number, moment, act, actor, ids and the code of the entry
before it. So an entry that was changed, taken out or swapped shows. A cut tail shows only against a head that was kept
elsewhere: after each commit the newest entry's number and code are signed (Ed25519) and written beside the database
(`store.heads`). `store.audit_check` verifies all of it.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from store.ids import is_id
from store.keys import Keys
from store.tables import DataTable

GENESIS = bytes(32)
"""What the first entry holds on to."""

ACTORS = frozenset({"client", "coach", "owner", "system", "balie", "command"})
"""Who acts where no account does."""

_CHANNELS = {"nl", "en", "web", "telegram", "desk", "mail", "chat", "nowhere", "phone", "paper"}
_RIGHTS = {"access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal"}
_TICKETS = {"request", "intake", "complaint", "question", "incident", "take_down", "callback", "retention"}
_HOLDS = {"fiscal", "dispute", "consent"}
_CONSENT_STATES = {"asked", "given", "refused", "awaiting_confirmation", "withdrawn", "expired"}
_REQUEST_STATES = {
    "received",
    "verifying",
    "in_review",
    "fulfilled",
    "partly_fulfilled",
    "withdrawn_by_person",
}
_OTHER_STATES = {
    "reported",
    "assessing",
    "open",
    "taken",
    "waiting",
    "closed",
    "active",
    "restricted",
    "erased",
    "left",
}
_IDENTITY = {"none", "code", "call_back", "verified", "wrong", "too_many"}
_REASONS = {"handle_request", "handle_ticket", "identity", "contact", "correction", "register"}

CODES = frozenset(
    _CHANNELS
    | _RIGHTS
    | _TICKETS
    | _HOLDS
    | _CONSENT_STATES
    | _REQUEST_STATES
    | _OTHER_STATES
    | _IDENTITY
    | _REASONS
)
"""Words that may stand in an entry. Add a word where a new state or kind is added; never a free text."""

_ACT = re.compile(r"[a-z][a-z_]{0,31}(\.[a-z][a-z_]{0,31})?")
_REFERENCE = re.compile(r"[A-Z]-[2-9A-HJKMNP-Z]{4,8}")
_AUDIT = DataTable.metadata.tables["audit"]
_ADD = insert(_AUDIT)
_NEWEST = select(_AUDIT.c.seq, _AUDIT.c.mac).order_by(_AUDIT.c.seq.desc()).limit(1)
_HIGHEST = 10**7
"""Numbers from here on could be a telephone number or a BSN; counts stay below."""


@dataclass(frozen=True)
class Link:
    """Where the chain stands: the number and code of its newest entry."""

    seq: int
    mac: bytes


def append(
    data: Connection,
    keyring: Keys,
    after: Link | None,
    *,
    at: datetime,
    act: str,
    by: str,
    ids: Mapping[str, str | int],
) -> Link:
    """Add an entry within the caller's transaction, which must be the only one that writes, and return its link.

    `after` is the chain's newest link where the caller knows it; else it is looked up.

    Raises:
        ValueError: a value might be personal data: it is not an id, a reference, a small number or a known code.
    """
    _refuse_words(act, by, ids)
    last = after or newest(data) or Link(seq=0, mac=GENESIS)
    moment = at.astimezone(UTC)
    seq, words = last.seq + 1, json.dumps(dict(ids), sort_keys=True, separators=(",", ":"))
    mac = code_of(keyring.audit_key(), seq=seq, at=moment, act=act, by=by, ids=words, previous=last.mac)
    entry = {"seq": seq, "at": moment, "act": act, "by": by, "ids": words, "previous": last.mac, "mac": mac}
    data.execute(_ADD, entry)
    return Link(seq=seq, mac=mac)


def newest(data: Connection) -> Link | None:
    """Return the newest link of the chain, or None when it is empty."""
    row = data.execute(_NEWEST).first()
    return Link(seq=row.seq, mac=row.mac) if row else None


def code_of(key: bytes, *, seq: int, at: datetime, act: str, by: str, ids: str, previous: bytes) -> bytes:
    """Return the authentication code that an entry with this content should carry: 32 bytes. `at` is in UTC."""
    moment = at.isoformat(timespec="microseconds").encode()
    parts = (seq.to_bytes(8, "big"), moment, act.encode(), by.encode(), ids.encode(), previous)
    return hmac.digest(key, b"".join(len(part).to_bytes(4, "big") + part for part in parts), "sha256")


def _refuse_words(act: str, by: str, ids: Mapping[str, str | int]) -> None:
    if not _ACT.fullmatch(act):
        raise ValueError("an act is one or two lower-case words, such as 'ticket.taken'")
    if by not in ACTORS and not is_id(by):
        raise ValueError("an audit entry names an account's id or a known actor")
    for name, value in ids.items():
        if not _is_harmless(value):
            raise ValueError(f"the value of '{name}' is no id, reference, small number or known code")


def _is_harmless(value: str | int) -> bool:
    if isinstance(value, int):
        return 0 <= value < _HIGHEST
    return value in CODES or is_id(value) or _REFERENCE.fullmatch(value) is not None
