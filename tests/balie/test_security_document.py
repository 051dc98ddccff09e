"""docs/security.md claims nothing without a test: every claim names one, and each of those exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ATTACKERS = (
    "A lost laptop",
    "A stolen backup",
    "A curious helper",
    "The hosting company",
    "A hacked widget",
    "A hostile client",
    "A hostile partner of a client",
)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def chapters() -> dict[str, str]:
    """Each chapter by its title."""
    parts = re.split(r"^## (.+)$", DOCUMENT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def claims() -> Iterator[str]:
    """Every row of the tables of what stops an attacker."""
    for title in ATTACKERS:
        yield from re.findall(r"^\| (?!what stops them)(?!-)(.+) \|$", chapters()[title], re.MULTILINE)


def test_every_attacker_has_a_chapter_with_what_stops_them_and_what_does_not() -> None:
    assert list(chapters()) == ["What is worth protecting", *ATTACKERS]
    for title in ATTACKERS:
        assert "| what stops them | shown by |" in chapters()[title]
        assert "**What does not.**" in chapters()[title]


def test_every_claim_names_a_test() -> None:
    assert len(list(claims())) > 40
    assert [claim for claim in claims() if not _TEST.search(claim)] == []


def test_every_test_that_is_named_exists() -> None:
    named = set(_TEST.findall(DOCUMENT))
    assert len(named) == len({name for _, name in named})
    missing = [
        (file, name)
        for file, name in named
        if not (ROOT / file).exists()
        or not re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert missing == []
