"""Blind indexes: how a person is found by a value that is not stored in the clear.

The index holds HMAC-SHA256 of the normalised value, at full length, under a key of its own per table and column. Without the
keyring nothing can be looked up or guessed. What it does tell whoever reads keys.db: which subjects share a value.
"""

from __future__ import annotations

import hmac
import unicodedata

from store.keys import Keys


def digest(keyring: Keys, table: str, column: str, value: str) -> bytes:
    """Return what stands in the index for a value that is normalised already: 32 bytes."""
    return hmac.digest(keyring.index_key(table, column), value.encode(), "sha256")


def normal(text: str) -> str:
    """Return the one spelling of an e-mail address or a name: NFC, stripped, without case.

    Composed once more at the end, since casefolding can take composed letters apart.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())


def normal_phone(text: str) -> str:
    """Return a telephone number that is in E.164 already, such as +31612345678.

    Raises:
        ValueError: it is not in E.164; reading what people type is the caller's work.
    """
    number = text.strip()
    if not (
        number.startswith("+")
        and number[1:].isascii()
        and number[1:].isdigit()
        and 3 <= len(number[1:]) <= 15
    ):
        raise ValueError("a telephone number is indexed in E.164 form")
    return number
