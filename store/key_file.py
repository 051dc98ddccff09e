"""The keyring's file as a running process sees it: read again whenever it changed, and the one place where it is changed.

It holds a keyring's document as it is, or sealed under a passphrase:

    {"format": 1, "argon2id": {"salt": "<16 bytes, base64>", "passes": 3, "lanes": 4, "kib": 65536}, "sealed": "<base64>"}

The parameters stand in the file, so that they can grow. `docs/sealing.md` has it byte by byte.
"""

from __future__ import annotations

import base64
import fcntl
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from store import private_file
from store.keyring import FORMAT, Keyring, KeyringError, read_text
from store.keys import Keys
from store.sealing import KEY_BYTES, Place, SealError, key_id_of, open_sealed, seal

PARAMETERS = {"passes": 3, "lanes": 4, "kib": 65536}
"""Argon2id for new passphrases: RFC 9106, second recommended option. About a third of a second."""
_MOST = {"passes": 64, "lanes": 64, "kib": 4 * 1024 * 1024}
_PLACE = Place(table="keyring", column="document", row="keyring", person="keyring")

_log = logging.getLogger(__name__)


class PassphraseNeeded(KeyringError):
    """The keyring is protected by a passphrase, and none was given."""


class WrongPassphrase(KeyringError):
    """The passphrase does not open the keyring."""


class KeyFile(Keys):
    """The keyring in a file. Shared by all threads; other processes that change the file are noticed."""

    def __init__(self, path: Path, passphrase: str | None = None) -> None:
        """Open it.

        Raises:
            PassphraseNeeded, WrongPassphrase.
            KeyringError: there is none, it can't be read, others can read it, or it is malformed.
        """
        self.path = path
        self._passphrase = passphrase
        self._lock = threading.Lock()
        self._stamp = _stamp(path)
        self._keyring = self._read()

    @property
    def keyring(self) -> Keyring:
        """The keyring as the file holds it now."""
        self._follow()
        return self._keyring

    def newest(self) -> int:
        """Return the version of the master key that wraps now."""
        return self.keyring.current

    @property
    def has_passphrase(self) -> bool:
        """Whether the file is protected by a passphrase."""
        return self._passphrase is not None and is_protected(read_text(self.path))

    def wrap(self, subject: str, key: bytes) -> bytes:
        """Seal a subject's key under the newest master key."""
        return self.keyring.wrap(subject, key)

    def unwrap(self, subject: str, wrapped: bytes) -> bytes:
        """Return the key of `subject`; where a newer master key wrapped it, the file is read again.

        Raises:
            SealError: it was not wrapped for this subject by a master key of this keyring.
        """
        try:
            return self._keyring.unwrap(subject, wrapped)
        except SealError:
            if key_id_of(wrapped) in self._keyring.masters:
                raise
        return self.keyring.unwrap(subject, wrapped)

    def derive(self, use: bytes) -> bytes:
        """Return 32 bytes for one use, from the root."""
        return self._keyring.derive(use)

    def rotate(self, at: datetime) -> int:
        """Add a master key and make it current. Returns its version. Raises KeyringError."""
        return self._change(lambda keyring: keyring.with_new_master(at)).current

    def forget(self, versions: set[int]) -> None:
        """Take old master keys out: nothing that they wrapped opens any more. Raises KeyringError."""
        self._change(lambda keyring: keyring.without(versions))

    def protect(self, passphrase: str | None) -> None:
        """Protect the file with a passphrase from now on; None takes the protection off. Raises KeyringError."""
        with self._locked():
            self._passphrase = passphrase
            self._put(self._keyring)

    def _change(self, change: Callable[[Keyring], Keyring]) -> Keyring:
        with self._locked():
            changed = change(self._read())
            self._put(changed)
            return changed

    def _put(self, keyring: Keyring) -> None:
        text = keyring.text()
        if self._passphrase is not None:
            text = protected(text, self._passphrase)
        try:
            private_file.put(self.path, text)
        except OSError as problem:
            raise KeyringError(
                f"The keyring can't be written to {self.path}: {problem.strerror}.", "unwritable"
            ) from None
        private_file.remove_drafts_of(
            self.path
        )  # what a crash left of one holds keys that are to be forgotten
        self._keyring = keyring

    def _follow(self) -> None:
        """Read the file again if it changed. One that can't be read just then is left for later: the keys at hand go on."""
        try:
            stamp = _stamp(self.path)
            if stamp != self._stamp:
                with self._lock:
                    self._keyring, self._stamp = self._read(), stamp
        except KeyringError:
            _log.error("the keyring's file changed and can't be read; the keys read before are used")

    def _read(self) -> Keyring:
        text = read_text(self.path)
        if is_protected(text):
            text = unprotected(text, self._passphrase, self.path)
        return Keyring.parse(text, f"at {self.path}")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time change the file, so that no new master key is lost."""
        try:
            handle = os.open(self.path.with_name(f".{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise KeyringError(
                f"The keyring can't be written to {self.path}: {problem.strerror}.", "unwritable"
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with self._lock:
                yield
                self._stamp = _stamp(self.path)
        finally:
            os.close(handle)


def put_back(path: Path, keyring: Keyring) -> None:
    """Write a keyring that was restored from its recovery sheet, where none is. Raises KeyringError."""
    try:
        private_file.create(path, keyring.text())
    except FileExistsError:
        raise KeyringError(f"There is a keyring at {path} already; it is left as it is.", "taken") from None
    except OSError as problem:
        raise KeyringError(
            f"The keyring can't be written to {path}: {problem.strerror}.", "unwritable"
        ) from None


def is_protected(text: str) -> bool:
    """Tell whether a keyring's file is protected by a passphrase."""
    try:
        return "argon2id" in json.loads(text)
    except (ValueError, TypeError):
        return False


