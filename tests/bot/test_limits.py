import asyncio

import pytest

from bot.limits import Busy, Pace

pytestmark = pytest.mark.anyio


class _Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def _waiting(pace: Pace, key: str, count: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(pace.wait(key)) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_a_burst_goes_through_at_once_and_the_rest_waits_in_line() -> None:
    pace = Pace(per_minute=1, burst=3, queue=5, clock=_Time())
    tasks = await _waiting(pace, "a", 5)
    assert [task.done() for task in tasks] == [True, True, True, False, False]
    for task in tasks:
        task.cancel()


async def test_one_does_not_slow_another() -> None:
    pace = Pace(per_minute=1, burst=1, queue=1, clock=_Time())
    await pace.wait("a")
    await pace.wait("b")


@pytest.mark.obligation("L5")
async def test_a_full_queue_hands_back_with_a_time_and_takes_it_later() -> None:
    time = _Time()
    pace = Pace(per_minute=60, burst=1, queue=1, clock=time)
    await pace.wait("a")
    (waiting,) = await _waiting(pace, "a", 1)
    with pytest.raises(Busy) as refusal:
        await pace.wait("a")
    assert refusal.value.wait_seconds >= 1
    waiting.cancel()
    time.now += 10
    await pace.wait("a")
