"""The roles of docs/postgresql.md, by the very statements that stand there: Balie lives a day with them and can do no more."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from casework.post import OutboxPost
from store import archives, audit_check, restore, scrub
from store.database import open_store
from store.keyring import Keyring
from tests.casework.conftest import Clock, make_office, without_call_back
from tests.crash.acts import Day, Told
from tests.store.postgres import Cluster

DOCUMENT = Path(__file__).parents[2] / "docs" / "postgresql.md"
DATABASES = ("balie_records", "balie_keys", "balie_engine")
ROLES = ("balie_owner", *DATABASES)


@dataclass(frozen=True)
class Server:
    """A server on which the document was followed, with names of this test's own."""

    address: str
    mark: str

    def url(self, role: str, database: str) -> str:
        """How a role reaches a database."""
        return f"{self.address.replace('postgres@', f'{self.named(role)}@')}/{self.named(database)}"

    def urls(self, records: str, keys: str) -> tuple[str, str]:
        """The addresses of both databases, for these roles."""
        return self.url(records, "balie_records"), self.url(keys, "balie_keys")

    def named(self, text: str) -> str:
        """The document's names, made this test's own."""
        return re.sub(r"\bbalie_(\w+)", rf"balie_{self.mark}_\1", text)

    def run(self, database: str, statements: str) -> None:
        """Run statements as the administrator."""
        with psycopg.connect(f"{self.address}/{database}", autocommit=True) as connection:
            for statement in filter(None, map(str.strip, self.named(statements).split(";"))):
                connection.execute(statement.encode())


@pytest.fixture(scope="module")
def server(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Follow the document from its first statement to its last."""
    server = Server(cluster.address, f"test_{secrets.token_hex(4)}")
    blocks = re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    as_administrator, in_records, in_keys, records_after, keys_after = blocks
    try:
        server.run("postgres", as_administrator)
        server.run(server.named("balie_records"), in_records)
        server.run(server.named("balie_keys"), in_keys)
        open_store(
            *server.urls("balie_owner", "balie_owner"), Keyring.new(), tmp_path_factory.mktemp("owner")
        ).close()
        server.run(server.named("balie_records"), records_after)
        server.run(server.named("balie_keys"), keys_after)
        yield server
    finally:
        server.run("postgres", "".join(f"DROP DATABASE IF EXISTS {name} WITH (FORCE);" for name in DATABASES))
        server.run("postgres", "".join(f"DROP ROLE IF EXISTS {name};" for name in ROLES))


def test_balie_lives_a_whole_day_with_them(server: Server, keyring: Keyring, tmp_path: Path) -> None:
    store = open_store(*server.urls("balie_records", "balie_keys"), keyring, tmp_path)
    clock = Clock()
    office = without_call_back(make_office(store, tmp_path, clock, "release-connect"))
    assert isinstance(office.post, OutboxPost)
    told: Told = {}
    for act in Day(1).acts():
        clock.at += timedelta(minutes=16)
        told[act.name] = act.do(office, told)
    assert audit_check.verify(store).ok
    identity, recipient = archives.new_key()
    data, keys = archives.write(store, tmp_path / "backups", recipient, archives.KINDS, clock.at)
    store.close()

    owner = open_store(*server.urls("balie_owner", "balie_owner"), keyring, tmp_path)
    scrub.scrub(owner)
    with restore.checked(tmp_path, keyring, identity, data.path, keys.path) as found:
        restore.put_back(found, owner, clock.at)
    restore.finish(tmp_path)
    assert audit_check.verify(owner).ok
    owner.close()


@pytest.mark.parametrize(
    ("role", "database", "statement"),
    [
        ("balie_records", "balie_records", "UPDATE audit SET act = 'x'"),
        ("balie_records", "balie_records", "DELETE FROM audit"),
        ("balie_records", "balie_records", "TRUNCATE audit"),
        ("balie_records", "balie_records", "DROP TABLE audit"),
        ("balie_records", "balie_records", "ALTER TABLE person ADD COLUMN plain text"),
        ("balie_records", "balie_records", "CREATE TABLE elsewhere (plain text)"),
        ("balie_records", "balie_records", "UPDATE data_version SET version_num = '9999'"),
        ("balie_keys", "balie_keys", "DROP TABLE subject_key"),
        ("balie_keys", "balie_keys", "CREATE TABLE elsewhere (plain text)"),
        ("balie_keys", "balie_keys", "DELETE FROM keys_version"),
    ],
)
def test_what_balie_never_needs_is_refused(server: Server, role: str, database: str, statement: str) -> None:
    with psycopg.connect(server.url(role, database)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("role", "database"),
    [
        ("balie_records", "balie_keys"),
        ("balie_keys", "balie_records"),
        ("balie_engine", "balie_records"),
        ("balie_engine", "balie_keys"),
        ("balie_records", "balie_engine"),
    ],
)
def test_each_role_knows_its_own_database_only(server: Server, role: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(server.url(role, database), connect_timeout=10).close()
