"""What waits goes to a thread of its own, so that nobody else's turn waits with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import anyio.to_thread

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking call of casework beside the event loop."""
    return await anyio.to_thread.run_sync(lambda: call(*args, **kwargs))
