"""Alembic's entry to the revisions of data.db."""

from store.migrate import version_table
from store.migrations.environment import run
from store.tables import DataTable

run(DataTable.metadata, version_table("data"))
