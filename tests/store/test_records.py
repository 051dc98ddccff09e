"""Requests, consents, exports and receipts: sealed in their own place, moved with their person, found again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from store import consents, exports, people, receipts, requests, tickets
from store.database import Store
from store.sealing import SealError
from store.terms import Ground
from store.work import Work

DAY = date(2026, 4, 14)

GROUND = Ground("guidance", "contract")


def person(work: Work) -> str:
    """A person on file."""
    return people.add(work, {"name": "Anna"}, source="desk", purpose="guidance", legal_basis="contract")


def asked(work: Work, who: str, reference: str, detail: str | None = "graag snel"):
    """A request."""
    return requests.add(
        work,
        reference,
        who,
        None,
        "access",
        state="verifying",
        identity="none",
        promised=DAY,
        legal=DAY,
        detail=detail,
        ground=GROUND,
    )


def test_a_requests_texts_move_with_it_to_another_person(store: Store, now: datetime):
    with store.work(now) as work:
        claim, anna = person(work), person(work)
        row = asked(work, claim, "R-AAAA")
        requests.set_reason(work, row, "meer tijd nodig")
        requests.move(work, row, anna)
        people.erase(work, claim)
        assert (requests.detail(work, row), requests.reason(work, row)) == ("graag snel", "meer tijd nodig")
        people.erase(work, anna)
        assert (requests.detail(work, row), requests.reason(work, row)) == (None, None)


def test_a_detail_in_the_place_of_a_reason_does_not_open(store: Store, now: datetime):
    with store.work(now) as work:
        row = asked(work, person(work), "R-AAAA")
        row.reason = row.detail
        with pytest.raises(SealError):
            requests.reason(work, row)


def test_requests_are_found_by_reference_and_by_person(store: Store, now: datetime):
    with store.work(now) as work:
        anna = person(work)
        row = asked(work, anna, "R-AAAA", None)
        found = requests.by_reference(work, "R-AAAA")
        assert found is row
        assert requests.of_person(work, anna) == [row]
        assert requests.by_reference(work, "R-BBBB") is None


def test_a_consents_story_is_numbered_and_goes_with_it(store: Store, now: datetime):
    with store.work(now) as work:
        anna = person(work)
        row = consents.add(work, anna, "pr_website", {"label": "foto"}, state="asked", ground=GROUND)
        for event in ("asked", "given"):
            consents.add_event(work, row.id, event, by="client", channel="web", method="choice")
        assert [(event.number, event.event) for event in consents.events(work, row.id)] == [
            (1, "asked"),
            (2, "given"),
        ]
        assert consents.record(work, row) == {"label": "foto"}
        work.data.flush()
        assert consents.remove_of_person(work, anna) == 1
    with store.read() as reading:
        assert consents.of_person(reading, anna) == []
        assert consents.events(reading, row.id) == []


def test_a_consent_is_over_when_its_term_is_and_it_was_given(store: Store, now: datetime):
    with store.work(now) as work:
        anna = person(work)
        given = consents.add(work, anna, "keep_contact", {}, state="given", ground=GROUND, expires_at=now)
        consents.add(work, anna, "keep_contact", {}, state="withdrawn", ground=GROUND, expires_at=now)
        assert consents.over(work, now - timedelta(seconds=1)) == []
        assert consents.over(work, now) == [given]


def test_an_export_is_over_at_its_time(store: Store, now: datetime):
    with store.work(now) as work:
        anna = person(work)
        ticket = tickets.add(work, "R-AAAA", "request", {}, person=anna, ground=GROUND)
        row = exports.add(
            work, "bundle", ticket.id, anna, sha256="0" * 64, ground=GROUND, expires_at=now, max_downloads=3
        )
        assert exports.over(work, now - timedelta(seconds=1)) == []
        assert (
            exports.over(work, now)
            == exports.of_person(work, anna)
            == exports.of_ticket(work, ticket.id)
            == [row]
        )
        assert exports.files(work) == {f"{row.id}.sealed"}


def test_receipts_follow_who_a_claim_turned_out_to_be(store: Store, now: datetime):
    with store.work(now) as work:
        claim, anna = person(work), person(work)
        receipts.add(
            work,
            "B-AAAAAA",
            "request",
            "{}",
            b"x",
            person=claim,
            conversation=None,
            ground=GROUND,
            expires_at=now,
        )
        receipts.move(work, claim, anna)
        assert [row.number for row in receipts.of_person(work, anna)] == ["B-AAAAAA"]
        assert receipts.of_person(work, claim) == []
