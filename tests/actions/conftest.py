"""A real office on a store of its own, and the action server as Rasa reaches it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.app import create_app
from casework.office import Office
from casework.packs import load_pack
from casework.post import OutboxPost
from store.database import open_store
from store.keyring import Keyring
from tests.actions.calls import TOKEN, Desk
from tests.laid_out import lay_out

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
"""A Wednesday; a month later is Christmas, so the promised date is 25 December."""


def _at_once(work: Callable[[], object]) -> None:
    work()


@contextmanager
def make_office(tmp_path: Path) -> Iterator[Office]:
    """An office of Release & Connect in this folder, on 25 November 2026."""
    keyring = Keyring.create(tmp_path / "secrets" / "keyring.json")
    lay_out(tmp_path)
    store = open_store(
        f"sqlite:///{tmp_path / 'data.db'}", f"sqlite:///{tmp_path / 'keys.db'}", keyring, tmp_path
    )
    yield Office(
        pack=load_pack("release-connect"),
        store=store,
        post=OutboxPost(tmp_path / "outbox", "balie@localhost"),
        home=tmp_path,
        client_url="http://127.0.0.1:8080",
        coach_url="http://127.0.0.1:8081",
        conversation_hours=24,
        now=lambda: NOW,
        soon=_at_once,
    )
    store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office of Release & Connect, on 25 November 2026."""
    with make_office(tmp_path) as office:
        yield office


@pytest.fixture
def desk(office: Office) -> Desk:
    """The action server of that office, with one open conversation."""
    return Desk(create_app(office, TOKEN), office)
