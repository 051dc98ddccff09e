"""Receipts: signed, printable again, without personal data, and worth nothing once changed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from casework import consents, receipts, references, requests
from casework.errors import NotFound
from casework.office import Office
from store.tables import Receipt
from tests.casework.conftest import ANNA, COACH, registered, rows, verified_talk


@pytest.fixture
def withdrawn(office: Office) -> str:
    """The number of a withdrawal's receipt."""
    person = registered(office)
    consent = consents.record(
        office, person, "pr_website", {"label": "foto van Anna"}, date(2026, 1, 1), COACH
    )
    id_ = verified_talk(office)
    return consents.withdraw(office, person, consent, id_, f"{id_}:m1").number


@pytest.mark.obligation("L1")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_receipt_reads_as_a_sentence_with_real_dates(office: Office, withdrawn: str, language):
    view = receipts.read(office, withdrawn, language)
    assert view.verified
    assert view.lines[0].endswith(withdrawn)
    text = " ".join(view.lines)
    assert "2 december 2026" in text or "2 December 2026" in text
    assert "pr_website" not in text


def test_a_receipt_holds_no_personal_data(office: Office, withdrawn: str):
    (row,) = rows(office, Receipt)
    for word in (*ANNA.values(), "Anna", "foto van"):
        assert word not in row.payload


def test_a_changed_receipt_is_not_genuine(office: Office, withdrawn: str):
    with office.store.work(office.now()) as work:
        row = work.data.get_one(Receipt, withdrawn)
        facts = json.loads(row.payload)
        facts["take_down_by"] = "2036-01-01"
        row.payload = json.dumps(facts)
    assert not receipts.read(office, withdrawn).verified


def test_a_receipt_under_anothers_number_is_not_genuine(office: Office, withdrawn: str):
    person = registered(office, name="Carla", email="carla@example.org")
    id_ = verified_talk(office, "carla@example.org")
    other = requests.submit(office, id_, person, "access", None, "code", f"{id_}:m1").receipt
    with office.store.work(office.now()) as work:
        mine, theirs = work.data.get_one(Receipt, withdrawn), work.data.get_one(Receipt, other)
        mine.payload, mine.signature = theirs.payload, theirs.signature
    assert not receipts.read(office, withdrawn).verified


def test_an_unknown_number_is_not_found(office: Office):
    with pytest.raises(NotFound):
        receipts.read(office, "B-AAAAAA")


def test_references_have_no_letters_that_look_like_digits(office: Office):
    with office.store.read() as reading:
        made = {references.new_reference(reading) for _ in range(50)}
        numbers = {references.new_number(reading) for _ in range(50)}
    assert all(len(each) == 6 and each.startswith("R-") for each in made)
    assert all(len(each) == 8 and each.startswith("B-") for each in numbers)
    assert not set("".join(each[2:] for each in made | numbers)) & set("0O1IL")
