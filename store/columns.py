"""Column types: the guard that refuses unsealed bytes, and moments in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from store.sealing import is_sealed


class NotSealedError(TypeError):
    """Bytes that are not sealed were on their way to a column that holds sealed bytes only. A mistake in the code."""

    def __init__(self) -> None:
        super().__init__("This column holds sealed bytes only; seal the value first.")


class Sealed(TypeDecorator[bytes]):
    """Holds sealed bytes and refuses all else, whichever way a statement was made. It encrypts and opens nothing.

    Why so: a column type can't see its row, so a type that encrypts can't bind the bytes to their place.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Let None and sealed bytes pass."""
        if value is None or is_sealed(value):
            return value  # type: ignore[no-any-return]  # is_sealed has just checked that it is bytes
        raise NotSealedError


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. Takes aware datetimes only and gives aware datetimes back, on databases without time zones too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC."""
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise TypeError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the time zone back that SQLite drops."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
