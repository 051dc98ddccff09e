"""Every table says why its rows are kept and when that ends, and every row with a term of its own has all three."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store import people, terms
from store.database import Store
from store.tables import DataTable, KeysTable
from store.terms import Follows, Own, Term

OWN = [name for name, term in terms.DATA.items() if isinstance(term, Own)]


def test_every_table_of_both_databases_has_its_place() -> None:
    assert set(terms.DATA) == set(DataTable.metadata.tables)
    assert set(terms.KEYS) == set(KeysTable.metadata.tables)


@pytest.mark.obligation(4)
@pytest.mark.parametrize("name", OWN)
def test_a_row_with_a_term_of_its_own_can_not_be_stored_without_purpose_and_basis(name: str) -> None:
    columns, term = DataTable.metadata.tables[name].columns, terms.DATA[name]
    assert isinstance(term, Own)
    assert not columns["purpose"].nullable
    assert not columns["legal_basis"].nullable
    assert columns[term.ends].nullable is (term.open_until is not None) or name in {"receipt", "mail"}


@pytest.mark.parametrize("name", [name for name, term in terms.DATA.items() if isinstance(term, Follows)])
def test_what_follows_another_row_is_deleted_with_it(name: str) -> None:
    term = terms.DATA[name]
    assert isinstance(term, Follows)
    keys = [
        key for key in DataTable.metadata.tables[name].foreign_keys if key.column.table.name == term.table
    ]
    assert [key.ondelete for key in keys] == ["CASCADE"]
    if term.ends:
        assert not DataTable.metadata.tables[name].columns[term.ends].nullable


def test_what_is_past_its_term_is_counted_by_table(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        for days in (1, 3):
            people.add(
                work,
                {"name": "Noor"},
                source="intake",
                purpose="guidance",
                legal_basis="contract",
                expires_at=now + timedelta(days=days),
            )
    later = now + timedelta(days=2)
    with store.read() as reading:
        assert terms.overdue(reading, now, now.date()) == {}
        assert terms.overdue(reading, later, later.date()) == {"person": 1}


@pytest.mark.obligation(48)
def test_the_document_says_of_every_table_what_the_code_says() -> None:
    document = (Path(__file__).parents[2] / "docs" / "retention.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", document, re.MULTILINE))
    assert said == {name: _sentence(term) for name, term in (*terms.DATA.items(), *terms.KEYS.items())}


def _sentence(term: Term) -> str:
    if isinstance(term, Own):
        later = f", which has no value until {term.open_until}" if term.open_until else ""
        return f"own purpose and basis; until `{term.ends}`{later}"
    if isinstance(term, Follows):
        return f"goes with its `{term.table}`" + (f"; sooner at `{term.ends}`" if term.ends else "")
    return f"impersonal: {term.why}"
