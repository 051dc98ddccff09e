"""Files that only their owner can reach, written whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from datetime import datetime
from pathlib import Path

_MARK = "." + "[0-9a-f]" * 16
"""How the name of a draft ends, as a pattern."""


class OthersCanReach(PermissionError):
    """Others can read the file or replace it. The text is the remedy."""


def read(path: Path) -> str:
    """Return the text of a file that nobody else can read or replace.

    Raises:
        FileNotFoundError, OSError, UnicodeDecodeError: it is not there, or can't be read.
        OthersCanReach: its mode or its folder's is too loose.
    """
    mode = path.stat().st_mode
    text = path.read_text(encoding="utf-8")
    if stat.S_IMODE(mode) & 0o077:
        raise OthersCanReach(f"run: chmod 600 {path}")
    _refuse_open_folder(path)
    return text


def create(path: Path, text: str) -> None:
    """Write a file that did not exist: mode 0600, in a folder of mode 0700.

    A hard link fails where the name is taken, so of two processes that start at once exactly one makes the file.

    Raises:
        FileExistsError: the name is taken.
        OthersCanReach: others can write in the folder.
        OSError: it can't be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_open_folder(path)
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
    _sync(path.parent)


def put(path: Path, text: str) -> None:
    """Write a file in the place of whatever stood there. Raises OSError."""
    _draft(path, text).replace(path)
    _sync(path.parent)


def remove_drafts(folder: Path, older_than: datetime) -> int:
    """Delete what crashes left of files that were being written in this folder before then. Returns how many."""
    left = [path for path in folder.glob(f".*{_MARK}") if path.stat().st_mtime < older_than.timestamp()]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def remove_drafts_of(path: Path) -> None:
    """Delete what crashes left of a file that nobody is writing now."""
    for draft in path.parent.glob(f".{path.name}{_MARK}"):
        draft.unlink(missing_ok=True)


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink()
        raise
    return draft


def _refuse_open_folder(path: Path) -> None:
    mode = path.parent.stat().st_mode
    if mode & 0o022 and not mode & stat.S_ISVTX:  # in a sticky folder nobody replaces another's file
        raise OthersCanReach(f"run: chmod 700 {path.parent}")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