def protected(text: str, passphrase: str) -> str:
    """Return a keyring's document, sealed under a passphrase."""
    salt = os.urandom(16)
    sealed = seal(_stretched(passphrase, salt, PARAMETERS), 0, text.encode(), _PLACE)
    argon2id = {"salt": base64.b64encode(salt).decode(), **PARAMETERS}
    document = {"format": FORMAT, "argon2id": argon2id, "sealed": base64.b64encode(sealed).decode()}
    return json.dumps(document, indent=2) + "\n"


def unprotected(text: str, passphrase: str | None, path: Path) -> str:
    """Return the document that `protected` sealed.

    Raises:
        PassphraseNeeded: there is no passphrase.
        WrongPassphrase: it is not the right one.
        KeyringError: the file is malformed.
    """
    if passphrase is None:
        raise PassphraseNeeded(
            f"The keyring at {path} is protected by a passphrase; give BALIE_KEYRING_PASSPHRASE.",
            "passphrase",
        )
    try:
        document = json.loads(text)
        parameters = document["argon2id"]
        salt, sealed = base64.b64decode(parameters["salt"]), base64.b64decode(document["sealed"])
        key = _stretched(
            passphrase, salt, {name: min(parameters[name], most) for name, most in _MOST.items()}
        )
    except (ValueError, TypeError, KeyError, InvalidKey):
        raise KeyringError(
            f"The keyring at {path} is damaged; put your copy of it there.", "damaged"
        ) from None
    try:
        return open_sealed(key, sealed, _PLACE).decode()
    except SealError:
        raise WrongPassphrase(f"This passphrase does not open the keyring at {path}.", "passphrase") from None


def _stretched(passphrase: str, salt: bytes, parameters: dict[str, Any]) -> bytes:
    stretcher = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=parameters["passes"],
        lanes=parameters["lanes"],
        memory_cost=parameters["kib"],
    )
    return stretcher.derive(passphrase.encode())


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes when the file is replaced. Raises KeyringError when it isn't there."""
    try:
        found = path.stat()
    except OSError:
        raise KeyringError(f"There is no keyring at {path}; put your copy of it there.", "absent") from None
    return found.st_ino, found.st_mtime_ns, found.st_size
