"""Random ids: what a row, a subject or a session is called. They say nothing about anyone."""

from __future__ import annotations

import re
import secrets

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{21}")


def new_id() -> str:
    """Return a fresh random id: 22 characters of the URL-safe alphabet, about 128 bits, never starting with a dash."""
    while True:
        candidate = secrets.token_urlsafe(16)
        if is_id(candidate):
            return candidate


def is_id(text: str) -> bool:
    """Tell whether `text` has the form of an id made by `new_id`."""
    return _ID.fullmatch(text) is not None
