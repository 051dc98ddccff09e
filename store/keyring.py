"""The keyring: the versioned master keys that wrap the keys of persons, and the root of all derived keys.

A keyring is a small JSON document in a file that only its owner can read (`store.key_file`), or in an environment variable:

    {"format": 1, "current": 1, "masters": {"1": "<32 bytes, base64url>"}, "root": "<32 bytes, base64url>"}

Master keys rotate: a new version is added, wrapped keys are wrapped again, and no record changes; "replaced" says when each
older one made way. The root does not rotate: blind indexes, the audit chain and signatures would change their meaning.
Each use has its own key, derived with HKDF under its own constant.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store import private_file
from store.keys import Keys
from store.sealing import KEY_BYTES, Key, Place, cipher, new_key, open_sealed, seal

FORMAT = 1
VARIABLE = "BALIE_KEYRING"
"""Environment variable that may hold the keyring's JSON instead of a file."""

_WRAPPING = b"balie/1/wrap"


Trouble = Literal[
    "damaged", "absent", "reachable", "unreadable", "version", "unwritable", "taken", "foreign", "passphrase"
]


class KeyringError(Exception):
    """The keyring can't be used. Its text is one sentence for the person who runs Balie; it holds no key.

    trouble: why, for those who say it in another language.
    """

    def __init__(self, text: str, trouble: Trouble) -> None:
        super().__init__(text)
        self.trouble: Trouble = trouble


@dataclass(frozen=True)
class Keyring(Keys):
    """Master keys by version, and the root of the derived keys. Never printed: `repr` shows versions only.

    replaced: when each older master key made way for a newer one.
    """

    current: int
    masters: Mapping[int, bytes] = field(repr=False)
    root: bytes = field(repr=False)
    replaced: Mapping[int, datetime] = field(default_factory=dict, repr=False)

    @classmethod
    def new(cls) -> Keyring:
        """Return a fresh keyring with one master key, kept nowhere yet."""
        return cls(current=1, masters={1: new_key()}, root=new_key())

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a new keyring and write it to `path`: mode 0600, in a folder of mode 0700, whole or not at all.

        Raises:
            KeyringError: there is a keyring already, others can write in its folder, or the file can't be written.
        """
        keyring = cls.new()
        try:
            private_file.create(path, keyring.text())
        except private_file.OthersCanReach as problem:
            raise KeyringError(f"Others can reach the keyring; {problem}", "reachable") from None
        except FileExistsError:
            raise KeyringError(
                f"There is a keyring at {path} already; it is left as it is.", "taken"
            ) from None
        except OSError as problem:
            raise KeyringError(
                f"The keyring can't be written to {path}: {problem.strerror}.", "unwritable"
            ) from None
        return keyring

    @classmethod
    def open(cls, path: Path) -> Keyring:
        """Read the keyring at `path`, which no passphrase protects.

        Raises:
            KeyringError: there is none, it can't be read, others can read it, or it is malformed.
        """
        return cls.parse(read_text(path), f"at {path}")

    @classmethod
    def from_environment(cls, variable: str = VARIABLE) -> Keyring:
        """Read the keyring from an environment variable that holds the same JSON as the file.

        Raises:
            KeyringError: the variable is not set, or its text is malformed.
        """
        text = os.environ.get(variable, "")
        if not text:
            raise KeyringError(f"The environment variable {variable} holds no keyring.", "absent")
        return cls.parse(text, f"in {variable}")

    @classmethod
    def parse(cls, text: str, where: str) -> Keyring:
        """Read a keyring's JSON document. `where` is for the sentence when it is no good.

        Raises:
            KeyringError: it is malformed, or made by another version of Balie.
        """
        damaged = KeyringError(f"The keyring {where} is damaged; put your copy of it there.", "damaged")
        try:
            document = json.loads(text)
            if document["format"] != FORMAT:
                raise KeyringError(f"The keyring {where} was made by another version of Balie.", "version")
            masters = {int(version): _decode(key) for version, key in document["masters"].items()}
            current, root = document["current"], _decode(document["root"])
            replaced = {int(v): _moment(at) for v, at in document.get("replaced", {}).items()}
        except (ValueError, TypeError, KeyError, AttributeError):
            raise damaged from None
        usable = isinstance(current, int) and current in masters
        if not usable or min(masters) < 0 or max(masters) >= 2**32:
            raise damaged
        return cls(current=current, masters=masters, root=root, replaced=replaced)

    def text(self) -> str:
        """Return the keyring as the JSON document that `parse` reads. It holds the keys themselves."""
        masters = {str(version): _encode(key) for version, key in sorted(self.masters.items())}
        document = {"format": FORMAT, "current": self.current, "masters": masters, "root": _encode(self.root)}
        if self.replaced:
            document["replaced"] = {str(version): at.isoformat() for version, at in self.replaced.items()}
        return json.dumps(document, indent=2) + "\n"

    def with_new_master(self, at: datetime) -> Keyring:
        """Return a keyring in which a fresh master key is current and the old ones still unwrap."""
        fresh = max(self.masters) + 1
        return replace(
            self,
            current=fresh,
            masters={**self.masters, fresh: new_key()},
            replaced={**self.replaced, self.current: at},
        )

    def without(self, versions: set[int]) -> Keyring:
        """Return a keyring that forgot these master keys; never the current one."""
        gone = versions - {self.current}
        return replace(
            self,
            masters={v: key for v, key in self.masters.items() if v not in gone},
            replaced={v: at for v, at in self.replaced.items() if v not in gone},
        )

    def newest(self) -> int:
        """Return the version of the master key that wraps now."""
        return self.current

    def wrap(self, subject: str, key: bytes) -> bytes:
        """Seal a subject's key under the current master key. The key id of the result is the master's version."""
        return seal(self._wrapping[self.current], self.current, key, _wrapping_place(subject))

    def unwrap(self, subject: str, wrapped: bytes) -> bytes:
        """Return the key of `subject`.

        Raises:
            SealError: it was not wrapped for this subject by a master key of this keyring.
        """
        return open_sealed(self._wrapping, wrapped, _wrapping_place(subject))

    def derive(self, use: bytes) -> bytes:
        """Return 32 bytes for one use, from the root."""
        return _derive(self.root, use)

    @cached_property
    def _wrapping(self) -> Mapping[int, Key]:
        """What wraps and unwraps under each master key."""
        return {version: cipher(_derive(master, _WRAPPING)) for version, master in self.masters.items()}


def read_text(path: Path) -> str:
    """Return what stands in a keyring's file.

    Raises:
        KeyringError: there is none, it can't be read, or others can read or replace it.
    """
    try:
        return private_file.read(path)
    except FileNotFoundError:
        raise KeyringError(f"There is no keyring at {path}; put your copy of it there.", "absent") from None
    except private_file.OthersCanReach as problem:
        raise KeyringError(f"Others can reach the keyring at {path}; {problem}", "reachable") from None
    except (OSError, UnicodeDecodeError):
        raise KeyringError(
            f"The keyring at {path} can't be read; check that it belongs to this user.", "unreadable"
        ) from None


@lru_cache(maxsize=64)
def _derive(secret: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=use).derive(secret)


def _wrapping_place(subject: str) -> Place:
    return Place("subject_key", "wrapped", subject, subject)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _encode(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError from None
    if len(key) != KEY_BYTES:
        raise ValueError
    return key
