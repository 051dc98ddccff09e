"""The recovery sheet: the keyring on paper, line by line, each line with two words that show a typing mistake.

A line is ten bytes as sixteen letters and digits in groups of four (no 0, 1, I or O), then two of 256 Dutch words, which follow
from the line and its number. What is lost with the keyring is lost for good, so Balie keeps asking until somebody has shown
that the sheet is really there (`confirm`). The layout stands in docs/keys.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from store import private_file
from store.check_words import WORDS
from store.keyring import Keyring
from store.keys import Keys
from store.sealing import KEY_BYTES

FORMAT = 1
NAME = "recovery.json"
LINE_BYTES = 10

_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CLEAR = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_TO_CLEAR, _TO_PLAIN = str.maketrans(_PLAIN, _CLEAR), str.maketrans(_CLEAR, _PLAIN)
_TYPED = re.compile(r"(?:\d{1,2}[.:)]?\s+)?((?:[A-Z0-9]\s*){16}?)\s+([A-Z]+)\s+([A-Z]+)")
_CHECK_BYTES = 4

Wrong = Literal["form", "mistake", "missing", "mixed"]


class RecoveryError(Exception):
    """What was typed is not the sheet. line: number of the first line that is wrong (0: the lines do not belong together).

    wrong: "form" (not sixteen signs and two words), "mistake" (the words do not fit the signs), "missing", "mixed".
    """

    def __init__(self, wrong: Wrong, line: int) -> None:
        super().__init__(f"The recovery sheet is wrong: {wrong}, line {line}.")
        self.wrong: Wrong = wrong
        self.line = line


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sheet. Never logged: the groups are the keys."""

    number: int
    groups: str
    words: str

    def __str__(self) -> str:
        """The line as it is printed."""
        return f"{self.number:2}.  {self.groups}   {self.words}"


def sheet(keyring: Keyring) -> tuple[SheetLine, ...]:
    """Return the lines of a keyring's recovery sheet: eight with one master key, and about four more for each older one."""
    content = bytes([FORMAT, len(keyring.masters)]) + keyring.current.to_bytes(4, "big")
    for version, key in sorted(keyring.masters.items()):
        content += version.to_bytes(4, "big") + key
    content += keyring.root
    content += hashlib.sha256(content).digest()[:_CHECK_BYTES]
    content += bytes(-len(content) % LINE_BYTES)
    chunks = [content[at : at + LINE_BYTES] for at in range(0, len(content), LINE_BYTES)]
    return tuple(
        SheetLine(number, _groups(chunk), _words(number, chunk)) for number, chunk in enumerate(chunks, 1)
    )


def read_line(typed: str, number: int) -> bytes:
    """Return the ten bytes of a typed line; case, blanks and the line's number don't matter.

    Raises RecoveryError: it has another form, or its words show a mistake.
    """
    found = _TYPED.fullmatch(" ".join(typed.upper().split()))
    if found is None:
        raise RecoveryError("form", number)
    signs = "".join(found[1].split())
    if any(sign not in _CLEAR for sign in signs):
        raise RecoveryError("mistake", number)
    chunk = base64.b32decode(signs.translate(_TO_PLAIN))
    if _words(number, chunk) != f"{found[2]} {found[3]}".lower():
        raise RecoveryError("mistake", number)
    return chunk


def lines_in(first: bytes) -> int:
    """Return how many lines a sheet has, told by its first one. Raises RecoveryError: it is of another format."""
    if first[0] != FORMAT or not first[1]:
        raise RecoveryError("mixed", 0)
    length = _length(first[1])
    return -(-length // LINE_BYTES)


def keyring_of(chunks: list[bytes]) -> Keyring:
    """Return the keyring of all lines of a sheet.

    Raises RecoveryError: a line is missing, or they are of different sheets.
    """
    if not chunks:
        raise RecoveryError("missing", 1)
    if len(chunks) < lines_in(chunks[0]):
        raise RecoveryError("missing", len(chunks) + 1)
    count = chunks[0][1]
    whole = b"".join(chunks)
    content, check = (
        whole[: _length(count) - _CHECK_BYTES],
        whole[_length(count) - _CHECK_BYTES : _length(count)],
    )
    if hashlib.sha256(content).digest()[:_CHECK_BYTES] != check or any(whole[_length(count) :]):
        raise RecoveryError("mixed", 0)
    masters = {}
    for at in range(6, 6 + count * (4 + KEY_BYTES), 4 + KEY_BYTES):
        masters[int.from_bytes(content[at : at + 4], "big")] = content[at + 4 : at + 4 + KEY_BYTES]
    return Keyring(current=int.from_bytes(content[2:6], "big"), masters=masters, root=content[-KEY_BYTES:])


def confirm(home: Path, keys: Keys, at: datetime) -> None:
    """Write down that the sheet of the present keyring is there and readable. Raises OSError."""
    document = {
        "format": FORMAT,
        "mark": keys.mark(),
        "master": keys.newest(),
        "confirmed_at": at.isoformat(),
    }
    private_file.put(home / NAME, json.dumps(document, indent=2) + "\n")


def confirmed_at(home: Path, keys: Keys) -> datetime | None:
    """Return when a sheet of the present keyring was confirmed; None: never, or the keyring was rotated since."""
    try:
        document = json.loads((home / NAME).read_text(encoding="utf-8"))
        if (document["mark"], document["master"]) != (keys.mark(), keys.newest()):
            return None
        return datetime.fromisoformat(document["confirmed_at"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _length(masters: int) -> int:
    return 6 + masters * (4 + KEY_BYTES) + KEY_BYTES + _CHECK_BYTES


def _groups(chunk: bytes) -> str:
    signs = base64.b32encode(chunk).decode().translate(_TO_CLEAR)
    return " ".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def _words(number: int, chunk: bytes) -> str:
    digest = hashlib.sha256(b"balie recovery sheet" + bytes([number]) + chunk).digest()
    return f"{WORDS[digest[0]]} {WORDS[digest[1]]}"
