"""The office: everything an act of casework needs, in one value that is passed along."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casework.messages import Language
from casework.post import Post

if TYPE_CHECKING:
    from casework.packs import PracticePack
    from store.database import Store

__all__ = ["Language", "Office", "Once", "in_background", "utc_now"]

_log = logging.getLogger(__name__)
_courier = ThreadPoolExecutor(max_workers=1, thread_name_prefix="balie-courier")


class Once(str):
    """Names one act of one client: "<conversation id>:<client message id>". The same name again is the same act."""

    __slots__ = ()


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def in_background(work: Callable[[], object]) -> None:
    """Run `work` soon, one after the other, beside the caller. A failure is logged by its type alone."""
    _courier.submit(_guarded, work)


def _guarded(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as problem:  # noqa: BLE001  # the caller has gone on: nobody else can hear of it
        _log.warning("background work failed: %s", type(problem).__name__)


@dataclass(frozen=True, slots=True)
class Office:
    """One practice at work.

    home: the folder with exports/ and outbox/. client_url and coach_url: without a trailing slash.
    conversation_hours: how long a conversation is kept. owner_email: who gets the audit log's head, if anybody. soon: runs work that the caller need not wait for.
    """

    pack: PracticePack
    store: Store
    post: Post
    home: Path
    client_url: str
    coach_url: str
    conversation_hours: int
    now: Callable[[], datetime] = utc_now
    soon: Callable[[Callable[[], object]], None] = in_background
    owner_email: str = field(default="", repr=False)
