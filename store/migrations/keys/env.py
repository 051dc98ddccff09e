"""Alembic's entry to the revisions of keys.db."""

from store.migrate import version_table
from store.migrations.environment import run
from store.tables import KeysTable

run(KeysTable.metadata, version_table("keys"))
