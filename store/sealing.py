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
from collections.abc import Mapping
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
"""Version of the sealed bytes. A number, once used, never gets another meaning."""

KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEAD = Struct(f">BI{_NONCE_BYTES}s")
"""Format version, key id, nonce."""
_SHORTEST = _HEAD.size + _TAG_BYTES
_PURPOSE = b"balie sealed bytes"

_SHORT_STEP = 64
_LONG_STEP = 1024
_PAD_MARK = b"\x80"


class SealError(Exception):
    """The bytes do not open: wrong key, wrong place, changed, cut, padded wrongly, or never sealed. It never says which."""

    def __init__(self) -> None:
        super().__init__("These sealed bytes do not open here.")


Key = bytes | AESGCM
"""A key: 32 bytes, or what `cipher` made of them."""


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


def cipher(key: bytes) -> AESGCM:
    """Return a key made ready, for who opens many values with it.

    Raises:
        ValueError: the key is not 32 bytes long.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a key is 32 bytes long")
    return AESGCM(key)


def seal(key: Key, key_id: int, plaintext: bytes, place: Place) -> bytes:
    """Seal `plaintext` for `place`.

    Args:
        key: 32 bytes, or their cipher.
        key_id: number of the key, 0 to 2**32 - 1; it is written in the clear and is part of the seal.
        plaintext: any bytes; their length shows unless they were padded first (`pad`).
        place: where the result will be stored.

    Raises:
        ValueError: the key is not 32 bytes long, or the key id does not fit in 32 bits.
    """
    if not 0 <= key_id < 2**32:
        raise ValueError("a key id is a number of 32 bits")
    nonce = os.urandom(_NONCE_BYTES)
    ciphertext = _ready(key, key_id).encrypt(nonce, plaintext, _associated_data(key_id, place))
    return _HEAD.pack(FORMAT, key_id, nonce) + ciphertext


def open_sealed(key: Key | Mapping[int, Key], blob: bytes, place: Place) -> bytes:
    """Return what was sealed for `place` with `key`; of several keys by their id, with the one that the bytes name.

    Raises:
        SealError: the bytes do not open, for whatever reason.
        ValueError: the key is not 32 bytes long.
    """
    if not is_sealed(blob):
        raise SealError
    _, key_id, nonce = _HEAD.unpack_from(blob)
    ready = key if isinstance(key, AESGCM) else _ready(key, key_id)
    try:
        return ready.decrypt(nonce, blob[_HEAD.size :], _associated_data(key_id, place))
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
    key_id: int = _HEAD.unpack_from(blob)[1]
    return key_id


def pad(plaintext: bytes) -> bytes:
    """Hide the length: append 0x80, then zeros up to a multiple of 64 bytes (of 1024 bytes from 1024 bytes on)."""
    return (plaintext + _PAD_MARK).ljust(_padded_length(len(plaintext)), b"\x00")


def unpad(padded: bytes) -> bytes:
    """Return what `pad` was given.

    Raises:
        SealError: the padding is not what `pad` makes.
    """
    plaintext, mark, rest = padded.rpartition(_PAD_MARK)
    if not mark or rest.strip(b"\x00") or len(padded) != _padded_length(len(plaintext)):
        raise SealError
    return plaintext


def _padded_length(length: int) -> int:
    step = _SHORT_STEP if length < _LONG_STEP else _LONG_STEP
    return length + step - length % step


def _ready(key: Key | Mapping[int, Key], key_id: int) -> AESGCM:
    if isinstance(key, bytes):
        return cipher(key)
    if isinstance(key, AESGCM):
        return key
    if key_id not in key:
        raise SealError
    return _ready(key[key_id], key_id)


def _associated_data(key_id: int, place: Place) -> bytes:
    """Name the place without doubt: every part preceded by its length, so that no two places read alike.

    A value that was never replaced has no part for its revision: so the engine's tracker and older seals need none.
    """
    table, column, row, person, revision = place
    parts = _shared_parts(key_id, table, column) + _part(row.encode()) + _part(person.encode())
    return parts + _part(revision.to_bytes(8, "big")) if revision else parts


@lru_cache(maxsize=256)
def _shared_parts(key_id: int, table: str, column: str) -> bytes:
    """Name what all rows of a table share."""
    parts = (_PURPOSE, bytes([FORMAT]), key_id.to_bytes(4, "big"), table.encode(), column.encode())
    return b"".join(map(_part, parts))


def _part(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content
