"""The register of done acts: the database itself refuses a second entry of the same name."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from store import done
from store.database import Store


def test_what_was_told_is_told_again(store: Store, now: datetime):
    with store.work(now) as work:
        done.keep(work, "talk:m1", "request.access", {"reference": "R-AAAA"})
    with store.read() as reading:
        assert done.result(reading, "talk:m1", "request.access") == {"reference": "R-AAAA"}
        assert done.result(reading, "talk:m1", "request.erasure") is None
        assert done.result(reading, "talk:m2", "request.access") is None


def test_the_same_act_cannot_be_registered_twice(store: Store, now: datetime):
    with store.work(now) as work:
        done.keep(work, "talk:m1", "intake", {})
    with pytest.raises(IntegrityError), store.work(now) as work:
        done.keep(work, "talk:m1", "intake", {})


def test_old_entries_go(store: Store, now: datetime):
    with store.work(now) as work:
        done.keep(work, "talk:m1", "intake", {})
    with store.work(now + timedelta(days=1)) as work:
        assert done.remove_older(work, now) == 0
        assert done.remove_older(work, now + timedelta(seconds=1)) == 1
