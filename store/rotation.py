"""Rotation: wrapping every subject's key again under the newest master key. No record changes.

It goes in batches, each a short transaction in keys.db alone, so others keep working; what is done is told by the wrapped keys
themselves, so after a kill it goes on where it was. Memory stays flat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import LargeBinary, bindparam, func, literal, select, type_coerce, update

from store.database import Store
from store.engines import writing
from store.sealing import FORMAT, SealError
from store.tables import KeysTable

BATCH = 1000
_KEYS = KeysTable.metadata.tables["subject_key"]
_PREFIX = 5
"""Bytes: format and key id, with which all sealed bytes begin."""


class NotAllWrapped(Exception):
    """Some keys do not open with this keyring and were left as they are. `count`: how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} keys do not open with this keyring; they were left as they are.")
        self.count = count


def by_version(store: Store) -> dict[int, int]:
    """Return how many subjects' keys each master key wraps."""
    prefix = func.substr(_KEYS.c.wrapped, 1, _PREFIX, type_=LargeBinary)
    counted = select(prefix, func.count()).where(_KEYS.c.wrapped.is_not(None)).group_by(prefix)
    counts: Counter[int] = Counter()
    with store.keys_engine.connect() as connection:
        for start, count in connection.execute(counted):
            counts[int.from_bytes(bytes(start)[1:], "big")] += count
    return dict(counts)


def to_wrap(store: Store) -> int:
    """Return how many keys an older master key still wraps."""
    newest = store.keyring.newest()
    return sum(count for version, count in by_version(store).items() if version != newest)


def wrap_again(store: Store, batch: int = BATCH) -> Iterator[int]:
    """Wrap what an older master key wraps, and yield the number done after each batch. Done before: nothing to do.

    Raises NotAllWrapped, at the end: some keys do not open.
    """
    done, failed, last = 0, 0, ""
    while True:
        last, wrapped, damaged = _one_batch(store, last, batch)
        done, failed = done + wrapped, failed + damaged
        if not last:
            break
        yield done
    if failed:
        raise NotAllWrapped(failed)


def _one_batch(store: Store, after: str, batch: int) -> tuple[str, int, int]:
    """Wrap the next keys by id. Returns the last id looked at ("" at the end), how many were wrapped, how many don't open."""
    prefix = func.substr(_KEYS.c.wrapped, 1, _PREFIX, type_=LargeBinary)
    newest = bytes([FORMAT]) + store.keyring.newest().to_bytes(4, "big")
    older = (
        select(_KEYS.c.subject, _KEYS.c.wrapped)
        .where(
            _KEYS.c.subject > after,
            _KEYS.c.wrapped.is_not(None),
            prefix != type_coerce(literal(newest, LargeBinary), LargeBinary),
        )
        .order_by(_KEYS.c.subject)
        .limit(batch)
    )
    with writing(store.keys_engine).begin() as connection:
        rows = connection.execute(older).all()
        fresh, damaged = [], 0
        for subject, wrapped in rows:
            try:
                key = store.keyring.unwrap(subject, wrapped)
            except SealError:
                damaged += 1
            else:
                fresh.append({"whose": subject, "now": store.keyring.wrap(subject, key)})
        if fresh:
            whose = _KEYS.c.subject == bindparam("whose")
            connection.execute(update(_KEYS).where(whose).values(wrapped=bindparam("now")), fresh)
    return (rows[-1].subject if rows else ""), len(fresh), damaged
