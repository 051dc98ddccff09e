"""Ids are random, of one form, and safe on a command line."""

from __future__ import annotations

import pytest

from store.ids import is_id, new_id


def test_ids_have_one_form_and_differ() -> None:
    ids = {new_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert all(is_id(one) and len(one) == 22 and not one.startswith("-") for one in ids)


@pytest.mark.parametrize(
    "text", ["", "Noor", "x" * 21, "x" * 23, "noor@example.nl.......", "-" + "x" * 21, "x" * 22 + "\n"]
)
def test_other_texts_are_no_ids(text: str) -> None:
    assert not is_id(text)
