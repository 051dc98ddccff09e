"""How Alembic runs a folder of revisions: within the caller's connection and transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import MetaData
from sqlmodel.sql.sqltypes import AutoString

from store.columns import Moment, Sealed

_PLAIN = {AutoString: "sa.String()", Sealed: "sa.LargeBinary()", Moment: "sa.DateTime(timezone=True)"}
"""Revisions name the database's own types, so that they stay what they were when the code's types change."""


def run(metadata: MetaData, version_table: str) -> None:
    """Run the revisions asked for on the connection that `store.migrate.configuration` passed on."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table=version_table,
        compare_type=True,
        render_as_batch=True,  # SQLite can't alter most columns in place
        render_item=_render,
    )
    context.run_migrations()


def _render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    return _PLAIN.get(type(item), False) if kind == "type" else False
