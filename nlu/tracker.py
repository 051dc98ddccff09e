"""The conversations' events, sealed, for some hours.

One row holds one conversation: its events as JSON, sealed under the engine's own key (`store/sealing.py`) and bound to
the conversation's id. A conversation that was silent for its term is deleted by a clock, not by its next message. Long
conversations are cut at a user's turn; slots and the open form are kept by events that set them again, so that a
conversation costs the same at turn 200 as at turn 20.

SQLite (a file of its own, overwritten on deletion) or PostgreSQL, by URL.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, DEFAULT_SLOT_NAMES, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

from nlu.settings import read_key
from store.sealing import Place, open_sealed, seal

log = logging.getLogger(__name__)

KEY_ID = 1
TABLE = "engine_conversation"
DEFAULT_EVENTS = 30
"""Two to four turns. Rules look at one turn; slots and the open form carry the rest."""
WHOLE_TURNS = 2
"""The last turns, kept whole however long they are: the bot may ask them again, the actions look at them."""
NOISE = ("intent_ranking", "response_selector", "text_tokens")
"""Parts of a parsed message that are of no use after their turn but fill every later one."""

schema = sa.MetaData()
conversations = sa.Table(
    TABLE,
    schema,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("events", sa.LargeBinary, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
)


class ConversationForked(RuntimeError):
    """Raised when a conversation was saved by somebody else while this turn was at work on it."""


class SealedTrackerStore(TrackerStore):
    """Rasa's tracker store over one table of sealed conversations.

    Unlike Rasa's own it lets every failure through: a turn whose events can't be read or kept must fail, or the next
    one would speak from another conversation than the client saw.

    Args:
        domain: Rasa's domain; its slots give a conversation their types.
        host: SQLAlchemy URL of the database.
        key_file: file with the engine's key.
        hours: how long after its last message a conversation is kept.
        events: how many events of a conversation are handed back at most.

    Raises:
        SetupError: when the key can't be read.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str = "",
        key_file: str = "",
        hours: float | str = 24,
        events: int | str = DEFAULT_EVENTS,
        **_: Any,
    ) -> None:
        super().__init__(domain, None)
        self._key = read_key(Path(key_file))
        self._term = float(hours) * 3600
        self._cap = int(events)
        self._engine = open_database(host)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, or None when there is none or its term is over."""
        kept = await asyncio.to_thread(self._read, sender_id)
        if kept is None:
            return None
        version, events = kept
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        tracker.kept_version = version
        return tracker

    async def get_or_create_tracker(
        self, sender_id: str, max_event_history: int | None = None, append_action_listen: bool = True
    ) -> DialogueStateTracker:
        """The conversation, or a new one, which nothing is written of until its first turn is done."""
        return await self.retrieve(sender_id) or self._begin(sender_id, append_action_listen)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation's events and let its term begin anew.

        Raises:
            ConversationForked: when it was saved by somebody else since it was retrieved.
        """
        events = [lean(event.as_dict()) for event in capped(tracker, self._cap)]
        version = getattr(tracker, "kept_version", 0)
        await asyncio.to_thread(self._write, tracker.sender_id, version, events)
        tracker.kept_version = version + 1

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations whose term isn't over."""
        return await asyncio.to_thread(self._ids)

    async def erase(self, sender_id: str) -> None:
        """Delete the conversation's events at once; nothing happens when there are none."""
        await asyncio.to_thread(self._delete, conversations.c.id == sender_id)

    async def purge(self) -> int:
        """Delete every conversation whose term is over; returns how many they were."""
        return await asyncio.to_thread(self._delete, conversations.c.expires_at <= time.time())

    def _begin(self, sender_id: str, append_action_listen: bool) -> DialogueStateTracker:
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    def _read(self, sender_id: str) -> tuple[int, list[dict[str, Any]]] | None:
        wanted = sa.select(conversations.c.version, conversations.c.events).where(
            conversations.c.id == sender_id, conversations.c.expires_at > time.time()
        )
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        return row.version, json.loads(open_sealed(self._key, row.events, _place(sender_id)))

    def _write(self, sender_id: str, version: int, events: Sequence[dict[str, Any]]) -> None:
        plaintext = json.dumps(events, separators=(",", ":")).encode()
        row = {
            "events": seal(self._key, KEY_ID, plaintext, _place(sender_id)),
            "version": version + 1,
            "expires_at": time.time() + self._term,
        }
        with self._engine.begin() as connection:
            if version == 0:
                _insert(connection, sender_id, row)
            else:
                _update(connection, sender_id, version, row)

    def _delete(self, which: Any) -> int:
        with self._engine.begin() as connection:
            gone = int(connection.execute(sa.delete(conversations).where(which)).rowcount)
        if gone and self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def _ids(self) -> list[str]:
        with self._engine.connect() as connection:
            alive = sa.select(conversations.c.id).where(conversations.c.expires_at > time.time())
            return list(connection.execute(alive).scalars())


