from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.slowness import Misses, Tally, wait_after

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_the_first_misses_cost_no_waiting() -> None:
    assert [wait_after(misses) for misses in (0, 1, 2)] == [timedelta()] * 3


def test_then_each_wait_is_twice_the_one_before() -> None:
    assert [wait_after(misses).total_seconds() for misses in (3, 4, 5, 6)] == [2, 4, 8, 16]


@given(st.integers(min_value=0, max_value=10**9))
def test_no_wait_is_longer_than_five_minutes(misses: int) -> None:
    assert wait_after(misses) <= timedelta(minutes=5)


def test_seconds_left_never_tell_a_try_to_come_too_early() -> None:
    misses = Misses(3, NOON + timedelta(seconds=1.5))

    assert misses.seconds_left(NOON) == 2
    assert misses.seconds_left(NOON + timedelta(seconds=2)) == 0


def test_a_try_is_counted_before_it_is_checked_and_one_that_comes_too_early_is_not() -> None:
    tally = Tally()
    tries = [tally.count("a", NOON) for _ in range(5)]

    assert [(each.allowed, each.seconds) for each in tries] == [
        (True, 0),
        (True, 0),
        (True, 3),
        (False, 3),
        (False, 3),
    ]


def test_a_right_try_forgives_the_misses_before_it() -> None:
    tally = Tally()
    for _ in range(3):
        tally.count("a", NOON)
    tally.forgive("a")

    assert tally.count("a", NOON).allowed


def test_keys_are_counted_apart() -> None:
    tally = Tally()
    for _ in range(4):
        tally.count("a", NOON)

    assert tally.count("b", NOON).allowed


def test_a_hundred_tries_at_once_are_not_all_the_first() -> None:
    tally = Tally()
    with ThreadPoolExecutor(20) as threads:
        tries = list(threads.map(lambda _: tally.count("a", NOON), range(100)))

    assert sum(each.allowed for each in tries) == 3


def test_a_flood_of_keys_is_forgotten_from_the_oldest() -> None:
    tally = Tally()
    for _ in range(3):
        tally.count("first", NOON)
    for number in range(2000):
        tally.count(f"key {number}", NOON)

    assert tally.count("first", NOON).allowed
