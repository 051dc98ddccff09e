"""References and numbers that people read aloud: short, unique, without letters that look like digits."""

from __future__ import annotations

import secrets

from store import receipts, requests, tickets
from store.work import Reading

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L."""

_REFERENCE_LETTERS = 4
_NUMBER_LETTERS = 6


def new_reference(reading: Reading) -> str:
    """Return a reference of a request or ticket, such as "R-7K2M", that none has yet."""
    while True:
        reference = f"R-{_letters(_REFERENCE_LETTERS)}"
        if not (tickets.by_reference(reading, reference) or requests.by_reference(reading, reference)):
            return reference


def new_number(reading: Reading) -> str:
    """Return the number of a receipt, such as "B-7K2M4Q", that none has yet."""
    while True:
        number = f"B-{_letters(_NUMBER_LETTERS)}"
        if receipts.get(reading, number) is None:
            return number


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))
