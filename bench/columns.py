"""What Balie's store is compared with: the same persons in SQLModel columns, plain, and encrypted one by one with Fernet.

Both use the store's own engines, so commits are as safe and connections are handled alike. The plain one has an index on the
address. Fernet's ciphertext differs each time, so its columns can't have one: who looks somebody up must open everybody.
"""

from __future__ import annotations

import secrets
import sqlite3
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import String, bindparam, delete, make_url, update
from sqlalchemy import select as sa_select
from sqlalchemy.orm import registry
from sqlalchemy_utils import StringEncryptedType
from sqlalchemy_utils.types.encrypted.encrypted_type import FernetEngine
from sqlmodel import Field, Session, SQLModel, col, select

from store.columns import Moment
from store.engines import make_engine, writing
from store.ids import new_id

Record = Mapping[str, str]
FIELDS = ("name", "email", "phone", "contact_safely")
"""What is known of a person, all of it personal."""
BATCH = 1000


class _Table(SQLModel, registry=registry()):
    """The tables of this benchmark."""


class Person(_Table):
    """A person; what is not personal stands readable in Balie's store too."""

    id: str = Field(primary_key=True)
    name: str
    email: str
    phone: str
    contact_safely: str
    state: str = "active"
    source: str = "desk"
    purpose: str = "guidance"
    legal_basis: str = "contract"
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment, nullable=True, index=True)


class PlainPerson(Person, table=True):
    """A person in plain columns."""

    __tablename__ = "plain_person"
    email: str = Field(index=True)
    phone: str = Field(index=True)


_key = [secrets.token_hex(32)]


def _encrypted() -> Any:
    return Field(sa_type=StringEncryptedType(String, lambda: _key[-1], FernetEngine))


class FernetPerson(Person, table=True):
    """A person in columns that encrypt by themselves."""

    __tablename__ = "fernet_person"
    name: str = _encrypted()
    email: str = _encrypted()
    phone: str = _encrypted()
    contact_safely: str = _encrypted()


class Columns:
    """A database with one table of persons, used as its ORM is meant to be."""

    def __init__(self, person: type[Person], url: str) -> None:
        self.ids: list[str] = []
        self._person, self._url = person, url
        self._rows = _Table.metadata.tables[str(person.__tablename__)]
        self._engine = make_engine(url, journal="WAL")
        _Table.metadata.create_all(writing(self._engine), [self._rows])

    def insert(self, records: list[Record]) -> None:
        """Keep these persons, in one transaction."""
        with Session(writing(self._engine)) as session:
            for record in records:
                person = self._person(id=new_id(), **record)
                self.ids.append(person.id)
                session.add(person)
            session.commit()

    def look_up(self, email: str) -> list[str]:
        """Who has this address."""
        with Session(self._engine) as session:
            if self._person is PlainPerson:
                found = session.exec(select(PlainPerson).where(PlainPerson.email == email))
                return [person.id for person in found]
            return [person.id for person in self._scan(session) if person.email == email]

    def open_one(self, number: int) -> str:
        """One person's name."""
        with Session(self._engine) as session:
            return session.get_one(self._person, self.ids[number]).name

    def scan(self) -> int:
        """Everybody's name; returns how many have one."""
        with Session(self._engine) as session:
            return sum(bool(person.name) for person in self._scan(session))

    def erase(self, number: int) -> None:
        """Delete a person's row. In backups the person stays readable, unlike in Balie's."""
        with Session(writing(self._engine)) as session:
            session.exec(delete(self._person).where(col(self._person.id) == self.ids[number]))
            session.commit()

    def rotate(self) -> None:
        """Encrypt every value anew; a batch is one transaction."""
        old, new = _key[-1], secrets.token_hex(32)
        rows = self._rows.c
        columns = [rows[name] for name in ("id", *FIELDS)]
        again = update(self._rows).where(rows.id == bindparam("whose"))
        again = again.values({name: bindparam(f"new_{name}", type_=rows[name].type) for name in FIELDS})
        last = ""
        while True:
            with writing(self._engine).begin() as connection:
                some = sa_select(*columns).where(rows.id > last).order_by(rows.id).limit(BATCH)
                found = connection.execute(some).all()
                if not found:
                    break
                _key.append(new)
                changes = [
                    {"whose": row.id} | {f"new_{name}": getattr(row, name) for name in FIELDS}
                    for row in found
                ]
                connection.execute(again, changes)
                _key.append(old)
            last = found[-1].id
        _key.append(new)

    def back_up(self, folder: Path) -> None:
        """A copy by the database's own means, not encrypted."""
        url, copy = make_url(self._url), folder / self._rows.name
        if url.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(str(url.database))) as connection:
                connection.execute("VACUUM INTO ?", (str(copy),))
        else:
            subprocess.run(["pg_dump", "--format=custom", f"--file={copy}", self._url], check=True)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _scan(self, session: Session) -> Iterable[Person]:
        return session.exec(select(self._person).execution_options(yield_per=BATCH))
