"""What a conversation holds is bound to its own row."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from store import conversations
from store.database import Store
from store.sealing import SealError
from store.terms import Ground


def test_one_delivery_can_not_stand_in_for_another(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        talk = conversations.add(
            work,
            token_hash=None,
            channel="web",
            language="nl",
            ground=Ground("communication", "legitimate_interest"),
            expires_at=now + timedelta(hours=24),
            chat=None,
        )
        for text in ("eerste", "tweede"):
            conversations.add_delivery(work, talk.id, {"text": text})
        one, other = conversations.deliveries_after(work, talk.id, 0)
        assert conversations.delivered(work, one) == {"text": "eerste"}
        one.message, other.message = other.message, one.message
        with pytest.raises(SealError):
            conversations.delivered(work, one)
