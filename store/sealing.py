"""Sealing: authenticated encryption of bytes, bound to the place where they are stored.

Sealed bytes, format 1 (docs/sealing.md has them byte by byte, with test vectors):

    0       format version, 0x01
    1-4     key id, big-endian
    5-16    random nonce
    17-     AES-256-GCM ciphertext, then its tag of 16 bytes

The associated data names format, key id, table, column, row and person, each length-prefixed, so that sealed bytes open in
their own place and nowhere else; and the revision, where a value was replaced in its place, so that the one before it opens
nowhere. This module imports nothing but `cryptography` and runs on Python 3.10: the engine's
tracker store shares it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
"""Version of the sealed bytes. A number, once used, never gets another meaning."""

KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEADER_BYTES = 1 + 4
_SHORTEST = _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES
_PURPOSE = b"balie sealed bytes"

_SHORT_STEP = 64
_LONG_STEP = 1024
_PAD_MARK = b"\x80"


class SealError(Exception):
    """The bytes do not open: wrong key, wrong place, changed, cut, padded wrongly, or never sealed. It never says which."""

    def __init__(self) -> None:
        super().__init__("These sealed bytes do not open here.")


class Place(NamedTuple):
    """Where sealed bytes stand. All of it is part of the seal: the same bytes open nowhere else.

    revision: how often the value in this place was replaced, 0 to 2**64 - 1. It is not in the bytes: who opens must know it.
    """

    table: str
    column: str
    row: str
    person: str
    revision: int = 0


def new_key() -> bytes:
    """Return 32 fresh random bytes: an AES-256 key."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, key_id: int, plaintext: bytes, place: Place) -> bytes:
    """Seal `plaintext` for `place`.

    Args:
        key: 32 bytes.
        key_id: number of the key, 0 to 2**32 - 1; it is written in the clear and is part of the seal.
        plaintext: any bytes; their length shows unless they were padded first (`pad`).
        place: where the result will be stored.

    Raises:
        ValueError: the key is not 32 bytes long, or the key id does not fit in 32 bits.
    """
    if not 0 <= key_id < 2**32:
        raise ValueError("a key id is a number of 32 bits")
    nonce = os.urandom(_NONCE_BYTES)
    header = bytes([FORMAT]) + key_id.to_bytes(4, "big")
    return header + nonce + _cipher(key).encrypt(nonce, plaintext, _associated_data(key_id, place))


def open_sealed(key: bytes, blob: bytes, place: Place) -> bytes:
    """Return what was sealed for `place` with `key`.

    Raises:
        SealError: the bytes do not open, for whatever reason.
        ValueError: the key is not 32 bytes long.
    """
    key_id = key_id_of(blob)
    nonce = blob[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
    try:
        return _cipher(key).decrypt(
            nonce, blob[_HEADER_BYTES + _NONCE_BYTES :], _associated_data(key_id, place)
        )
    except InvalidTag:
        raise SealError from None


def is_sealed(blob: object) -> bool:
    """Tell whether `blob` has the form of sealed bytes. Only opening them shows whether they are genuine."""
    return isinstance(blob, bytes) and len(blob) >= _SHORTEST and blob[0] == FORMAT


def key_id_of(blob: bytes) -> int:
    """Return the id of the key that sealed `blob`.

    Raises:
        SealError: `blob` does not have the form of sealed bytes.
    """
    if not is_sealed(blob):
        raise SealError
    return int.from_bytes(blob[1:_HEADER_BYTES], "big")


def pad(plaintext: bytes) -> bytes:
    """Hide the length: append 0x80, then zeros up to a multiple of 64 bytes (of 1024 bytes from 1024 bytes on)."""
    marked = plaintext + _PAD_MARK
    step = _SHORT_STEP if len(marked) <= _LONG_STEP else _LONG_STEP
    return marked + bytes(-len(marked) % step)


def unpad(padded: bytes) -> bytes:
    """Return what `pad` was given.

    Raises:
        SealError: the padding is not what `pad` makes.
    """
    plaintext, mark, rest = padded.rpartition(_PAD_MARK)
    if not mark or rest.strip(b"\x00") or pad(plaintext) != padded:
        raise SealError
    return plaintext


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise ValueError("a key is 32 bytes long")
    return AESGCM(key)


def _associated_data(key_id: int, place: Place) -> bytes:
    """Name the place without doubt: every part preceded by its length, so that no two places read alike.

    A value that was never replaced has no part for its revision: so the engine's tracker and older seals need none.
    """
    row_and_person = _part(place.row.encode()) + _part(place.person.encode())
    revision = _part(place.revision.to_bytes(8, "big")) if place.revision else b""
    return _shared_parts(key_id, place.table, place.column) + row_and_person + revision


@lru_cache(maxsize=256)
def _shared_parts(key_id: int, table: str, column: str) -> bytes:
    """Name what all rows of a table share."""
    parts = (_PURPOSE, bytes([FORMAT]), key_id.to_bytes(4, "big"), table.encode(), column.encode())
    return b"".join(map(_part, parts))


def _part(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content
