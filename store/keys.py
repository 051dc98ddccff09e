"""What the store asks of whoever keeps the master keys: a file, the environment, or a key service.

A key service is one more class with four things to do: say which master key is current, wrap and unwrap a subject's key, and
derive a key for a use. Everything else here follows from those. A service must not hand out its master keys.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_BLIND_INDEX = b"balie/1/blind-index"
_AUDIT = b"balie/1/audit"
_SIGNING = b"balie/1/signing"
_PASSPHRASE = b"balie/1/passphrase"
_REGISTER = b"balie/1/register"
_MARK = b"balie/1/mark"


class Keys(Protocol):
    """Keeps the master keys. Subclass it and write the first four."""

    @abstractmethod
    def newest(self) -> int:
        """Return the version of the master key that wraps now: 0 to 2**32 - 1, and higher after each rotation."""

    @abstractmethod
    def wrap(self, subject: str, key: bytes) -> bytes:
        """Seal a subject's key (32 bytes) under the current master key; the key id of the result is its version."""

    @abstractmethod
    def unwrap(self, subject: str, wrapped: bytes) -> bytes:
        """Return the key of `subject`, also when another process has rotated meanwhile.

        Raises:
            SealError: it was not wrapped for this subject by a master key kept here.
        """

    @abstractmethod
    def derive(self, use: bytes) -> bytes:
        """Return 32 bytes for one use, always the same: HKDF-SHA256 over the root, which does not rotate."""

    def index_key(self, table: str, column: str) -> bytes:
        """Return the key of one blind index. Each table and column has its own, so equal values don't show as equal."""
        parts = (part.encode() for part in (table, column))
        return self.derive(_BLIND_INDEX + b"".join(len(part).to_bytes(4, "big") + part for part in parts))

    def audit_key(self) -> bytes:
        """Return the key of the audit chain."""
        return self.derive(_AUDIT)

    def register_key(self) -> bytes:
        """Return the key of the register of erasures."""
        return self.derive(_REGISTER)

    def passphrase_secret(self) -> bytes:
        """Return the secret mixed into passphrase hashes: without the keyring a stolen database can't be guessed at."""
        return self.derive(_PASSPHRASE)

    def mark(self) -> str:
        """Return 16 hex digits by which this keyring is recognised. They tell nothing of its keys."""
        return self.derive(_MARK)[:8].hex()

    def signing_key(self) -> Ed25519PrivateKey:
        """Return the key that signs audit heads and receipts."""
        return Ed25519PrivateKey.from_private_bytes(self.derive(_SIGNING))

    def sign(self, use: str, payload: bytes) -> bytes:
        """Sign `payload` (Ed25519, 64 bytes) for one use, such as "receipt": it is no valid signature for another."""
        return self.signing_key().sign(_signed(use, payload))

    def verify(self, use: str, payload: bytes, signature: bytes) -> bool:
        """Tell whether `sign` made this signature for this use and payload."""
        try:
            self.signing_key().public_key().verify(signature, _signed(use, payload))
        except InvalidSignature:
            return False
        return True


def _signed(use: str, payload: bytes) -> bytes:
    """What a signature covers; docs/sealing.md tells others how to check one."""
    return b"balie " + use.encode() + b"\x00" + payload
