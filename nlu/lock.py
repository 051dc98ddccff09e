"""One message of a conversation at a time: an asyncio lock per conversation, for an engine of one process.

Rasa's own lock store polls once a second. Two engines at work on one conversation are not this module's matter: the
tracker store notices them and refuses the second (`nlu.tracker.ConversationForked`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.lock_store import LockStore


class ConversationLocks(LockStore):
    """Hands out the lock of a conversation in the order of asking and forgets it when nobody holds or awaits it.

    Rasa's tickets are not used: its own methods for them stay, which refuse.
    """

    def __init__(self, **_: Any) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 0, wait_time_in_seconds: float = 0
    ) -> AsyncIterator[asyncio.Lock]:
        """Hold the conversation's lock; the two times of Rasa's polling lock mean nothing here."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            yield lock
