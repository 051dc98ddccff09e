"""The signed head of the audit chain, on disk beside the database: what a cut tail is noticed against.

The file `audit-head.json` (mode 0600) holds the number and code of the newest entry, the moment, and an Ed25519 signature
with the public key to check it. It is replaced as a whole after each commit that added an entry, and never goes back.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlmodel import Session

from store.audit import Link
from store.keys import Keys
from store.tables import AuditEntry

FORMAT = 1
NAME = "audit-head.json"
_USE = "audit head"


Trouble = Literal["missing", "unreadable", "damaged", "foreign"]


class HeadError(Exception):
    """A head can't be used. trouble: the file is not there, can't be read, is malformed, or is not signed by this keyring."""

    def __init__(self, text: str, trouble: Trouble) -> None:
        super().__init__(text)
        self.trouble: Trouble = trouble


class HeadMissing(HeadError):
    """There is no head in this place."""


@dataclass(frozen=True)
class Head:
    """A link of the chain with its signature: after this, the chain can't become shorter unnoticed."""

    seq: int
    mac: bytes
    at: str
    signature: bytes

    def text(self, keyring: Keys) -> str:
        """Return the JSON document that `read` understands."""
        public = keyring.signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        document = {
            "format": FORMAT,
            "entries": self.seq,
            "mac": self.mac.hex(),
            "at": self.at,
            "public_key": public.hex(),
            "signature": self.signature.hex(),
        }
        return json.dumps(document, indent=2) + "\n"


def sign(keyring: Keys, link: Link, at: datetime) -> Head:
    """Return the signed head of a chain that stands at `link`."""
    moment = at.isoformat(timespec="microseconds")
    return Head(link.seq, link.mac, moment, keyring.sign(_USE, _payload(link.seq, link.mac, moment)))


def read(path: Path, keyring: Keys) -> Head:
    """Read a head from a file and check its signature. Words around it, as in the mail that it came in, are passed over.

    Raises:
        HeadError: it can't be read, is malformed, or was not signed with this keyring.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text[text.find("{") : text.rfind("}") + 1])
        head = Head(
            seq=int(document["entries"]),
            mac=bytes.fromhex(document["mac"]),
            at=str(document["at"]),
            signature=bytes.fromhex(document["signature"]),
        )
    except FileNotFoundError:
        raise HeadMissing(f"There is no audit head at {path}.", "missing") from None
    except OSError:
        raise HeadError(f"The audit head at {path} can't be read.", "unreadable") from None
    except (ValueError, TypeError, KeyError, OverflowError):
        raise HeadError(f"The audit head at {path} is damaged.", "damaged") from None
    if not keyring.verify(_USE, _payload(head.seq, head.mac, head.at), head.signature):
        raise HeadError(f"The audit head at {path} was not signed with this keyring.", "foreign")
    return head


def code_at(data: Session, seq: int) -> bytes | None:
    """Return the code of an entry, or None when there is no such entry."""
    row = data.get(AuditEntry, seq)
    return None if row is None else row.mac


def keep(home: Path, keyring: Keys, link: Link, at: datetime) -> None:
    """Write the head of a chain that stands at `link` into `home`, unless a newer one is there already."""
    with _locked(home):
        try:
            if read(home / NAME, keyring).seq >= link.seq:
                return
        except HeadError:
            pass  # none yet, or one that says nothing: the new one replaces it
        _replace(home / NAME, sign(keyring, link, at).text(keyring))


def _payload(seq: int, mac: bytes, at: str) -> bytes:
    return f"{FORMAT} {seq} {mac.hex()} {at}".encode()


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Let one process at a time replace the head: they commit in order, but may arrive here out of order."""
    handle = os.open(home / f".{NAME}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
