"""Codes are kept as keyed digests, each good for its own purpose, and counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import codes
from store.database import Store
from tests.store.conftest import NOW

LATER = NOW + timedelta(minutes=10)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=st.text(min_size=1), typed=st.text())
def test_a_code_matches_itself_only(sqlite_store: Store, secret: str, typed: str):
    with sqlite_store.work(NOW) as work:
        row = codes.add(work, "identity", secret, expires_at=LATER)
        assert codes.matches(work, row, secret)
        assert codes.matches(work, row, typed) == (typed == secret)


def test_a_digest_is_good_for_its_own_purpose_only(store: Store, now: datetime):
    with store.work(now) as work:
        row = codes.add(work, "identity", "123456", expires_at=LATER)
        other = codes.add(work, "download", "123456", expires_at=LATER)
        assert row.digest != other.digest


def test_a_retired_code_is_not_the_newest_but_still_counts(store: Store, now: datetime):
    with store.work(now) as work:
        codes.add(work, "download", "1", expires_at=LATER, about="export", place="anna@example.org")
        codes.retire(work, "download", about="export")
        assert codes.newest(work, "download", about="export") is None
        assert codes.moments(work, "download", now - timedelta(hours=1), about="export") == [now]
        assert codes.moments(work, "download", now - timedelta(hours=1), place="anna@example.org") == [now]
        assert codes.moments(work, "download", now - timedelta(hours=1), place="bram@example.org") == []


def test_codes_go_once_they_neither_work_nor_count(store: Store, now: datetime):
    with store.work(now) as work:
        codes.add(work, "identity", "1", expires_at=LATER)
    with store.work(LATER) as work:
        assert codes.remove_older(work, now - timedelta(minutes=1)) == 0
        assert codes.remove_older(work, now) == 1


def test_a_token_is_found_by_its_digest(store: Store, now: datetime):
    with store.work(now) as work:
        row = codes.add(work, "consent", "a-long-token", expires_at=LATER, about="consent")
    with store.read() as reading:
        found = codes.by_secret(reading, "consent", "a-long-token")
        assert found is not None
        assert found.id == row.id
        assert codes.by_secret(reading, "consent", "another") is None