def open_database(url: str) -> Engine:
    """The engine's database with its one table made.

    SQLite overwrites what it deletes, and its write-ahead log is emptied after every erasure, or "erased" would only mean
    "no longer listed".
    """
    engine = sa.create_engine(url.replace("+psycopg:", "+psycopg2:"), future=True, **_pooling(url))
    if engine.dialect.name == "sqlite":
        make_private(engine.url.database)
        sa.event.listen(engine, "connect", _forget_for_good)
    schema.create_all(engine)
    return engine


def make_private(file: str | None) -> None:
    """Let only its owner read the database file and its journals, also one that an earlier version made for all."""
    if not file or file == ":memory:":
        return
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    for part in (Path(file), Path(f"{file}-wal"), Path(f"{file}-shm")):
        with contextlib.suppress(FileNotFoundError):
            part.chmod(0o600)


def capped(tracker: DialogueStateTracker, cap: int) -> list[Event]:
    """The conversation's last events: at most `cap` of them or its last turns, and from the beginning of a turn on.

    What the dropped ones had set and is still set (slots, the open form) is set again by the first events returned;
    those are counted on top of the cap.
    """
    events = list(tracker.events)
    if len(events) <= cap:
        return events
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if not turns:
        return events
    start = min([*(place for place in turns if place >= len(events) - cap), *turns[-WHOLE_TURNS:]])
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:start], tracker.slots.values())
    return [*_standing(before), *events[start:]]


def lean(event: dict[str, Any]) -> dict[str, Any]:
    """An event without what only its own turn needed."""
    parsed = event.get("parse_data")
    if parsed:
        event["parse_data"] = {name: value for name, value in parsed.items() if name not in NOISE}
    return event


def _standing(tracker: DialogueStateTracker) -> list[Event]:
    values = tracker.current_slot_values()
    kept = [name for name in values if name == REQUESTED_SLOT or name not in DEFAULT_SLOT_NAMES]
    events: list[Event] = [SlotSet(name, values[name]) for name in kept if values[name] is not None]
    if tracker.active_loop_name:
        events.append(ActiveLoop(tracker.active_loop_name))
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


def _insert(connection: Connection, sender_id: str, row: dict[str, Any]) -> None:
    overdue = sa.delete(conversations).where(
        conversations.c.id == sender_id, conversations.c.expires_at <= time.time()
    )
    connection.execute(overdue)
    try:
        connection.execute(sa.insert(conversations).values(id=sender_id, **row))
    except sa.exc.IntegrityError:
        raise ConversationForked("another turn began this conversation meanwhile") from None


def _update(connection: Connection, sender_id: str, version: int, row: dict[str, Any]) -> None:
    mine = sa.update(conversations).where(conversations.c.id == sender_id, conversations.c.version == version)
    if connection.execute(mine.values(**row)).rowcount != 1:
        raise ConversationForked("another turn changed or erased this conversation meanwhile")


def _place(sender_id: str) -> Place:
    return Place(table=TABLE, column="events", row=sender_id, person=sender_id)


def _pooling(url: str) -> dict[str, Any]:
    if not url.startswith("sqlite"):
        return {"pool_pre_ping": True}
    return {
        "poolclass": QueuePool,
        "pool_size": 1,
        "max_overflow": 0,
        "connect_args": {"check_same_thread": False},
    }


def _forget_for_good(connection: Any, _: Any) -> None:
    for pragma in (
        "secure_delete = ON",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "busy_timeout = 5000",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
