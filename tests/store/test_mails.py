"""A mail that has left, lapsed or lost its person leaves nothing that opens."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from store import mails
from store.database import Store
from store.tables import SubjectKey
from store.terms import Ground
from store.work import Erased, KeyLost

GROUND = Ground("communication", "legitimate_interest")
MESSAGE = {"to": "noor@example.nl", "subject": "Een bericht", "body": "Er staat een bericht voor u klaar."}


@pytest.mark.parametrize("way", ["sent", "lapsed", "person erased"])
def test_a_mail_with_a_key_of_its_own_takes_it_along(store: Store, now: datetime, way: str) -> None:
    with store.work(now) as work:
        row = mails.add(
            work, None, MESSAGE, ground=GROUND, person="noor", expires_at=now + timedelta(minutes=10)
        )
        assert mails.open_message(work, row) == MESSAGE
    with store.work(now + timedelta(hours=1)) as work:
        if way == "sent":
            mails.remove(work, row.id)
        elif way == "lapsed":
            assert mails.remove_over(work, work.at) == 1
        else:
            assert mails.remove_of(work, "noor") == 1
    with store.read() as reading:
        assert mails.waiting(reading) == []
        with pytest.raises(Erased):
            mails.open_message(reading, row)


def test_a_mail_under_a_person_s_key_leaves_that_key_alone(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        noor = work.new_subject("person")
        mails.add(work, noor, MESSAGE, ground=GROUND, person=noor, expires_at=now + timedelta(days=1))
    with store.work(now) as work:
        assert mails.remove_of(work, noor) == 1
    with store.read() as reading:
        key = reading.keys.get(SubjectKey, noor)
        assert key is not None
        assert key.wrapped is not None


def test_a_mail_of_nobody_known_is_not_opened(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        row = mails.add(work, None, MESSAGE, ground=GROUND, expires_at=now + timedelta(days=1))
    row.subject_id = "nobody"
    with store.read() as reading, pytest.raises(KeyLost):
        mails.open_message(reading, row)
