"""The statements on keys.db: subjects' wrapped keys, tombstones, and look-ups.

Every record that is opened passes here, so these are plain statements that make no objects of rows: a look-up through them
costs a third of what it does through the ORM (docs/decisions/0018-what-the-store-costs.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Connection, String, Table, any_, bindparam, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import KeysTable

_KEYS = KeysTable.metadata.tables["subject_key"]
_LOOK_UPS = KeysTable.metadata.tables["blind_index"]

LookUp = tuple[str, str, bytes]
"""Table, column and digest under which a subject is found."""


class KeyRow(NamedTuple):
    """What keys.db holds of a subject: its wrapped key, whether it was destroyed, and which revisions may open."""

    subject: str
    wrapped: bytes | None
    erased: bool
    revisions: str | None


_REST = (_KEYS.c.wrapped, _KEYS.c.erased_at.is_not(None).label("erased"), _KEYS.c.revisions)
_ROW = select(_KEYS.c.subject, *_REST)
_BY_SUBJECT = _ROW.where(_KEYS.c.subject == bindparam("subject"))
_LISTED = func.json_each(bindparam("subjects", type_=JSON)).table_valued("value")
_BY_SUBJECTS = {
    "sqlite": _ROW.where(_KEYS.c.subject.in_(select(_LISTED.c.value))),
    "postgresql": _ROW.where(
        _KEYS.c.subject == any_(func.string_to_array(bindparam("subjects", type_=String), ","))
    ),
}
_FOUND = (
    select(_LOOK_UPS.c.subject, *_REST)
    .join_from(_LOOK_UPS, _KEYS, _LOOK_UPS.c.subject == _KEYS.c.subject, isouter=True)
    .where(*(_LOOK_UPS.c[name] == bindparam(name) for name in ("table_name", "column_name", "digest")))
    .order_by(_LOOK_UPS.c.subject)
)
_CHANGE = _KEYS.update().where(_KEYS.c.subject == bindparam("whose"))
_REVISE = _CHANGE.values(revisions=bindparam("now"))
_DESTROY = _CHANGE.values(wrapped=None, revisions=None, erased_at=bindparam("at"))
_INSERT: Mapping[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def get(keys: Connection, subject: str, *, to_change: bool = False) -> KeyRow | None:
    """Return the row of a subject, or None. to_change: nobody else may change it until this transaction ends."""
    statement = _BY_SUBJECT.with_for_update() if to_change else _BY_SUBJECT
    row: Any = keys.execute(statement, {"subject": subject}).first()
    return row  # type: ignore[no-any-return]  # the database's rows have the fields of a KeyRow


def of(keys: Connection, subjects: Sequence[str]) -> dict[str, KeyRow]:
    """Return the rows of these subjects, as far as there are any: some hundreds at once."""
    # Joined: an array of them takes the driver longer to write down than PostgreSQL needs for the rest. No id holds a comma.
    listed = subjects if keys.dialect.name == "sqlite" else ",".join(subjects)
    rows: Any = keys.execute(_BY_SUBJECTS[keys.dialect.name], {"subjects": listed})
    return {row[0]: row for row in rows}


def found(keys: Connection, look_up: LookUp) -> list[KeyRow]:
    """Return the rows of the subjects that are found under this, in the order of their ids."""
    table, column, digest = look_up
    rows: Any = keys.execute(_FOUND, {"table_name": table, "column_name": column, "digest": digest})
    return list(rows)


def add(keys: Connection, subject: str, kind: str, wrapped: bytes, at: datetime) -> None:
    """Keep the wrapped key of a new subject."""
    keys.execute(_KEYS.insert(), {"subject": subject, "kind": kind, "wrapped": wrapped, "created_at": at})


def revise(keys: Connection, subject: str, revisions: str | None) -> None:
    """Let exactly these revisions of replaced values open."""
    keys.execute(_REVISE, {"whose": subject, "now": revisions})


def destroy(keys: Connection, subject: str, at: datetime) -> None:
    """Destroy the key of a subject and leave a tombstone of this moment."""
    keys.execute(_DESTROY, {"whose": subject, "at": at})


def index(keys: Connection, look_up: LookUp, subject: str) -> None:
    """Let the subject be found under this. Twice is as once."""
    table, column, digest = look_up
    once = _INSERT[keys.dialect.name](_LOOK_UPS).on_conflict_do_nothing()
    keys.execute(once, {"table_name": table, "column_name": column, "digest": digest, "subject": subject})


def unindex(keys: Connection, subject: str, but: Iterable[LookUp] = ()) -> None:
    """Let the subject be found under nothing any more, or only under what stands in `but`."""
    mine, spared = _LOOK_UPS.delete().where(_LOOK_UPS.c.subject == subject), list(but)
    if spared:
        look_up = tuple_(_LOOK_UPS.c.table_name, _LOOK_UPS.c.column_name, _LOOK_UPS.c.digest)
        mine = mine.where(look_up.not_in(spared))
    keys.execute(mine)
