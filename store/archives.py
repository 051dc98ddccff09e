"""Backup files: a copy of one database with the register of erasures, encrypted to a key that is kept elsewhere (age).

`balie-data-<moment>-<word>.age` and `balie-keys-<moment>-<word>.age`: data and keys apart, so that each can have its own
place and term. Inside is a tar file: `manifest.json`, `manifest.sig` (signed by the keyring), `database.db`, `erasures.log`, and
with the data `audit-head.json`. Names hold no personal data. A file appears under its name when it is whole and on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, cast

import pyrage

from store import heads, register
from store.copies import LONGEST, Copies, copied, private_folder, remove_left, wipe
from store.database import Store
from store.keys import Keys

FORMAT = 1
Kind = Literal["data", "keys"]
KINDS: tuple[Kind, ...] = ("data", "keys")
DATABASE, MANIFEST, SIGNATURE = "database.db", "manifest.json", "manifest.sig"

_USE = "backup"
_NAME = re.compile(r"balie-(data|keys)-(\d{8}T\d{6}Z)-[a-z2-7]{6}\.age")
_STAMP = "%Y%m%dT%H%M%SZ"
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PART = ".part"

Wrong = Literal["unreadable", "identity", "damaged", "newer", "signature", "kind"]


class ArchiveError(Exception):
    """A backup file can't be used.

    wrong: "unreadable", "identity" (this key does not open it), "damaged", "newer" (made by a newer Balie), "signature" (not made
    with this keyring), "kind" (keys where data belong, or the other way round).
    """

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(f"The backup can't be used: {wrong}.")
        self.wrong: Wrong = wrong


class RecipientError(Exception):
    """The text is no age recipient (age1...) or no age identity (AGE-SECRET-KEY-1...)."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup file as its name tells: of what, and when it was made."""

    path: Path
    kind: Kind
    at: datetime


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An opened backup: its files in a folder, what it is and of when. `pair` is the same in data and keys of one moment."""

    folder: Path
    kind: Kind
    at: datetime
    pair: str

    @property
    def database(self) -> Path:
        """The copy of the database."""
        return self.folder / DATABASE


def new_key() -> tuple[str, str]:
    """Return a fresh key for backups: the identity that opens them, to be kept elsewhere, and the recipient for here."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def write(store: Store, folder: Path, recipient: str, kinds: Iterable[Kind], at: datetime) -> list[Archive]:
    """Write backups of these kinds, of one moment, into `folder`.

    Raises:
        RecipientError: the recipient is none.
        OSError: the folder can't be written.
        sqlalchemy.exc.DBAPIError: a database can't be reached.
    """
    to = _recipient(recipient)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left(store.home, folder, at)
    register.mend(store)
    pair = "".join(secrets.choice(_LETTERS) for _ in range(6))
    moment = at.astimezone(UTC)
    written = []
    with copied(store) as copies:
        for kind in kinds:
            path = folder / f"balie-{kind}-{moment.strftime(_STAMP)}-{pair}.age"
            _write_one(store, copies, kind, path, to, pair, moment)
            written.append(Archive(path, kind, moment.replace(microsecond=0)))
    return written


def found_in(folder: Path) -> list[Archive]:
    """Return the backups in a folder, oldest first."""
    archives = []
    for path in folder.glob("balie-*.age"):
        if match := _NAME.fullmatch(path.name):
            at = datetime.strptime(match[2], _STAMP).replace(tzinfo=UTC)
            archives.append(Archive(path, cast(Kind, match[1]), at))
    return sorted(archives, key=lambda archive: (archive.at, archive.path.name))


def past_term(folder: Path, kind: Kind, days: int, now: datetime) -> list[Archive]:
    """Return the backups of a kind that must go now, so that none is older than `days` before the next daily run."""
    oldest = now - timedelta(days=max(days - 1, 1))
    return [archive for archive in found_in(folder) if archive.kind == kind and archive.at <= oldest]


