"""An office to test with: the real store, a clock that tests move, and an outbox folder that they read."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import SQLModel, select

from casework import conversations, identity, people
from casework.office import Office
from casework.packs import load_pack
from casework.post import OutboxPost
from store.database import Store
from tests.store.conftest import (  # noqa: F401  # fixtures of the store's tests
    cluster,
    empty_postgres_urls,
    keyring,
    postgres_urls,
    sqlite_store,
    store,
    urls,
)

Row = TypeVar("Row", bound=SQLModel)

COACH = "coach"
ANNA = {"name": "Anna de Wit", "email": "anna@example.org", "phone": "+31612345678"}


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    at: datetime = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The moment."""
        return self.at

    def passes(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    """The office's clock: Wednesday 25 November 2026, half past ten in Amsterdam."""
    return Clock()


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path, clock: Clock) -> Office:  # noqa: F811  # the fixture
    """Release & Connect's office, in SQLite."""
    return make_office(sqlite_store, tmp_path, clock, "release-connect")


@pytest.fixture
def refleact(sqlite_store: Store, tmp_path: Path, clock: Clock) -> Office:  # noqa: F811  # the fixture
    """Refleact's office, in SQLite."""
    return make_office(sqlite_store, tmp_path, clock, "refleact")


@pytest.fixture
def any_office(store: Store, tmp_path: Path, clock: Clock) -> Iterator[Office]:  # noqa: F811  # the fixture
    """An office on SQLite, and one on PostgreSQL."""
    return make_office(store, tmp_path, clock, "release-connect")


def make_office(store: Store, home: Path, clock: Clock, pack: str) -> Office:  # noqa: F811
    """Put an office together; background work runs at once."""
    return Office(
        pack=load_pack(pack),
        store=store,
        post=OutboxPost(home / "outbox", "balie@example.org"),
        home=home,
        client_url="https://balie.example",
        coach_url="https://desk.example",
        conversation_hours=24,
        now=clock,
        soon=at_once,
    )


def at_once(work: Callable[[], object]) -> None:
    """Run background work at once."""
    work()


def without_call_back(office: Office) -> Office:
    """The same office, with a pack that releases a dossier on a code alone."""
    return replace(office, pack=office.pack.model_copy(update={"call_back_before_release": False}))


def letters(office: Office) -> list[EmailMessage]:
    """The mails in the outbox folder, oldest first."""
    files = sorted((office.home / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]


def text_of(letter: EmailMessage) -> str:
    """The text of a mail."""
    return letter.get_content()


def last_code(office: Office) -> str:
    """The code in the newest mail."""
    found = re.search(r"\b\d{6}\b", text_of(letters(office)[-1]))
    assert found
    return found.group()


def last_link(office: Office) -> str:
    """The link in the newest mail that has one."""
    links = [found for letter in letters(office) if (found := re.search(r"https://\S+", text_of(letter)))]
    return links[-1].group()


def registered(office: Office, **details: str) -> str:
    """A client whom the coach registered."""
    return people.register(office, details or ANNA, COACH)


def talk(office: Office) -> str:
    """A conversation on the web."""
    return conversations.begin(office, "nl", "web").id


def verified_talk(office: Office, address: str = ANNA["email"]) -> str:
    """A conversation in which the owner of this address proved who they are."""
    conversation = talk(office)
    identity.send_code(office, conversation, address)
    assert identity.check_code(office, conversation, last_code(office)) == "verified"
    return conversation


def rows(office: Office, table: type[Row]) -> list[Row]:
    """All rows of a table."""
    with office.store.read() as reading:
        return list(reading.data.exec(select(table)))
