"""Revisions: what keeps a value that was replaced from coming back.

Whoever can write to data.db could put the older bytes of a field back in their own place. So each time a value is replaced,
its seal carries the next revision, and keys.db holds which revisions of the place may open: as a rule exactly one. While a
replacement is under way there are two, since a crash may leave either value in data.db; once it is kept, the list is cut to
the new one. Values that were never replaced have revision 0 and stand in no list.
"""

from __future__ import annotations

import json

Allowed = dict[str, list[int]]
"""Place -> revisions that may open there, the newest first."""

FIRST = (0,)


def name_of(table: str, column: str, row: str) -> str:
    """Return how a place is named in a subject's list."""
    return f"{table}.{column}.{row}"


def parts_of(place: str) -> tuple[str, str, str]:
    """Return the table, column and row that a name stands for."""
    table, column, row = place.split(".", 2)
    return table, column, row


def read(text: str | None) -> Allowed:
    """Return a subject's list as it is stored."""
    return {} if text is None else json.loads(text)


def write(allowed: Allowed) -> str | None:
    """Return the list as it is stored: nothing where nothing was replaced."""
    return json.dumps(allowed, sort_keys=True, separators=(",", ":")) if allowed else None


def may_open(allowed: Allowed, place: str) -> tuple[int, ...]:
    """Return the revisions that may open in a place, the likeliest first."""
    return tuple(allowed.get(place, FIRST))


def with_next(allowed: Allowed, place: str) -> tuple[Allowed, int]:
    """Return the list for while the value in a place is being replaced, and the revision of the new value."""
    known = may_open(allowed, place)
    following = known[0] + 1
    return allowed | {place: [following, *known]}, following


def settled(allowed: Allowed, kept: dict[str, int]) -> Allowed:
    """Return the list for when these revisions are kept in these places: those before them open no more."""
    return {
        place: [revision for revision in known if revision >= kept.get(place, 0)]
        for place, known in allowed.items()
    }