def open_archive(path: Path, identity: str, keys: Keys, folder: Path, kind: Kind) -> Unpacked:
    """Decrypt a backup into `folder` and check that this keyring's Balie made it, byte for byte.

    Raises:
        RecipientError: the identity is none.
        ArchiveError: see there.
    """
    key = _identity(identity)
    tar = folder / f"{kind}.tar"
    try:
        pyrage.decrypt_file(str(path), str(tar), [key])
    except OSError:
        raise ArchiveError("unreadable") from None
    except pyrage.DecryptError:
        raise ArchiveError("identity") from None
    inside = folder / kind
    inside.mkdir(mode=0o700)
    try:
        with tarfile.open(tar) as archive:
            archive.extractall(inside, filter="data")
        raw, signature = (inside / MANIFEST).read_bytes(), (inside / SIGNATURE).read_bytes()
        manifest = json.loads(raw)
        unpacked = Unpacked(
            inside, manifest["kind"], datetime.fromisoformat(manifest["at"]), manifest["pair"]
        )
        sums = {name: _sum(inside / name) for name in manifest["sha256"]}
    except (tarfile.TarError, OSError, ValueError, TypeError, KeyError):
        raise ArchiveError("damaged") from None
    finally:
        wipe(tar)
    if not keys.verify(_USE, raw, signature):
        raise ArchiveError("signature")
    if manifest["format"] != FORMAT:
        raise ArchiveError("newer")
    if sums != manifest["sha256"] or DATABASE not in sums:
        raise ArchiveError("damaged")
    if unpacked.kind != kind:
        raise ArchiveError("kind")
    return unpacked


def _remove_left(home: Path, folder: Path, now: datetime) -> None:
    """Delete what crashes left of earlier backups: copies, and files that were not finished."""
    remove_left(home, now)
    for part in folder.glob(f".balie-*{_PART}"):
        if part.stat().st_mtime < (now - LONGEST).timestamp():
            part.unlink(missing_ok=True)


def _write_one(
    store: Store, copies: Copies, kind: Kind, path: Path, to: pyrage.x25519.Recipient, pair: str, at: datetime
) -> None:
    parts = {
        DATABASE: copies.data if kind == "data" else copies.keys,
        register.NAME: store.home / register.NAME,
    }
    if kind == "data":
        parts[heads.NAME] = store.home / heads.NAME
    present = {name: part for name, part in parts.items() if part.exists()}
    with private_folder(store.home) as folder:
        for name, part in present.items():
            if name != DATABASE:  # these go on changing while the archive is written
                present[name] = Path(shutil.copyfile(part, folder / name))
        manifest = {
            "format": FORMAT,
            "kind": kind,
            "at": at.isoformat(timespec="seconds"),
            "pair": pair,
            "sha256": {name: _sum(part) for name, part in present.items()},
        }
        text = json.dumps(manifest, sort_keys=True, indent=2).encode()
        (folder / MANIFEST).write_bytes(text)
        (folder / SIGNATURE).write_bytes(store.keyring.sign(_USE, text))
        tar = folder / "archive.tar"
        with tarfile.open(tar, "w", format=tarfile.PAX_FORMAT) as archive:
            for name in (MANIFEST, SIGNATURE):
                archive.add(folder / name, name, filter=_nameless)
            for name, part in present.items():
                archive.add(part, name, filter=_nameless)
        _encrypt(tar, path, to)


def _encrypt(tar: Path, path: Path, to: pyrage.x25519.Recipient) -> None:
    draft = path.with_name(f".{path.name}{_PART}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        pyrage.encrypt_file(str(tar), str(draft), [to])
        handle = os.open(draft, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _nameless(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out who owns the file here: a login name may be a person's."""
    member.uname = member.gname = ""
    member.uid = member.gid = 0
    member.mode = 0o600
    return member


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise RecipientError("This is no recipient for backups; it looks like age1...") from None


def _identity(text: str) -> pyrage.x25519.Identity:
    """Read an identity, also from a file as age-keygen writes it, with comments."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str("".join(lines).upper())
    except pyrage.IdentityError:
        raise RecipientError("This is no key for backups; it looks like AGE-SECRET-KEY-1...") from None
