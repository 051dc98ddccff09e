"""What the bot does beside its conversations: erase at the engine what was wiped, let terms end, send waiting mail."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.guard import fault
from bot.talk import Talk
from bot.threads import in_thread
from casework import daily, post, retention
from casework.office import Office

_log = logging.getLogger(__name__)

FORGET_EVERY = 15.0
MAIL_EVERY = 20.0
EXPIRE_EVERY = 300.0
DAILY_EVERY = 900.0
AFTER_FAILURE = 5.0
"""Seconds between two rounds of each chore, and at least after a round that failed."""


async def forget_wiped(talk: Talk) -> None:
    """Erase at the engine what is still there of conversations that were wiped or have expired."""
    if count := await talk.forget_wiped():
        _log.info("%d conversations erased at the engine", count)


async def let_terms_end(office: Office) -> None:
    """Wipe what has outlived its term: conversations, dropped intakes, codes, exports."""
    gone = await in_thread(retention.expire, office)
    if any(gone.values()):
        _log.info("terms ended: %s", {kind: count for kind, count in gone.items() if count})


async def daily_round(office: Office) -> None:
    """Do what is to be done once a day: keep the audit log's head, clear away leftovers."""
    did = await in_thread(daily.round_of_today, office)
    if any(did.values()):
        _log.info("daily round: %s", {kind: count for kind, count in did.items() if count})


async def send_mail(office: Office) -> None:
    """Send the mails that wait for another try."""
    if count := await in_thread(post.send_waiting, office):
        _log.info("%d waiting mails sent", count)


async def again_and_again(chore: Callable[[], Awaitable[object]], every: float) -> None:
    """Do a chore every so many seconds until cancelled. One that fails is logged by its type and tried again later."""
    while True:
        pause = every
        try:
            await chore()
        except Exception as error:  # noqa: BLE001  # a chore that fails today must not keep the desk from opening tomorrow
            _log.warning("a chore failed: %s", fault(error))
            pause = max(every, AFTER_FAILURE)
        await asyncio.sleep(pause)
