"""A ticket is sealed under its person, or under a key of its own, and its bytes open nowhere else."""

from __future__ import annotations

from datetime import datetime

import pytest

from store import people, tickets
from store.database import Store
from store.sealing import SealError
from store.terms import Ground
from store.work import Erased, Work

BODY = {"text": "een vraag"}

GROUND = Ground("guidance", "contract")


def person(work: Work) -> str:
    """A person on file."""
    return people.add(work, {"name": "Anna"}, source="desk", purpose="guidance", legal_basis="contract")


def test_a_ticket_without_a_person_has_a_key_of_its_own(store: Store, now: datetime):
    with store.work(now) as work:
        row = tickets.add(work, "R-AAAA", "incident", BODY, person=None, ground=GROUND)
        assert row.subject == row.id
        assert tickets.body(work, row) == BODY


def test_a_body_moved_to_another_ticket_of_the_same_person_does_not_open(store: Store, now: datetime):
    with store.work(now) as work:
        anna = person(work)
        first = tickets.add(work, "R-AAAA", "question", BODY, person=anna, ground=GROUND)
        second = tickets.add(work, "R-BBBB", "question", {"text": "iets anders"}, person=anna, ground=GROUND)
        second.body = first.body
        with pytest.raises(SealError):
            tickets.body(work, second)


def test_a_ticket_that_becomes_anothers_opens_under_their_key_only(store: Store, now: datetime):
    with store.work(now) as work:
        claim, anna = person(work), person(work)
        row = tickets.add(work, "R-AAAA", "request", BODY, person=claim, ground=GROUND)
        tickets.add_step(work, row, "answer", "coach", note="een antwoord")
        tickets.move(work, row, anna)
        work.destroy(claim)
        assert tickets.body(work, row) == BODY
        assert [tickets.note(work, row, step) for step in tickets.steps(work, row)] == ["een antwoord"]


def test_an_emptied_ticket_keeps_its_bare_story_and_loses_its_key(store: Store, now: datetime):
    with store.work(now) as work:
        row = tickets.add(work, "R-AAAA", "incident", BODY, person=None, ground=GROUND)
        tickets.add_step(work, row, "received", "coach")
        tickets.add_step(work, row, "answer", "coach", note="een antwoord")
        sealed = row.body
        tickets.empty(work, row)
    with store.read() as reading:
        found = tickets.by_reference(reading, "R-AAAA")
        assert found is not None
        assert tickets.body(reading, found) == {}
        steps = tickets.steps(reading, found)
        assert [(step.number, step.act, step.note) for step in steps] == [
            (1, "received", None),
            (2, "answer", None),
        ]
        assert sealed is not None
        with pytest.raises(Erased):
            reading.open(found.id, "ticket", "body", found.id, sealed)
