"""Doing an act once: a retry under the same name gets the same answer and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from store import done
from store.work import Work

Told = dict[str, Any]
"""What an act told, as JSON without personal data."""


def once_only(work: Work, once: str | None, act: str, do: Callable[[], Told]) -> Told:
    """Do the act unless it was done under this name; return what it told then or tells now.

    `do` runs in the caller's transaction, and so does the entry in the register: after a crash either both are there
    or neither. The store lets one writer in at a time, so two retries at once can't both find the register empty.
    """
    if once is None:
        return do()
    told = done.result(work, once, act)
    if told is None:
        told = do()
        done.keep(work, once, act, told)
    return told
