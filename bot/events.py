"""What arrives outside a turn, as server-sent events: one look at the store serves all open streams."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from fastapi.sse import ServerSentEvent

from bot.shapes import MessageOut
from bot.threads import in_thread
from casework import deliveries
from casework.conversations import Conversation
from casework.errors import NotFound
from casework.office import Office

LOOK_EVERY = 1.0
"""Seconds between looks at the store while somebody listens."""
CHECK_EVERY = 20.0
"""Seconds after which a stream looks whether its conversation is still there."""
COME_BACK = 2000
"""Milliseconds after which a client that lost its stream comes back."""


class Arrivals:
    """The number of the newest delivery in the whole office, watched for everybody at once."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._newest = 0
        self._changed = asyncio.Event()
        self._listeners = 0
        self._wanted = asyncio.Event()
        self._streams: Counter[str] = Counter()

    @contextmanager
    def listening(self, conversation_id: str) -> Iterator[None]:
        """Count a stream of this conversation for as long as it is open."""
        self._streams[conversation_id] += 1
        try:
            yield
        finally:
            self._streams[conversation_id] -= 1
            self._streams += Counter()

    def is_listened_to(self, conversation_id: str) -> bool:
        """Tell whether somebody has this conversation before them now; a page in the background closes its stream."""
        return self._streams[conversation_id] > 0

    @property
    def newest(self) -> int:
        """The number of the newest delivery that was seen."""
        return self._newest

    async def look(self) -> None:
        """Look once for new deliveries, as soon as anybody listens, and wake all who do."""
        await self._wanted.wait()
        newest = await in_thread(deliveries.newest, self._office)
        if newest != self._newest:
            self._newest = newest
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()

    async def after(self, seen: int) -> None:
        """Return when there may be deliveries newer than `seen`, or after CHECK_EVERY seconds."""
        if self._newest != seen:
            return
        self._listeners += 1
        self._wanted.set()
        try:
            await asyncio.wait_for(self._changed.wait(), CHECK_EVERY)
        except TimeoutError:
            return
        finally:
            self._listeners -= 1
            if not self._listeners:
                self._wanted.clear()


async def stream(
    office: Office, arrivals: Arrivals, conversation_id: str, enter: Callable[[], Conversation], after: int
) -> AsyncIterator[ServerSentEvent]:
    """The deliveries of one conversation after number `after`, as they come; ends with `over` when it has ended.

    Sending is not arriving: a message counts as taken when the client says that it saw it, or comes back after it.
    """
    if after:
        await mark_seen(office, await in_thread(enter), after)
    with arrivals.listening(conversation_id):
        yield ServerSentEvent(comment="open", retry=COME_BACK)
        while True:
            seen = arrivals.newest
            try:
                await in_thread(enter)
                waiting = await in_thread(deliveries.after, office, conversation_id, after)
                for delivery in waiting:
                    yield ServerSentEvent(
                        id=str(delivery.seq), event="message", data=MessageOut.of(delivery.message)
                    )
                    after = delivery.seq
            except NotFound:
                yield ServerSentEvent(event="over", data={})
                return
            await arrivals.after(seen)


async def mark_seen(office: Office, conversation: Conversation, up_to: int) -> None:
    """Write down that deliveries were seen here. A Telegram talk gets its own in Telegram, whatever a web page showed."""
    if conversation.channel == "web":
        await in_thread(deliveries.taken, office, conversation.id, up_to)
