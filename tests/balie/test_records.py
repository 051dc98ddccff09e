"""Lists for people have columns; lists for scripts are JSON; words of people are only in the latter."""

from __future__ import annotations

import pytest

from balie.commands import records
from balie.errors import SetupError


def test_a_list_has_columns_and_a_dash_where_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"reference": "R-NXRN", "kind": "intake", "request_kind": None, "id": "not shown"},
        {"reference": "R-7K2M", "kind": "request", "request_kind": "access", "id": "not shown"},
    ]
    records._print(rows, False, ("reference", "kind", "request_kind"))
    assert capsys.readouterr().out.splitlines() == [
        "reference  kind     request_kind",
        "R-NXRN     intake   -",
        "R-7K2M     request  access",
    ]


@pytest.mark.parametrize("listing", [records.list_tickets, records.list_consents])
def test_personal_data_are_refused_where_they_would_not_be_shown(listing: object) -> None:
    assert callable(listing)
    with pytest.raises(SetupError, match="--json"):
        listing(as_json=False, reveal=True)
