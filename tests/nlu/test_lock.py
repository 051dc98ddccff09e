"""One message of a conversation at a time, without polling."""

from __future__ import annotations

import asyncio
import gc

import pytest

from nlu.lock import ConversationLocks


def test_turns_of_one_conversation_follow_each_other_in_order() -> None:
    async def all_at_once() -> list[str]:
        locks, done = ConversationLocks(), []

        async def turn(name: str) -> None:
            async with locks.lock("c1"):
                done.append(f"begin {name}")
                await asyncio.sleep(0)
                done.append(f"end {name}")

        await asyncio.gather(turn("a"), turn("b"), turn("c"))
        return done

    assert asyncio.run(all_at_once()) == ["begin a", "end a", "begin b", "end b", "begin c", "end c"]


def test_different_conversations_do_not_wait() -> None:
    async def interleaved() -> bool:
        locks = ConversationLocks()
        async with locks.lock("c1"):
            await asyncio.wait_for(_pass_through(locks, "c2"), timeout=5)
            return True

    assert asyncio.run(interleaved())


def test_a_failing_turn_gives_the_lock_back() -> None:
    async def fails_then_goes_on() -> bool:
        locks = ConversationLocks()
        with pytest.raises(RuntimeError, match="failed"):
            async with locks.lock("c1"):
                raise RuntimeError("failed")
        await asyncio.wait_for(_pass_through(locks, "c1"), timeout=5)
        return True

    assert asyncio.run(fails_then_goes_on())


def test_nothing_is_remembered_of_finished_turns() -> None:
    locks = ConversationLocks()
    asyncio.run(_pass_through(locks, "c1"))
    gc.collect()

    assert len(locks._locks) == 0


async def _pass_through(locks: ConversationLocks, conversation: str) -> None:
    async with locks.lock(conversation):
        pass
