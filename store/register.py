"""The register of erasures and withdrawals: what a restored backup must not undo.

The file `erasures.log` (mode 0600) stands beside the databases, not in them, and a copy goes into every backup. It is only
ever added to: one line of JSON for each subject whose key was destroyed and each consent that was withdrawn, with the id,
the moment, and a code (HMAC-SHA256 under a key of the keyring) over the line and the code before it. Ids only.

Lines are written just after the databases' commits; a crash between the two is mended by `mend`, from the tombstones in
keys.db, at the next start and at every backup.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlmodel import col, select

from store.keys import Keys
from store.tables import SubjectKey

if TYPE_CHECKING:
    from store.database import Store

NAME = "erasures.log"
Event = Literal["erased", "withdrawn"]
_TAIL = 1024
"""Bytes: longer than any line."""
_START = "0" * 64


class RegisterError(Exception):
    """The register was changed, or is of another Balie. `line`: the number of the first line that is wrong."""

    def __init__(self, line: int) -> None:
        super().__init__(f"The register of erasures is wrong from line {line}.")
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure or withdrawal: the id of the subject or consent, and when."""

    event: Event
    id: str
    at: datetime


def add(home: Path, keyring: Keys, events: Iterable[tuple[Event, str]], at: datetime) -> int:
    """Add what was erased and withdrawn at this moment, and return how many lines. It is on disk when this returns.

    Raises OSError: the file can't be written.
    """
    fresh = list(events)
    if not fresh:
        return 0
    handle = os.open(home / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = _last_code(file.fileno())
        for event, id_ in fresh:
            body = {"at": at.isoformat(timespec="microseconds"), "event": event, "id": id_}
            before = _code(keyring, before, body)
            file.write(_text(body | {"code": before}))
        file.flush()
        os.fsync(file.fileno())
    return len(fresh)


def mend(store: Store) -> int:
    """Add the erasures that keys.db knows and the register doesn't: a crash came between. Returns how many."""
    known = {line.id for line in read(store.home / NAME, store.keyring) if line.event == "erased"}
    tombs = select(SubjectKey.subject, SubjectKey.erased_at).where(col(SubjectKey.erased_at).is_not(None))
    with store.read() as reading:
        missing = [(subject, at) for subject, at in reading.keys.exec(tombs) if at and subject not in known]
    for subject, at in missing:
        add(store.home, store.keyring, [("erased", subject)], at)
    return len(missing)


def merge(home: Path, keyring: Keys, lines: Iterable[Line]) -> int:
    """Add the lines of another copy of the register that this one lacks. Returns how many."""
    known = {(line.event, line.id) for line in read(home / NAME, keyring)}
    missing = [line for line in lines if (line.event, line.id) not in known]
    for line in missing:
        add(home, keyring, [(line.event, line.id)], line.at)
    return len(missing)


def read(path: Path, keyring: Keys) -> Iterator[Line]:
    """Yield the lines of a register, oldest first; none where there is no file. A last line that a crash cut is left out.

    Raises RegisterError: a line was changed, taken out or swapped, or another keyring made it.
    """
    if not path.exists():
        return
    before = _START
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if not raw.endswith(b"\n"):
                return
            line, before = _checked(raw, before, keyring, number)
            yield line


def _checked(raw: bytes, before: str, keyring: Keys, number: int) -> tuple[Line, str]:
    try:
        body = json.loads(raw)
        code = body.pop("code")
        line = Line(event=body["event"], id=body["id"], at=datetime.fromisoformat(body["at"]))
        if not hmac.compare_digest(code, _code(keyring, before, body)):
            raise RegisterError(number)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RegisterError(number) from None
    return line, code


def _code(keyring: Keys, before: str, body: dict[str, str]) -> str:
    return hmac.digest(keyring.register_key(), before.encode() + _text(body), "sha256").hex()


def _text(body: dict[str, str]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _last_code(handle: int) -> str:
    """Return the code of the last whole line; what a crash left of a line after it is cut off."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, _TAIL, max(0, size - _TAIL))
    whole = tail.rfind(b"\n") + 1
    os.ftruncate(handle, size - len(tail) + whole)
    lines = tail[:whole].splitlines()
    return str(json.loads(lines[-1])["code"]) if lines else _START
