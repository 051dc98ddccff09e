"""Brings a database to the newest form, with Alembic, when the store is opened. Users need no alembic.ini.

Each database has its own folder of revisions (`migrations/data`, `migrations/keys`) and its own version table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from store import upgrade_copies
from store.upgrade_copies import BackupNeeded

Database = Literal["data", "keys"]
_FOLDER = Path(__file__).parent / "migrations"


class DatabaseNewer(Exception):
    """The database was made by a newer version of Balie than this one. Its text is one sentence with the remedy."""

    def __init__(self, database: Database) -> None:
        super().__init__(
            f"The {database} database was made by a newer version of Balie; install that version, or restore a backup."
        )


def bring_up_to_date(engine: Engine, database: Database, *, have_backup: bool = True) -> None:
    """Run the revisions that the database has not had yet: all of them or none. A SQLite file is copied beside itself first.

    `engine` begins its transactions with a lock, so of several processes that start at once one migrates and the others
    find it done. have_backup: whoever upgrades a PostgreSQL database says that there is a backup of it.

    Raises:
        DatabaseNewer: the database has had a revision that this code does not know.
        BackupNeeded: a PostgreSQL database that holds something must be upgraded, and nobody said that there is a backup.
    """
    with engine.begin() as connection:
        config = configuration(connection, database)
        revisions = ScriptDirectory.from_config(config)
        version = version_of(connection, database)
        if version == revisions.get_current_head():
            return
        if version is not None and version not in {
            revision.revision for revision in revisions.walk_revisions()
        }:
            raise DatabaseNewer(database)
        if version is not None:
            newest = str(revisions.get_current_head())
            if upgrade_copies.copy_before(engine, newest) is None and not have_backup:
                raise BackupNeeded
        command.upgrade(config, "head")


def version_of(connection: Connection, database: Database) -> str | None:
    """Return the revision that the database is at, or None when it is empty."""
    return MigrationContext.configure(
        connection, opts={"version_table": version_table(database)}
    ).get_current_revision()


def version_table(database: Database) -> str:
    """Return the name of the table that holds the database's revision."""
    return f"{database}_version"


def configuration(connection: Connection, database: Database) -> Config:
    """Return Alembic's configuration for one database, to be used within the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER / database))
    config.attributes["connection"] = connection
    return config
